import { describe, expect, test } from 'vitest';
import { unitsOf } from '../../../../functions/design/agreement/attainment.js';
import { settle } from '../../../../functions/design/agreement/clock.js';
import { periodAt } from '../../../../functions/design/agreement/period.js';
import { attainmentOf } from '../../../../functions/design/agreement/report.js';
import { calendars, instant, short, Ticket } from './ticket.js';

const march = periodAt('month', 'Europe/Berlin', Date.parse('2026-03-15T00:00:00Z'));
const april = periodAt('month', 'Europe/Berlin', Date.parse('2026-04-15T00:00:00Z'));
const record = (ticket: Ticket, name = 'a') => ({
  record: name,
  states: settle(ticket.states, calendars.find, instant('06-01T00:00')).states,
});
const resolution = (tickets: Ticket[], period = march) => {
  const { clocks } = attainmentOf(
    tickets.map((ticket, i) => record(ticket, String(i))),
    period,
  );
  const { met, breached, excluded, percent } = clocks.find(({ clock }) => clock === 'resolution')!;
  return [met.length, breached.length, excluded.length, percent];
};

describe('each unit counts once', () => {
  test('in the period of its last stop when kept', () => {
    const ticket = Ticket.open('03-30T09:00').on('04-01T08:00', 'pended', 'customer').on('04-01T09:00', 'resolved');
    expect(resolution([Ticket.open('03-05T09:00').on('03-05T10:00', 'resolved')])).toEqual([1, 0, 0, 100]);
    expect(resolution([ticket], april)).toEqual([0, 0, 0, null]);
    expect(resolution([ticket], march)).toEqual([0, 1, 0, 0]);
  });

  test('in the period of its breach, even if it stops in the next or never', () => {
    expect(resolution([Ticket.open('03-30T09:00'), Ticket.open('03-30T09:00').on('04-10T10:00', 'resolved')])).toEqual([
      0, 2, 0, 0,
    ]);
  });

  test('not at all while it runs unbreached or paused', () => {
    expect(resolution([Ticket.open('03-05T09:00').on('03-05T10:00', 'pended', 'customer')])).toEqual([0, 0, 0, null]);
  });

  test('cancelled and merged ones are excluded and listed, also when they had breached', () => {
    const late = Ticket.open('03-05T09:00').on('03-10T10:00', 'cancelled');
    expect(resolution([Ticket.open('03-05T09:00').on('03-05T10:00', 'merged'), late])).toEqual([0, 0, 2, null]);
  });

  test('an abandoned cycle is excluded unless it had breached', () => {
    const policy = { retarget: 'restart' };
    const kept = Ticket.open('03-05T09:00', '2', policy).retarget('03-05T10:00', '1', policy).on('03-05T11:00', 'resolved');
    expect(resolution([kept])).toEqual([1, 0, 1, 100]);
    const late = Ticket.open('03-05T09:00', '1', policy).retarget('03-05T15:00', '2', policy).on('03-05T15:30', 'resolved');
    expect(resolution([late])).toEqual([1, 1, 0, 50]);
  });

  test('a promise that was taken back is excluded', () => {
    expect(unitsOf(Ticket.open('03-05T09:00').detach('03-05T09:10').states).map(({ outcome, why }) => [outcome, why])).toEqual([
      ['excluded', 'not-promised'],
      ['excluded', 'not-promised'],
      ['excluded', 'not-promised'],
    ]);
    expect(unitsOf(Ticket.open('03-05T09:00', '4').states)).toEqual([]);
  });

  test('each interval of the update clock', () => {
    const ticket = Ticket.open('03-05T09:00')
      .on('03-05T10:00', 'replied')
      .on('03-05T14:00', 'replied')
      .on('03-05T14:30', 'resolved')
      .on('03-06T09:00', 'reopened')
      .on('03-06T09:30', 'resolved');
    expect(
      unitsOf(ticket.states)
        .filter(({ clock }) => clock === 'update')
        .map(({ cycle, outcome, at }) => [cycle, outcome, short(at)]),
    ).toEqual([
      [1, 'met', '03-05T10:00'],
      [2, 'breached', '03-05T12:00'],
      [3, 'met', '03-05T14:30'],
      [4, 'met', '03-06T09:30'],
    ]);
  });
});

describe('reopening', () => {
  test('joins cycles to one unit: the later stop supersedes, a breach stays', () => {
    const twice = Ticket.open('03-05T09:00')
      .on('03-05T10:00', 'resolved')
      .on('03-06T09:00', 'reopened')
      .on('03-06T10:00', 'resolved');
    expect(
      unitsOf(twice.states)
        .filter(({ clock }) => clock === 'resolution')
        .map(({ cycle, outcome, at }) => [cycle, outcome, short(at)]),
    ).toEqual([[1, 'met', '03-06T10:00']]);
    const late = Ticket.open('03-05T09:00')
      .on('03-05T10:00', 'resolved')
      .on('03-06T09:00', 'reopened')
      .on('03-20T10:00', 'resolved');
    expect(resolution([twice, late])).toEqual([1, 1, 0, 50]);
  });

  test('after a report was frozen is a listed correction in the next, once', () => {
    const ticket = Ticket.open('03-30T09:00').on('03-30T10:00', 'resolved');
    const frozen = { until: march.to, frozenAt: instant('04-02T00:00') };
    expect(attainmentOf([record(ticket)], april, frozen).corrections).toEqual([]);
    ticket.on('04-07T09:00', 'reopened').on('04-08T10:00', 'resolved');
    const { corrections, clocks } = attainmentOf([record(ticket)], april, frozen);
    const of = (clock: string) => corrections.filter(({ was }) => was.clock === clock);
    expect(of('resolution').map(({ was, now }) => [was.outcome, short(was.at), now.outcome, short(now.at)])).toEqual([
      ['met', '03-30T10:00', 'breached', '04-08T08:00'],
    ]);
    expect(clocks.find(({ clock }) => clock === 'resolution')).toMatchObject({ percent: 0 });
    const later = { until: april.to, frozenAt: instant('05-02T00:00') };
    expect(attainmentOf([record(ticket)], april, later).corrections).toEqual([]);
  });
});

describe('periods', () => {
  test.each([
    ['week', '2026-03-02', '2026-03-01T23:00:00.000Z', '2026-03-08T23:00:00.000Z'],
    ['month', '2026-03-01', '2026-02-28T23:00:00.000Z', '2026-03-31T22:00:00.000Z'],
    ['quarter', '2026-01-01', '2025-12-31T23:00:00.000Z', '2026-03-31T22:00:00.000Z'],
    ['year', '2026-01-01', '2025-12-31T23:00:00.000Z', '2026-12-31T23:00:00.000Z'],
  ] as const)('a %s begins and ends by the dates of its zone', (kind, begins, from, to) => {
    expect(periodAt(kind, 'Europe/Berlin', Date.parse('2026-03-05T10:00:00Z'))).toEqual({
      begins,
      from: Date.parse(from),
      to: Date.parse(to),
    });
  });

  test('midnight belongs to the day that it begins', () => {
    expect(periodAt('month', 'Asia/Shanghai', Date.parse('2026-03-31T16:00:00Z')).begins).toBe('2026-04-01');
  });
});
