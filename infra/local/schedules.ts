import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { readIfThere, writeWhole } from './atomic-file.js';
import type { MovableClock } from './clock.js';
import { type Fault, logFault } from './fault.js';
import { parseSchedule, type Schedule } from './schedule-expression.js';

/**
 * Calls functions at the times of their schedules, by the movable clock. When the clock is moved far, a schedule is called at
 * each of its instants on the way, but at most `cap` times for one move: a rate then takes longer strides, a cron goes to its
 * last instant. What fell due while the machine was off is made up for by one call. A call that fails is tried `attempts`
 * times.
 */
export class Schedules {
  #stop = new AbortController();
  #running = new Set<Promise<void>>();
  #cancels = new Map<string, () => void>();
  #lastCalls: Record<string, number>;

  private constructor(
    private readonly options: Required<SchedulesOptions>,
    lastCalls: Record<string, number>,
  ) {
    this.#lastCalls = lastCalls;
  }

  static async open(given: SchedulesOptions): Promise<Schedules> {
    const options = { cap: 60, attempts: 3, fault: logFault, ...given };
    const parsed = given.schedules.map((entry) => ({ entry, schedule: parseSchedule(entry.expression, entry.timezone) }));
    const kept = await readIfThere(given.file);
    const schedules = new Schedules(options, kept ? (JSON.parse(kept.toString('utf8')) as Record<string, number>) : {});
    for (const { entry, schedule } of parsed) schedules.#begin(entry, schedule);
    await schedules.#keep();
    return schedules;
  }

  settled(): boolean {
    return this.#running.size === 0;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    for (const cancel of this.#cancels.values()) cancel();
    await Promise.all(this.#running);
  }

  #begin(entry: ScheduleEntry, schedule: Schedule): void {
    const now = this.options.clock.millis();
    const last = this.#lastCalls[entry.name] ?? now;
    this.#lastCalls[entry.name] = last;
    const due = schedule.next(last);
    if (due === undefined) return;
    const missed = due <= now ? lastDue(schedule, due, now) : due;
    this.#await(entry, schedule, missed, { destination: 0, calls: 0 });
  }

  #await(entry: ScheduleEntry, schedule: Schedule, due: number, move: Move): void {
    const cancel = this.options.clock.at(due, () => {
      if (this.#stop.signal.aborted) return;
      this.#call(entry, due);
      this.#followUp(entry, schedule, due, move);
    });
    this.#cancels.set(entry.name, cancel);
  }

  #followUp(entry: ScheduleEntry, schedule: Schedule, due: number, before: Move): void {
    const destination = this.options.clock.destination();
    const now = this.options.clock.millis();
    const isMoving = destination - now > 1_000;
    const calls = isMoving && before.destination === destination ? before.calls + 1 : 1;
    const next = isMoving ? this.#onTheWay(schedule, due, destination, calls) : schedule.next(due);
    if (next !== undefined) this.#await(entry, schedule, next, { destination, calls });
  }

  #onTheWay(schedule: Schedule, due: number, destination: number, calls: number): number | undefined {
    const next = schedule.next(due);
    if (next === undefined || next > destination) return next;
    const left = Math.max(this.options.cap - calls, 1);
    if (schedule.period !== undefined) {
      const periods = Math.floor((destination - due) / schedule.period);
      return due + Math.ceil(periods / left) * schedule.period;
    }
    return calls < this.options.cap ? next : lastDue(schedule, next, destination);
  }

  #call(entry: ScheduleEntry, due: number): void {
    const running: Promise<void> = this.#try(entry, due)
      .catch((error: unknown) => {
        if (this.#stop.signal.aborted) return; // It is made up for when the machine runs again.
        this.options.fault(`running the schedule ${entry.name}`, error);
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #try(entry: ScheduleEntry, due: number): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await entry.target(eventOf(entry, due));
        break;
      } catch (error) {
        if (attempt >= this.options.attempts || this.#stop.signal.aborted) throw error;
        await setTimeout(100 * 4 ** attempt, undefined, { signal: this.#stop.signal });
      }
    }
    this.#lastCalls[entry.name] = Math.max(due, this.#lastCalls[entry.name] ?? 0);
    await this.#keep();
  }

  async #keep(): Promise<void> {
    await writeWhole(this.options.file, JSON.stringify(this.#lastCalls), { durable: false });
  }
}

interface Move {
  destination: number;
  calls: number;
}

export interface ScheduleEntry {
  name: string;
  expression: string;
  /** IANA name; UTC unless given. */
  timezone?: string;
  /** What the function is given instead of the scheduler's own event. `<aws.scheduler.scheduled-time>` is filled in. */
  input?: unknown;
  target: (event: unknown) => Promise<unknown>;
}

export interface SchedulesOptions {
  /** Keeps when each schedule was last called. */
  file: string;
  schedules: readonly ScheduleEntry[];
  clock: MovableClock;
  cap?: number;
  attempts?: number;
  fault?: Fault;
}

/** The last due instant that is not after `until`, given one that is not. */
function lastDue(schedule: Schedule, due: number, until: number): number {
  if (schedule.period !== undefined) return due + Math.floor((until - due) / schedule.period) * schedule.period;
  let last = due;
  for (let next = schedule.next(due); next !== undefined && next <= until; next = schedule.next(next)) last = next;
  return last;
}

function eventOf({ name, input }: ScheduleEntry, due: number): unknown {
  const time = `${new Date(due).toISOString().slice(0, 19)}Z`;
  const arn = `arn:aws:scheduler:local:000000000000:schedule/default/${name}`;
  if (input !== undefined) {
    const text = JSON.stringify(input)
      .replaceAll('<aws.scheduler.scheduled-time>', time)
      .replaceAll('<aws.scheduler.schedule-arn>', arn)
      .replaceAll('<aws.scheduler.execution-id>', randomUUID())
      .replaceAll('<aws.scheduler.attempt-number>', '1');
    return JSON.parse(text);
  }
  const about = { version: '0', id: randomUUID(), account: '000000000000', region: 'local', time };
  return { ...about, 'detail-type': 'Scheduled Event', source: 'aws.scheduler', resources: [arn], detail: '{}' };
}
