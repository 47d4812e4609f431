import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entity } from '../../../functions/kernel/entity.js';
import { verifyChain } from '../../../functions/platform/chain.js';
import { areas } from '../../../infra/areas.js';
import { type BusyDesk, busyDesk } from '../../fuzz/a-busy-desk.js';
import { chanceFrom } from '../../fuzz/chance.js';
import { nonconformity } from '../../fuzz/conforming.js';
import type { WireAnswer } from '../../fuzz/gateway-call.js';
import { idsFor, type Operation, operations } from '../../fuzz/operations.js';
import { sample } from '../../fuzz/sample.js';
import { startDesk, type TestDesk } from '../../support/desk.js';

/** What the kit promises of every record, kept by every noun of every area: each is created, read, amended, listed and proven. */

let desk: TestDesk;
let busy: BusyDesk;
beforeAll(async () => {
  desk = await startDesk();
  busy = await busyDesk(desk);
});
afterAll(() => desk.close());

const STEP = { id: 'half', clock: 'resolution', at: { percent: 50 }, audience: [{ kind: 'assignee' }], channels: ['email'] };
/** What a schema does not say of a body: rules across fields, and what there may be only one of. */
const FACTS: Readonly<Record<string, object>> = {
  calendar: { timezone: 'Europe/Berlin', hours: { mon: [['09:00', '17:00']] }, exceptions: {} },
  agreement: {
    kind: 'SLA',
    teamId: undefined,
    supplierId: undefined,
    escalationPolicyId: undefined,
    validFrom: '2026-01-01',
    validTo: undefined,
    timezone: 'Europe/Berlin',
    serviceIds: [],
    availability: undefined,
    targets: Object.fromEntries(['1', '2', '3', '4'].map((priority) => [priority, { resolution: { minutes: 240 } }])),
  },
  'priority-matrix': {
    priorities: [
      [1, 2],
      [2, 3],
    ],
  },
  'escalation-policy': { isDefault: false, steps: [STEP], terminal: { kind: 'topic', topic: 'management' } },
  webhook: { url: 'https://made.example/hook', events: ['*'] },
  'alert-source': { kind: 'alertmanager', account: undefined, rules: [] },
  customer: { domains: ['made.example'] },
  person: { identity: { issuer: 'https://issuer.example', subject: 'made-person' }, email: 'made.person@desk.example' },
  contact: { identity: { issuer: 'https://issuer.example', subject: 'made-contact' }, email: 'made@harbour.example' },
  incident: { impact: 2, urgency: 2 },
  queue: { noun: 'incident', filters: { phase: 'live' }, order: 'due', sharedWith: [] },
};

const nouns = areas.flatMap((area) => area.entities);
const operationOf = (noun: string, method: string, suffix: string): Operation | undefined =>
  operations.find((one) => one.noun === noun && one.method === method && one.path.split('/').slice(3).join('/') === suffix);

async function ask(operation: Operation, path: string, more: object = {}): Promise<WireAnswer> {
  const answer = await busy.wire({ method: operation.method, path, roles: 'admin', sub: 'agent-1', ...more });
  const unlike = nonconformity(operation, answer);
  if (unlike !== undefined) throw new Error(`${operation.method} ${path}: ${unlike}`);
  return answer;
}

async function make(entity: Entity): Promise<WireAnswer> {
  const create = operationOf(entity.name, 'POST', '')!;
  const facts = sample(
    create.body!,
    chanceFrom(3),
    idsFor(busy.ids, (from) => from[0]!),
  ) as object;
  if (entity.name === 'priority-matrix') await retire('priority-matrices', busy.ids['priority-matrix']![0]!);
  const whose = { customerId: busy.ids['customer']![0], contactId: busy.ids['contact']![0] };
  return ask(create, `/v1/${entity.plural}`, {
    body: JSON.stringify({
      ...facts,
      title: 'Made by its noun',
      ...FACTS[entity.name],
      ...(entity.name === 'complaint' && whose),
    }),
  });
}

const retire = (plural: string, id: string) =>
  busy.wire({ method: 'POST', path: `/v1/${plural}/${id}/retire`, headers: { 'if-match': '"1"' }, body: '{}' });

