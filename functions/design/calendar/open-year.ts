import { clip, DAY, type Span, unite } from './interval.js';
import type { Zone } from './zone.js';

/** The open time of one local year as instants, with running sums so that any question is one binary search. */
export interface OpenYear {
  readonly year: number;
  /** First instant of the year, and of the next. */
  readonly from: number;
  readonly to: number;
  readonly opens: Float64Array;
  readonly closes: Float64Array;
  /** Open milliseconds before each interval; one longer than `opens`, ending with the year's total. */
  readonly sums: Float64Array;
  readonly total: number;
}

/** Lays a calendar's wall times on the line of instants, each within its own date, so that a skipped date has none. */
export function openYear(year: number, zone: Zone, openTime: (date: number) => readonly Span[]): OpenYear {
  const [first, last] = [dateNumber(year, 0), dateNumber(year + 1, 0)];
  const found: [number, number][] = [];
  let start = zone.startOfDate(first);
  const from = start;
  for (let date = first; date < last; date++) {
    const end = zone.startOfDate(date + 1);
    const instant = (wall: number) => (wall === DAY ? end : zone.instantOf(date * DAY + wall));
    const spans = openTime(date).map(([opens, closes]): Span => [instant(opens), instant(closes)]);
    for (const [opens, closes] of unite(clip(spans, start, end))) append(found, opens, closes);
    start = end;
  }
  return { year, from, to: start, ...summed(found) };
}

const dateNumber = (year: number, month: number): number => new Date(0).setUTCFullYear(year, month, 1) / DAY;

function append(found: [number, number][], opens: number, closes: number): void {
  const last = found.at(-1);
  if (last && opens <= last[1]) last[1] = Math.max(last[1], closes);
  else found.push([opens, closes]);
}

function summed(found: readonly Span[]) {
  const sums = new Float64Array(found.length + 1);
  found.forEach(([opens, closes], i) => {
    sums[i + 1] = sums[i]! + (closes - opens);
  });
  return {
    opens: Float64Array.from(found, ([opens]) => opens),
    closes: Float64Array.from(found, ([, closes]) => closes),
    sums,
    total: sums[found.length]!,
  };
}

/** Index of the last interval that opened at or before the instant, or -1. */
export function intervalBefore({ opens }: OpenYear, instant: number): number {
  let [low, high] = [0, opens.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (opens[middle]! <= instant) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Open milliseconds from the beginning of the year up to the instant. */
export function openBefore(year: OpenYear, instant: number): number {
  const i = intervalBefore(year, instant);
  return i < 0 ? 0 : year.sums[i]! + Math.min(instant, year.closes[i]!) - year.opens[i]!;
}

/** The first instant by which the year has had this many open milliseconds (above zero, at most its total). */
export function instantAfter({ opens, sums }: OpenYear, open: number): number {
  let [low, high] = [0, opens.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sums[middle + 1]! < open) low = middle + 1;
    else high = middle;
  }
  return opens[low]! + open - sums[low]!;
}
