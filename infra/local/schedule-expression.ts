import { Temporal } from 'temporal-polyfill';

/**
 * Schedule expressions of EventBridge Scheduler: `rate(5 minutes)` and `cron(minutes hours day-of-month month day-of-week
 * year)` in an IANA zone. A local time that a clock change leaves out is skipped, one that it repeats happens once, as there.
 * `W` and `at(…)` are not known. All instants are epoch milliseconds.
 */
export interface Schedule {
  /** The first due instant after this one, undefined when there is none within ten years. */
  next(after: number): number | undefined;
  /** Milliseconds between two instants of a rate; undefined for cron. */
  period?: number;
}

/** Throws a sentence for what it does not understand. */
export function parseSchedule(expression: string, timezone = 'UTC'): Schedule {
  const [, kind, inner = ''] = /^(rate|cron)\((.*)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'rate') return parseRate(inner, expression);
  if (kind === 'cron') return parseCron(inner, expression, timezone);
  throw new Error(`"${expression}" is not a schedule: write rate(…) or cron(…).`);
}

const UNITS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

function parseRate(inner: string, expression: string): Schedule {
  const [, count, unit] = /^(\d+) (minute|hour|day)s?$/.exec(inner.trim()) ?? [];
  const period = Number(count) * (UNITS[unit ?? ''] ?? Number.NaN);
  if (!(period > 0)) throw new Error(`"${expression}" is not a rate: write for instance rate(5 minutes).`);
  return { period, next: (after) => after + period };
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

function parseCron(inner: string, expression: string, timezone: string): Schedule {
  const fields = inner.trim().split(/\s+/);
  if (fields.length !== 6)
    throw new Error(`"${expression}" needs six fields: minutes, hours, day of month, month, day of week, year.`);
  const [minute, hour, date, month, weekday, year] = fields as [string, string, string, string, string, string];
  if ((date === '?') === (weekday === '?')) {
    throw new Error(`"${expression}" must have "?" in exactly one of day of month and day of week.`);
  }
  const minutes = numbers(minute, 0, 59, expression);
  const hours = numbers(hour, 0, 23, expression);
  const months = new Set(numbers(month, 1, 12, expression, MONTHS, 1));
  const years = new Set(numbers(year, 1970, 2199, expression));
  const fitsDate = date === '?' ? weekdayTest(weekday, expression) : dateTest(date, expression);
  const isDay = (day: Temporal.PlainDate) => years.has(day.year) && months.has(day.month) && fitsDate(day);
  return { next: (after) => nextOf(after, timezone, isDay, hours, minutes) };
}

type DayTest = (day: Temporal.PlainDate) => boolean;

function nextOf(after: number, timezone: string, isDay: DayTest, hours: number[], minutes: number[]): number | undefined {
  let day = Temporal.Instant.fromEpochMilliseconds(after).toZonedDateTimeISO(timezone).toPlainDate();
  for (let looked = 0; looked < 3_660; looked++, day = day.add({ days: 1 })) {
    if (!isDay(day)) continue;
    for (const hour of hours) {
      for (const minute of minutes) {
        const instant = instantOf(day, hour, minute, timezone);
        if (instant !== undefined && instant > after) return instant;
      }
    }
  }
  return undefined;
}

/** The earlier one of a repeated local time; undefined for one that does not happen. */
function instantOf(day: Temporal.PlainDate, hour: number, minute: number, timezone: string): number | undefined {
  const zoned = day.toZonedDateTime({ timeZone: timezone, plainTime: { hour, minute } });
  return zoned.hour === hour && zoned.minute === minute ? zoned.epochMilliseconds : undefined;
}

function dateTest(field: string, expression: string): DayTest {
  if (field === 'L') return (day) => day.day === day.daysInMonth;
  const days = new Set(numbers(field, 1, 31, expression));
  return (day) => days.has(day.day);
}

/** 1 to 7 from Sunday, `6L` for the last Friday, `2#1` for the first Monday. */
function weekdayTest(field: string, expression: string): DayTest {
  const [, nth, count] = /^(\w+)#([1-5])$/.exec(field) ?? [];
  const [, last] = /^(\w+)L$/.exec(field) ?? [];
  const days = new Set(numbers(nth ?? last ?? (field === 'L' ? '7' : field), 1, 7, expression, DAYS, 1));
  return (day) => {
    if (!days.has((day.dayOfWeek % 7) + 1)) return false;
    if (nth !== undefined) return Math.ceil(day.day / 7) === Number(count);
    return last === undefined || day.day + 7 > day.daysInMonth;
  };
}

/** Lists, ranges and steps, in rising order. */
function numbers(field: string, least: number, most: number, expression: string, names: string[] = [], first = 0): number[] {
  const found = new Set<number>();
  for (const part of field.split(',')) {
    const [, from = '', to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part) ?? [];
    const number = (text: string) =>
      names.includes(text.toUpperCase()) ? names.indexOf(text.toUpperCase()) + first : Number(text);
    const low = from === '*' ? least : number(from);
    const high = to !== undefined ? number(to) : from === '*' || step !== undefined ? most : low;
    const stride = step === undefined ? 1 : Number(step);
    if (from === '' || !(low >= least && high <= most && low <= high && stride >= 1)) {
      throw new Error(`"${expression}" cannot be understood at "${part}".`);
    }
    for (let value = low; value <= high; value += stride) found.add(value);
  }
  return [...found].sort((a, b) => a - b);
}
