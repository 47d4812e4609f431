import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { settle } from '../../../../functions/design/agreement/clock.js';
import { type Look, lookAtClocks } from '../../../../functions/design/escalation-policy/checkpoints.js';
import { EscalationPolicy } from '../../../../functions/design/escalation-policy/policy.js';
import { calendars, instant, short, Ticket, terms } from '../agreement/ticket.js';

// 5 March 2026 is a Thursday; Berlin's hours are 08:00–16:00 UTC; priority 2 is resolved within 480 minutes.

const team = (level: number) => ({ kind: 'team-level', level }) as const;
const step = (id: string, at: object, clock = 'resolution', over: object = {}) => ({
  id,
  clock,
  at,
  audience: [team(1)],
  channels: ['email'],
  ...over,
});
const policy = EscalationPolicy.parse({
  steps: [
    step('half', { percent: 50 }),
    step('soon', { minutesBefore: 60 }),
    step('breach', { percent: 100 }),
    step('overdue', { minutesAfter: 120 }),
    step('response-breach', { minutesAfter: 0 }, 'response'),
  ],
  terminal: { kind: 'topic', topic: 'management' },
});

/** Remembers what has fired, as a caller does. */
class Watch {
  readonly fired = new Set<string>();
  constructor(readonly ticket: Ticket) {}

  look(now: string): Look {
    const look = lookAtClocks({
      states: this.ticket.states,
      calendars: calendars.find,
      policies: () => policy,
      fired: this.fired,
      now: instant(now),
    });
    for (const { key, covers } of look.notices) for (const each of [key, ...covers]) this.fired.add(each);
    return look;
  }

  told(now: string): (string | number)[][] {
    return this.look(now).notices.map(({ step, lateMilliseconds }) => [step.id, lateMilliseconds / 60_000]);
  }
}

const watch = (ticket: Ticket) => new Watch(ticket.on('03-05T08:05', 'acknowledged'));

describe('steps', () => {
  test('fall due in working time, each once, and the next instant to wake is exact', () => {
    const watched = watch(Ticket.open('03-05T08:00'));
    const woken: [string | undefined, (string | number)[][]][] = [];
    for (let now: string | undefined = '03-05T08:05'; now; ) {
      const { notices, wake } = watched.look(now);
      woken.push([now, notices.map(({ step, lateMilliseconds }) => [step.id, lateMilliseconds])]);
      watched.ticket.states = settle(watched.ticket.states, calendars.find, instant(now)).states;
      now = wake?.slice(5, -1);
    }
    expect(woken.map(([now, told]) => [short(`2026-${now}Z`), told]).filter(([, told]) => told!.length > 0)).toEqual([
      ['03-05T12:00', [['half', 0]]],
      ['03-05T15:00', [['soon', 0]]],
      ['03-05T16:00', [['breach', 0]]],
      ['03-06T10:00', [['overdue', 0]]],
    ]);
    expect(woken.map(([now]) => now)).toContain('03-05T16:00:00.001');
    expect(watched.look('03-09T12:00')).toEqual({ notices: [] });
  });

  test('move with pauses, and nothing fires or wakes while paused or after resolving', () => {
    const watched = watch(Ticket.open('03-05T08:00', '3'));
    watched.ticket.on('03-05T10:00', 'pended', 'customer');
    expect(watched.look('03-06T13:00')).toEqual({ notices: [] });
    watched.ticket.on('03-06T14:00', 'resumed');
    expect(short(watched.look('03-06T14:00').wake)).toBe('03-09T16:00');
    expect(watched.told('03-09T16:00')).toEqual([['half', 0]]);
    watched.ticket.on('03-10T09:00', 'resolved');
    expect(watched.look('03-20T15:00')).toEqual({ notices: [] });
  });

  test('that were missed collapse into the highest, saying how late', () => {
    const watched = watch(Ticket.open('03-05T08:00'));
    const [notice, ...others] = watched.look('03-05T16:30').notices;
    expect(others).toEqual([]);
    expect(notice).toMatchObject({
      key: 'resolution#1#breach',
      at: instant('03-05T16:00'),
      lateMilliseconds: 30 * 60_000,
      passedByChange: false,
      covers: ['resolution#1#half', 'resolution#1#soon'],
    });
    expect(watched.told('03-05T16:31')).toEqual([]);
  });

  test('of different clocks do not collapse into each other', () => {
    const watched = new Watch(Ticket.open('03-05T08:00'));
    expect(watched.told('03-05T12:10')).toEqual([
      ['response-breach', 220],
      ['half', 10],
    ]);
  });

  test('before the beginning of a short target fall due at its beginning', () => {
    const watched = new Watch(
      Ticket.open('03-05T08:00', '2', { targets: { '1': {}, '2': { resolution: { minutes: 30 } }, '3': {}, '4': {} } }),
    );
    expect(watched.told('03-05T08:00')).toEqual([['soon', 0]]);
  });

  test('need a policy: without one only the breach wakes', () => {
    const ticket = Ticket.open('03-05T08:00').on('03-05T08:05', 'acknowledged');
    const states = ticket.states.map(({ policy: _none, ...state }) => state);
    const look = (now: string) =>
      lookAtClocks({ states, calendars: calendars.find, policies: () => policy, fired: new Set(), now: instant(now) });
    expect(look('03-05T11:00')).toEqual({ notices: [], wake: instant('03-05T16:00:00.001') });
  });
});

