import { Temporal } from 'temporal-polyfill';
import type { CalendarDefinition } from '../../../../functions/design/calendar/calendar.js';

/**
 * A second opinion, written to be obvious rather than fast: every open interval
 * of every local date straight from Temporal, then minute by minute. It shares no code with the engine.
 */
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** The open minutes between two dates (ISO, both included), as epoch milliseconds of the beginning of each. */
export function openMinutes(definition: CalendarDefinition, first: string, last: string): Set<number> {
  const minutes = new Set<number>();
  for (let date = Temporal.PlainDate.from(first); Temporal.PlainDate.compare(date, last) <= 0; date = date.add({ days: 1 })) {
    for (const [from, to] of openOn(definition, date)) for (let at = from; at < to; at += 60_000) minutes.add(at);
  }
  return minutes;
}

function openOn(definition: CalendarDefinition, date: Temporal.PlainDate): [number, number][] {
  const timeZone = definition.timezone;
  const begins = date.toZonedDateTime({ timeZone }).epochMilliseconds;
  const ends = date.add({ days: 1 }).toZonedDateTime({ timeZone }).epochMilliseconds;
  const at = (time: string) =>
    time === '24:00' ? ends : date.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds;
  return wallTimes(definition, date).map(([from, to]) => [Math.max(at(from), begins), Math.min(at(to), ends)]);
}

/** Wall times on one date: its exception, or its own hours and what the day before carried over midnight. */
function wallTimes({ hours, exceptions }: CalendarDefinition, date: Temporal.PlainDate): [string, string][] {
  const before = date.subtract({ days: 1 });
  const overnight = ([from, to]: [string, string]) => to < from;
  const untilMidnight = ([from, to]: [string, string]): [string, string] => [from, to < from ? '24:00' : to];
  const special = exceptions[date.toString()];
  if (special) return special.map(untilMidnight);
  const carried = [...(hours[DAYS[before.dayOfWeek - 1]!] ?? []), ...(exceptions[before.toString()] ?? [])].filter(overnight);
  return [
    ...(hours[DAYS[date.dayOfWeek - 1]!] ?? []).map(untilMidnight),
    ...carried.map(([, to]): [string, string] => ['00:00', to]),
  ];
}
