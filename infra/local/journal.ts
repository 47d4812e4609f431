import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './atomic-file.js';

/**
 * An append-only file of JSON lines that survives `kill -9` and a power cut.
 *
 * Durable entries are synced to disk before their promise resolves; entries that arrive meanwhile share the next sync (group
 * commit). Entries appended with `durable: false` are written in order but not synced: they survive `kill -9`, not a power cut.
 * A last line that was cut short by a crash was never acknowledged and is dropped on opening. It does not know what it keeps.
 */
export class Journal<T> {
  #queue: Waiting[] = [];
  #busy: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  private constructor(
    readonly path: string,
    private file: FileHandle,
    private size: number,
  ) {}

  /** Opens or creates the file; `take` sees every entry kept so far, oldest first. An unreadable line is an error naming it. */
  static async open<T>(path: string, take: (entry: T, place: Place) => void): Promise<Journal<T>> {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, 'a+', 0o600);
    try {
      const size = await replay(file, path, take as (entry: unknown, place: Place) => void);
      await file.truncate(size);
      return new Journal<T>(path, file, size);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Bytes in the file. */
  get bytes(): number {
    return this.size;
  }

  /** Adds entries together; resolves with where each is, after they are on disk as `durable` asks. */
  append(entries: readonly T[], { durable = true } = {}): Promise<Place[]> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ lines: entries.map((entry) => `${JSON.stringify(entry)}\n`), durable, resolve, reject });
      this.#start();
    });
  }

  /** Reads one entry back. */
  async read(place: Place): Promise<T> {
    const buffer = Buffer.alloc(place.length);
    await this.file.read(buffer, 0, place.length, place.at);
    return JSON.parse(buffer.toString('utf8')) as T;
  }

  /** Replaces the whole content, for instance by what is still wanted. `entries` is called when it is this job's turn. */
  rewrite(entries: () => Iterable<T>): Promise<Place[]> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ replace: () => this.#replace(entries()), resolve, reject });
      this.#start();
    });
  }

  /** Writes what is waiting, syncs and closes; again and again is the same as once. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    while (this.#busy) await this.#busy;
    await this.file.datasync();
    await this.file.close();
  }

  #start(): void {
    this.#busy ??= this.#work().finally(() => {
      this.#busy = undefined;
      if (this.#queue.length > 0) this.#start();
    });
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0) {
      const first = this.#queue[0]!;
      if ('replace' in first) {
        this.#queue.shift();
        await first.replace().then(first.resolve, first.reject);
        continue;
      }
      const next = this.#queue.findIndex((job) => 'replace' in job);
      await this.#write(this.#queue.splice(0, next === -1 ? this.#queue.length : next) as Lines[]);
    }
  }

  async #write(jobs: Lines[]): Promise<void> {
    try {
      const chunks = jobs.map(({ lines }) => lines.map((line) => Buffer.from(line)));
      await this.file.appendFile(Buffer.concat(chunks.flat()));
      if (jobs.some(({ durable }) => durable)) await this.file.datasync();
      jobs.forEach(({ resolve }, index) => {
        resolve(chunks[index]!.map((chunk) => this.#place(chunk.length)));
      });
    } catch (error) {
      for (const { reject } of jobs) reject(error);
    }
  }

  #place(length: number): Place {
    const place = { at: this.size, length };
    this.size += length;
    return place;
  }

  async #replace(entries: Iterable<T>): Promise<Place[]> {
    const draft = `${this.path}.draft`;
    const file = await open(draft, 'w+', 0o600);
    const places: Place[] = [];
    let size = 0;
    for (const batch of batches(entries, 500)) {
      const chunks = batch.map((entry) => Buffer.from(`${JSON.stringify(entry)}\n`));
      await file.appendFile(Buffer.concat(chunks));
      for (const { length } of chunks) {
        places.push({ at: size, length });
        size += length;
      }
    }
    await file.sync();
    await file.close();
    await rename(draft, this.path);
    await syncFolder(dirname(this.path));
    await this.file.close();
    this.file = await open(this.path, 'a+', 0o600);
    this.size = size;
    return places;
  }
}

/** Where an entry is: bytes from the start of the file, and how many. */
export interface Place {
  at: number;
  length: number;
}

interface Lines {
  lines: string[];
  durable: boolean;
  resolve: (places: Place[]) => void;
  reject: (error: unknown) => void;
}
type Waiting = Lines | { replace: () => Promise<Place[]>; resolve: (places: Place[]) => void; reject: (error: unknown) => void };

const CHUNK = 1024 * 1024;

/** Reads in pieces, so that a large file is never whole in memory. Returns the size up to the last whole line. */
async function replay(file: FileHandle, path: string, take: (entry: unknown, place: Place) => void): Promise<number> {
  let rest: Buffer = Buffer.alloc(0);
  let start = 0;
  for (let at = 0; ; ) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, at);
    if (bytesRead === 0) return start;
    at += bytesRead;
    rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    let from = 0;
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10, from)) {
      take(parse(rest.subarray(from, end), path, start), { at: start, length: end + 1 - from });
      start += end + 1 - from;
      from = end + 1;
    }
    rest = rest.subarray(from);
  }
}

function parse(line: Buffer, path: string, at: number): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch (cause) {
    throw new Error(`${path} is damaged at byte ${at}: that line is not JSON.`, { cause });
  }
}

function* batches<T>(entries: Iterable<T>, size: number): Generator<T[]> {
  let batch: T[] = [];
  for (const entry of entries) {
    batch.push(entry);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
