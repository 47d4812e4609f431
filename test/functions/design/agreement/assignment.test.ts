import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attachmentOf } from '../../../../functions/design/agreement/attachment.js';
import { unitsOf } from '../../../../functions/design/agreement/attainment.js';
import { happen, openClocks, settle } from '../../../../functions/design/agreement/clock.js';
import { type Attachment, ClockState, type Happening } from '../../../../functions/design/agreement/clock-state.js';
import { explainClock } from '../../../../functions/design/agreement/explain.js';
import { selectUnderpinning } from '../../../../functions/design/agreement/underpinning.js';
import { nextDue, viewEveryClock } from '../../../../functions/design/agreement/view.js';
import { attachment, calendars, instant, short, terms } from './ticket.js';

const ALWAYS = { id: 'always', version: 1 };
const target = (minutes: number) => ({ assignment: { minutes } });
const ola = (minutes: number, over: object = {}, calendar = ALWAYS): Attachment =>
  attachmentOf(
    {
      id: 'ola',
      version: 1,
      terms: terms({
        targets: { '1': target(minutes), '2': target(minutes), '3': target(minutes), '4': target(minutes) },
        ...over,
      }),
    },
    { rule: 'team', priority: '2', calendar, policy: { id: 'ola-policy', version: 1 } },
  );

const given = (at: string, teamId: string, promised?: Attachment, since = at): Happening => ({
  kind: 'assigned',
  at: instant(at),
  by: 'ada',
  why: 'assigned',
  to: { teamId },
  since: instant(since),
  ...(promised && { attachment: promised }),
});
const on = (at: string, kind: 'resolved' | 'reopened' | 'resumed' | 'cancelled' | 'acknowledged'): Happening => ({
  kind,
  at: instant(at),
  by: 'ada',
});
const pended = (at: string, reason = 'customer'): Happening => ({ kind: 'pended', at: instant(at), by: 'ada', reason });

const SLA: Happening = {
  kind: 'retargeted',
  at: instant('03-05T09:00'),
  by: 'ada',
  why: 'opened',
  attachment: attachment('2', {}, ALWAYS),
};

function after(...happenings: Happening[]): ClockState[] {
  let states = openClocks(instant('03-05T09:00'));
  for (const happening of happenings) states = happen(states, happening, calendars.find).states;
  expect(ClockState.array().parse(JSON.parse(JSON.stringify(states)))).toEqual(states);
  return states;
}

const assignments = (states: ClockState[], now: string) =>
  viewEveryClock(states, calendars.find, instant(now)).filter(({ clock }) => clock === 'assignment');

