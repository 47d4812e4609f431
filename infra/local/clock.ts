import { setImmediate } from 'node:timers/promises';
import { readIfThere, writeWhole } from './atomic-file.js';
import { type Timer, TimerHeap } from './timer-heap.js';

/** Beyond it, calendars and tokens make no sense. */
const FARTHEST = Date.UTC(2200, 0, 1);

/**
 * The one clock of a machine. It runs at real speed from an offset that can be moved forward; waits, schedules and tokens follow.
 *
 * A move goes through every wake-up on its way: the clock stands at that instant while what it wakes does its work, and only
 * then goes on, so that a weekend passed in a second is seen as a weekend. The offset is kept in the data folder before the
 * move begins: after a crash in the middle the clock is never behind what was written. It never goes back, since records
 * would then carry instants that have not come.
 */
export class MovableClock {
  #heap = new TimerHeap();
  #real: NodeJS.Timeout | undefined;
  #moves: Promise<void> = Promise.resolve();
  #destination: number | undefined;
  #settle: () => Promise<void> = async () => {
    await setImmediate();
  };

  private constructor(
    private readonly path: string | undefined,
    private offset: number,
  ) {}

  /** With a path, the offset of an earlier run goes on; without, the clock starts at real time and is forgotten. */
  static async open(path?: string): Promise<MovableClock> {
    const kept = path === undefined ? undefined : await readIfThere(path);
    const { offset } = kept ? (JSON.parse(kept.toString('utf8')) as { offset: number }) : { offset: 0 };
    return new MovableClock(path, offset);
  }

  /** The instant it is here. */
  now = (): Date => new Date(this.millis());

  /** The same in epoch milliseconds. */
  millis = (): number => Date.now() + this.offset;

  /** Where a move under way will end, else now; epoch milliseconds. Schedules use it to see how much they are about to skip. */
  destination(): number {
    return Math.max(this.#destination ?? 0, this.millis());
  }

  /** Called before a move and after each wake-up on its way; the move goes on when it resolves. */
  settleWith(settle: () => Promise<void>): void {
    this.#settle = settle;
  }

  /** Moves to an instant and resolves when everything due by then has been woken and has settled. Throws when it has passed. */
  set(instant: Date | string): Promise<void> {
    const destination = new Date(instant).getTime();
    if (Number.isNaN(destination)) return Promise.reject(new RangeError(`"${String(instant)}" is not an instant.`));
    return this.#queue(() => destination);
  }

  /** Moves by minutes, which may be fractional but not negative. */
  advance(minutes: number): Promise<void> {
    if (!(minutes >= 0) || !Number.isFinite(minutes)) {
      return Promise.reject(new RangeError('The clock moves forward by a number of minutes, zero or more.'));
    }
    return this.#queue(() => this.millis() + minutes * 60_000);
  }

  /** Calls back once at an instant (epoch milliseconds), at once on the next turn when it has passed. Returns the cancelling. */
  at(instant: number, fire: () => void): () => void {
    const timer: Timer = this.#heap.add(instant, fire);
    if (this.#destination === undefined) this.#arm();
    return () => this.#heap.cancel(timer);
  }

  /** Resolves at an instant of this clock; rejects with the signal's reason when it is aborted before. */
  sleepUntil(instant: Date | number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = () => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = this.at(Number(instant), () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** How many are waiting, cancelled ones that have not been cleared away included. */
  get sleepers(): number {
    return this.#heap.size;
  }

  /** Stops waking. Waits for a move under way. */
  async close(): Promise<void> {
    await this.#moves;
    clearTimeout(this.#real);
    this.#heap = new TimerHeap();
  }

  #queue(destination: () => number): Promise<void> {
    const move = this.#moves.then(() => this.#move(destination()));
    // Whoever asked for the move is told that it failed; those after it are not held up.
    this.#moves = move.catch(() => undefined);
    return move;
  }

  async #move(destination: number): Promise<void> {
    if (!(destination <= FARTHEST)) throw new RangeError('The clock moves no farther than the year 2199.');
    if (destination < this.millis()) {
      throw new RangeError(`The clock only moves forward: it is ${this.now().toISOString()}, later than ${iso(destination)}.`);
    }
    await this.#keep(destination - Date.now());
    this.#destination = destination;
    clearTimeout(this.#real);
    try {
      await this.#settle(); // What is under way belongs to the instant before the move.
      for (let next = this.#heap.peek(); next && next.at <= destination; next = this.#heap.peek()) {
        this.#standAt(next.at);
        this.#fireDue();
        await this.#settle();
      }
      this.#standAt(destination);
    } finally {
      this.#destination = undefined;
      this.#arm();
    }
  }

  #standAt(instant: number): void {
    this.offset = Math.max(this.offset, instant - Date.now());
  }

  #fireDue(): void {
    for (let next = this.#heap.peek(); next && next.at <= this.millis(); next = this.#heap.peek()) this.#heap.take()!.fire!();
  }

  async #keep(offset: number): Promise<void> {
    if (this.path !== undefined) await writeWhole(this.path, JSON.stringify({ offset }));
  }

  #arm(): void {
    clearTimeout(this.#real);
    const next = this.#heap.peek();
    if (next === undefined) return;
    const wait = Math.min(Math.max(next.at - this.millis(), 0), LONGEST_TIMER);
    this.#real = setTimeout(() => {
      this.#fireDue();
      this.#arm();
    }, wait);
  }
}

/** Timers of the runtime overflow beyond 2^31 - 1 milliseconds and would fire at once. */
const LONGEST_TIMER = 2_147_483_647;

const iso = (millis: number): string => new Date(millis).toISOString();
