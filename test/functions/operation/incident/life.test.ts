import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operation } from '../../../../functions/operation/area.js';
import { verifyChain } from '../../../../functions/platform/chain.js';
import { type Asked, startDesk, type TestDesk } from '../../../support/desk.js';
import { type SmallDesk, smallDesk } from '../../../support/fixtures.js';

let desk: TestDesk;
let small: SmallDesk;
beforeAll(async () => {
  desk = await startDesk();
  desk.now = new Date('2026-03-02T08:30:00.000Z'); // Monday 09:30 in Berlin
  small = await smallDesk(desk);
});
afterAll(() => desk.close());

const agent = { roles: 'agent', sub: 'agent-1' };
const contact = { roles: 'requester', sub: 'contact-1' };
const stranger = { roles: 'requester', sub: 'contact-2' };
const call = (request: string, asked: Asked = agent) => desk.call(operation, request, asked);
const move = (id: string, verb: string, version: number, body: object = {}, as: Asked = agent) =>
  call(`POST /v1/incidents/${id}/${verb}`, { ...as, body, headers: { 'if-match': `"${version}"` } });
const later = (minutes: number) => {
  desk.now = new Date(desk.now.getTime() + minutes * 60_000);
};
const open = async (over: object = {}) =>
  (
    await call('POST /v1/incidents', {
      ...agent,
      body: { title: 'Mail is down', requesterId: small.contactId, serviceId: small.serviceId, ...over },
    })
  ).body;

