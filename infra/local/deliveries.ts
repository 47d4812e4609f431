import { randomUUID } from 'node:crypto';
import { type Fault, logFault } from './fault.js';
import { Journal } from './journal.js';

/**
 * Hands items to a receiver at least once, also when the process is killed in between.
 *
 * An accepted item is on disk before `accept` resolves and stays pending until the receiver took it. Items of one lane are
 * delivered strictly in order, lanes side by side; an item that is refused `attempts` times becomes a dead letter, is kept and
 * can be driven again. Marks of what is done are not synced: after a power cut an item may come twice. Backoff is in real
 * time, since it is for faults that are real.
 */
export class Deliveries<T> {
  #lanes = new Map<string, Lane<T>>();
  #ready: Lane<T>[] = [];
  #dead = new Map<string, DeadLetter<T>>();
  #running = new Set<Promise<void>>();
  #done = 0;
  #closed = false;
  #accepting = 0;
  #timers = new Set<NodeJS.Timeout>();

  private constructor(
    private readonly options: Required<DeliveryOptions<T>>,
    private journal: Journal<Entry<T>>,
  ) {}

  /** Opens the file and begins to deliver what was pending. */
  static async open<T>(given: DeliveryOptions<T>): Promise<Deliveries<T>> {
    const options = { batch: 1, concurrency: 8, attempts: 8, backoff, wait: () => undefined, fault: logFault, ...given };
    const pending = new Map<string, Item<T>>();
    const dead = new Map<string, DeadLetter<T>>();
    const journal = await Journal.open<Entry<T>>(given.file, (entry) => replay(entry, pending, dead));
    const deliveries = new Deliveries<T>(options, journal);
    deliveries.#dead = dead;
    for (const item of pending.values()) deliveries.#enqueue(item);
    deliveries.#pump();
    return deliveries;
  }

