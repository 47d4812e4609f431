import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operation } from '../../../../functions/operation/area.js';
import { documentsOf } from '../../../../functions/platform/documents.js';
import { support } from '../../../../functions/support/area.js';
import { type Asked, deskOver, startDesk, type TestDesk } from '../../../support/desk.js';
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
const open = async (over: object = {}) =>
  (
    await desk.call(operation, 'POST /v1/incidents', {
      ...agent,
      body: { title: 'Mail is down', requesterId: small.contactId, serviceId: small.serviceId, ...over },
    })
  ).body;
const several = async (count: number) => {
  const all: { id: string; version: number; number: string }[] = [];
  for (let i = 0; i < count; i++) all.push(await open());
  return all.map(({ id, version, number }) => ({ id, version, number }));
};
const named = (all: readonly { id: string; version: number }[]) => all.map(({ id, version }) => ({ id, version }));
const preview = (action: object, items: object[], as: Asked = agent) =>
  desk.call(operation, 'POST /v1/incidents/bulk/preview', { ...as, body: { action, items } });
const apply = (action: object, items: object[], as: Asked = agent, key?: string, on: Pick<TestDesk, 'call'> = desk) =>
  on.call(operation, 'POST /v1/incidents/bulk', {
    ...as,
    body: { action, items },
    ...(key !== undefined && { headers: { 'idempotency-key': key } }),
  });
const history = async (id: string): Promise<string[]> =>
  (await desk.call(operation, `GET /v1/incidents/${id}/history?limit=100`, agent)).body.items.map(
    ({ event }: { event: string }) => event,
  );
const resolve = { verb: 'resolve', code: 'fixed', text: 'The relay was replaced.' };

describe('an action on many incidents', () => {
  it('is previewed for each: what it would become, or why it is refused; and nothing is written', async () => {
    const [one, other] = await several(2);
    await apply({ verb: 'cancel', reason: 'None.' }, named([other!]));
    const { body } = await preview(resolve, [{ id: one!.number, version: 1 }, { id: other!.id }, { id: 'unknown' }]);
    expect(body.items).toMatchObject([
      { id: one!.id, outcome: 'would-change', version: 1, status: 'resolved' },
      { id: other!.id, outcome: 'refused', version: 2, reason: 'illegal-move', detail: expect.stringContaining('final') },
      { id: 'unknown', outcome: 'refused', reason: 'not-found' },
    ]);
    expect(body).toMatchObject({ counts: { wouldChange: 1, refused: 2 }, complete: true });
    expect(await history(one!.id)).toEqual(['incident.opened']);
  });

  it('does what was previewed, to each by itself, and shows which were refused', async () => {
    const all = await several(4);
    await apply({ verb: 'pend', reason: 'parts' }, named([all[1]!]));
    const { body } = await apply({ verb: 'assign', assigneeId: small.agentId }, named(all));
    expect(body.items.map(({ outcome, reason }: { outcome: string; reason?: string }) => reason ?? outcome)).toEqual([
      'changed',
      'stale',
      'changed',
      'changed',
    ]);
    expect(body.counts).toEqual({ changed: 3, wouldChange: 0, refused: 1, notTried: 0 });
    expect(await history(all[1]!.id)).toEqual(['incident.opened', 'incident.pended']);
    expect((await desk.call(operation, `GET /v1/incidents/${all[0]!.id}`, agent)).body).toMatchObject({
      assigneeId: small.agentId,
      version: 2,
    });
  });

  it('carries out every action as its own route does', async () => {
    const [one] = await several(1);
    const actions = [
      { verb: 'comment', body: 'We look into it.' },
      { verb: 'assign', teamId: small.teamId },
      { verb: 'pend', reason: 'supplier' },
      resolve,
      { verb: 'close' },
    ];
    let version = 1;
    for (const action of actions) {
      const { body } = await apply(action, [{ id: one!.id, version }]);
      expect([action.verb, body.items[0].outcome, body.items[0].detail]).toEqual([action.verb, 'changed', undefined]);
      ({ version } = body.items[0]);
    }
    const done = ['opened', 'commented', 'assigned', 'pended', 'resolved', 'closed'].map((event) => `incident.${event}`);
    expect(await history(one!.id)).toEqual(done);
  });

  it('goes on under the same key where it was cut short, and does nothing twice', async () => {
    const all = await several(30);
    const documents = documentsOf(desk.table.client);
    let left = 14;
    const dying = deskOver({
      ...documents,
      transactWrite: async (input) => {
        if (left-- <= 0) throw new Error('Cut short.');
        return documents.transactWrite(input);
      },
    });
    dying.now = desk.now;
    expect((await apply({ verb: 'comment', body: 'Soon.' }, named(all), agent, 'cut', dying)).status).toBe(500);
    const again = await apply({ verb: 'comment', body: 'Soon.' }, named(all), agent, 'cut');
    expect(again.body.counts).toMatchObject({ changed: 30, refused: 0 });
    const third = await apply({ verb: 'comment', body: 'Soon.' }, named(all), agent, 'cut');
    expect(third.body).toEqual(again.body);
    for (const { id } of all) expect(await history(id)).toEqual(['incident.opened', 'incident.commented']);
    expect((await apply({ verb: 'comment', body: 'Later.' }, named(all), agent, 'cut')).status).toBe(422);
    expect((await apply({ verb: 'comment', body: 'Soon.' }, named(all.slice(1)), agent, 'cut')).status).toBe(422);
  });

  it('does each once when the same request comes twice at once', async () => {
    const all = await several(12);
    const [one, other] = await Promise.all([1, 2].map(() => apply(resolve, named(all), agent, 'twice')));
    for (const { body } of [one!, other!]) expect(body.counts).toMatchObject({ changed: 12, refused: 0 });
    for (const { id } of all) expect(await history(id)).toEqual(['incident.opened', 'incident.resolved']);
  });

  it('does not tell one that may not be seen from one that is not there', async () => {
    const [one] = await several(1);
    const scoped = { roles: 'agent', sub: 'scoped' };
    const identity = { issuer: 'https://issuer.example', subject: 'scoped' };
    await desk.call(support, 'POST /v1/people', {
      body: { title: 'Sam', email: 'sam@desk.example', identity, customerScope: [small.otherCustomerId] },
    });
    for (const ask of [preview, apply]) {
      const { body } = await ask(
        resolve,
        [
          { id: one!.id, version: 1 },
          { id: 'nobody', version: 1 },
        ],
        scoped,
      );
      const [theirs, nobodys] = body.items.map(({ id, ...rest }: { id: string; detail: string }) => ({
        ...rest,
        detail: rest.detail.replace(id, '…'),
      }));
      expect(theirs).toEqual(nobodys);
    }
    expect(await history(one!.id)).toEqual(['incident.opened']);
  });

  it('refuses as a whole what is wrong with all: nobody named, one named twice, too many', async () => {
    const item = { id: 'one', version: 1 };
    expect((await apply({ verb: 'assign' }, [item])).status).toBe(400);
    expect((await apply({ verb: 'close' }, [item, item])).body.errors).toEqual([
      { pointer: '/items/1/id', message: 'Named before.' },
    ]);
    const many = Array.from({ length: 501 }, (_, i) => ({ id: `i${i}`, version: 1 }));
    expect((await apply({ verb: 'close' }, many)).status).toBe(400);
    expect((await apply({ verb: 'close' }, [item], { roles: 'requester', sub: 'contact-1' })).status).toBe(403);
  });
});
