import { describe, expect, test } from 'vitest';
import { instant, short, Ticket, terms } from './ticket.js';

// 5 March 2026 is a Thursday; Berlin's hours are 08:00–16:00 UTC, New York's 14:00–22:00 UTC.

const resolution = (ticket: Ticket, now: string) => ticket.view('resolution', now)!;
const newYork = { id: 'new-york', version: 1 };

describe('carry', () => {
  test('keeps what elapsed when the priority rises', () => {
    const ticket = Ticket.open('03-05T08:00', '2').retarget('03-05T10:00', '1');
    expect(resolution(ticket, '03-05T10:00')).toMatchObject({
      elapsedMinutes: 120,
      remainingMinutes: 120,
      due: instant('03-05T12:00'),
      cycle: 1,
    });
  });

  test('runs the remainder under the new calendar', () => {
    const ticket = Ticket.open('03-05T08:00', '2').retarget('03-05T12:00', '2', {}, newYork);
    expect(short(resolution(ticket, '03-05T12:00').due)).toBe('03-05T18:00');
    expect(resolution(ticket, '03-05T15:00')).toMatchObject({ elapsedMinutes: 300, remainingMinutes: 180 });
  });

  test('a new due instant in the past breaches at the change, the computed one kept beside it', () => {
    const ticket = Ticket.open('03-05T08:00', '2').retarget('03-05T14:00', '1');
    expect(resolution(ticket, '03-05T15:00')).toMatchObject({
      breached: true,
      breachedAt: instant('03-05T14:00'),
      due: instant('03-05T14:00'),
      computedDue: instant('03-05T12:00'),
    });
    expect(ticket.facts.filter(({ what, clock }) => clock === 'resolution' && what === 'breached')).toEqual([
      { what: 'breached', clock: 'resolution', cycle: 1, at: instant('03-05T14:00'), due: instant('03-05T12:00') },
    ]);
  });

  test('a lower priority does not un-breach', () => {
    const ticket = Ticket.open('03-05T08:00', '1').retarget('03-05T13:00', '2');
    expect(resolution(ticket, '03-05T13:00')).toMatchObject({
      breached: true,
      breachedAt: instant('03-05T12:00'),
      due: instant('03-05T12:00'),
    });
  });

  test('from days to minutes and back keeps each unit’s meaning', () => {
    const ticket = Ticket.open('03-05T09:00', '3').retarget('03-05T11:00', '2');
    expect(short(resolution(ticket, '03-05T11:00').due)).toBe('03-06T09:00');
    expect(short(resolution(ticket.retarget('03-05T12:00', '3'), '03-05T12:00').due)).toBe('03-10T09:00');
  });

  test('working days of a new calendar lose the working time that the old one counted', () => {
    const ticket = Ticket.open('03-05T08:00', '2').retarget('03-05T12:00', '3', {}, newYork);
    expect(resolution(ticket, '03-05T12:00')).toMatchObject({
      elapsedMinutes: 240,
      remainingMinutes: 3 * 480 - 240,
      due: instant('03-09T17:00'),
    });
  });

  test('a change of name only moves nothing, and no fact tells of it', () => {
    const same = { targets: { ...terms().targets, '1': terms().targets['2'] } };
    const ticket = Ticket.open('03-05T08:00', '2', same);
    const told = ticket.facts.length;
    expect(resolution(ticket.retarget('03-05T08:10', '1', same), '03-05T08:20')).toMatchObject({
      priority: '1',
      due: instant('03-05T16:00'),
    });
    expect(ticket.facts).toHaveLength(told);
  });

  test('while paused it stays paused, and what remains follows the new target', () => {
    const ticket = Ticket.open('03-05T08:00', '2').on('03-05T10:00', 'pended', 'customer').retarget('03-05T12:00', '1');
    expect(resolution(ticket, '03-05T15:00')).toMatchObject({ status: 'paused', elapsedMinutes: 120, remainingMinutes: 120 });
    expect(short(resolution(ticket.on('03-05T15:00', 'resumed'), '03-05T15:00').due)).toBe('03-06T09:00');
  });

  test('an agreement that lets another reason pause does so from the change on', () => {
    const ticket = Ticket.open('03-05T08:00', '2')
      .on('03-05T09:00', 'pended', 'third-party')
      .retarget('03-05T11:00', '2', { pausingReasons: ['third-party'] });
    expect(resolution(ticket, '03-05T14:00')).toMatchObject({ status: 'paused', elapsedMinutes: 180 });
  });

  test('a change that asks for the same moves nothing and tells nothing', () => {
    const ticket = Ticket.open('03-05T08:00', '2');
    const before = [...ticket.states];
    ticket.retarget('03-05T08:10', '2');
    expect(ticket.states).toEqual(before);
  });
});

