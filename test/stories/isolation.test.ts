import { beforeAll, describe, expect, it } from 'vitest';
import { openApi } from '../../functions/kernel/openapi.js';
import { areas } from '../../infra/areas.js';
import { comment, open } from './incident.js';
import { create, type Organisation } from './organisation.js';
import { theWorld } from './which-world.js';
import type { Answer, World } from './world.js';

/** In every text of the other customer's records; nobody else may ever read it. */
const SECRET = 'jade-secret-7f3a';

/** Bodies by the last word of a path, for what a requester may write: the refusal must not come from a bad body. */
const BODIES: Record<string, object> = {
  comments: { body: 'May I see this?' },
  attachments: { fileName: 'a.txt', contentType: 'text/plain', size: 10 },
  reopen: { reason: 'Mine now.' },
  withdraw: { reason: 'Mine now.' },
};

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly roles: readonly string[];
}

describe('a requester who tries every route for another customer’s records', () => {
  let world: World;
  let organisation: Organisation;
  let operations: Operation[] = [];
  /** A record of the other customer's by collection. */
  let foreign: Record<string, { id: string; number: string }>;

  beforeAll(async () => {
    ({ world, organisation } = await theWorld());
    operations = operationsOf((await contract(world)) as never);
    const customerId = organisation.customers.jade.id;
    const incident = await open(world, 'requester-2', { title: SECRET, description: SECRET });
    await comment(world, incident.id, 'agent', SECRET);
    await comment(world, incident.id, 'agent', SECRET, 'internal');
    const complaint = await create(world, 'complaints', { title: SECRET, description: SECRET, customerId }, 'relations');
    const asAdmin = async (path: string) => (await world.api('GET', path, { as: 'admin' })).body;
    foreign = {
      incidents: incident,
      complaints: await asAdmin(`/v1/complaints/${complaint.id}`),
      customers: await asAdmin(`/v1/customers/${customerId}`),
      contacts: await asAdmin(`/v1/contacts/${organisation.contacts['requester-2'].id}`),
    };
  });

  const ask = ({ method, path }: Operation, of: { id: string }, id: string): Promise<Answer> =>
    world.api(method, path.replace('{id}', id).replace(/\{\w+\}/g, of.id), {
      as: 'requester',
      headers: { 'if-match': '"1"' },
      ...(method !== 'GET' && method !== 'DELETE' && { body: BODIES[path.split('/').at(-1)!] ?? {} }),
    });
  const collectionOf = ({ path }: Operation): string => path.split('/')[2] ?? '';
  const onOne = (): Operation[] => operations.filter(({ path }) => /^\/v1\/[^/]+\/\{id\}/.test(path));

  it('finds that the contract lists them all', () => {
    expect(operations.length).toBeGreaterThan(100);
    expect(onOne().filter((each) => collectionOf(each) === 'incidents').length).toBeGreaterThan(20);
  });

  it('is refused on each, by id and by number, and reads nothing of it', async () => {
    const tried: string[] = [];
    for (const operation of onOne()) {
      const record = foreign[collectionOf(operation)] ?? foreign['incidents']!;
      for (const key of [record.id, record.number]) {
        const { status, text } = await ask(operation, record, key);
        const open = operation.roles.includes('requester');
        expect({ ...operation, status }).toEqual({ ...operation, status: open ? 404 : 403 });
        expect(text).not.toContain(SECRET);
        tried.push(operation.path);
      }
    }
    expect(tried).toContain('/v1/incidents/{id}/comments');
  });

  it('gets the same answer as for what does not exist, so that nobody can probe', async () => {
    const unknown = '00000000-0000-7000-8000-000000000000';
    for (const operation of onOne().filter(({ roles }) => roles.includes('requester'))) {
      const record = foreign[collectionOf(operation)] ?? foreign['incidents']!;
      const [theirs, nobodys] = [await ask(operation, record, record.id), await ask(operation, record, unknown)];
      const shape = ({ status, body }: Answer, id: string) => ({
        status,
        title: body.title,
        detail: body.detail.replace(id, '…'),
      });
      expect(shape(theirs, record.id)).toEqual(shape(nobodys, unknown));
    }
  });

  it('finds nothing of it in any list, however it is filtered', async () => {
    const lists = operations.filter(({ method, path }) => method === 'GET' && /^\/v1\/[^/{]+$/.test(path));
    const { id: customerId } = organisation.customers.jade;
    const { id: requesterId } = organisation.contacts['requester-2'];
    for (const { path } of lists) {
      for (const query of ['', `?customerId=${customerId}`, `?requesterId=${requesterId}`, '?phase=live', '?limit=100']) {
        const { status, text } = await world.api('GET', `${path}${query}`, { as: 'requester' });
        expect(status).toBeLessThan(500);
        expect(text).not.toContain(SECRET);
        expect(text).not.toContain(foreign['incidents']!.id);
      }
    }
  });

  it('cannot open an incident in another’s name, nor for another customer', async () => {
    const { id: requesterId } = organisation.contacts['requester-2'];
    const { id: customerId } = organisation.customers.jade;
    for (const claimed of [{ requesterId }, { customerId }, { requesterId, customerId }]) {
      const { status, body } = await world.api('POST', '/v1/incidents', { as: 'requester', body: { title: 'Mine', ...claimed } });
      const own = { requesterId: organisation.contacts.requester.id, customerId: organisation.customers.harbour.id };
      if (status === 201) expect(body).toMatchObject(own);
      else expect([400, 403]).toContain(status);
    }
  });

  it('is not let in without a token, on any route that is not open', async () => {
    for (const { method, path, roles } of operations.filter(({ roles }) => roles.length > 0)) {
      const { status, body } = await world.api(method, path.replace(/\{\w+\}/g, foreign['incidents']!.id));
      expect({ method, path, roles, status }).toEqual({ method, path, roles, status: 401 });
      expect(body).toEqual({ message: 'Unauthorized' });
    }
  });

  it('reads its own, without what is the desk’s: comments, clocks, escalation', async () => {
    const own = await open(world, 'requester', { title: 'Our own' });
    await comment(world, own.id, 'agent', 'Between us.', 'internal');
    const paths = ['', '/comments', '/history'].map((rest) => `/v1/incidents/${own.id}${rest}`);
    for (const path of paths) {
      const { status, text } = await world.api('GET', path, { as: 'requester' });
      expect(status).toBe(200);
      expect(text).not.toContain('Between us.');
    }
    expect(Object.keys(own)).not.toContain('clocks');
    expect((await world.api('GET', `/v1/incidents/${own.id}/clocks`, { as: 'requester' })).status).toBe(403);
  });
});

/** What the world publishes, else what it would publish. */
async function contract(world: World): Promise<object> {
  const { status, body } = await world.api('GET', '/v1/openapi.json');
  return status === 200 ? body : openApi(areas);
}

const operationsOf = ({ paths }: { paths: Record<string, Record<string, { 'x-roles'?: string[] }>> }): Operation[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { 'x-roles': roles = [] }]) => ({ method: method.toUpperCase(), path, roles })),
  );
