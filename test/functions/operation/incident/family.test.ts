import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operation } from '../../../../functions/operation/area.js';
import { operationEvents } from '../../../../functions/operation/hearing.js';
import type { Desk } from '../../../../functions/operation/incident/desk.js';
import { incidents } from '../../../../functions/operation/incident/entity.js';
import { follow, followAll } from '../../../../functions/operation/incident/following.js';
import { verifyChain } from '../../../../functions/platform/chain.js';
import { SYSTEM } from '../../../../functions/platform/telling.js';
import { type Asked, startDesk, type TestDesk } from '../../../support/desk.js';
import { type SmallDesk, smallDesk } from '../../../support/fixtures.js';

let desk: TestDesk;
let small: SmallDesk;
beforeAll(async () => {
  desk = await startDesk();
  desk.now = new Date('2026-03-02T08:30:00.000Z');
  small = await smallDesk(desk);
});
afterAll(() => desk.close());

const agent = { roles: 'agent', sub: 'agent-1' };
const call = (request: string, asked: Asked = agent) => desk.call(operation, request, asked);
const move = async (id: string, verb: string, body: object = {}) => {
  const { headers } = await call(`GET /v1/incidents/${id}`);
  return call(`POST /v1/incidents/${id}/${verb}`, { ...agent, body, headers: { 'if-match': headers['etag']! } });
};
const open = async (over: object = {}) =>
  (
    await call('POST /v1/incidents', {
      ...agent,
      body: { title: 'Mail is down', requesterId: small.contactId, serviceId: small.serviceId, ...over },
    })
  ).body;
const read = async (id: string) => (await call(`GET /v1/incidents/${id}`)).body;
const historyOf = async (id: string) => (await call(`GET /v1/incidents/${id}/history?limit=100`)).body.items;
const childrenOf = async (id: string) => (await call(`GET /v1/incidents/${id}/children`)).body.items;
const family = async (count: number, over: object = {}) => {
  const parent = await open(over);
  const children = [];
  for (let i = 0; i < count; i++) {
    const child = await open();
    expect((await move(child.id, 'set-parent', { parentId: parent.id })).status).toBe(200);
    children.push(child);
  }
  return { parent, children };
};
const system = (records = desk.dependencies.store.for({ actor: SYSTEM.id, now: desk.now, correlation: 'test' })): Desk => ({
  records,
  caller: SYSTEM,
  now: desk.now,
});
const resolution = { code: 'fixed', text: 'The relay was replaced.' };