describe('restart', () => {
  const policy = { retarget: 'restart' };

  test('begins at the change in a new cycle; what was given up is ended', () => {
    const ticket = Ticket.open('03-05T08:00', '2', policy).retarget('03-05T10:00', '1', policy);
    expect(resolution(ticket, '03-05T11:00')).toMatchObject({
      cycle: 2,
      from: instant('03-05T10:00'),
      elapsedMinutes: 60,
      due: instant('03-05T14:00'),
    });
    const given = ticket.states.filter(({ clock, ended }) => clock === 'resolution' && ended);
    expect(given.map(({ cycle, ended }) => [cycle, ended!.why])).toEqual([[1, 'restarted']]);
  });

  test('takes a pause along', () => {
    const ticket = Ticket.open('03-05T08:00', '2', policy)
      .on('03-05T09:00', 'pended', 'customer')
      .retarget('03-05T10:00', '1', policy);
    expect(resolution(ticket, '03-05T12:00')).toMatchObject({ status: 'paused', elapsedMinutes: 0 });
    expect(short(resolution(ticket.on('03-05T12:00', 'resumed'), '03-05T12:00').due)).toBe('03-05T16:00');
  });

  test('a response that was given stays given', () => {
    const ticket = Ticket.open('03-05T08:00', '2', policy).on('03-05T08:20', 'acknowledged').retarget('03-05T10:00', '1', policy);
    expect(ticket.view('response', '03-05T12:00')).toMatchObject({
      status: 'stopped',
      cycle: 1,
      breached: false,
      target: { minutes: 30 },
    });
  });
});

describe('retroactive', () => {
  const policy = { retarget: 'retroactive' };

  test('recomputes everything from the opening under the new calendar, pauses included', () => {
    const ticket = Ticket.open('03-05T08:00', '2').on('03-05T09:00', 'pended', 'customer').on('03-05T11:00', 'resumed');
    ticket.retarget('03-05T12:00', '2', policy, { id: 'always', version: 1 });
    expect(resolution(ticket, '03-05T12:00')).toMatchObject({
      elapsedMinutes: 120,
      due: instant('03-05T18:00'),
      from: instant('03-05T08:00'),
    });
  });

  test('what would have been due before the change breaches at the change', () => {
    const ticket = Ticket.open('03-05T17:00', '1').retarget('03-06T09:00', '1', policy, { id: 'always', version: 1 });
    expect(resolution(ticket, '03-06T10:00')).toMatchObject({
      breachedAt: instant('03-06T09:00'),
      computedDue: instant('03-05T21:00'),
    });
  });

  test('a new version of a calendar holds only for whom it is applied to', () => {
    const ticket = Ticket.open('03-05T08:00', '2');
    expect(short(resolution(ticket, '03-05T09:00').due)).toBe('03-05T16:00');
    ticket.retarget('03-05T09:00', '2', policy, { id: 'berlin', version: 2 });
    expect(short(resolution(ticket, '03-05T09:00').due)).toBe('03-05T16:00');
    const early = Ticket.open('03-05T06:00', '2').retarget('03-05T09:00', '2', policy, { id: 'berlin', version: 2 });
    expect(short(resolution(early, '03-05T09:00').due)).toBe('03-05T15:00');
  });
});

describe('promises that come and go', () => {
  test('a clock that is no longer promised is not shown, and comes back with what elapsed', () => {
    const ticket = Ticket.open('03-05T08:00', '2').retarget('03-05T09:00', '4');
    expect(ticket.view('resolution', '03-05T10:00')).toBeUndefined();
    expect(resolution(ticket.retarget('03-05T10:00', '1'), '03-05T10:00')).toMatchObject({
      elapsedMinutes: 120,
      due: instant('03-05T12:00'),
    });
  });

  test('without an agreement nothing runs', () => {
    const ticket = Ticket.open('03-05T08:00', '2').detach('03-05T09:00');
    expect(ticket.view('response', '03-09T10:00')).toBeUndefined();
    expect(ticket.detach('03-05T10:00').states.every(({ terms }) => terms.length === 2)).toBe(true);
  });

  test('a change after resolving leaves the judgement and holds for the reopening', () => {
    const ticket = Ticket.open('03-05T08:00', '2').on('03-05T14:00', 'resolved').retarget('03-05T15:00', '1');
    expect(resolution(ticket, '03-05T15:30')).toMatchObject({
      status: 'stopped',
      breached: false,
      target: { minutes: 480 },
      due: instant('03-05T16:00'),
    });
    ticket.on('03-06T09:00', 'reopened');
    expect(resolution(ticket, '03-06T09:00')).toMatchObject({
      target: { minutes: 240 },
      breachedAt: instant('03-06T09:00'),
      computedDue: instant('03-05T12:00'),
    });
  });
});
