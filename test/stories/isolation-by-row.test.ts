import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApi } from '../../functions/kernel/openapi.js';
import { areas } from '../../infra/areas.js';
import { command, comment, mailsAbout, open } from './incident.js';
import { create, expectDone, move, type Organisation, type Party } from './organisation.js';
import { theWorld } from './which-world.js';
import type { Answer, Who, World } from './world.js';

/** In every text of a record that most may not read. */
const SECRET = 'amber-secret-91c4';

const BODIES: Record<string, object> = {
  comments: { body: 'May I see this?' },
  attachments: { fileName: 'a.txt', contentType: 'text/plain', size: 10 },
  assign: { assigneeId: 'nobody' },
  reclassify: { impact: 1, why: 'Mine.' },
  pend: { reason: 'customer' },
  resolve: { code: 'fixed', text: 'Mine.' },
  merge: { into: 'INC-1' },
  'set-parent': { parentId: 'INC-1' },
  restrict: { teamIds: ['nobody'], reason: 'Mine.' },
  worklog: { minutes: 5, text: 'Mine.' },
  links: { type: 'relates-to', entity: 'incident', id: 'nobody' },
  announcements: { body: 'Mine.' },
  incidents: {},
};
const REASONED = ['reopen', 'cancel', 'unmerge', 'lift-restriction'];

