import { Temporal } from 'temporal-polyfill';
import { DAY } from './interval.js';

/**
 * A time zone as offsets between instants and wall time, both in milliseconds
 * since 1970-01-01T00:00 (wall time read as if it were UTC). Temporal supplies
 * the rules once for each year; afterwards it is arithmetic. The tests compare
 * it with Temporal itself.
 */
export class Zone {
  private readonly years = new Map<number, Shifts>();

  constructor(readonly name: string) {}

  wallOf(instant: number): number {
    const { at, offsets } = this.shifts(instant);
    let i = 0;
    while (i < at.length && instant >= at[i]!) i++;
    return instant + offsets[i]!;
  }

  /** A wall time that is skipped or repeated resolves as Temporal's `compatible`: with the offset before the shift. */
  instantOf(wall: number): number {
    const { at, offsets } = this.shifts(wall);
    let i = 0;
    while (i < at.length && wall >= at[i]! + Math.max(offsets[i]!, offsets[i + 1]!)) i++;
    return wall - offsets[i]!;
  }

  /** The first instant of a local date (days since 1970-01-01); of a date that the zone skipped, the first after it. */
  startOfDate(date: number): number {
    const wall = date * DAY;
    const { at, offsets } = this.shifts(wall);
    for (let i = 0; i < at.length; i++) {
      const [before, after] = [at[i]! + offsets[i]!, at[i]! + offsets[i + 1]!];
      if (wall >= before && wall < after) return at[i]!;
    }
    return this.instantOf(wall);
  }

  private shifts(near: number): Shifts {
    const year = new Date(near).getUTCFullYear();
    let shifts = this.years.get(year);
    if (shifts === undefined) {
      if (this.years.size >= MOST_YEARS) this.years.clear();
      shifts = shiftsAround(this.name, year);
      this.years.set(year, shifts);
    }
    return shifts;
  }
}

/** Shifts of one year, two days more on either side: `offsets[i]` holds before `at[i]`, the last one after all. */
interface Shifts {
  readonly at: readonly number[];
  readonly offsets: readonly number[];
}

const MOST_YEARS = 64;

function shiftsAround(timeZone: string, year: number): Shifts {
  const [from, to] = [new Date(0).setUTCFullYear(year, 0, -1), new Date(0).setUTCFullYear(year + 1, 0, 3)];
  let moment = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timeZone);
  const [at, offsets] = [[] as number[], [moment.offsetNanoseconds / 1e6]];
  for (;;) {
    const next = moment.getTimeZoneTransition('next');
    if (next === null || next.epochMilliseconds >= to) return { at, offsets };
    at.push(next.epochMilliseconds);
    offsets.push(next.offsetNanoseconds / 1e6);
    moment = next;
  }
}

const zones = new Map<string, Zone>();

/** One `Zone` for each name, kept: there are some six hundred names. */
export function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (zone === undefined) {
    zone = new Zone(name);
    zones.set(name, zone);
  }
  return zone;
}

/** Whether the rules of this zone are known; fixed offsets such as `+02:00` are not zones. */
export function isTimeZone(name: string): boolean {
  if (zones.has(name)) return true;
  if (!/^[A-Za-z][\w+/-]*$/.test(name)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
