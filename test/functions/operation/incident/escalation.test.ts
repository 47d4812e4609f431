import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../../../functions/kernel/records.js';
import { operation } from '../../../../functions/operation/area.js';
import { operationEvents, operationTeller } from '../../../../functions/operation/hearing.js';
import { incidents } from '../../../../functions/operation/incident/entity.js';
import { operationTasks } from '../../../../functions/operation/working.js';
import type { Mailer, Obligation } from '../../../../functions/platform/mailer.js';
import { type Asked, startDesk, type TestDesk } from '../../../support/desk.js';
import { type SmallDesk, smallDesk } from '../../../support/fixtures.js';

interface Sent {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly obligation: Obligation;
}

let desk: TestDesk;
let small: SmallDesk;
let sent: Sent[] = [];
/** Stands where SES and SNS are: everything before it is real. */
let beforeSending: () => void = () => undefined;
const mailer: Mailer = {
  async mail(to, { subject, text }, obligation) {
    beforeSending();
    sent.push({ to, subject, text, obligation });
    return `ses-${sent.length}`;
  },
  async publish(topic, subject, text, obligation) {
    sent.push({ to: `topic:${topic}`, subject, text, obligation });
    return `sns-${sent.length}`;
  },
};

const MONDAY = '2026-03-02T08:30:00.000Z'; // 09:30 in Berlin
const agent: Asked = { roles: 'agent', sub: 'agent-1' };
const call = (request: string, asked: Asked = agent) => desk.call(operation, request, asked);
const at = (instant: string) => {
  desk.now = new Date(instant);
};

beforeAll(async () => {
  desk = await startDesk();
  at(MONDAY);
  small = await smallDesk(desk);
});
afterAll(() => desk.close());
beforeEach(() => {
  sent = [];
  beforeSending = () => undefined;
});

const recordsNow = () => desk.dependencies.store.for({ actor: 'test', now: desk.now, correlation: 'test' });
const open = async (over: object = {}) => {
  at(MONDAY);
  const { body } = await call('POST /v1/incidents', {
    ...agent,
    body: { title: 'Mail is down', requesterId: small.contactId, serviceId: small.serviceId, impact: 1, urgency: 1, ...over },
  });
  return String(body.id);
};
/** What the workflow does when it wakes, and what the bus then brings. */
const ring = async (id: string) => {
  const { timer } = await recordsNow().read(incidents, id);
  const answer = await operationTasks(desk.dependencies, mailer)({ task: 'escalate', id, generation: timer!.generation });
  await hearAll(id);
  return answer;
};
const historyOf = async (id: string): Promise<HistoryEvent[]> =>
  (await recordsNow().history(incidents, id, { limit: 100 })).items;
const hearAll = async (id: string, times = 1) => {
  const hear = operationEvents(desk.dependencies, mailer);
  for (const { sequence, event } of await historyOf(id)) {
    const detail = { entity: 'incident', id, sequence, tells: 'people' };
    await Promise.all(Array.from({ length: times }, () => hear({ source: 'steward', 'detail-type': event, detail })));
  }
};

describe('an escalation', () => {
  it('waits for the first step, tells its audience once, and waits for the next', async () => {
    const id = await open();
    await hearAll(id);
    sent = [];
    at('2026-03-02T08:41:59Z');
    expect(await ring(id)).toEqual({ state: 'wait', wakeAt: '2026-03-02T08:42:00.000Z' });
    expect(sent).toEqual([]);
    at('2026-03-02T08:42:00Z');
    expect(await ring(id)).toEqual({ state: 'wait', wakeAt: '2026-03-02T08:45:00.001Z' });
    expect(sent.map(({ to }) => to)).toEqual(['ada@desk.example']);
    expect(await ring(id)).toEqual({ state: 'wait', wakeAt: '2026-03-02T08:45:00.001Z' });
    expect(sent).toHaveLength(1);
  });

  it('records a breach once, at its due instant, and it stays', async () => {
    const id = await open();
    at('2026-03-02T08:50:00Z');
    await ring(id);
    const breaches = (await historyOf(id)).filter(({ event }) => event === 'incident.breached');
    expect(breaches).toHaveLength(1);
    expect(breaches[0]!.detail['clocks']).toMatchObject([
      { what: 'breached', clock: 'response', at: '2026-03-02T08:45:00.000Z' },
    ]);
    const { body: queue } = await call('GET /v1/incidents?phase=live&sort=due&limit=100');
    expect(queue.items.find((item: { id: string }) => item.id === id)).toMatchObject({
      overdueSince: '2026-03-02T08:45:00.000Z',
    });
    const due = queue.items.map(({ overdueSince, nextDue = '' }: Record<string, string>) => overdueSince ?? nextDue);
    expect(due.filter((instant: string) => instant !== '')).toEqual(due.filter((instant: string) => instant !== '').sort());
    await call(`POST /v1/incidents/${id}/acknowledge`, { ...agent, body: {}, headers: { 'if-match': '"1"' } });
    const { body } = await call(`GET /v1/incidents/${id}/clocks`);
    expect(body.items[0]).toMatchObject({ clock: 'response', breached: true, status: 'stopped' });
    expect((await call(`GET /v1/incidents/${id}`)).body).not.toHaveProperty('overdueSince');
  });

  it('passes an unanswered page on, in the end to the topic, and stops when somebody answers', async () => {
    const id = await open();
    at('2026-03-02T08:42:00Z');
    await ring(id);
    at('2026-03-02T08:52:00Z');
    await ring(id);
    expect(sent.some(({ to }) => to === 'topic:management')).toBe(true);
    const before = sent.length;
    await call(`POST /v1/incidents/${id}/acknowledge`, { ...agent, body: {}, headers: { 'if-match': '"1"' } });
    at('2026-03-02T09:30:00Z');
    await ring(id);
    expect(sent.filter(({ subject }) => subject.includes('acknowledge'))).toHaveLength(
      sent.filter(({ subject }) => subject.includes('acknowledge')).slice(0, before).length,
    );
  });

  it('skips a level with nobody in it at once: management hears', async () => {
    const { body: empty } = await desk.call((await import('../../../../functions/support/area.js')).support, 'POST /v1/teams', {
      body: { title: 'Nobody', levels: [[]] },
    });
    const id = await open({ teamId: empty.id });
    at('2026-03-02T08:42:00Z');
    await ring(id);
    expect(sent.map(({ to }) => to)).toContain('topic:management');
  });

  it('fires nothing while paused, and moves what has not fired', async () => {
    const id = await open();
    await call(`POST /v1/incidents/${id}/acknowledge`, { ...agent, body: {}, headers: { 'if-match': '"1"' } });
    await call(`POST /v1/incidents/${id}/pend`, { ...agent, body: { reason: 'customer' }, headers: { 'if-match': '"2"' } });
    at('2026-03-02T12:00:00Z');
    await hearAll(id);
    sent = [];
    expect(await ring(id)).toMatchObject({ state: 'ended' });
    expect(sent).toEqual([]);
    await call(`POST /v1/incidents/${id}/resume`, { ...agent, body: {}, headers: { 'if-match': '"3"' } });
    expect((await recordsNow().read(incidents, id)).timer).toEqual({ generation: 2, wakeAt: '2026-03-02T14:00:00.000Z' });
  });

  it('ends an execution whose generation is no longer the record’s', async () => {
    const id = await open();
    expect(await operationTasks(desk.dependencies, mailer)({ task: 'escalate', id, generation: 99 })).toEqual({
      state: 'ended',
      why: 'superseded',
    });
  });

  it('gives a lost timer a new generation by the sweep', async () => {
    const id = await open();
    at('2026-03-02T08:50:00Z');
    const { timer: before } = await recordsNow().read(incidents, id);
    await operationTasks(desk.dependencies, mailer)({ task: 'sweep' });
    expect((await recordsNow().read(incidents, id)).timer).toEqual({
      generation: before!.generation + 1,
      wakeAt: '2026-03-02T08:50:00.000Z',
    });
  });
});