  /** Resolves when the items are safe on disk; they are delivered afterwards. A lane left out means an item of its own. */
  async accept(items: readonly { id?: string; lane?: string; body: T }[]): Promise<void> {
    if (this.#closed) throw new Error('Deliveries are closed.');
    const accepted = items.map(({ id = randomUUID(), lane = id, body }) => ({ id, lane, body }));
    this.#accepting++;
    try {
      await this.journal.append(accepted.map((item) => ({ accept: item })));
      for (const item of accepted) this.#enqueue(item);
    } finally {
      this.#accepting--;
    }
    this.#pump();
  }

  settled(): boolean {
    return this.#accepting === 0 && this.#running.size === 0 && this.#ready.length === 0;
  }

  /** Items accepted and not yet taken, those waiting for another attempt included. */
  get pending(): number {
    return [...this.#lanes.values()].reduce((sum, { items }) => sum + items.length, 0);
  }

  deadLetters(): readonly DeadLetter<T>[] {
    return [...this.#dead.values()];
  }

  /** Puts all dead letters back at the end of their lanes. Returns how many. */
  async redrive(): Promise<number> {
    const letters = [...this.#dead.values()];
    await this.journal.append(letters.map(({ id, lane, body }) => ({ accept: { id, lane, body } })));
    for (const { id, lane, body } of letters) {
      this.#dead.delete(id);
      this.#enqueue({ id, lane, body });
    }
    this.#pump();
    return letters.length;
  }

  /** Starts nothing more, waits for what is under way; what is pending stays on disk. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(this.#running);
    await this.journal.close();
  }

  #enqueue(item: Item<T>): void {
    const lane = this.#lanes.get(item.lane) ?? { name: item.lane, items: [], refused: 0, state: 'idle' as const };
    this.#lanes.set(item.lane, lane);
    lane.items.push(item);
    if (lane.state === 'idle') this.#makeReady(lane);
  }

  #makeReady(lane: Lane<T>): void {
    lane.state = 'ready';
    this.#ready.push(lane);
  }

  #pump(): void {
    while (!this.#closed && this.#ready.length > 0 && this.#running.size < this.options.concurrency) {
      const lane = this.#ready.shift()!;
      lane.state = 'running';
      const run: Promise<void> = this.#run(lane)
        .catch((error: unknown) => this.options.fault('keeping deliveries', error))
        .finally(() => {
          this.#running.delete(run);
          this.#pump();
        });
      this.#running.add(run);
    }
  }

  async #run(lane: Lane<T>): Promise<void> {
    const batch = lane.items.slice(0, lane.refused > 0 ? 1 : this.options.batch);
    const { refused, error } = await this.#deliver(batch, lane.refused + 1);
    const taken = batch.filter(({ id }) => !refused.has(id));
    lane.items = lane.items.filter((item) => !taken.includes(item));
    const first = batch.find(({ id }) => refused.has(id));
    lane.refused = first === undefined ? 0 : first === batch[0] ? lane.refused + 1 : 1;
    const entries: Entry<T>[] = taken.map(({ id }) => ({ done: id }));
    if (first && lane.refused >= this.options.attempts) entries.push(this.#bury(lane, first, error));
    await this.journal.append(entries, { durable: false });
    this.#done += entries.length;
    this.#next(lane);
    await this.#compact();
  }

  async #deliver(batch: Item<T>[], attempt: number): Promise<{ refused: Set<string>; error: unknown }> {
    try {
      const refused = new Set((await this.options.deliver(batch, attempt)) ?? []);
      return { refused, error: 'The receiver reported it as failed.' };
    } catch (error) {
      return { refused: new Set(batch.map(({ id }) => id)), error };
    }
  }

  #bury(lane: Lane<T>, item: Item<T>, error: unknown): Entry<T> {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const letter = { ...item, reason, attempts: lane.refused };
    this.#dead.set(item.id, letter);
    lane.items = lane.items.filter((other) => other !== item);
    lane.refused = 0;
    this.options.fault(`delivering ${item.id} (given up after ${letter.attempts} attempts)`, error);
    return { dead: letter };
  }

  #next(lane: Lane<T>): void {
    if (lane.items.length === 0) {
      this.#lanes.delete(lane.name);
    } else if (lane.refused === 0) {
      this.#makeReady(lane);
    } else {
      lane.state = 'waiting';
      const wake = () => {
        if (this.#closed) return;
        this.#makeReady(lane);
        this.#pump();
      };
      if (this.options.wait(lane.items[0]!.id, wake)) return;
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        wake();
      }, this.options.backoff(lane.refused));
      this.#timers.add(timer);
    }
  }

  async #compact(): Promise<void> {
    if (this.#done < 1000 || this.#done < 2 * this.pending) return;
    this.#done = 0;
    await this.journal.rewrite(() => this.#kept());
  }

  *#kept(): Generator<Entry<T>> {
    for (const letter of this.#dead.values()) yield { dead: letter };
    for (const { items } of this.#lanes.values()) for (const item of items) yield { accept: item };
  }
}

export interface DeliveryOptions<T> {
  file: string;
  /** Takes a batch of one lane; answers the ids it refuses, or throws to refuse all. `attempt` counts for its first item. */
  deliver: (batch: readonly Item<T>[], attempt: number) => Promise<Iterable<string> | undefined>;
  /** Most items of a lane handed over at once. */
  batch?: number;
  /** Most lanes at the same time. */
  concurrency?: number;
  attempts?: number;
  /** Milliseconds to wait after the n-th refusal. */
  backoff?: (refusals: number) => number;
  /** Arranges otherwise for a refused item to come again, and answers how to call that off; undefined: after `backoff`. */
  wait?: (id: string, wake: () => void) => (() => void) | undefined;
  fault?: Fault;
}

export interface Item<T> {
  id: string;
  lane: string;
  body: T;
}

export interface DeadLetter<T> extends Item<T> {
  reason: string;
  attempts: number;
}

interface Lane<T> {
  name: string;
  items: Item<T>[];
  refused: number;
  state: 'idle' | 'ready' | 'running' | 'waiting';
}

type Entry<T> = { accept: Item<T> } | { done: string } | { dead: DeadLetter<T> };

const backoff = (refusals: number): number => Math.min(60_000, 200 * 2 ** (refusals - 1));

function replay<T>(entry: Entry<T>, pending: Map<string, Item<T>>, dead: Map<string, DeadLetter<T>>): void {
  if ('accept' in entry) {
    dead.delete(entry.accept.id);
    pending.set(entry.accept.id, entry.accept);
  } else if ('done' in entry) {
    pending.delete(entry.done);
  } else {
    pending.delete(entry.dead.id);
    dead.set(entry.dead.id, entry.dead);
  }
}
