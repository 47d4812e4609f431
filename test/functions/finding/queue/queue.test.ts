import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finding } from '../../../../functions/finding/area.js';
import { operation } from '../../../../functions/operation/area.js';
import { support } from '../../../../functions/support/area.js';
import { type Asked, startDesk, type TestDesk } from '../../../support/desk.js';
import { type SmallDesk, smallDesk } from '../../../support/fixtures.js';

let desk: TestDesk;
let small: SmallDesk;
let teamId: string;
const owner = { roles: 'agent', sub: 'agent-1' };
const mate = { roles: 'agent', sub: 'mate' };
const scoped = { roles: 'agent', sub: 'scoped' };
const other = { roles: 'agent', sub: 'other' };

beforeAll(async () => {
  desk = await startDesk();
  small = await smallDesk(desk);
  const hire = async (sub: string, more: object = {}): Promise<string> => {
    const identity = { issuer: 'https://issuer.example', subject: sub };
    const body = { title: sub, email: `${sub}@desk.example`, identity, ...more };
    return (await desk.call(support, 'POST /v1/people', { body })).body.id;
  };
  const memberIds = [await hire('mate'), await hire('scoped', { customerScope: [small.otherCustomerId] })];
  await hire('other');
  teamId = (await desk.call(support, 'POST /v1/teams', { body: { title: 'Night shift', memberIds } })).body.id;
  for (const requesterId of [small.contactId, small.otherContactId])
    await desk.call(operation, 'POST /v1/incidents', {
      ...owner,
      body: { title: 'Mail', requesterId, serviceId: small.serviceId },
    });
});
afterAll(() => desk.close());

const live = { title: 'Live', noun: 'incident', filters: { phase: 'live' }, order: 'due' };
const save = (body: object, as: Asked = owner) => desk.call(finding, 'POST /v1/queues', { ...as, body });
const items = async (id: string, as: Asked, query = '') =>
  (await desk.call(finding, `GET /v1/queues/${id}/items${query}`, as)).body;
const listed = async (as: Asked): Promise<string[]> =>
  (await desk.call(finding, 'GET /v1/queues', as)).body.items.map(({ id }: { id: string }) => id);

describe('a saved queue', () => {
  it('is private: nobody else lists, reads or changes it', async () => {
    const { body } = await save(live);
    expect(await listed(owner)).toContain(body.id);
    expect(await items(body.id, owner)).toMatchObject({ items: [{ title: 'Mail' }, { title: 'Mail' }], nextCursor: null });
    for (const as of [mate, other, { roles: 'admin', sub: 'user-1' }]) {
      expect(await listed(as)).not.toContain(body.id);
      expect(await items(body.id, as)).toMatchObject({ status: 404 });
      expect((await desk.call(finding, `GET /v1/queues/${body.id}`, as)).status).toBe(404);
    }
  });

  it('is read by the teams that it is shared with, who do not change it', async () => {
    const { body } = await save({ ...live, sharedWith: [teamId] });
    expect(await listed(mate)).toContain(body.id);
    expect((await items(body.id, mate)).items).toHaveLength(2);
    expect(await listed(other)).not.toContain(body.id);
    const patch = (as: Asked) =>
      desk.call(finding, `PATCH /v1/queues/${body.id}`, { ...as, body: { title: 'Ours' }, headers: { 'if-match': '"1"' } });
    expect((await patch(mate)).status).toBe(403);
    expect((await patch(owner)).status).toBe(200);
    const retire = await desk.call(finding, `POST /v1/queues/${body.id}/retire`, { ...mate, headers: { 'if-match': '"2"' } });
    expect(retire.status).toBe(403);
  });

  it('answers as whoever asks: of the customers that they serve, and with themselves in the place of “me”', async () => {
    const { body } = await save({ ...live, sharedWith: [teamId] });
    const seen = (await items(body.id, scoped)).items;
    expect(seen.map(({ customerId }: { customerId: string }) => customerId)).not.toContain(small.customerId);
    const mine = await save({ ...live, filters: { phase: 'live', assigneeId: 'me' }, sharedWith: [teamId] });
    const { body: page } = await desk.call(operation, 'GET /v1/incidents?phase=live&sort=due', owner);
    const first = page.items[0];
    const assigned = await desk.call(operation, `POST /v1/incidents/${first.id}/assign`, {
      ...owner,
      body: { assigneeId: small.agentId },
      headers: { 'if-match': `"${first.version}"` },
    });
    expect(assigned.status).toBe(200);
    expect((await items(mine.body.id, owner)).items.map(({ id }: { id: string }) => id)).toEqual([first.id]);
    expect((await items(mine.body.id, mate)).items).toEqual([]);
  });

  it('is paged like the list that it stands for', async () => {
    const { body } = await save(live);
    const first = await items(body.id, owner, '?limit=1');
    const second = await items(body.id, owner, `?limit=1&cursor=${encodeURIComponent(first.nextCursor)}`);
    expect([first, second].map((page) => page.items.length)).toEqual([1, 1]);
    expect(second.items[0].id).not.toBe(first.items[0].id);
    expect(second.nextCursor).toBeNull();
  });

  it('asks only what the noun answers, and says what that is', async () => {
    const answer = await save({ ...live, filters: { phase: 'live', priority: '1' } });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '?priority' }] } });
    const order = await save({ ...live, filters: { teamId } });
    expect(order.body.detail).toContain('phase=…&sort=due');
    expect((await save({ ...live, noun: 'secret' })).status).toBe(400);
  });
});
