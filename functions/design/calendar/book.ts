import type { CalendarDefinition } from './calendar.js';
import { WorkingTime } from './working-time.js';

/** One version of a record: what a running clock keeps until someone re-applies the current one. */
export interface VersionRef {
  readonly id: string;
  readonly version: number;
}

/** Answers the working time of one version of a calendar; throws for one that was not given. */
export type Calendars = (calendar: VersionRef) => WorkingTime;

export const sameVersion = (a: VersionRef | undefined, b: VersionRef | undefined): boolean =>
  a?.id === b?.id && a?.version === b?.version;

/**
 * Keeps calendars that were laid out, the least recently used leaving first, so that
 * a process that serves many tickets lays each out once. A version never changes,
 * so nothing here grows stale.
 */
export class CalendarBook {
  private readonly pages = new Map<string, WorkingTime>();

  constructor(private readonly most = 200) {}

  has = (calendar: VersionRef): boolean => this.pages.has(key(calendar));

  add(calendar: VersionRef, definition: CalendarDefinition): WorkingTime {
    const time = this.pages.get(key(calendar)) ?? new WorkingTime(definition);
    return this.keep(key(calendar), time);
  }

  readonly find: Calendars = (calendar) => {
    const time = this.pages.get(key(calendar));
    if (time === undefined) throw new Error(`Calendar ${calendar.id} version ${calendar.version} was not added to the book.`);
    return this.keep(key(calendar), time);
  };

  private keep(name: string, time: WorkingTime): WorkingTime {
    this.pages.delete(name);
    this.pages.set(name, time);
    if (this.pages.size > this.most) this.pages.delete(this.pages.keys().next().value!);
    return time;
  }
}

const key = ({ id, version }: VersionRef): string => `${id}@${version}`;
