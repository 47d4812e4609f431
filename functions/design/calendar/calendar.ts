import * as z from 'zod';
import { LocalDate } from '../../kernel/record.js';
import { DAY, type Span } from './interval.js';
import { isTimeZone } from './zone.js';

/**
 * A calendar: when a service is attended. An IANA time zone, weekly wall-clock
 * hours and exceptions by local date (ISO/IEC 20000-1, 8.3.3: the hours that
 * targets are counted in). What is written is wall time; what it means on the
 * line of instants is said by `working-time.ts`. Public holiday sets are not
 * proposed here.
 */

const START = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
const END = /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/;

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export const TimeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'An IANA time zone such as Europe/Berlin.')
  .describe('IANA time zone');

/** Wall times of one interval; an end at or before the start lies on the following day. */
const OpenInterval = z
  .tuple([
    z.string().regex(START, 'A wall time such as 09:00.'),
    z.string().regex(END, 'A wall time such as 17:00; 24:00 ends the day.'),
  ])
  .refine(([start, end]) => start !== end, {
    message: 'An interval cannot start and end at the same time: write 00:00–24:00 for a whole day, or leave it out.',
  })
  .describe('[start, end] in wall time; an end before the start lies on the following day');

const OpenIntervals = z.array(OpenInterval).max(48);

const WeeklyHours = z.strictObject({
  mon: OpenIntervals.optional(),
  tue: OpenIntervals.optional(),
  wed: OpenIntervals.optional(),
  thu: OpenIntervals.optional(),
  fri: OpenIntervals.optional(),
  sat: OpenIntervals.optional(),
  sun: OpenIntervals.optional(),
});

export const CalendarDefinition = z
  .strictObject({
    timezone: TimeZone,
    hours: WeeklyHours.describe('Open intervals of each weekday; a day left out is closed'),
    exceptions: z
      .record(LocalDate, OpenIntervals)
      .refine((dates) => Object.keys(dates).length <= 2000, 'At most 2,000 exceptions.')
      .default({})
      .describe('Open intervals that replace all open time of one local date; none means closed'),
  })
  .refine(({ hours, exceptions }) => [...Object.values(hours), ...Object.values(exceptions)].some((day) => day.length > 0), {
    message: 'This calendar is never open: give at least one weekday or date an interval.',
    path: ['hours'],
  });
export type CalendarDefinition = z.infer<typeof CalendarDefinition>;
export type OpenIntervals = z.infer<typeof OpenIntervals>;

/** Open time that begins on a date: what falls on it, and what falls on the next, in milliseconds of wall time after midnight. */
interface DayHours {
  readonly own: readonly Span[];
  readonly next: readonly Span[];
}

const NONE: DayHours = { own: [], next: [] };

/** Answers the open wall times of each local date, dates being counted in days since 1970-01-01; they may overlap. */
export function openTimeByDate({ hours, exceptions }: CalendarDefinition): (date: number) => readonly Span[] {
  const weekly = WEEKDAYS.map((weekday) => dayHours(hours[weekday] ?? []));
  const special = new Map(Object.entries(exceptions).map(([date, intervals]) => [Date.parse(date) / DAY, dayHours(intervals)]));
  const ordinary = weekly.map(({ own }, weekday) => [...own, ...weekly[(weekday + 6) % 7]!.next]);
  return (date) => {
    const own = special.get(date)?.own;
    if (own) return own;
    const fromSpecial = special.get(date - 1)?.next ?? NONE.next;
    const usual = ordinary[weekdayOf(date)]!;
    return fromSpecial.length === 0 ? usual : [...usual, ...fromSpecial];
  };
}

/** Monday is 0. */
const weekdayOf = (date: number): number => (((date + 3) % 7) + 7) % 7;

function dayHours(intervals: OpenIntervals): DayHours {
  const own: Span[] = [];
  const next: Span[] = [];
  for (const [start, end] of intervals.map(([from, to]) => [wallTime(from), wallTime(to)] as const)) {
    own.push([start, end <= start ? DAY : end]);
    if (end < start) next.push([0, end]);
  }
  return { own, next };
}

const wallTime = (text: string): number => (Number(text.slice(0, 2)) * 60 + Number(text.slice(3))) * 60_000;
