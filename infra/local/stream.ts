import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { readIfThere, writeWhole } from './atomic-file.js';
import { type Fault, logFault } from './fault.js';
import { Journal } from './journal.js';
import { StreamProtocol } from './stream-protocol.js';

/**
 * Reads the table's stream and calls the relay with the event that Lambda's event source mapping would send, in order, one batch
 * at a time. The position is kept in the data folder and moves on only after the relay took a batch: nothing is skipped after
 * `kill -9`, some may come twice. A batch that the relay refuses is tried again from the first refused record; a record refused
 * `attempts` times is kept whole in `stream-failures.ndjson` and passed over, as a failure destination does.
 */
export class Stream {
  #positions: Record<string, string> = {};
  #iterators = new Map<string, string>();
  #finished = new Set<string>();
  #stop = new AbortController();
  #wake = new AbortController();
  #reading: Promise<number> | undefined;
  #loop: Promise<void> = Promise.resolve();
  #refused = 0;
  #nudged = false;
  #waitsForRetry = false;

  private constructor(
    private readonly options: Required<StreamOptions>,
    private readonly protocol: StreamProtocol,
    private readonly failures: Journal<DynamoDBRecord>,
  ) {}

  /** Starts reading where the last run stopped, else at the oldest record kept. */
  static async open(given: StreamOptions): Promise<Stream> {
    const options = { batch: 100, attempts: 20, idle: 60, fault: logFault, ...given };
    const failures = await Journal.open<DynamoDBRecord>(join(given.folder, 'stream-failures.ndjson'), () => undefined);
    const stream = new Stream(options, new StreamProtocol(given.endpoint, given.streamArn), failures);
    stream.#positions = await keptPositions(options);
    stream.#loop = stream.#run();
    return stream;
  }

  /** Looks at once instead of when the pause between two looks is over. To be called after a write. */
  nudge(): void {
    this.#nudged = true;
    this.#wake.abort();
  }

  /** True when a look now finds nothing, or when the relay refused and a retry is waiting. */
  async settled(): Promise<boolean> {
    if (this.#waitsForRetry) return true;
    if (this.#reading) return false;
    return (await this.#read()) === 0;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#wake.abort();
    await this.#loop;
    await this.#reading?.catch(() => 0);
    await this.failures.close();
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        const found = await this.#read();
        if (found === 0) await this.#pause(this.options.idle);
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        this.options.fault('reading the stream', error);
        this.#iterators.clear();
        await this.#pause(250);
      }
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    this.#wake = new AbortController();
    if (this.#stop.signal.aborted || this.#nudged) {
      this.#nudged = false;
      return;
    }
    await setTimeout(milliseconds, undefined, { signal: this.#wake.signal }).catch(unlessWoken);
  }

  /** One look at every shard. Two callers share one look. */
  #read(): Promise<number> {
    this.#reading ??= this.#readShards().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readShards(): Promise<number> {
    if (this.#iterators.size === 0) await this.#openShards();
    let found = 0;
    for (const [shard, iterator] of [...this.#iterators]) {
      const { records, next } = await this.protocol.records(iterator, this.options.batch);
      found += records.length;
      const taken = records.length === 0 || (await this.#relay(shard, records));
      if (!taken) this.#iterators.delete(shard);
      else if (next !== undefined) this.#iterators.set(shard, next);
      else this.#finish(shard);
    }
    return found;
  }

  #finish(shard: string): void {
    this.#finished.add(shard);
    this.#iterators.delete(shard);
  }

  /** A shard is read only after the one that it continues, so that the order of each key holds. */
  async #openShards(): Promise<void> {
    const shards = await this.protocol.shards();
    const known = new Set(shards.map(({ id }) => id));
    const open = shards.filter(({ id, parent }) => {
      const waits = parent !== undefined && known.has(parent) && !this.#finished.has(parent);
      return !this.#finished.has(id) && !waits;
    });
    for (const { id } of open) this.#iterators.set(id, await this.protocol.iterator(id, this.#positions[id]));
  }

  /** True when the whole batch is behind us. */
  async #relay(shard: string, records: DynamoDBRecord[]): Promise<boolean> {
    const first = await this.#firstRefused(records);
    const taken = first === undefined ? records : records.slice(0, first);
    if (taken.length > 0) {
      await this.#advance(shard, taken.at(-1)!);
      this.#refused = 0;
    }
    if (first === undefined) return true;
    if (++this.#refused >= this.options.attempts) {
      await this.failures.append([records[first]!]);
      await this.#advance(shard, records[first]!);
      this.#refused = 0;
      return false;
    }
    this.#waitsForRetry = true;
    await setTimeout(Math.min(10_000, 50 * 2 ** this.#refused), undefined, { signal: this.#stop.signal }).catch(unlessWoken);
    this.#waitsForRetry = false;
    return false;
  }

  /** The index of the first record that the relay refused, undefined when it took all. */
  async #firstRefused(records: DynamoDBRecord[]): Promise<number | undefined> {
    try {
      const Records = records.map((record) => ({ ...record, eventSourceARN: this.options.streamArn }));
      const answer = await this.options.relay({ Records });
      const refused = new Set((answer?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier));
      if (refused.size === 0) return undefined;
      const index = records.findIndex(({ dynamodb }) => refused.has(dynamodb?.SequenceNumber ?? ''));
      return Math.max(index, 0); // An unknown identifier means the whole batch, as in Lambda.
    } catch (error) {
      this.options.fault('relaying the stream', error);
      return 0;
    }
  }

  async #advance(shard: string, { dynamodb }: DynamoDBRecord): Promise<void> {
    this.#positions[shard] = dynamodb!.SequenceNumber!;
    const content = JSON.stringify({ streamArn: this.options.streamArn, positions: this.#positions });
    await writeWhole(positionFile(this.options), content, { durable: false });
  }
}

export interface StreamOptions {
  endpoint: string;
  streamArn: string;
  /** Keeps `stream-position.json` and `stream-failures.ndjson`. */
  folder: string;
  relay: (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse | undefined>;
  batch?: number;
  attempts?: number;
  /** Milliseconds between two looks that found nothing. */
  idle?: number;
  fault?: Fault;
}

/** A pause that is cut short has served its purpose. */
function unlessWoken(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error;
}

const positionFile = ({ folder }: { folder: string }): string => join(folder, 'stream-position.json');

/** A position of another stream, as after a fresh table, or one that a power cut damaged, means the beginning. */
async function keptPositions(options: StreamOptions): Promise<Record<string, string>> {
  const content = await readIfThere(positionFile(options));
  if (!content) return {};
  try {
    const kept = JSON.parse(content.toString('utf8')) as { streamArn: string; positions: Record<string, string> };
    return kept.streamArn === options.streamArn ? kept.positions : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
