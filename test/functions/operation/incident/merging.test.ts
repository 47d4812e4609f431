import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refusal } from '../../../../functions/kernel/errors.js';
import { operation } from '../../../../functions/operation/area.js';
import { commandBoth, type Desk } from '../../../../functions/operation/incident/desk.js';
import { incidents } from '../../../../functions/operation/incident/entity.js';
import { merge } from '../../../../functions/operation/incident/merging.js';
import { survivorOf } from '../../../../functions/operation/incident/survivor.js';
import { verifyChain } from '../../../../functions/platform/chain.js';
import { type Asked, startDesk, type TestDesk } from '../../../support/desk.js';
import { areasUnderTest, type SmallDesk, smallDesk } from '../../../support/fixtures.js';

let desk: TestDesk;
let small: SmallDesk;
let colleagueId: string;
beforeAll(async () => {
  desk = await startDesk();
  desk.now = new Date('2026-03-02T08:30:00.000Z'); // Monday 09:30 in Berlin
  small = await smallDesk(desk);
  const identity = { issuer: 'https://issuer.example', subject: 'contact-3' };
  const body = { title: 'Cora', email: 'cora@harbour.example', customerId: small.customerId, identity };
  colleagueId = (await desk.call(areasUnderTest.relationship, 'POST /v1/contacts', { body })).body.id;
});
afterAll(() => desk.close());

const agent = { roles: 'agent', sub: 'agent-1' };
const contact = { roles: 'requester', sub: 'contact-1' };
const colleague = { roles: 'requester', sub: 'contact-3' };
const call = (request: string, asked: Asked = agent) => desk.call(operation, request, asked);
const move = async (id: string, verb: string, body: object = {}, as: Asked = agent) => {
  const { headers } = await call(`GET /v1/incidents/${id}`, as);
  return call(`POST /v1/incidents/${id}/${verb}`, { ...as, body, headers: { 'if-match': headers['etag'] ?? '"1"' } });
};
const open = async (over: object = {}) =>
  (
    await call('POST /v1/incidents', {
      ...agent,
      body: { title: 'Mail is down', requesterId: small.contactId, serviceId: small.serviceId, ...over },
    })
  ).body;
const historyOf = async (id: string) => (await call(`GET /v1/incidents/${id}/history?limit=100`)).body.items;
const recordsAs = (actor: string) => desk.dependencies.store.for({ actor, now: desk.now, correlation: 'test' });
const deskAs = (id: string): Desk => ({
  records: recordsAs(id),
  now: desk.now,
  caller: { id, kind: 'person', roles: ['agent'] },
});