describe.each(nouns.map((entity) => [entity.name, entity] as const))('a record of the noun %s', (name, entity) => {
  const read = (suffix: string) => operationOf(name, 'GET', suffix)!;
  const path = `/v1/${entity.plural}`;
  let id = '';

  it('is created with a number, a version and a place, or comes in otherwise', async () => {
    if (!operationOf(name, 'POST', '')) {
      id = busy.ids[name]![0]!;
      expect((await ask(read('{id}'), `${path}/${id}`)).json.number).toMatch(/^[A-Z]{3,4}-\d+$/);
      return;
    }
    const made = await make(entity);
    expect([made.status, made.text]).toEqual([201, expect.stringContaining('Made by its noun')]);
    expect(made.headers).toMatchObject({ etag: '"1"', location: `${path}/${made.json.id}` });
    expect(made.json.number).toMatch(new RegExp(`^${entity.prefix}-\\d+$`));
    for (const hidden of entity.hidden ?? []) expect(made.json).not.toHaveProperty(hidden);
    id = made.json.id;
  });

  it('is read by id and by number, and once only by who has it', async () => {
    const byId = await ask(read('{id}'), `${path}/${id}`);
    expect([byId.status, byId.json.id]).toEqual([200, id]);
    expect((await ask(read('{id}'), `${path}/${byId.json.number}`)).json).toEqual(byId.json);
    const again = await ask(read('{id}'), `${path}/${id}`, { headers: { 'if-none-match': byId.headers['etag'] } });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  it('stands in its list, newest number first, in the fields declared for lists', async () => {
    const { json } = await ask(read(''), path, { query: { sort: 'number', limit: '100' } });
    const own = json.items.find((item: { id: string }) => item.id === id);
    expect(own).toMatchObject({ id });
    const listed = ['id', 'number', 'version', 'title', 'status', 'createdAt', 'updatedAt', ...entity.list];
    expect(Object.keys(own).filter((field) => !listed.includes(field))).toEqual([]);
  });

  it('answers every question it declares, and names them when asked another', async () => {
    const { json: own } = await ask(read('{id}'), `${path}/${id}`);
    const stored = (await desk.dependencies.store.for({ actor: 'x', now: desk.now, correlation: 'x' }).read(entity, id))
      .record as unknown as Record<string, unknown>;
    for (const [question, { partition, order }] of Object.entries(entity.access)) {
      const fields = [...partition.matchAll(/\{(\w+)\}/g)].map(([, field]) => field!).filter((field) => field !== 'shard');
      const values = fields.map(
        (field) => [field, own[field] ?? entity.derived?.[field]?.(stored as never) ?? stored[field]] as const,
      );
      if (values.some(([, value]) => value === undefined)) continue;
      const query = { ...Object.fromEntries(values.map(([field, value]) => [field, String(value)])), sort: order, limit: '100' };
      const { status, json } = await ask(read(''), path, { query });
      expect([question, status, json.items.some((item: { id: string }) => item.id === id)]).toEqual([question, 200, true]);
    }
    const other = await ask(read(''), path, { query: { sort: 'number', limit: '0' } });
    expect([other.status, other.json.errors[0].pointer]).toEqual([400, '?limit']);
  });

  it('is amended on the version that was seen only, where it is amended at all', async () => {
    const amend = operationOf(name, 'PATCH', '{id}');
    const etag = (await ask(read('{id}'), `${path}/${id}`)).headers['etag']!;
    if (!amend) {
      expect(operationOf(name, 'POST', '')).toBeUndefined();
      return;
    }
    const patch = (headers: object) => ask(amend, `${path}/${id}`, { body: '{"title":"Amended"}', headers });
    expect((await patch({})).status).toBe(428);
    expect((await patch({ 'if-match': '"99"' })).json).toMatchObject({ status: 412, version: Number(etag.slice(1, -1)) });
    expect((await patch({ 'if-match': etag })).json).toMatchObject({ title: 'Amended', version: Number(etag.slice(1, -1)) + 1 });
    expect((await ask(amend, `${path}/${id}`, { body: '{"number":"X-1"}', headers: { 'if-match': etag } })).json).toMatchObject({
      status: 400,
      errors: [{ pointer: '/number' }],
    });
  });

  it('has a chained history that ends at what stands, and names what is personal by commitment', async () => {
    const { json } = await ask(read('{id}/history'), `${path}/${id}/history`, { query: { limit: '100' } });
    expect(verifyChain(name, id, json.items)).toMatchObject({ whole: true, events: json.items.length });
    const [first] = json.items;
    for (const field of entity.personal) {
      if (first.record[field] !== undefined) expect(first.commitments[field]).toMatchObject({ salt: expect.any(String) });
    }
    const then = await ask(read('{id}'), `${path}/${id}`, { query: { asOf: first.at } });
    expect(then.status).toBe(200);
    expect((await ask(read('{id}'), `${path}/${id}`, { query: { asOf: '2020-01-01T00:00:00Z' } })).status).toBe(404);
  });

  it('makes no move that its state does not allow, and says which it allows', async () => {
    const { json: own, headers } = await ask(read('{id}'), `${path}/${id}`);
    const closed = entity.lifecycle.moves.filter((move) => !entity.lifecycle.movesFrom(own.status).includes(move));
    for (const move of closed) {
      const operation = operationOf(name, 'POST', `{id}/${move}`);
      if (!operation) continue;
      const body = JSON.stringify(
        sample(
          operation.body!,
          chanceFrom(5),
          idsFor(busy.ids, (from) => from[0]!),
        ),
      );
      const refused = await ask(operation, `${path}/${id}/${move}`, { body, headers: { 'if-match': headers['etag'] } });
      expect([move, refused.status]).toEqual([move, expect.toSatisfy((status: number) => status === 409 || status === 400)]);
    }
    expect((await ask(read('{id}'), `${path}/${id}`)).json).toEqual(own);
  });
});