describe('changes', () => {
  test('steps that a new target puts in the past give one notice, dated by the change', () => {
    const watched = watch(Ticket.open('03-05T08:00'));
    watched.ticket.retarget('03-05T14:00', '1');
    const { notices } = watched.look('03-05T14:00');
    expect(
      notices.map(({ step, at, lateMilliseconds, passedByChange, covers }) => [
        step.id,
        short(at),
        lateMilliseconds,
        passedByChange,
        covers.length,
      ]),
    ).toEqual([['breach', '03-05T14:00', 0, true, 2]]);
    expect(watched.told('03-05T15:59')).toEqual([]);
    expect(watched.told('03-05T16:00')).toEqual([['overdue', 0]]);
  });

  test('a step that is passed but not breached says so', () => {
    const watched = watch(Ticket.open('03-05T08:00'));
    watched.ticket.retarget('03-05T11:30', '1');
    expect(watched.look('03-05T11:40').notices).toMatchObject([
      {
        step: { id: 'soon' },
        at: instant('03-05T11:30'),
        lateMilliseconds: 600_000,
        passedByChange: true,
        covers: ['resolution#1#half'],
      },
    ]);
  });

  test('a change of name only does not hide how late a step is', () => {
    const same = { targets: { ...terms().targets, '1': terms().targets['2'] } };
    const watched = watch(Ticket.open('03-05T08:00', '2', same));
    watched.ticket.retarget('03-05T12:30', '1', same);
    expect(watched.look('03-05T12:40').notices).toMatchObject([
      { at: instant('03-05T12:00'), lateMilliseconds: 40 * 60_000, passedByChange: false },
    ]);
  });

  test('a later due instant moves what has not fired, and repeats nothing', () => {
    const watched = watch(Ticket.open('03-05T08:00', '1'));
    expect(watched.told('03-05T10:00')).toEqual([['half', 0]]);
    watched.ticket.retarget('03-05T10:30', '2');
    expect(short(watched.look('03-05T10:30').wake)).toBe('03-05T15:00');
    expect(watched.told('03-05T15:00')).toEqual([['soon', 0]]);
  });

  test('reopening begins a cycle in which steps may fire again; those behind it give one notice', () => {
    const watched = watch(Ticket.open('03-05T08:00'));
    watched.told('03-05T12:00');
    watched.ticket.on('03-05T13:00', 'resolved').on('03-06T09:00', 'reopened');
    expect(watched.look('03-06T09:00').notices).toMatchObject([{ key: 'resolution#2#half', passedByChange: true }]);
    expect(watched.told('03-06T11:00')).toEqual([['soon', 0]]);
    watched.ticket.on('03-06T11:30', 'resolved').on('03-09T08:00', 'reopened');
    expect(watched.look('03-09T08:00').notices).toMatchObject([{ key: 'resolution#3#soon', covers: ['resolution#3#half'] }]);
  });
});

describe('always', () => {
  test('looking often, seldom or twice tells the same steps, each once', () => {
    const history = fc.record({
      pause: fc.integer({ min: 10, max: 300 }),
      length: fc.integer({ min: 1, max: 600 }),
      looks: fc.array(fc.integer({ min: 0, max: 4000 }), { maxLength: 12 }),
    });
    fc.assert(
      fc.property(history, ({ pause, length, looks }) => {
        const time = (minutes: number) =>
          new Date(Date.parse(instant('03-05T08:00')) + minutes * 60_000).toISOString().slice(5, -1);
        const watched = watch(Ticket.open('03-05T08:00'));
        watched.ticket.on(time(pause), 'pended', 'customer').on(time(pause + length), 'resumed');
        const after = [...looks.filter((look) => look >= pause + length), 6000].sort((a, b) => a - b);
        const settled = after
          .flatMap((look) => [watched.look(time(look)), watched.look(time(look))])
          .flatMap(({ notices }) => notices.flatMap(({ key, covers }) => [...covers, key]));
        expect(settled).toEqual(['half', 'soon', 'breach', 'overdue'].map((id) => `resolution#1#${id}`));
      }),
      { numRuns: 100 },
    );
  });

  test('a sleeper that wakes only when told misses nothing and is never late', () => {
    const watched = watch(Ticket.open('03-06T15:00'));
    let now: string | undefined = '03-06T15:00';
    const told: string[] = [];
    for (let turns = 0; now && turns < 20; turns++) {
      const look = watched.look(now);
      expect(look.notices.every(({ lateMilliseconds }) => lateMilliseconds === 0)).toBe(true);
      told.push(...look.notices.map(({ step }) => step.id));
      watched.ticket.states = settle(watched.ticket.states, calendars.find, instant(now)).states;
      now = look.wake?.slice(5, -1);
    }
    expect(now).toBeUndefined();
    expect(told).toEqual(['half', 'soon', 'breach', 'overdue']);
  });
});

describe('a policy', () => {
  const base = { steps: [step('half', { percent: 50 })], terminal: { kind: 'topic', topic: 'management' } };

  test.each([
    ['two steps of one name', { ...base, steps: [step('half', { percent: 50 }), step('half', { percent: 75 })] }, 'steps/1/id'],
    ['no steps', { ...base, steps: [] }, 'steps'],
    ['no terminal recipient', { steps: base.steps }, 'terminal'],
    [
      'a step without audience',
      { ...base, steps: [step('half', { percent: 50 }, 'resolution', { audience: [] })] },
      'steps/0/audience',
    ],
    ['a step at nothing', { ...base, steps: [step('half', { percent: 0 })] }, 'steps/0/at/percent'],
  ])('with %s is refused, and the field named', (_, broken, path) => {
    expect(EscalationPolicy.safeParse(broken).error?.issues.map((issue) => issue.path.join('/'))).toContain(path);
  });
});