describe('a parent', () => {
  it('is resolved with its children, each with its own history and outcome, however often it is heard', async () => {
    const { parent, children } = await family(3);
    await move(children[2]!.id, 'cancel', { reason: 'None.' });
    await move(parent.id, 'resolve', resolution);
    const hear = operationEvents(desk.dependencies, { mail: async () => 'sent', publish: async () => 'sent' });
    const last = (await historyOf(parent.id)).at(-1);
    const heard = {
      source: 'steward',
      'detail-type': 'incident.resolved',
      detail: { entity: 'incident', id: parent.id, sequence: last.sequence },
    };
    await Promise.all([hear(heard), hear(heard), hear(heard)]);
    for (const { id } of children.slice(0, 2)) {
      expect(await read(id)).toMatchObject({ status: 'resolved', resolution, resolvedWith: parent.id });
      const events = await historyOf(id);
      expect(events.filter(({ event }: { event: string }) => event === 'incident.resolved')).toHaveLength(1);
      expect(verifyChain('incident', id, events).whole).toBe(true);
      expect(
        events.flatMap(({ detail }: any) => detail.notices ?? []).filter(({ letter }: any) => letter === 'incident-resolved'),
      ).toHaveLength(1);
    }
    expect((await read(children[2]!.id)).status).toBe('cancelled');
    const shown = await childrenOf(parent.id);
    expect(shown.map(({ outcome }: any) => outcome?.state).sort()).toEqual(['followed', 'followed', undefined]);
    expect(await followAll(system())).toBe(0);
    expect((await historyOf(parent.id)).filter(({ event }: any) => event === 'incident.family-settled')).toHaveLength(1);
  });

  it('is closed with the children that it resolved, and leaves those alone that went their own way', async () => {
    const { parent, children } = await family(3);
    await move(children[1]!.id, 'resolve', { code: 'user-guided', text: 'Told how.' });
    await move(parent.id, 'resolve', resolution);
    await follow(system(), parent.id);
    await move(children[2]!.id, 'reopen', { reason: 'Still down.' });
    await move(parent.id, 'close');
    await follow(system(), parent.id);
    const states = await Promise.all(children.map(async ({ id }) => (await read(id)).status));
    expect(states).toEqual(['closed', 'resolved', 'in-progress']);
  });

  it('that was reopened before its children followed lets them be', async () => {
    const { parent, children } = await family(1);
    await move(parent.id, 'resolve', resolution);
    await move(parent.id, 'reopen', { reason: 'Not yet.' });
    expect(await follow(system(), parent.id)).toBe(true);
    expect((await read(children[0]!.id)).status).toBe('new');
    await move(parent.id, 'resolve', resolution);
    expect(await followAll(system())).toBe(1);
    expect((await read(children[0]!.id)).status).toBe('resolved');
  });

  it('names the children that could not follow, once, and is tried again until they have', async () => {
    const { parent, children } = await family(3);
    await move(parent.id, 'resolve', resolution);
    const real = system();
    const broken = system({
      ...real.records,
      decide: (async (entity, key, expected, rule) => {
        if (key === children[1]!.id) throw new Error('The engine is away.');
        return real.records.decide(entity, key, expected, rule);
      }) as Desk['records']['decide'],
    });
    for (let attempt = 0; attempt < 3; attempt++) await expect(follow(broken, parent.id)).rejects.toThrow('The engine is away.');
    expect((await read(children[0]!.id)).status).toBe('resolved');
    expect((await read(children[2]!.id)).status).toBe('resolved');
    const failures = (await historyOf(parent.id)).filter(({ event }: any) => event === 'incident.children-not-followed');
    expect(failures).toHaveLength(1);
    expect(failures[0].detail.failed).toEqual([{ number: children[1]!.number, why: 'It could not be written.' }]);
    const shown = await childrenOf(parent.id);
    expect(shown.find(({ id }: any) => id === children[1]!.id).outcome).toMatchObject({ state: 'failed' });
    expect(await followAll(system())).toBe(1);
    expect((await read(children[1]!.id)).status).toBe('resolved');
    expect((await childrenOf(parent.id)).map(({ outcome }: any) => outcome.state)).toEqual(['followed', 'followed', 'followed']);
  });

  it('goes on from wherever it was cut off, and does nothing twice', async () => {
    for (let steps = 1; steps <= 6; steps++) {
      const { parent, children } = await family(2);
      await move(parent.id, 'resolve', resolution);
      let left = steps;
      const real = system();
      const dying = system({
        ...real.records,
        decide: (async (...asked) => {
          const done = await real.records.decide(...asked);
          if (--left <= 0) throw new Error('killed');
          return done;
        }) as Desk['records']['decide'],
      });
      await follow(dying, parent.id).catch((error: Error) => expect(error.message).toBe('killed'));
      await followAll(system());
      for (const { id } of children) {
        const events = await historyOf(id);
        expect(events.filter(({ event }: any) => event === 'incident.resolved')).toHaveLength(1);
      }
      expect((await historyOf(parent.id)).filter(({ event }: any) => event === 'incident.family-settled')).toHaveLength(1);
    }
  });

  it('tells its children’s requesters what is said to all, once', async () => {
    const { parent, children } = await family(2, { requesterId: undefined });
    const said = await call(`POST /v1/incidents/${parent.id}/announcements`, { ...agent, body: { body: 'We know the cause.' } });
    expect(said.status).toBe(201);
    await Promise.all([follow(system(), parent.id), follow(system(), parent.id)]);
    for (const { id } of children) {
      const { body } = await call(`GET /v1/incidents/${id}/comments`);
      expect(body.items).toMatchObject([{ id: said.body.id, body: 'We know the cause.', via: 'parent', by: small.agentId }]);
      const notices = (await historyOf(id)).flatMap(({ detail }: any) => detail.notices ?? []);
      expect(notices.filter(({ letter }: any) => letter === 'public-comment')).toHaveLength(1);
    }
    const alone = await open();
    expect((await call(`POST /v1/incidents/${alone.id}/announcements`, { ...agent, body: { body: 'x' } })).status).toBe(409);
  });
});

describe('a family', () => {
  it('is one level deep, of one customer, and formed of what is worked on', async () => {
    const { parent, children } = await family(1);
    const [other, foreign] = [await open(), await open({ requesterId: small.otherContactId })];
    const refused = async (child: string, parentId: string) => (await move(child, 'set-parent', { parentId })).status;
    expect(await refused(parent.id, other.id)).toBe(409);
    expect(await refused(other.id, children[0]!.id)).toBe(409);
    expect(await refused(other.id, other.id)).toBe(409);
    expect(await refused(children[0]!.id, other.id)).toBe(409);
    expect(await refused(foreign.id, parent.id)).toBe(409);
    expect(await refused(other.id, 'INC-999999')).toBe(400);
    expect((await move(parent.id, 'merge', { into: other.id })).status).toBe(409);
    expect(
      (
        await move(children[0]!.id, 'reclassify', {
          customerId: small.otherCustomerId,
          requesterId: small.otherContactId,
          why: 'x',
        })
      ).status,
    ).toBe(409);
    expect((await move(parent.id, 'restrict', { teamIds: [small.teamId], reason: 'x' })).status).toBe(409);
    expect((await move(children[0]!.id, 'unset-parent')).body).not.toHaveProperty('parentId');
    expect(await childrenOf(parent.id)).toEqual([]);
    expect(await refused(parent.id, other.id)).toBe(200);
  });

  it('never closes a circle when two are made each other’s parent at once', async () => {
    for (let round = 0; round < 6; round++) {
      const [one, other] = [await open(), await open()];
      const make = (child: string, parentId: string) =>
        call(`POST /v1/incidents/${child}/set-parent`, { ...agent, body: { parentId }, headers: { 'if-match': '"1"' } });
      const answers = await Promise.all([make(one.id, other.id), make(other.id, one.id)]);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    }
  });

  it('counts its children right, however many come and go at once', async () => {
    const parent = await open();
    const many = await Promise.all(Array.from({ length: 8 }, () => open()));
    await Promise.all(many.map(({ id }) => move(id, 'set-parent', { parentId: parent.id })));
    await Promise.all(many.slice(0, 3).map(({ id }) => move(id, 'unset-parent')));
    const { record } = await system().records.read(incidents, parent.id);
    expect(record.children).toBe((await childrenOf(parent.id)).length);
    expect(record.children).toBe(5);
  });
});