describe('a merged incident', () => {
  it('ends uncounted, points at the one that goes on, and its requester follows that', async () => {
    const [one, other] = [await open({ requesterId: colleagueId }), await open()];
    const merged = await move(one.id, 'merge', { into: other.number });
    expect(merged).toMatchObject({ status: 200, body: { status: 'merged', mergedInto: { id: other.id, number: other.number } } });
    expect(merged.body).not.toHaveProperty('nextDue');
    const { body: clocks } = await call(`GET /v1/incidents/${one.id}/clocks`);
    for (const clock of clocks.items) expect(clock.status).toBe('ended');
    const { timer } = await recordsAs('x').read(incidents, one.id);
    expect(timer).not.toHaveProperty('wakeAt');
    expect((await call(`GET /v1/incidents/${other.id}`, colleague)).body).toMatchObject({ number: other.number });
    expect((await call(`GET /v1/incidents/${other.id}/watchers`)).body.items).toEqual([
      { id: colleagueId, kind: 'contact', customerId: small.customerId, because: one.id },
    ]);
    expect((await call(`GET /v1/incidents/${other.id}/links?direction=from`)).body.items).toMatchObject([
      { type: 'duplicates', id: one.id },
    ]);
    const told = (await historyOf(one.id)).at(-1).detail.notices;
    expect(told).toMatchObject([{ letter: 'incident-merged', to: { kind: 'contact', id: colleagueId } }]);
    for (const { id } of [one, other]) expect(verifyChain('incident', id, await historyOf(id)).whole).toBe(true);
  });

  it('takes no comments and no moves, and says where it went on', async () => {
    const [one, other] = [await open(), await open()];
    await move(one.id, 'merge', { into: other.id });
    const comment = await call(`POST /v1/incidents/${one.id}/comments`, { ...contact, body: { body: 'Still down.' } });
    expect([comment.status, comment.body.detail]).toEqual([409, expect.stringContaining(other.number)]);
    for (const verb of ['acknowledge', 'resume', 'reopen', 'close', 'cancel', 'merge'])
      expect((await move(one.id, verb, verb === 'merge' ? { into: other.id } : { reason: 'x' })).status).toBeGreaterThanOrEqual(
        400,
      );
    expect((await call(`GET /v1/incidents/${one.id}`)).body.status).toBe('merged');
  });

  it('goes on where it was when the merging is undone, and what came due meanwhile is breached then', async () => {
    const [one, other] = [await open({ requesterId: colleagueId, impact: 1, urgency: 1 }), await open()];
    await move(one.id, 'merge', { into: other.id });
    desk.now = new Date('2026-03-02T09:30:00.000Z');
    const undone = await move(one.id, 'unmerge', { reason: 'Two different faults.' });
    expect(undone).toMatchObject({ status: 200, body: { status: 'in-progress', overdueSince: '2026-03-02T09:30:00.000Z' } });
    expect(undone.body).not.toHaveProperty('mergedInto');
    const { body: clocks } = await call(`GET /v1/incidents/${one.id}/clocks`);
    expect(clocks.items.find(({ clock }: { clock: string }) => clock === 'resolution')).toMatchObject({
      status: 'running',
      elapsedMinutes: 60,
    });
    expect((await call(`GET /v1/incidents/${other.id}`, colleague)).status).toBe(404);
    expect((await call(`GET /v1/incidents/${other.id}/watchers`)).body.items).toEqual([]);
    expect((await recordsAs('x').read(incidents, one.id)).timer).toHaveProperty('wakeAt');
    desk.now = new Date('2026-03-02T08:30:00.000Z');
  });

  it('was resolved and is again, with its clocks as they had stopped', async () => {
    const [one, other] = [await open(), await open()];
    await move(one.id, 'resolve', { code: 'fixed', text: 'Restarted.' });
    await move(one.id, 'merge', { into: other.id });
    expect((await move(one.id, 'unmerge', { reason: 'No.' })).body).toMatchObject({ status: 'resolved' });
    const { body } = await call(`GET /v1/incidents/${one.id}/clocks`);
    expect(body.items.map(({ status }: { status: string }) => status)).toEqual(['stopped', 'stopped', 'stopped']);
  });

  it.each([
    ['itself', async () => ({ same: true })],
    ['one that is finished', async (other: string) => move(other, 'cancel', { reason: 'None.' })],
    [
      'another customer’s',
      async (other: string) =>
        move(other, 'reclassify', { customerId: small.otherCustomerId, requesterId: small.otherContactId, why: 'Theirs.' }),
    ],
    ['one that was merged', async (other: string) => move(other, 'merge', { into: (await open()).id })],
  ])('is not made of %s', async (_, prepare) => {
    const [one, other] = [await open(), await open()];
    const same = 'same' in (await prepare(other.id));
    const refused = await move(one.id, 'merge', { into: same ? one.id : other.id });
    expect([refused.status, refused.body.errors?.[0].pointer]).toEqual([409, '/into']);
    expect((await call(`GET /v1/incidents/${one.id}`)).body.status).toBe('new');
    expect((await move(one.id, 'merge', { into: 'INC-999999' })).body.errors[0].pointer).toBe('/into');
  });

  it('answers a repeated request as it was answered first, and does nothing twice', async () => {
    const [one, other] = [await open({ requesterId: colleagueId }), await open()];
    const asked = { ...agent, body: { into: other.id }, headers: { 'if-match': '"1"', 'idempotency-key': 'merge-1' } };
    const [first, second] = [
      await call(`POST /v1/incidents/${one.id}/merge`, asked),
      await call(`POST /v1/incidents/${one.id}/merge`, asked),
    ];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.body).toEqual(first.body);
    expect(await historyOf(other.id)).toHaveLength(2);
  });
});

describe('mergings that contradict each other', () => {
  const outcome = async (work: Promise<unknown>): Promise<string> => {
    try {
      await work;
      return 'done';
    } catch (error) {
      if (error instanceof Refusal) return error.reason;
      throw error;
    }
  };
  const merging = (from: string, into: string, who: string) =>
    outcome(commandBoth(deskAs(who), [{ key: from }, { key: into }], merge));

  it('do not both win when two incidents are merged into each other at once', async () => {
    for (let round = 0; round < 8; round++) {
      const [one, other] = [await open(), await open()];
      const outcomes = await Promise.all([merging(one.id, other.id, 'a'), merging(other.id, one.id, 'b')]);
      expect(outcomes.sort()).toEqual(['conflict', 'done']);
      const states = await Promise.all([one, other].map(async ({ id }) => (await recordsAs('x').read(incidents, id)).record));
      expect(states.filter(({ status }) => status === 'merged')).toHaveLength(1);
    }
  });

  it('never close a circle, however many are merged at once, and every one leads to one that goes on', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => open()));
    const pairs = all.flatMap((one) => all.filter((other) => other !== one).map((other) => [one, other] as const));
    await Promise.all(pairs.map(([one, other], i) => merging(one.id, other.id, `writer-${i}`)));
    const records = recordsAs('x');
    for (const { id } of all) {
      const { record } = await records.read(incidents, id);
      const survivor = await survivorOf(records, record);
      expect(survivor.mergedInto).toBeUndefined();
      expect(verifyChain('incident', id, await historyOf(id)).whole).toBe(true);
    }
    const left = await Promise.all(all.map(async ({ id }) => (await records.read(incidents, id)).record.status));
    expect(left.filter((status) => status !== 'merged')).toHaveLength(1);
  });
});