describe('the clock of an assignment', () => {
  test('runs from where the team got the ticket until another gets it', () => {
    const states = after(SLA, given('03-05T10:00', 'network', ola(60)), given('03-05T10:40', 'desk'));
    expect(assignments(states, '03-05T12:00')).toMatchObject([
      {
        promise: 'OLA',
        assignedTo: { teamId: 'network' },
        agreement: { id: 'ola', version: 1 },
        status: 'stopped',
        breached: false,
        elapsedMinutes: 40,
        stoppedAt: instant('03-05T10:40'),
      },
    ]);
  });

  test('is one for each assignment, the same team included when it gets the ticket back', () => {
    const states = after(
      SLA,
      given('03-05T10:00', 'network', ola(60)),
      given('03-05T11:30', 'desk', ola(30)),
      given('03-05T11:45', 'network', ola(60)),
    );
    const shown = assignments(states, '03-05T12:00');
    expect(shown.map(({ cycle, assignedTo, breached, status }) => [cycle, assignedTo!.teamId, breached, status])).toEqual([
      [1, 'network', true, 'stopped'],
      [2, 'desk', false, 'stopped'],
      [3, 'network', false, 'running'],
    ]);
    expect(unitsOf(states).filter(({ clock }) => clock === 'assignment')).toMatchObject([
      { cycle: 1, outcome: 'breached', at: instant('03-05T11:00') },
      { cycle: 2, outcome: 'met', at: instant('03-05T11:45') },
      { cycle: 3, outcome: 'open' },
    ]);
  });

  test('pauses for the reasons that its own agreement lets pause, also where the ticket already waited', () => {
    const states = after(
      SLA,
      pended('03-05T09:30', 'supplier'),
      given('03-05T10:00', 'network', ola(60, { pausingReasons: ['supplier'] })),
    );
    expect(assignments(states, '03-05T20:00')).toMatchObject([{ status: 'paused', elapsedMinutes: 0, breached: false }]);
    const resumed = happen(states, on('03-05T20:00', 'resumed'), calendars.find).states;
    expect(short(assignments(resumed, '03-05T20:10')[0]!.due)).toBe('03-05T21:00');
    expect(viewEveryClock(resumed, calendars.find, instant('03-05T20:10'))[1]).toMatchObject({
      status: 'running',
      breached: true,
    });
  });

  test('ends when it is resolved, and goes on when it is reopened; what was passed on does not', () => {
    const states = after(
      SLA,
      given('03-05T10:00', 'network', ola(60)),
      given('03-05T10:20', 'desk', ola(60)),
      on('03-05T10:50', 'resolved'),
      on('03-05T13:00', 'reopened'),
    );
    expect(assignments(states, '03-05T13:10').map(({ status, elapsedMinutes }) => [status, elapsedMinutes])).toEqual([
      ['stopped', 20],
      ['running', 40],
    ]);
    expect(short(nextDue(states, calendars.find, instant('03-05T13:10')))).toBe('03-05T13:30');
  });

  test('counts from where the team got it when its promise attaches later, without what held it up meanwhile', () => {
    const states = after(
      SLA,
      given('03-05T10:00', 'network'),
      pended('03-05T10:10'),
      on('03-05T10:30', 'resumed'),
      on('03-05T10:40', 'resolved'),
      on('03-05T11:40', 'reopened'),
      given('03-05T11:50', 'network', ola(60), '03-05T10:00'),
    );
    expect(assignments(states, '03-05T12:00')).toMatchObject([{ cycle: 2, elapsedMinutes: 40, status: 'running' }]);
    expect(unitsOf(states).filter(({ clock }) => clock === 'assignment')).toMatchObject([{ cycle: 1, outcome: 'open' }]);
  });

  test('follows its own agreement when what the team promises changes', () => {
    const kept = after(SLA, given('03-05T10:00', 'network', ola(60)), given('03-05T10:30', 'network', ola(120), '03-05T10:00'));
    expect(assignments(kept, '03-05T10:40')).toMatchObject([{ cycle: 1, elapsedMinutes: 40, remainingMinutes: 80 }]);
    const anew = ola(120, { retarget: 'restart' });
    const begun = after(SLA, given('03-05T10:00', 'network', ola(60)), given('03-05T10:30', 'network', anew, '03-05T10:00'));
    expect(assignments(begun, '03-05T10:40')).toMatchObject([
      { cycle: 2, elapsedMinutes: 10, remainingMinutes: 110, assignedTo: { teamId: 'network' } },
    ]);
  });

  test('ends with a ticket that is cancelled, and does not count then', () => {
    const states = after(SLA, given('03-05T10:00', 'network', ola(60)), on('03-05T10:20', 'cancelled'));
    expect(assignments(states, '03-05T12:00')).toMatchObject([{ status: 'ended' }]);
    expect(unitsOf(states).filter(({ clock }) => clock === 'assignment')).toMatchObject([{ outcome: 'excluded' }]);
  });

  test('is none where the team promises nothing', () => {
    expect(assignments(after(SLA, given('03-05T10:00', 'network')), '03-05T12:00')).toEqual([]);
  });
});

type Step = readonly ['assigned', string, boolean] | readonly ['pended' | 'resumed' | 'resolved' | 'reopened'];
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(fc.constant('assigned' as const), fc.constantFrom('network', 'desk', 'night'), fc.boolean()),
  fc.constantFrom('pended', 'resumed', 'resolved', 'reopened').map((kind): Step => [kind as 'pended']),
);
const life = fc.array(fc.tuple(fc.integer({ min: 0, max: 200 }), step), { maxLength: 25 });

/** What a desk would allow of it: nobody assigns, pends or resumes what is resolved. */
function happeningsOf(steps: readonly (readonly [number, Step])[], promising: boolean): { happenings: Happening[]; end: string } {
  let at = Date.parse(instant('03-05T09:00'));
  let resolved = false;
  let team = '';
  const happenings: Happening[] = [];
  for (const [minutes, [kind, teamId, promised]] of steps) {
    at += minutes * 60_000;
    const when = new Date(at).toISOString().slice(5, -1);
    if ((kind === 'reopened') !== resolved) continue;
    if (kind === 'assigned') {
      if (teamId === team) continue;
      team = teamId;
      happenings.push(given(when, teamId, promising || promised ? ola(100) : undefined));
    } else {
      happenings.push(kind === 'pended' ? pended(when) : on(when, kind));
      resolved = kind === 'resolved' ? true : kind === 'reopened' ? false : resolved;
    }
  }
  return { happenings, end: new Date(at + 60_000).toISOString().slice(5, -1) };
}

