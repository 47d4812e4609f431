import { expect, test } from 'vitest';
import { CalendarDefinition } from '../../../../functions/design/calendar/calendar.js';
import { neverOpen } from '../../../../functions/design/calendar/never-open.js';
import { WorkingTime } from '../../../../functions/design/calendar/working-time.js';

const problems = (definition: unknown): string[] => {
  const parsed = CalendarDefinition.safeParse(definition);
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `/${path.join('/')} ${message}`);
};
const nine = [['09:00', '17:00']];

test('a calendar needs nothing but a zone and hours', () => {
  expect(CalendarDefinition.parse({ timezone: 'Asia/Shanghai', hours: { mon: nine } })).toEqual({
    timezone: 'Asia/Shanghai',
    hours: { mon: nine },
    exceptions: {},
  });
});

test.each(['Mars/Olympus', '+02:00', '', 'Europe/', '../etc/passwd'])('%s is not a zone', (timezone) => {
  expect(problems({ timezone, hours: { mon: nine } })).toEqual(['/timezone An IANA time zone such as Europe/Berlin.']);
});

test('links and old names of zones are zones', () => {
  for (const timezone of ['UTC', 'Asia/Calcutta', 'EST5EDT', 'America/Argentina/ComodRivadavia']) {
    expect(problems({ timezone, hours: { mon: nine } })).toEqual([]);
  }
});

test('each bad field is named with a sentence', () => {
  expect(
    problems({ timezone: 'UTC', hours: { mon: [['9:00', '17:00']], tue: [['09:00', '25:00']], wed: [['24:00', '06:00']] } }),
  ).toEqual([
    '/hours/mon/0/0 A wall time such as 09:00.',
    '/hours/tue/0/1 A wall time such as 17:00; 24:00 ends the day.',
    '/hours/wed/0/0 A wall time such as 09:00.',
  ]);
  expect(problems({ timezone: 'UTC', hours: { mon: [['09:00', '09:00']] } })[0]).toContain(
    '/hours/mon/0 An interval cannot start and end at the same time',
  );
  expect(problems({ timezone: 'UTC', hours: { mon: nine }, exceptions: { '2026-02-30': [] } })[0]).toContain(
    '/exceptions/2026-02-30',
  );
  expect(problems({ timezone: 'UTC', hours: { monday: nine } })[0]).toContain('/hours');
});

test('a calendar without any hours is refused, and one that opens only by an exception is not', () => {
  expect(problems({ timezone: 'UTC', hours: { mon: [] }, exceptions: { '2026-03-02': [] } })).toEqual([
    '/hours This calendar is never open: give at least one weekday or date an interval.',
  ]);
  expect(problems({ timezone: 'UTC', hours: {}, exceptions: { '2026-03-02': nine } })).toEqual([]);
});

test('a calendar without open time in the next ten years is found out', () => {
  const once = CalendarDefinition.parse({ timezone: 'UTC', hours: {}, exceptions: { '2026-03-02': nine } });
  expect(neverOpen(once, Date.parse('2026-03-02T16:59:00Z'))).toBeUndefined();
  expect(neverOpen(once, Date.parse('2026-03-02T17:00:00Z'))).toMatchObject({ pointer: '/hours' });
  expect(neverOpen(once, Date.parse('2016-02-01T00:00:00Z'))?.message).toContain('within ten years of 2016-02-01');
  expect(neverOpen(once, Date.parse('2016-03-10T00:00:00Z'))).toBeUndefined();
});

test('overlapping and touching intervals are united', () => {
  const time = new WorkingTime(
    CalendarDefinition.parse({
      timezone: 'UTC',
      hours: {
        mon: [
          ['09:00', '12:00'],
          ['11:00', '14:00'],
          ['14:00', '15:00'],
          ['22:00', '00:00'],
        ],
      },
    }),
  );
  const monday = Date.parse('2026-03-02T00:00:00Z');
  expect(
    time.openIntervals(monday, monday + 86_400_000).map(([a, b]) => [(a - monday) / 3_600_000, (b - monday) / 3_600_000]),
  ).toEqual([
    [9, 15],
    [22, 24],
  ]);
});
