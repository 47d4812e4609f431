import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { supportEvents } from '../../../../functions/support/hearing.js';
import { type Asked, startDesk, type TestDesk } from '../../../support/desk.js';
import { areasUnderTest, type SmallDesk, smallDesk } from '../../../support/fixtures.js';
import { mailroomOver, type TestMailroom } from '../../../support/mailroom.js';

/** Where a mail goes whose incident was merged, is watched, or is restricted, and who reads it. */

const { operation, support, relationship } = areasUnderTest;
let desk: TestDesk;
let small: SmallDesk;
let room: TestMailroom;
let colleagueId: string;
let guards: string;
beforeAll(async () => {
  desk = await startDesk();
  desk.now = new Date('2026-03-06T08:00:00.000Z');
  small = await smallDesk(desk);
  room = mailroomOver(desk);
  const colleague = { title: 'Cora', email: 'cora@harbour.example', customerId: small.customerId };
  colleagueId = (await desk.call(relationship, 'POST /v1/contacts', { body: colleague })).body.id;
  const identity = { issuer: 'https://issuer.example', subject: 'agent-4' };
  const body = { title: 'Guard', email: 'guard@desk.example', identity };
  const guard = (await desk.call(support, 'POST /v1/people', { body })).body.id;
  guards = (await desk.call(support, 'POST /v1/teams', { body: { title: 'Security', memberIds: [guard] } })).body.id;
});
afterAll(() => desk.close());
beforeEach(() => {
  desk.now = new Date(desk.now.getTime() + 2 * 3_600_000);
});

const agent: Asked = { roles: 'agent', sub: 'agent-1' };
const guard: Asked = { roles: 'agent', sub: 'agent-4' };
const call = (request: string, asked: Asked = agent) => desk.call(operation, request, asked);
const move = async (id: string, verb: string, body: object = {}, as: Asked = agent) => {
  const { headers } = await call(`GET /v1/incidents/${id}`, as);
  return call(`POST /v1/incidents/${id}/${verb}`, { ...as, body, headers: { 'if-match': headers['etag']! } });
};
const open = async (over: object = {}) =>
  (
    await call('POST /v1/incidents', {
      ...agent,
      body: { title: 'Mail is down', requesterId: small.contactId, serviceId: small.serviceId, ...over },
    })
  ).body;
const thread = (id: string) => desk.dependencies.signer.threadAddress('incident', id);
const comments = async (id: string, as: Asked = agent) => (await call(`GET /v1/incidents/${id}/comments`, as)).body.items;
const answer = async (id: string, from = 'Cleo Contact <cleo@harbour.example>', text = 'Still down.') =>
  room.receive({ from, to: await thread(id), subject: 'Re: Mail is down', text });
const cora = 'Cora <cora@harbour.example>';

describe('an answer by mail', () => {
  it('to an incident that was merged lands on the one that goes on, however long the way', async () => {
    const [first, second, third] = [await open({ requesterId: colleagueId }), await open(), await open()];
    await move(first.id, 'merge', { into: second.id });
    await move(second.id, 'merge', { into: third.id });
    const message = await answer(first.id, cora);
    expect(message).toMatchObject({ status: 'accepted', reason: 'token', answers: { type: 'incident', id: third.id } });
    expect(await room.take(message.id)).toEqual({ did: 'commented', incidentId: third.id });
    expect(await comments(third.id)).toMatchObject([{ body: 'Still down.', by: colleagueId }]);
    expect((await room.take(message.id)).did).toBe('none');
  });

  it('that was read before the merging lands there too, and one that had landed is not said again', async () => {
    const [one, other] = [await open({ requesterId: colleagueId }), await open()];
    const [early, late] = [await answer(one.id, cora, 'First.'), await answer(one.id, cora, 'Second.')];
    await room.take(early.id);
    await move(one.id, 'merge', { into: other.id });
    expect(await room.take(early.id)).toEqual({ did: 'none', incidentId: one.id });
    expect(await room.take(late.id)).toEqual({ did: 'commented', incidentId: other.id });
    expect((await comments(other.id)).map(({ body }: { body: string }) => body)).toEqual(['Second.']);
  });

  it('by a watcher is a comment that moves nothing; by a colleague who is none it waits in triage', async () => {
    const incident = await open();
    expect((await answer(incident.id, cora)).status).toBe('triage');
    await call(`POST /v1/incidents/${incident.id}/watchers`, { ...agent, body: { id: colleagueId } });
    await move(incident.id, 'resolve', { code: 'fixed', text: 'Done.' });
    await room.take((await answer(incident.id, cora, 'Thank you.')).id);
    expect(await comments(incident.id)).toMatchObject([{ body: 'Thank you.', by: colleagueId, fromRequester: true }]);
    expect((await call(`GET /v1/incidents/${incident.id}`)).body.status).toBe('resolved');
  });
});

describe('a restricted incident that came by mail', () => {
  const staff = (request: string, as: Asked) => desk.call(support, request, as);
  const isClosed = async (id: string) => {
    for (const rest of ['', '/raw', '/history', '/outcome', '/attachments'])
      expect([rest, (await staff(`GET /v1/messages/${id}${rest}`, agent)).status]).toEqual([rest, 404]);
    for (const query of ['', '?status=accepted', `?customerId=${small.customerId}`]) {
      const ids = (as: Asked) =>
        staff(`GET /v1/messages${query}`, as).then(({ body }) => body.items.map((item: { id: string }) => item.id));
      expect(await ids(agent)).not.toContain(id);
      if (!query.includes('customerId')) expect(await ids(guard)).toContain(id);
    }
  };

  it('takes its mails along, and gives them back', async () => {
    const opening = await room.receive({ subject: 'My badge was stolen', text: 'secret-badge' });
    const { incidentId } = await room.take(opening.id);
    const reply = await answer(incidentId!, undefined, 'secret-badge, on Monday');
    await room.take(reply.id);
    const hear = supportEvents(desk.dependencies);
    await move(incidentId!, 'restrict', { teamIds: [guards], reason: 'Security.' });
    await Promise.all([hear({ detail: { id: incidentId } }), hear({ detail: { id: incidentId } })]);
    for (const { id } of [opening, reply]) await isClosed(id);
    await move(incidentId!, 'lift-restriction', { reason: 'Harmless.' }, guard);
    await hear({ detail: { id: incidentId } });
    for (const { id } of [opening, reply]) expect((await staff(`GET /v1/messages/${id}`, agent)).status).toBe(200);
  });

  it('is still answered by its requester, and what it writes is read by its teams only', async () => {
    const incident = await open({ restrictedTo: [guards] });
    const reply = await answer(incident.id, undefined, 'secret-badge');
    expect(await room.take(reply.id)).toEqual({ did: 'commented', incidentId: incident.id });
    expect(await comments(incident.id, guard)).toMatchObject([{ body: 'secret-badge' }]);
    await isClosed(reply.id);
    const strange = await answer(incident.id, cora, 'secret-badge');
    expect(strange.status).toBe('triage');
    expect((await staff(`GET /v1/messages/${strange.id}`, agent)).status).toBe(404);
    expect((await staff(`GET /v1/messages/${strange.id}`, guard)).status).toBe(200);
  });
});
