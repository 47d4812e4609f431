/**
 * The calendars of the demo organisation. Holidays are facts of their years, written down as an organisation would enter
 * them: Hamburg's public holidays, and what China's State Council announced for 2026, make-up days included. For 2027 only
 * China's statutory days stand here, as their make-up days are announced late in the year before.
 */
const closed = (...dates: string[]): Record<string, []> => Object.fromEntries(dates.map((date) => [date, []]));

const run = (from: string, days: number): string[] =>
  Array.from({ length: days }, (_, i) => new Date(Date.parse(from) + i * 86_400_000).toISOString().slice(0, 10));

const hoursOf = (days: readonly string[], intervals: [string, string][]) =>
  Object.fromEntries(days.map((day) => [day, intervals]));

const WORKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'];
const WEEK = [...WORKDAYS, 'sat', 'sun'];

const SHANGHAI_DAY: [string, string][] = [
  ['09:00', '12:00'],
  ['13:00', '18:00'],
];

const HAMBURG_HOLIDAYS = closed(
  ...['2026-01-01', '2026-04-03', '2026-04-06', '2026-05-01', '2026-05-14', '2026-05-25'],
  ...['2026-10-03', '2026-10-31', '2026-12-25', '2026-12-26'],
  ...['2027-01-01', '2027-03-26', '2027-03-29', '2027-05-01', '2027-05-06', '2027-05-17'],
  ...['2027-10-03', '2027-10-31', '2027-12-25', '2027-12-26'],
);

const CHINESE_HOLIDAYS = closed(
  ...run('2026-01-01', 3),
  ...run('2026-02-15', 9),
  ...run('2026-04-04', 3),
  ...run('2026-05-01', 5),
  ...run('2026-06-19', 3),
  ...run('2026-09-25', 3),
  ...run('2026-10-01', 7),
  ...['2027-01-01', '2027-04-05', '2027-05-01', '2027-05-02', '2027-06-09', '2027-09-15'],
  ...run('2027-02-05', 4),
  ...run('2027-10-01', 3),
);

const MAKE_UP_DAYS = Object.fromEntries(
  ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'].map((date) => [date, SHANGHAI_DAY]),
);

export const calendars = {
  hamburg: {
    title: 'Hamburg office hours',
    timezone: 'Europe/Berlin',
    hours: hoursOf(WORKDAYS, [['08:00', '18:00']]),
    exceptions: { ...HAMBURG_HOLIDAYS, '2026-12-24': [['08:00', '12:00']], '2026-12-31': [['08:00', '12:00']] },
    notes: 'Public holidays of Hamburg, 2026 and 2027. Christmas Eve and New Year’s Eve until noon.',
  },
  shanghai: {
    title: 'Shanghai office hours',
    timezone: 'Asia/Shanghai',
    hours: hoursOf(WORKDAYS, SHANGHAI_DAY),
    exceptions: { ...CHINESE_HOLIDAYS, ...MAKE_UP_DAYS },
    notes: 'Holidays and make-up working days of 2026 as announced; statutory holidays of 2027, make-up days to follow.',
  },
  always: {
    title: 'Around the clock',
    timezone: 'UTC',
    hours: hoursOf(WEEK, [['00:00', '24:00']]),
    exceptions: {},
    notes: 'Every hour of every day.',
  },
} as const;

export type CalendarKey = keyof typeof calendars;

/** Open minutes of an ordinary working day: what one working day of a target is, near enough to plan by. */
export const MINUTES_A_DAY: Readonly<Record<CalendarKey, number>> = { hamburg: 600, shanghai: 480, always: 1440 };
