import { Temporal } from 'temporal-polyfill';

/** The next instant after `now` at which clocks in a zone show a weekday (1 is Monday) and a time. */
export function next(now: Date, timezone: string, weekday: number, time: string): Date {
  const zoned = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timezone);
  const day = zoned.toPlainDate().add({ days: (weekday - zoned.dayOfWeek + 7) % 7 });
  const at = (date: Temporal.PlainDate) => instantAt(timezone, date.toString(), time);
  return at(day) > now ? at(day) : at(day.add({ days: 7 }));
}

/** Monday is 1. */
export const [MONDAY, TUESDAY, WEDNESDAY, FRIDAY, SUNDAY] = [1, 2, 3, 5, 7] as const;

/** When clocks in a zone show a date and a time. */
export const instantAt = (timezone: string, date: string, time: string): Date =>
  new Date(Temporal.PlainDateTime.from(`${date}T${time}`).toZonedDateTime(timezone).epochMilliseconds);

export const minutesAfter = (instant: Date, minutes: number): Date => new Date(instant.getTime() + minutes * 60_000);

/** The local date on which clocks in a zone are next put forward. */
export function nextSpringForward(now: Date, timezone: string): string {
  let from = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timezone);
  for (;;) {
    const changed = from.getTimeZoneTransition('next');
    if (changed === null) throw new Error(`Clocks in ${timezone} are never changed.`);
    if (changed.offsetNanoseconds > changed.subtract({ nanoseconds: 1 }).offsetNanoseconds)
      return changed.toPlainDate().toString();
    from = changed;
  }
}