describe('whatever happens to a ticket', () => {
  test('assignments move nothing of what the customer is promised', () => {
    fc.assert(
      fc.property(life, (steps) => {
        const { happenings, end } = happeningsOf(steps, false);
        const without = happenings.filter(({ kind }) => kind !== 'assigned');
        const customers = (states: ClockState[]) =>
          settle(states, calendars.find, instant(end)).states.filter(({ assignedTo }) => !assignedTo);
        expect(customers(after(SLA, ...happenings))).toEqual(customers(after(SLA, ...without)));
      }),
    );
  });

  test('the teams’ times sum to the time of the resolution where all promise by the same hours', () => {
    fc.assert(
      fc.property(life, (steps) => {
        const { happenings, end } = happeningsOf(steps, true);
        const states = after(SLA, given('03-05T09:00', 'first', ola(100)), ...happenings);
        const shown = viewEveryClock(states, calendars.find, instant(end));
        const resolution = shown.find(({ clock }) => clock === 'resolution')!;
        const sum = assignments(states, end).reduce((total, { elapsedMinutes }) => total + elapsedMinutes, 0);
        expect(sum).toBeCloseTo(resolution.elapsedMinutes, 9);
      }),
    );
  });

  test('at the most one runs, each is named once, and each is the sum of its ledger', () => {
    fc.assert(
      fc.property(life, (steps) => {
        const { happenings, end } = happeningsOf(steps, false);
        const states = after(SLA, ...happenings);
        const shown = assignments(states, end);
        expect(shown.filter(({ status }) => status === 'running' || status === 'paused').length).toBeLessThanOrEqual(1);
        expect(new Set(shown.map(({ cycle }) => cycle)).size).toBe(shown.length);
        const units = unitsOf(states).filter(({ clock }) => clock === 'assignment');
        expect(new Set(units.map(({ cycle }) => cycle)).size).toBe(units.length);
        for (const { cycle, elapsedMinutes, assignedTo } of shown) {
          const explained = explainClock(states, 'assignment', calendars.find, instant(end), cycle)!;
          expect(explained.elapsedMilliseconds).toBe(Math.round(elapsedMinutes * 60_000));
          expect(explained.assignedTo).toEqual(assignedTo);
        }
      }),
    );
  });
});

describe('what underpins an assignment', () => {
  const on5March = Date.parse(instant('03-05T09:00'));
  const of = (id: string, over: object) => ({ id, version: 1, serviceIds: [], terms: terms(), ...over });
  const all = [
    of('supplier-all', { supplierId: 'acme' }),
    of('supplier-mail', { supplierId: 'acme', serviceIds: ['mail'] }),
    of('team-all', { teamId: 'network' }),
    of('team-mail', { teamId: 'network', serviceIds: ['mail'] }),
    of('elsewhere', { teamId: 'other', serviceIds: ['mail'] }),
  ];

  test('is the team’s agreement before the supplier’s contract, and the one about the service before the one about all', () => {
    const chosen = (without: string[], serviceId?: string) =>
      selectUnderpinning(
        all.filter(({ id }) => !without.includes(id)),
        { teamId: 'network', supplierId: 'acme', serviceId, at: on5March },
      );
    expect(chosen([], 'mail')).toMatchObject({ rule: 'team-service', agreement: { id: 'team-mail' } });
    expect(chosen([], 'web')).toMatchObject({ rule: 'team', agreement: { id: 'team-all' } });
    expect(chosen([])).toMatchObject({ rule: 'team', agreement: { id: 'team-all' } });
    expect(chosen(['team-mail', 'team-all'], 'mail')).toMatchObject({ rule: 'supplier-service' });
    expect(chosen(['team-mail', 'team-all'], 'web')).toMatchObject({ rule: 'supplier', agreement: { id: 'supplier-all' } });
    expect(chosen(['team-mail', 'team-all', 'supplier-all'], 'web')).toBeUndefined();
  });

  test('is none before it is in force, and none of a supplier for a team of our own', () => {
    const early = Date.parse('2025-12-31T12:00:00Z');
    expect(selectUnderpinning(all, { teamId: 'network', at: early })).toBeUndefined();
    expect(selectUnderpinning(all.slice(0, 2), { teamId: 'network', serviceId: 'mail', at: on5March })).toBeUndefined();
  });
});
