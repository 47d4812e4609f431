import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { design } from '../../../../functions/design/area.js';
import type { Area } from '../../../../functions/kernel/area.js';
import { operation } from '../../../../functions/operation/area.js';
import { incidents } from '../../../../functions/operation/incident/entity.js';
import { operationTasks } from '../../../../functions/operation/working.js';
import type { Mailer } from '../../../../functions/platform/mailer.js';
import { relationship } from '../../../../functions/relationship/area.js';
import { support } from '../../../../functions/support/area.js';
import { type Asked, startDesk, type TestDesk } from '../../../support/desk.js';
import { type SmallDesk, smallDesk } from '../../../support/fixtures.js';

let desk: TestDesk;
let small: SmallDesk;
let network: string;
let carrier: string;
let olaId: string;
let contractId: string;

const MONDAY = '2026-03-02T08:30:00.000Z'; // 09:30 in Berlin
const agent: Asked = { roles: 'agent', sub: 'agent-1' };
const call = (request: string, asked: Asked = agent, area: Area = operation) => desk.call(area, request, asked);
const at = (instant: string) => {
  desk.now = new Date(instant);
};
const make = async (area: Area, path: string, body: object): Promise<string> => {
  const { status, body: made } = await desk.call(area, `POST /v1/${path}`, { body });
  expect([status, made]).toEqual([201, made]);
  return made.id;
};
const activate = (id: string) =>
  desk.call(design, `POST /v1/agreements/${id}/activate`, { body: {}, headers: { 'if-match': '"1"' } });
const targets = (minutes: number) =>
  Object.fromEntries(['1', '2', '3', '4'].map((priority) => [priority, { assignment: { minutes } }]));
const ola = (over: object) => ({
  title: 'Network OLA',
  kind: 'OLA',
  calendarId: small.calendarId,
  timezone: 'Europe/Berlin',
  validFrom: '2026-01-01',
  targets: targets(60),
  ...over,
});

beforeAll(async () => {
  desk = await startDesk();
  at(MONDAY);
  small = await smallDesk(desk);
  network = await make(support, 'teams', { title: 'Network', levels: [[small.agentId]] });
  const supplierId = await make(relationship, 'suppliers', { title: 'Carrier' });
  carrier = await make(support, 'teams', { title: 'Carrier’s desk', supplierId });
  const policyId = await make(design, 'escalation-policies', {
    title: 'Of the network team',
    steps: [
      {
        id: 'half',
        clock: 'assignment',
        at: { percent: 50 },
        audience: [{ kind: 'team-level', level: 1 }],
        channels: ['email'],
        acknowledgeWithinMinutes: 5,
      },
    ],
    terminal: { kind: 'topic', topic: 'network-lead' },
  });
  olaId = await make(design, 'agreements', ola({ teamId: network, escalationPolicyId: policyId }));
  const contract = { title: 'Carrier’s contract', kind: 'underpinning-contract', supplierId, targets: targets(240) };
  contractId = await make(design, 'agreements', ola(contract));
  await activate(olaId);
  await activate(contractId);
});
afterAll(() => desk.close());

const open = async (over: object = {}) => {
  at(MONDAY);
  const body = { title: 'No line', requesterId: small.contactId, serviceId: small.serviceId, ...over };
  return (await call('POST /v1/incidents', { ...agent, body })).body;
};
const assign = async (id: string, teamId: string, more: object = {}) => {
  const { body } = await call(`GET /v1/incidents/${id}`);
  return call(`POST /v1/incidents/${id}/assign`, {
    ...agent,
    headers: { 'if-match': `"${body.version}"` },
    body: { teamId, ...more },
  });
};
const clocksOf = async (id: string) => (await call(`GET /v1/incidents/${id}/clocks`)).body.items as any[];
const assignments = async (id: string) => (await clocksOf(id)).filter(({ clock }) => clock === 'assignment');

