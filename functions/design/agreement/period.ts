import { Temporal } from 'temporal-polyfill';
import type { ReportingPeriod } from './terms.js';

/** A reporting period: half-open instants (epoch ms) and the local date on which it begins. */
export interface Period {
  readonly from: number;
  readonly to: number;
  readonly begins: string;
}

const MONTHS = { month: 1, quarter: 3, year: 12 } as const;

/** The calendar week (from Monday), month, quarter or year that holds an instant (epoch ms), by the dates of a zone. */
export function periodAt(kind: ReportingPeriod, timezone: string, instant: number): Period {
  const date = dateAt(timezone, instant);
  const first = kind === 'week' ? date.subtract({ days: date.dayOfWeek - 1 }) : firstOf(date, MONTHS[kind]);
  const next = first.add(kind === 'week' ? { weeks: 1 } : { months: MONTHS[kind] });
  return { from: startOf(first, timezone), to: startOf(next, timezone), begins: first.toString() };
}

/** The local date of an instant (epoch ms) in a zone, as `2026-03-02`. */
export const localDate = (timezone: string, instant: number): string => dateAt(timezone, instant).toString();

const dateAt = (timezone: string, instant: number): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timezone).toPlainDate();

const firstOf = (date: Temporal.PlainDate, months: number): Temporal.PlainDate =>
  date.with({ month: date.month - ((date.month - 1) % months), day: 1 });

const startOf = (date: Temporal.PlainDate, timeZone: string): number => date.toZonedDateTime({ timeZone }).epochMilliseconds;