describe('the notification ledger', () => {
  it('sends once however often the event comes', async () => {
    const id = await open();
    await hearAll(id, 3);
    await hearAll(id, 3);
    expect(sent.filter(({ obligation }) => obligation.key.startsWith('received#'))).toHaveLength(1);
    const { body } = await call(`GET /v1/incidents/${id}/deliveries`);
    expect(body.items).toMatchObject([{ letter: 'incident-received', state: 'sent', attempts: 1, messageId: 'ses-1' }]);
  });

  it('sends what was claimed and never sent, once, after the claim expired', async () => {
    const id = await open();
    beforeSending = () => {
      throw new Error('the process died here');
    };
    await expect(hearAll(id)).rejects.toThrow('the process died here');
    beforeSending = () => undefined;
    await hearAll(id);
    expect(sent).toEqual([]);
    desk.now = new Date(desk.now.getTime() + 3 * 60_000);
    expect(await operationTeller(desk.dependencies, mailer).resend()).toBeGreaterThan(0);
    await hearAll(id);
    expect(sent.filter(({ obligation }) => obligation.id === id)).toHaveLength(1);
    const history = await historyOf(id);
    expect(history.filter(({ event }) => event === 'incident.notified')).toHaveLength(1);
  });

  it('takes a receipt for proof and does not send again', async () => {
    const id = await open();
    beforeSending = () => {
      throw new Error('the process died after the provider took it');
    };
    await expect(hearAll(id)).rejects.toThrow();
    beforeSending = () => undefined;
    const key = (await historyOf(id)).flatMap(({ detail }) => (detail['notices'] as { key: string }[] | undefined) ?? [])[0]!.key;
    await operationTeller(desk.dependencies, mailer).receipt(
      { entity: 'incident', id, key },
      { state: 'delivered', at: desk.now.toISOString(), messageId: 'ses-taken' },
    );
    desk.now = new Date(desk.now.getTime() + 3 * 60_000);
    await operationTeller(desk.dependencies, mailer).resend();
    await hearAll(id);
    expect(sent.filter(({ obligation }) => obligation.id === id)).toEqual([]);
    const marks = (await historyOf(id)).filter(({ event }) => event === 'incident.notified');
    expect(marks).toMatchObject([{ detail: { key, messageId: 'ses-taken' } }]);
    expect(await operationTeller(desk.dependencies, mailer).resend()).toBe(0);
  });

  it('sends what bounced to the next rung', async () => {
    const id = await open();
    await hearAll(id);
    at('2026-03-02T08:42:00Z');
    await ring(id);
    const { obligation } = sent.find(({ to, obligation }) => to === 'ada@desk.example' && obligation.key.includes('unanswered'))!;
    const tags = {
      'steward-entity': ['incident'],
      'steward-id': [id],
      'steward-notice': [Buffer.from(obligation.key).toString('base64url')],
    };
    await operationEvents(
      desk.dependencies,
      mailer,
    )({
      source: 'aws.ses',
      'detail-type': 'Email Bounced',
      detail: { eventType: 'Bounce', mail: { messageId: 'ses-1', tags }, bounce: { bounceType: 'Permanent' } },
    });
    await hearAll(id);
    expect(sent.at(-1)!.to).toBe('topic:management');
  });
});
