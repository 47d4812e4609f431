import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { Timer } from '../kernel/timer.js';
import { type Attributes, plainOfAll } from './attribute-value.js';
import type { FunctionEnv } from './env.js';
import { type Item, RECORD } from './items.js';
import type { Journal, JournalLink } from './journal.js';
import type { Log } from './log.js';

/** What a record tells the bus: thin — ids, version, what changed. */
export interface ThinEvent {
  readonly entity: string;
  readonly id: string;
  readonly number: string;
  readonly version: number;
  readonly sequence: number;
  readonly at: string;
  readonly actor: string;
  readonly changed: readonly string[];
  readonly customerId?: string;
  /** Set when only some may see the record: consumers that speak to others pass it over. */
  readonly restricted?: true;
  readonly correlation: string;
  /** Set when the event carries notices that people are to be told. */
  readonly tells?: 'people';
}

/** What the starter of workflows is told, in strict order per record. */
export interface StartMessage {
  readonly entity: string;
  readonly id: string;
  readonly timer: Timer;
}

/** What the function that tells webhooks is asked, in strict order per record. */
export interface HookMessage {
  readonly kind: 'event';
  readonly type: string;
  readonly event: ThinEvent;
}

export interface RelayClients {
  readonly bus: Pick<EventBridgeClient, 'send'>;
  readonly queue: Pick<SQSClient, 'send'>;
}

/** Where the relay notes what it has heard of, by which time; absent where nothing is to be noted. */
export interface Noting {
  readonly journal: Pick<Journal, 'append'>;
  readonly clock: () => Date;
}

const BATCH = 10;

/**
 * The one relay from the table's stream: every new event of a history is noted in the journal and goes to the bus, every new
 * generation of a timer to the starter. It publishes all of a batch or reports the first record that failed, from which the
 * stream repeats.
 */
export function relay(
  env: FunctionEnv,
  log: Log,
  clients: RelayClients = { bus: new EventBridgeClient({}), queue: new SQSClient({}) },
  noting?: Noting,
) {
  return async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const { Records } = event;
    try {
      if (noting) await noteIn(noting, event);
    } catch (error) {
      log.error('journal', { error, from: Records[0]?.dynamodb?.SequenceNumber });
      return { batchItemFailures: [{ itemIdentifier: Records[0]!.dynamodb!.SequenceNumber! }] };
    }
    for (let start = 0; start < Records.length; start += BATCH) {
      const batch = Records.slice(start, start + BATCH);
      try {
        await publish(batch);
      } catch (error) {
        log.error('relay', { error, from: batch[0]!.dynamodb?.SequenceNumber });
        return { batchItemFailures: [{ itemIdentifier: batch[0]!.dynamodb!.SequenceNumber! }] };
      }
    }
    return { batchItemFailures: [] };
  };

  async function publish(batch: readonly DynamoDBRecord[]): Promise<void> {
    const entries = batch.flatMap((record) => eventEntry(record, env.BUS_NAME));
    const starts = batch.flatMap(startOf);
    const hooks = entries.map(hookEntry);
    if (entries.length > 0) {
      const { FailedEntryCount = 0, Entries } = await clients.bus.send(new PutEventsCommand({ Entries: entries }));
      if (FailedEntryCount > 0)
        throw new Error(
          `The bus refused ${FailedEntryCount} of ${entries.length}: ${Entries?.find(({ ErrorCode }) => ErrorCode)?.ErrorCode}`,
        );
    }
    if (starts.length > 0) await enqueue(env.STARTER_QUEUE_URL, starts.map(startEntry));
    if (hooks.length > 0) await enqueue(env.WEBHOOK_QUEUE_URL, hooks);
  }

  async function enqueue(QueueUrl: string, Entries: SendMessageBatchRequestEntry[]): Promise<void> {
    const { Failed = [] } = await clients.queue.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    if (Failed.length > 0) throw new Error(`${QueueUrl} refused ${Failed.length}: ${Failed[0]!.Code}`);
  }
}

/** Notes the events of a batch, before anybody is told: what is republished and what is rooted can then miss none. */
export async function noteIn({ journal, clock }: Noting, { Records }: DynamoDBStreamEvent): Promise<void> {
  const links = Records.filter(isEvent).map(({ dynamodb }): JournalLink => {
    const { entity, id, sequence, hash } = dynamodb!.NewImage!;
    return { entity: entity!.S!, id: id!.S!, sequence: Number(sequence!.N), hash: hash!.S! };
  });
  await journal.append(links, clock(), Records[0]?.dynamodb?.SequenceNumber ?? '');
}

const isEvent = ({ eventName, dynamodb }: DynamoDBRecord): boolean =>
  eventName === 'INSERT' && dynamodb?.NewImage?.['sk']?.S?.startsWith('EVENT#') === true;

const image = (item: NonNullable<DynamoDBRecord['dynamodb']>['NewImage']): Item | undefined =>
  item && plainOfAll(item as Attributes<string>);

const eventEntry = (record: DynamoDBRecord, bus: string): PutEventsRequestEntry[] =>
  isEvent(record) ? [entryFor(image(record.dynamodb!.NewImage)!, bus)] : [];

/** One event of a history as the bus is told; also what republishing a time range sends. */
export function entryFor(event: Item, bus: string): PutEventsRequestEntry {
  const { entity, id, number, version, sequence, at, actor, changed, customerId, correlation } = event as unknown as ThinEvent;
  const tells = event['tells'] === true;
  const detail: ThinEvent = {
    entity,
    id,
    number,
    version,
    sequence,
    at,
    actor,
    changed,
    correlation,
    ...(customerId !== undefined && { customerId }),
    ...(event['restricted'] === true && { restricted: true }),
    ...(tells && { tells: 'people' }),
  };
  return {
    EventBusName: bus,
    Source: 'steward',
    DetailType: String(event['event']),
    Detail: JSON.stringify(detail),
    Time: new Date(at),
  };
}

function startOf({ dynamodb }: DynamoDBRecord): StartMessage[] {
  if (dynamodb?.NewImage?.['sk']?.S !== RECORD || dynamodb.NewImage['timer'] === undefined) return [];
  const [before, after] = [image(dynamodb.OldImage), image(dynamodb.NewImage)!];
  const [old, timer] = [before?.['timer'] as Timer | undefined, after['timer'] as Timer];
  if (timer.wakeAt === undefined || old?.generation === timer.generation) return [];
  const [entity, id] = splitKey(String(after['pk']));
  return [{ entity, id, timer }];
}

const splitKey = (pk: string): [string, string] => [pk.slice(0, pk.indexOf('#')).toLowerCase(), pk.slice(pk.indexOf('#') + 1)];

const startEntry = (message: StartMessage, i: number) => ({
  Id: String(i),
  MessageBody: JSON.stringify(message),
  MessageGroupId: message.id,
  MessageDeduplicationId: `${message.id}-${message.timer.generation}`,
});

function hookEntry({ DetailType, Detail }: PutEventsRequestEntry, i: number): SendMessageBatchRequestEntry {
  const event = JSON.parse(Detail!) as ThinEvent;
  const message: HookMessage = { kind: 'event', type: DetailType!, event };
  return {
    Id: String(i),
    MessageBody: JSON.stringify(message),
    MessageGroupId: event.id,
    MessageDeduplicationId: `${event.id}-${event.sequence}`,
  };
}