describe('an incident', () => {
  it('is opened with a priority, a team, an agreement and running clocks', async () => {
    const incident = await open({ impact: 1, urgency: 1 });
    expect(incident).toMatchObject({
      priority: 1,
      status: 'new',
      teamId: small.teamId,
      customerId: small.customerId,
      agreement: { id: small.agreementId, version: 2, rule: 'customer' },
      nextDue: '2026-03-02T08:45:00.000Z',
    });
    expect(incident.clocks).toBeUndefined();
    const { body } = await call(`GET /v1/incidents/${incident.id}/clocks`);
    expect(
      body.items.map(({ clock, due, status }: { clock: string; due: string; status: string }) => [clock, status, due]),
    ).toEqual([
      ['response', 'running', '2026-03-02T08:45:00.000Z'],
      ['resolution', 'running', '2026-03-02T12:30:00.000Z'],
      ['update', 'running', '2026-03-02T12:30:00.000Z'],
    ]);
  });

  it('goes from open to closed, in time, with a history that proves it', async () => {
    const { id, number } = await open({ impact: 1, urgency: 2 });
    later(5);
    expect(await move(id, 'acknowledge', 1)).toMatchObject({
      status: 200,
      body: { status: 'in-progress', acknowledgedBy: small.agentId },
    });
    expect((await move(id, 'pend', 2, { reason: 'customer' })).body.status).toBe('pending');
    later(60);
    expect(
      (await call(`POST /v1/incidents/${id}/comments`, { ...contact, body: { body: 'It is the second floor.' } })).status,
    ).toBe(201);
    expect((await call(`GET /v1/incidents/${id}`)).body).toMatchObject({ status: 'in-progress', version: 4 });
    await call(`POST /v1/incidents/${id}/worklog`, { ...agent, body: { minutes: 20, text: 'Restarted the relay.' } });
    expect((await move(id, 'resolve', 4, { code: 'fixed', text: 'Restarted.' })).body).toMatchObject({
      status: 'resolved',
      minutesSpent: 20,
    });
    const { body: clock } = await call(`GET /v1/incidents/${id}/clocks/resolution/explain`);
    expect(clock).toMatchObject({ status: 'stopped', elapsedMinutes: 5, breached: false });
    expect(clock.segments.reduce((sum: number, { minutes }: { minutes: number }) => sum + minutes, 0)).toBe(clock.elapsedMinutes);
    expect((await move(id, 'close', 5, {}, contact)).body.status).toBe('closed');
    const { body: history } = await call(`GET /v1/incidents/${number}/history`);
    expect(history.items.map(({ event }: { event: string }) => event)).toEqual([
      'incident.opened',
      'incident.acknowledged',
      'incident.pended',
      'incident.resumed',
      'incident.worked-on',
      'incident.resolved',
      'incident.closed',
    ]);
    expect(verifyChain('incident', id, history.items)).toMatchObject({ whole: true });
    expect(history.items[5].detail.notices).toMatchObject([
      { letter: 'incident-resolved', to: { kind: 'contact', id: small.contactId } },
    ]);
  });

  it('reopens, and its resolution clock goes on where it stopped', async () => {
    const { id } = await open();
    later(10);
    await move(id, 'resolve', 1, { code: 'fixed', text: 'Done.' });
    later(30);
    expect((await move(id, 'reopen', 2, { reason: 'Still broken.' }, contact)).body).toMatchObject({
      status: 'in-progress',
      reopenings: 1,
    });
    later(5);
    const { body } = await call(`GET /v1/incidents/${id}/clocks`);
    expect(body.items.find(({ clock }: { clock: string }) => clock === 'resolution')).toMatchObject({
      cycle: 2,
      elapsedMinutes: 15,
      status: 'running',
    });
  });

  it('moves its clocks to the new target when its priority changes', async () => {
    const { id } = await open({ impact: 3, urgency: 3 });
    later(10);
    const changed = await move(id, 'reclassify', 1, { impact: 1, urgency: 1, why: 'Everybody is affected.' });
    expect(changed).toMatchObject({ status: 200, body: { priority: 1 } });
    const { body } = await call(`GET /v1/incidents/${id}/clocks`);
    expect(body.items.find(({ clock }: { clock: string }) => clock === 'resolution')).toMatchObject({
      elapsedMinutes: 10,
      remainingMinutes: 230,
    });
  });

  it('is worked on by two at once without a lost update', async () => {
    const { id } = await open();
    const [a, b] = await Promise.all([move(id, 'assign', 1, { assigneeId: small.agentId }), move(id, 'acknowledge', 1)]);
    expect([a.status, b.status].sort()).toEqual([200, 412]);
  });

  it('is not there for another customer, on any route', async () => {
    const { id, number } = await open();
    for (const request of [
      `GET /v1/incidents/${id}`,
      `GET /v1/incidents/${number}`,
      `GET /v1/incidents/${id}/history`,
      `GET /v1/incidents/${id}/comments`,
      `GET /v1/incidents/${id}/attachments`,
    ]) {
      expect((await call(request, stranger)).status, request).toBe(404);
    }
    expect((await call(`POST /v1/incidents/${id}/comments`, { ...stranger, body: { body: 'x' } })).status).toBe(404);
    expect((await move(id, 'close', 1, {}, stranger)).status).toBe(404);
    expect((await call('GET /v1/incidents', stranger)).body.items).toEqual([]);
  });

  it('shows its requester what is public and no more', async () => {
    const { id } = await open();
    await call(`POST /v1/incidents/${id}/comments`, { ...agent, body: { body: 'secret', visibility: 'internal' } });
    await call(`POST /v1/incidents/${id}/comments`, { ...agent, body: { body: 'We are on it.' } });
    const { body: seen } = await call(`GET /v1/incidents/${id}`, contact);
    expect(seen).not.toHaveProperty('teamId');
    expect(
      (await call(`GET /v1/incidents/${id}/comments`, contact)).body.items.map(({ body }: { body: string }) => body),
    ).toEqual(['We are on it.']);
    const { body: history } = await call(`GET /v1/incidents/${id}/history`, contact);
    expect(JSON.stringify(history)).not.toContain('secret');
    expect(history.items.map(({ event }: { event: string }) => event)).toEqual(['incident.opened']);
  });

  it('stands in the queues by what breaches next', async () => {
    const { body } = await call('GET /v1/incidents?phase=live&sort=due');
    const due = body.items.map(({ nextDue }: { nextDue?: string }) => nextDue ?? '9999');
    expect(due).toEqual([...due].sort());
    expect((await call(`GET /v1/incidents?teamId=${small.teamId}&phase=live`)).body.items.length).toBeGreaterThan(2);
    expect(await call('GET /v1/incidents?teamId=x')).toMatchObject({ status: 400 });
  });

  it('tells a clear sentence when no agreement holds', async () => {
    const { body } = await call('POST /v1/incidents', {
      ...agent,
      body: { title: 'Elsewhere', customerId: small.otherCustomerId, serviceId: small.serviceId },
    });
    expect(body.gap).toContain('No agreement');
    expect((await call(`GET /v1/incidents/${body.id}/clocks`)).body.items).toEqual([]);
  });
});
