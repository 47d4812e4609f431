import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Documents } from './documents.js';
import { eventKey, type Item } from './items.js';
import type { Journal, JournalLink } from './journal.js';
import { entryFor } from './relay.js';

/**
 * Tells the bus again what it was told between two instants, for consumers that lost it: the same thin events, read from the
 * histories themselves by what the journal lists. Consumers take everything twice without harm, so that a range may be repeated.
 * Timers are not started again; the sweep does that.
 */
export interface Republishing {
  readonly journal: Pick<Journal, 'between'>;
  readonly documents: Pick<Documents, 'get'>;
  readonly bus: Pick<EventBridgeClient, 'send'>;
  readonly table: string;
  readonly busName: string;
  /** False when the run has used its time up. */
  mayGoOn(): boolean;
}

export interface Republished {
  readonly published: number;
  /** What was told before this instant is told again; absent when the whole range is. Begin there to go on. */
  readonly next?: string;
}

const BATCH = 10;
const HOUR = 3_600_000;

/** From an instant (inclusive) to another (exclusive), hour by hour, so that a run that stops says where. */
export async function republish(from: Date, to: Date, world: Republishing): Promise<Republished> {
  let published = 0;
  for (let at = from.getTime(); at < to.getTime(); ) {
    const end = Math.min(Math.floor(at / HOUR) * HOUR + HOUR, to.getTime());
    if (!world.mayGoOn()) return { published, next: new Date(at).toISOString() };
    for await (const links of world.journal.between(new Date(at), new Date(end)))
      for (let start = 0; start < links.length; start += BATCH) published += await tell(links.slice(start, start + BATCH), world);
    at = end;
  }
  return { published };
}

async function tell(links: readonly JournalLink[], { documents, bus, table, busName }: Republishing): Promise<number> {
  const read = await Promise.all(
    links.map(async ({ entity, id, sequence }) => {
      const Key = { pk: `${entity.toUpperCase()}#${id}`, sk: eventKey(sequence) };
      return (await documents.get({ TableName: table, Key })).Item as Item | undefined;
    }),
  );
  const entries = read.flatMap((event) => (event ? [entryFor(event, busName)] : []));
  if (entries.length === 0) return 0;
  const { FailedEntryCount = 0, Entries } = await bus.send(new PutEventsCommand({ Entries: entries }));
  const refused = Entries?.find(({ ErrorCode }) => ErrorCode)?.ErrorCode;
  if (FailedEntryCount > 0) throw new Error(`The bus refused ${FailedEntryCount} of ${entries.length}: ${refused}`);
  return entries.length;
}