describe('an incident that is given to a team with an operational level agreement', () => {
  it('has the team’s clock beside the customer’s, with team and agreement', async () => {
    const { id } = await open();
    expect((await clocksOf(id)).map(({ clock, promise }) => [clock, promise])).toEqual([
      ['response', 'SLA'],
      ['resolution', 'SLA'],
      ['update', 'SLA'],
    ]);
    at('2026-03-02T09:00:00.000Z');
    expect((await assign(id, network)).body).toMatchObject({ teamId: network, assignedAt: '2026-03-02T09:00:00.000Z' });
    expect(await assignments(id)).toMatchObject([
      {
        promise: 'OLA',
        assignedTo: { teamId: network },
        agreement: { id: olaId, version: 2 },
        rule: 'team',
        from: '2026-03-02T09:00:00.000Z',
        due: '2026-03-02T10:00:00.000Z',
        status: 'running',
      },
    ]);
    expect((await call(`GET /v1/incidents/${id}`)).body.nextDue).toBe('2026-03-02T09:30:00.000Z'); // the response to the customer
  });

  it('keeps the clock while the team only changes who does it, and begins another with another team', async () => {
    const { id } = await open({ teamId: network });
    at('2026-03-02T08:50:00.000Z');
    await assign(id, network, { assigneeId: small.agentId });
    at('2026-03-02T09:00:00.000Z');
    await assign(id, carrier);
    at('2026-03-02T09:10:00.000Z');
    const shown = await assignments(id);
    expect(shown).toMatchObject([
      { cycle: 1, promise: 'OLA', status: 'stopped', elapsedMinutes: 30 },
      { cycle: 2, promise: 'underpinning-contract', rule: 'supplier', status: 'running', elapsedMinutes: 10 },
    ]);
    expect(shown[1].assignedTo).toMatchObject({ teamId: carrier, supplierId: expect.any(String) });
    const explained = await call(`GET /v1/incidents/${id}/clocks/assignment/explain?cycle=1`);
    expect(explained.body).toMatchObject({ elapsedMilliseconds: 30 * 60_000, assignedTo: { teamId: network } });
    const latest = await call(`GET /v1/incidents/${id}/clocks/assignment/explain`);
    expect(latest.body).toMatchObject({ cycle: 2, elapsedMilliseconds: 10 * 60_000 });
  });

  it('has the clock of the team that a bulk action gives it to', async () => {
    const all = [await open({ teamId: network }), await open({ teamId: network })];
    at('2026-03-02T09:00:00.000Z');
    const items = all.map(({ id }) => ({ id, version: 1 }));
    const { body } = await call('POST /v1/incidents/bulk', {
      ...agent,
      body: { action: { verb: 'assign', teamId: carrier }, items },
    });
    expect(body.counts).toMatchObject({ changed: 2 });
    at('2026-03-02T09:10:00.000Z');
    for (const { id } of all)
      expect(await assignments(id)).toMatchObject([
        { cycle: 1, promise: 'OLA', status: 'stopped', elapsedMinutes: 30 },
        { cycle: 2, promise: 'underpinning-contract', status: 'running', elapsedMinutes: 10 },
      ]);
  });

  it('counts in the attainment of the agreement that it was promised by, and nowhere else', async () => {
    const [late, kept] = [await open({ teamId: network }), await open({ teamId: network })];
    at('2026-03-02T09:20:00.000Z');
    await assign(kept.id, carrier);
    at('2026-03-02T11:00:00.000Z');
    await assign(late.id, small.teamId);
    const attained = async (id: string) => (await call(`GET /v1/agreements/${id}/attainment`, agent, design)).body.clocks;
    const [clock, ...others] = await attained(olaId);
    expect(others).toEqual([]);
    expect(clock.clock).toBe('assignment');
    expect(clock.met.map(({ record }: any) => record)).toContain(kept.number);
    expect(clock.breached).toEqual([expect.objectContaining({ record: late.number, at: '2026-03-02T09:30:00.000Z' })]);
    const [theirs] = await attained(contractId);
    expect(theirs.breached).toEqual([]);
    const customers = await attained(small.agreementId);
    expect(customers.map(({ clock }: any) => clock)).toEqual(['response', 'resolution', 'update']);
  });

  it('is escalated by the policy of the team’s agreement, whose end is that policy’s own', async () => {
    const { id } = await open({ teamId: network, requesterId: small.otherContactId });
    const records = desk.dependencies.store.for({ actor: 'test', now: desk.now, correlation: 'test' });
    const silent: Mailer = { mail: async () => 'ses-1', publish: async () => 'sns-1' };
    const ring = async (instant: string) => {
      at(instant);
      const { timer } = await records.read(incidents, id);
      await operationTasks(desk.dependencies, silent)({ task: 'escalate', id, generation: timer!.generation });
      return (await records.history(incidents, id, { limit: 100 })).items.at(-1)!;
    };
    expect((await records.read(incidents, id)).timer!.wakeAt).toBe('2026-03-02T09:00:00.000Z');
    expect((await ring('2026-03-02T09:00:00.000Z')).detail).toMatchObject({
      steps: ['assignment#1#half'],
      notices: [{ letter: 'page', to: { kind: 'person', id: small.agentId }, data: { clock: 'assignment' } }],
    });
    expect((await ring('2026-03-02T09:05:00.000Z')).detail).toMatchObject({
      notices: [{ letter: 'page', to: { kind: 'topic', id: 'network-lead' } }],
    });
    const breach = await ring('2026-03-02T09:30:00.001Z');
    expect(breach).toMatchObject({ event: 'incident.breached' });
    const shown = (await call(`GET /v1/incidents/${id}`)).body;
    expect(shown.overdueSince).toBeUndefined();
    expect((await assignments(id))[0]).toMatchObject({ breached: true, breachedAt: '2026-03-02T09:30:00.000Z' });
  });

  it('is judged anew with its priority, from where the team got it', async () => {
    const { id, version } = await open({ teamId: network });
    await desk.call(design, `POST /v1/agreements/${olaId}/revise`, {
      headers: { 'if-match': '"2"' },
      body: {
        terms: ola({ teamId: network, targets: { ...targets(60), '1': { assignment: { minutes: 45 } } } }),
        reason: 'Faster.',
      },
    });
    at('2026-03-02T08:40:00.000Z');
    const body = { impact: 1, urgency: 1, why: 'Everybody is affected.' };
    await call(`POST /v1/incidents/${id}/reclassify`, { ...agent, headers: { 'if-match': `"${version}"` }, body });
    expect(await assignments(id)).toMatchObject([
      { cycle: 1, agreement: { id: olaId, version: 3 }, priority: '1', elapsedMinutes: 10, remainingMinutes: 35 },
    ]);
  });
});

describe('an agreement', () => {
  it.each([
    ['an OLA without a team', { kind: 'OLA' }, '/teamId'],
    ['an OLA with a customer', { customerId: 'x' }, '/customerId'],
    [
      'an OLA that promises an answer to a customer',
      { targets: { '1': { response: { minutes: 5 } }, '2': {}, '3': {}, '4': {} } },
      '/targets/1/response',
    ],
    ['a contract without a supplier', { kind: 'underpinning-contract', teamId: undefined }, '/supplierId'],
    ['an SLA with a team', { kind: 'SLA', targets: { '1': { response: { minutes: 5 } }, '2': {}, '3': {}, '4': {} } }, '/teamId'],
    ['an OLA of a team that is not there', { teamId: 'nobody' }, '/teamId'],
  ])('names its own party and promises what its kind promises: refuses %s', async (_, over, pointer) => {
    const team = 'kind' in over && over.kind === 'OLA' ? {} : { teamId: network };
    const { status, body } = await desk.call(design, 'POST /v1/agreements', { body: ola({ ...team, ...over }) });
    expect(status).toBe(400);
    expect(body.errors.map(({ pointer }: any) => pointer)).toContain(pointer);
  });
});