describe('row rules, by everybody whom they narrow', () => {
  let world: World;
  let organisation: Organisation;
  let routes: { method: string; path: string; roles: string[] }[];
  let guards: { id: string };
  let watched: { id: string; number: string };
  let colleagues: { id: string; number: string };
  let closed: { id: string; number: string };
  let foreign: { id: string; number: string };
  let writer: Party;
  let scoped: { id: string };

  const amend = async (path: string, body: object): Promise<void> => {
    const { headers } = expectDone(await world.api('GET', path, { as: 'admin' }));
    expectDone(await world.api('PATCH', path, { as: 'admin', body, headers: { 'if-match': headers.get('etag')! } }));
  };
  /** What a sign-in leads to is believed for half a minute. */
  const untilBelieved = async (): Promise<void> =>
    world.canMoveClock ? world.advance(1) : new Promise((resume) => setTimeout(resume, 31_000));

  beforeAll(async () => {
    ({ world, organisation } = await theWorld());
    const { paths } = openApi(areas) as { paths: Record<string, Record<string, { 'x-roles'?: string[] }>> };
    routes = Object.entries(paths)
      .filter(([path]) => path.startsWith('/v1/incidents/{id}'))
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, { 'x-roles': roles = [] }]) => ({ method: method.toUpperCase(), path, roles })),
      );
    const customerId = organisation.customers.harbour.id;
    const mark = Date.now().toString(36);
    const email = `nina.${mark}@${organisation.customers.harbour.domain}`;
    writer = { ...(await create(world, 'contacts', { title: 'Nina Voss', email, customerId })), email };
    scoped = await create(world, 'people', {
      title: 'Sam Harbour',
      email: `sam.${mark}@desk.example`,
      identity: await world.identityOf('sms'),
      customerScope: [customerId],
    });
    guards = await create(world, 'teams', { title: 'Security', memberIds: [organisation.people['agent-2'].id] });
    watched = await open(world, 'agent', { title: 'Watched', requesterId: writer.id });
    colleagues = await open(world, 'agent', { title: 'A colleague’s', requesterId: writer.id });
    foreign = await open(world, 'requester-2', { title: SECRET, description: SECRET });
    await untilBelieved();
    const report = { title: SECRET, description: SECRET, requesterId: writer.id, restrictedTo: [guards.id] };
    closed = await open(world, 'agent-2', report);
    await comment(world, closed.id, 'agent-2', SECRET);
    await comment(world, closed.id, 'agent-2', SECRET, 'internal');
    const watching = { as: 'agent' as const, body: { id: organisation.contacts.requester.id } };
    expectDone(await world.api('POST', `/v1/incidents/${watched.id}/watchers`, watching));
  });
  afterAll(async () => {
    await move(world, `/v1/people/${scoped.id}`, 'deactivate', { as: 'admin' });
    await amend(`/v1/contacts/${organisation.contacts.requester.id}`, { grants: [] });
    await untilBelieved();
  });

  const ask = (as: Who, { method, path }: (typeof routes)[number], of: { id: string }): Promise<Answer> => {
    const verb = path.split('/').at(-1)!;
    const body = BODIES[verb] ?? (REASONED.includes(verb) ? { reason: 'Mine.' } : {});
    return world.api(method, path.replace('{id}', of.id).replace(/\{\w+\}/g, of.id), {
      as,
      headers: { 'if-match': '"1"' },
      ...(method === 'POST' && { body }),
      ...(method === 'PATCH' && { body: { title: 'Mine' } }),
    });
  };
  /** Every route of one record: it does not exist, or the role may not. */
  const isNotThere = async (as: Who, roles: readonly string[], of: { id: string; number: string }): Promise<void> => {
    for (const route of routes) {
      const { status, text } = await ask(as, route, of);
      expect({ ...route, status }).toEqual({ ...route, status: route.roles.some((role) => roles.includes(role)) ? 404 : 403 });
      expect(text).not.toContain(SECRET);
    }
    for (const query of [
      '',
      '?sort=number',
      '?phase=live&sort=due',
      `?customerId=${organisation.customers.harbour.id}`,
      '?limit=100',
    ])
      expect((await world.api('GET', `/v1/incidents${query}`, { as })).text).not.toContain(of.id);
  };

  it('staff who serve one customer find nothing of another, and their own', async () => {
    expect(routes.length).toBeGreaterThan(35);
    await isNotThere('sms', ['sms-manager'], foreign);
    for (const path of [`incidents/${colleagues.id}`, `customers/${organisation.customers.harbour.id}`])
      expect((await world.api('GET', `/v1/${path}`, { as: 'sms' })).status).toBe(200);
    const { text } = await world.api('GET', '/v1/incidents?limit=100', { as: 'sms' });
    expect(text).toContain(colleagues.id);
    expect((await world.api('GET', `/v1/customers/${organisation.customers.jade.id}`, { as: 'sms' })).status).toBe(404);
    expect((await world.api('GET', '/v1/customers', { as: 'sms' })).body.items).toHaveLength(1);
  });

  it('a restricted incident does not exist for who is in none of its teams, and does for who is, and for auditors', async () => {
    await isNotThere('agent', ['agent'], closed);
    await isNotThere('sms', ['sms-manager'], closed);
    for (const as of ['agent-2', 'auditor'] as const) {
      expect((await world.api('GET', `/v1/incidents/${closed.number}`, { as })).body).toMatchObject({
        id: closed.id,
        restricted: true,
      });
      expect((await world.api('GET', '/v1/incidents?phase=live&sort=due&limit=100', { as })).text).toContain(closed.id);
    }
  });

  it('is written about without a word of what it is about', async () => {
    const mails = await world.eventually('the mails about it', async () => {
      const sent = await mailsAbout(world, closed, writer.email);
      return sent.length >= 2 && sent;
    });
    for (const mail of mails) expect(JSON.stringify(mail)).not.toContain(SECRET);
  });

  it('a watcher sees what it watches, and nothing else of its colleagues', async () => {
    expect((await world.api('GET', `/v1/incidents/${watched.id}`, { as: 'requester' })).status).toBe(200);
    await isNotThere('requester', ['requester'], colleagues);
    expect((await world.api('GET', '/v1/incidents?limit=100', { as: 'requester' })).text).toContain(watched.id);
    await comment(world, watched.id, 'agent', 'We look into it.');
    await world.eventually('the watcher’s mail', async () => {
      const sent = await mailsAbout(world, watched, organisation.contacts.requester.email);
      return sent.some(({ text }) => text.includes('We look into it.'));
    });
  });

  it('a contact with the grant sees all of its customer’s, but what is restricted, and nothing of another', async () => {
    await amend(`/v1/contacts/${organisation.contacts.requester.id}`, { grants: ['customer-wide', 'on-behalf'] });
    await untilBelieved();
    expect((await world.api('GET', `/v1/incidents/${colleagues.id}`, { as: 'requester' })).status).toBe(200);
    await isNotThere('requester', ['requester'], foreign);
    await isNotThere('requester', ['requester'], closed);
    const made = await open(world, 'requester', { title: 'For Nina', requesterId: writer.id });
    expect((await world.api('GET', `/v1/incidents/${made.id}`, { as: 'agent' })).body).toMatchObject({ requesterId: writer.id });
  });

  it('of a merged incident, its requester follows the one that goes on', async () => {
    const one = await open(world, 'requester', { title: 'Mail is slow' });
    const other = await open(world, 'agent', { title: 'Mail is down', requesterId: writer.id });
    await command(world, one.id, 'merge', { into: other.number });
    expect((await world.api('GET', `/v1/incidents/${one.id}`, { as: 'requester' })).body.mergedInto).toMatchObject({
      number: other.number,
    });
    expect((await world.api('GET', `/v1/incidents/${other.id}`, { as: 'requester' })).status).toBe(200);
    await world.eventually('the mail that says so', async () => {
      const sent = await mailsAbout(world, one, organisation.contacts.requester.email);
      return sent.some(({ text }) => text.includes(other.number));
    });
  });

  it('children follow their parent when it is resolved, without anybody asking', async () => {
    const [parent, child] = [
      await open(world, 'agent', { title: 'The relay' }),
      await open(world, 'agent', { title: 'Mail', requesterId: writer.id }),
    ];
    await command(world, child.id, 'set-parent', { parentId: parent.number });
    await command(world, parent.id, 'resolve', { code: 'fixed', text: 'Replaced.' });
    await world.eventually('the child to follow', async () => {
      const { body } = await world.api('GET', `/v1/incidents/${parent.id}/children`, { as: 'agent' });
      return body.items[0]?.status === 'resolved' && body.items[0].outcome?.state === 'followed';
    });
  });
});
