import { Refusal } from '../../kernel/errors.js';
import { type CalendarDefinition, openTimeByDate } from './calendar.js';
import { clip, DAY, type Span, unite } from './interval.js';
import { instantAfter, intervalBefore, type OpenYear, openBefore, openYear } from './open-year.js';
import { type Zone, zoneOf } from './zone.js';

/** How far a deadline is looked for before it is refused. */
export const TEN_YEARS = 3653 * DAY;
const MOST_YEARS = 48;

/**
 * Working time in one calendar: elapsed time inside its open intervals, exact.
 * Instants are milliseconds since 1970-01-01T00:00Z and lengths milliseconds.
 * Pauses overlap freely and count once; a pause that is still open ends at
 * `Infinity`. Intervals are half-open: at closing it is closed, at opening open.
 * Knows no clock: nothing here reads the time of day.
 */
export class WorkingTime {
  private readonly years = new Map<number, OpenYear>();
  private readonly openTime: (date: number) => readonly Span[];
  private readonly zone: Zone;
  private recent: OpenYear | undefined;

  constructor(definition: CalendarDefinition) {
    this.zone = zoneOf(definition.timezone);
    this.openTime = openTimeByDate(definition);
  }

  isOpen(instant: number): boolean {
    const year = this.yearAt(instant);
    const i = intervalBefore(year, instant);
    return i >= 0 && instant < year.closes[i]!;
  }

  /** The instant itself when open, else the next opening; undefined when there is none within ten years. */
  nextOpening(instant: number): number | undefined {
    if (this.isOpen(instant)) return instant;
    for (let year = this.yearAt(instant); year.from - instant <= TEN_YEARS; year = this.year(year.year + 1)) {
      const opens = year.opens[intervalBefore(year, instant) + 1];
      if (opens !== undefined) return opens - instant <= TEN_YEARS ? opens : undefined;
    }
    return undefined;
  }

  /** The open intervals between two instants, cut to them. */
  openIntervals(from: number, to: number): Span[] {
    const found: Span[] = [];
    if (from >= to) return found;
    for (let year = this.yearAt(from); year.from < to; year = this.year(year.year + 1)) {
      for (let i = Math.max(0, intervalBefore(year, from)); i < year.opens.length && year.opens[i]! < to; i++) {
        const [opens, closes] = [Math.max(from, year.opens[i]!), Math.min(to, year.closes[i]!)];
        if (opens < closes) found.push([opens, closes]);
      }
    }
    return unite(found).slice();
  }

  /** Working milliseconds between two instants; none when `to` is not after `from`. */
  elapsed(from: number, to: number, pauses: readonly Span[] = []): number {
    if (to <= from) return 0;
    let open = this.open(from, to);
    if (pauses.length > 0) for (const [a, b] of unite(clip(pauses, from, to))) open -= this.open(a, b);
    return open;
  }

  /**
   * The first instant at which this much working time has elapsed since
   * `start`; exactly at closing it is that closing, and with nothing to elapse
   * the start. `Infinity` while a pause without end stands before it. Refuses
   * `invalid` what lies beyond ten years.
   */
  due(start: number, length: number, pauses: readonly Span[] = []): number {
    return pauses.length === 0 ? this.add(start, length) : this.addAround(start, length, unite(clip(pauses, start, Infinity)));
  }

  /**
   * The same wall time on the nth following working day (a local date with open
   * time), moved into that day's hours: on to the next opening, else back to the
   * last closing. A start outside hours counts from the next opening. Paused
   * working time is then added. Zero days are due at the start.
   */
  dueDays(start: number, days: number, pauses: readonly Span[] = []): number {
    if (days === 0) return start;
    const begin = this.nextOpening(start);
    if (begin === undefined) throw outOfReach(start);
    const wall = this.zone.wallOf(begin);
    const date = this.followingWorkingDay(Math.floor(wall / DAY), days, start);
    const unpaused = this.intoHours(date, wall - Math.floor(wall / DAY) * DAY);
    const merged = unite(clip(pauses, start, Infinity));
    const paused = this.open(start, unpaused) - this.elapsed(start, unpaused, merged);
    const covering = merged.find(([from, to]) => from < unpaused && unpaused < to);
    const rest = covering?.[1] ?? unpaused;
    return rest === Infinity ? Infinity : this.addAround(rest, paused, clip(merged, rest, Infinity));
  }

  private addAround(start: number, length: number, pauses: readonly Span[]): number {
    let [from, left] = [start, length];
    for (const [a, b] of pauses) {
      const before = this.elapsed(from, a);
      if (left <= before) break;
      if (b === Infinity) return Infinity;
      left -= before;
      from = b;
    }
    return this.add(from, left);
  }

  private add(start: number, length: number): number {
    if (length <= 0) return start;
    let year = this.yearAt(start);
    let open = openBefore(year, start) + length;
    while (open > year.total) {
      if (year.to - start > TEN_YEARS) throw outOfReach(start);
      open -= year.total;
      year = this.year(year.year + 1);
    }
    const due = instantAfter(year, open);
    if (due - start > TEN_YEARS) throw outOfReach(start);
    return due;
  }

  private open(from: number, to: number): number {
    if (to <= from) return 0;
    let year = this.yearAt(from);
    let open = -openBefore(year, from);
    for (; to >= year.to; year = this.year(year.year + 1)) open += year.total;
    return open + openBefore(year, to);
  }

  private followingWorkingDay(date: number, days: number, start: number): number {
    let [day, left] = [date, days];
    while (left > 0) {
      day++;
      if ((day - date) * DAY > TEN_YEARS) throw outOfReach(start);
      if (this.open(this.zone.startOfDate(day), this.zone.startOfDate(day + 1)) > 0) left--;
    }
    return day;
  }

  private intoHours(date: number, timeOfDay: number): number {
    const same = this.zone.instantOf(date * DAY + timeOfDay);
    const hours = this.openIntervals(this.zone.startOfDate(date), this.zone.startOfDate(date + 1));
    const interval = hours.find(([, closes]) => same <= closes);
    return interval ? Math.max(interval[0], same) : hours.at(-1)![1];
  }

  private yearAt(instant: number): OpenYear {
    if (this.recent && instant >= this.recent.from && instant < this.recent.to) return this.recent;
    let year = this.year(new Date(instant).getUTCFullYear());
    if (instant < year.from) year = this.year(year.year - 1);
    else if (instant >= year.to) year = this.year(year.year + 1);
    this.recent = year;
    return year;
  }

  private year(number: number): OpenYear {
    let year = this.years.get(number);
    if (year === undefined) {
      if (this.years.size >= MOST_YEARS) this.years.clear();
      year = openYear(number, this.zone, this.openTime);
      this.years.set(number, year);
    }
    return year;
  }
}

const outOfReach = (start: number) =>
  new Refusal(
    'invalid',
    `This is not due within ten years of ${new Date(start).toISOString()}: ` +
      'shorten the target, or give the calendar more open time.',
  );
