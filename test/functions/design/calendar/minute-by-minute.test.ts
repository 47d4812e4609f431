import { describe, expect, test } from 'vitest';
import type { CalendarDefinition } from '../../../../functions/design/calendar/calendar.js';
import { DAY, MINUTE } from '../../../../functions/design/calendar/interval.js';
import { WorkingTime } from '../../../../functions/design/calendar/working-time.js';
import { openMinutes } from './reference.js';

const day: [string, string][] = [
  ['09:00', '12:30'],
  ['13:15', '17:00'],
  ['16:30', '18:00'],
];
const night: [string, string][] = [['22:00', '06:00']];
const office = { mon: day, tue: day, wed: day, thu: day, fri: [['08:00', '12:00']] as [string, string][] };
const shifts = { mon: night, tue: night, wed: night, thu: night, fri: night, sat: [['23:30', '02:45']] as [string, string][] };
const always: [string, string][] = [['00:00', '24:00']];
const round = { mon: always, tue: always, wed: always, thu: always, fri: always, sat: always, sun: always };
const small: [string, string][] = [
  ['00:00', '02:15'],
  ['02:30', '04:00'],
  ['03:30', '05:00'],
  ['23:00', '24:00'],
];
const hours = { office, shifts, round, early: { ...office, sat: small, sun: small, mon: small } };

/** Zone, first and last date, and a date inside that is an exception: each period holds a clock change or a skipped day. */
const PERIODS: [string, string, string, string][] = [
  ['America/Santiago', '2026-03-30', '2026-04-12', '2026-04-05'],
  ['America/Santiago', '2026-08-31', '2026-09-13', '2026-09-08'],
  ['Asia/Beirut', '2026-03-23', '2026-04-05', '2026-03-29'],
  ['Asia/Beirut', '2026-10-19', '2026-11-01', '2026-10-25'],
  ['Africa/Cairo', '2026-04-20', '2026-05-03', '2026-04-24'],
  ['Africa/Cairo', '2026-10-26', '2026-11-08', '2026-10-30'],
  ['America/Havana', '2026-03-02', '2026-03-15', '2026-03-09'],
  ['America/Havana', '2026-10-26', '2026-11-08', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-03-30', '2026-04-12', '2026-04-06'],
  ['Australia/Lord_Howe', '2026-09-28', '2026-10-11', '2026-10-04'],
  ['Pacific/Apia', '2011-12-22', '2012-01-05', '2011-12-31'],
  ['Pacific/Kwajalein', '1993-08-16', '1993-08-29', '1993-08-20'],
  ['Pacific/Kiritimati', '1994-12-26', '1995-01-08', '1995-01-02'],
  ['America/St_Johns', '2010-11-01', '2010-11-14', '2010-11-08'],
  ['America/Toronto', '1919-03-24', '1919-04-06', '1919-03-29'],
  ['Europe/Berlin', '2026-03-23', '2026-04-05', '2026-03-30'],
  ['Europe/Berlin', '2026-10-19', '2026-11-01', '2026-10-26'],
  ['Africa/Casablanca', '2026-02-09', '2026-02-22', '2026-02-16'],
  ['Asia/Shanghai', '2026-09-28', '2026-10-11', '2026-10-01'],
  ['America/New_York', '2026-10-26', '2026-11-08', '2026-11-02'],
  ['Asia/Kolkata', '2025-12-25', '2026-01-07', '2026-01-01'],
];
const CASES = PERIODS.flatMap(([zone, first, last, special]) =>
  Object.keys(hours).map((kind) => [zone, kind, first, last, special] as const),
);

const definitionOf = (timezone: string, kind: string, special: string): CalendarDefinition => ({
  timezone,
  hours: hours[kind as keyof typeof hours],
  exceptions: {
    [special]: kind === 'shifts' ? [['20:00', '01:00']] : [],
    [dayAfter(special, 3)]: [
      ['10:00', '14:00'],
      ['21:00', '24:00'],
    ],
  },
});

const dayAfter = (date: string, days: number): string => new Date(Date.parse(date) + days * DAY).toISOString().slice(0, 10);

describe.each(CASES)('%s, %s hours, %s', (zone, kind, first, last, special) => {
  const definition = definitionOf(zone, kind, special);
  const time = new WorkingTime(definition);
  const minutes = openMinutes(definition, dayAfter(first, -1), dayAfter(last, 1));
  const [from, to] = [Date.parse(first), Date.parse(last)];

  test('each minute is open or closed as counted by hand', () => {
    const wrong: string[] = [];
    for (let at = from; at < to; at += MINUTE) {
      if (time.isOpen(at) !== minutes.has(at)) wrong.push(new Date(at).toISOString());
    }
    expect(wrong).toEqual([]);
    expect(minutes.size).toBeGreaterThan(500);
  });

  test('elapsed and due agree with a count minute by minute', () => {
    const start = from + 7 * 60 * MINUTE + 13 * MINUTE;
    let counted = 0;
    for (let at = start; at < to; at += MINUTE) {
      if (!minutes.has(at)) continue;
      counted += MINUTE;
      if (counted % (97 * MINUTE) === 0) {
        expect(time.elapsed(start, at + MINUTE)).toBe(counted);
        expect(time.due(start, counted)).toBe(at + MINUTE);
      }
    }
    expect(counted).toBe(time.elapsed(start, to));
  });

  test('the next opening is the first open minute', () => {
    const sorted = [...minutes].sort((a, b) => a - b);
    for (let at = from; at < to; at += 211 * MINUTE) {
      const expected = sorted.find((minute) => minute >= at);
      if (expected !== undefined) expect(time.nextOpening(at)).toBe(expected);
    }
  });
});
