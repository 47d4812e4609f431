import { createHash, randomUUID } from 'node:crypto';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { MovableClock } from './clock.js';
import { type DeadLetter, Deliveries, type Item } from './deliveries.js';
import { type Fault, logFault } from './fault.js';

/**
 * A FIFO queue with a function behind it: strictly in order per message group, groups side by side, batches of one group.
 *
 * Pending messages are kept in a file, synced before a send is acknowledged, and go on after a restart. A batch that fails is
 * retried with backoff from its first failed message; after `attempts` the message is a dead letter and the group goes on.
 * A deduplication id is remembered for five minutes of real time; the memory is of this run only, so after a restart a
 * repeated send may come twice.
 */
export class FifoQueue {
  #recent = new Map<string, { kept: Promise<Sent>; until: number }>();
  #sequence = BigInt(Date.now()) * 1_000_000n;

  private constructor(
    readonly name: string,
    private readonly deliveries: Deliveries<Message>,
    private readonly now: () => Date,
    private readonly hidden: Map<string, number>,
  ) {}

  static async open(options: FifoQueueOptions): Promise<FifoQueue> {
    const { name, file, handler, now, clock, batch = 10, fault = logFault, ...tuning } = options;
    const hidden = new Map<string, number>();
    const deliveries = await Deliveries.open<Message>({
      file,
      batch,
      fault,
      ...tuning,
      ...(clock && { wait: (id, wake) => waitFor(clock, hidden, id, wake) }),
      deliver: async (items, attempt) => {
        const answer = await handler({ Records: items.map((item) => record(name, item, attempt)) });
        const failed = (answer?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
        // A failed message that was not in the batch means the whole batch, as in Lambda.
        return failed.every((id) => items.some((item) => item.id === id)) ? failed : items.map(({ id }) => id);
      },
    });
    return new FifoQueue(name, deliveries, now, hidden);
  }

  /** Resolves when the message is on disk. A repeated deduplication id answers the first message's id and sends nothing. */
  async send({ body, group, deduplicationId, attributes = {} }: NewMessage): Promise<Sent> {
    const known = this.#known(deduplicationId);
    if (known) return known;
    const kept = this.#keep({ body, group, deduplicationId, attributes });
    this.#recent.set(deduplicationId, { kept, until: Date.now() + DEDUPLICATED });
    // The sender is told below; its next try must not be taken for a repeat.
    kept.catch(() => this.#recent.delete(deduplicationId));
    return kept;
  }

  /** Hides a message that was received, and with it those behind it, for so many seconds of the queue's clock. */
  hide(id: string, seconds: number): void {
    this.hidden.set(id, this.now().getTime() + seconds * 1000);
  }

  settled(): boolean {
    return this.deliveries.settled();
  }

  get pending(): number {
    return this.deliveries.pending;
  }

  deadLetters(): readonly DeadLetter<Message>[] {
    return this.deliveries.deadLetters();
  }

  redrive(): Promise<number> {
    return this.deliveries.redrive();
  }

  close(): Promise<void> {
    return this.deliveries.close();
  }

  async #keep({ body, group, deduplicationId, attributes }: Required<NewMessage>): Promise<Sent> {
    const id = randomUUID();
    const sequenceNumber = String(++this.#sequence).padStart(20, '0');
    const message = { body, attributes, deduplicationId, sequenceNumber, sent: this.now().getTime() };
    await this.deliveries.accept([{ id, lane: group, body: message }]);
    return { messageId: id, sequenceNumber };
  }

  #known(deduplicationId: string): Promise<Sent> | undefined {
    const now = Date.now();
    for (const [id, { until }] of this.#recent) {
      if (until > now) break; // In order of sending, so the rest is younger.
      this.#recent.delete(id);
    }
    return this.#recent.get(deduplicationId)?.kept;
  }
}

/** A message that was hidden comes when its time has come; any other that failed, after a pause. */
function waitFor(clock: MovableClock, hidden: Map<string, number>, id: string, wake: () => void): (() => void) | undefined {
  const until = hidden.get(id);
  hidden.delete(id);
  return until === undefined ? undefined : clock.at(until, wake);
}

const DEDUPLICATED = 5 * 60_000;

export interface FifoQueueOptions {
  name: string;
  file: string;
  handler: (event: SQSEvent) => Promise<SQSBatchResponse | undefined>;
  now: () => Date;
  /** With it, messages can be hidden. */
  clock?: MovableClock;
  batch?: number;
  concurrency?: number;
  attempts?: number;
  backoff?: (refusals: number) => number;
  fault?: Fault;
}

export interface NewMessage {
  body: string;
  group: string;
  deduplicationId: string;
  attributes?: MessageAttributes;
}

export type MessageAttributes = Record<string, { DataType: string; StringValue?: string; BinaryValue?: string }>;

export interface Sent {
  messageId: string;
  sequenceNumber: string;
}

interface Message {
  body: string;
  attributes: MessageAttributes;
  deduplicationId: string;
  sequenceNumber: string;
  /** Epoch milliseconds. */
  sent: number;
}

function record(queue: string, { id, lane, body: message }: Item<Message>, attempt: number): SQSRecord {
  const attributes = Object.entries(message.attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
    name,
    { dataType: DataType, stringValue: StringValue, binaryValue: BinaryValue },
  ]);
  return {
    messageId: id,
    receiptHandle: id,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(attempt),
      SentTimestamp: String(message.sent),
      ApproximateFirstReceiveTimestamp: String(message.sent),
      SenderId: 'local',
      SequenceNumber: message.sequenceNumber,
      MessageGroupId: lane,
      MessageDeduplicationId: message.deduplicationId,
    },
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: createHash('md5').update(message.body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:local:000000000000:${queue}`,
    awsRegion: 'local',
  };
}
