import { createHash } from 'node:crypto';
import type { Documents } from './documents.js';
import { type Item, packed, unpacked } from './items.js';

/**
 * The journal: which events the table's stream told of, in the order of the days on which it told of them. It is what a day's
 * root is computed from and what republishing reads, so that neither costs more than what happened. The relay writes it before
 * it publishes; a batch that is told again stands in it twice, which changes nothing. Entries hold no content and are kept.
 *
 *   JOURNAL#2026-03-02#<0–3>   2026-03-02T10:00:00.000Z#<batch>   up to a hundred links, packed
 */
export interface JournalLink {
  readonly entity: string;
  readonly id: string;
  readonly sequence: number;
  /** The event's hash: the head of the record's chain when it was written. */
  readonly hash: string;
}

export interface Journal {
  /** `batch` names the batch among those of one instant. */
  append(links: readonly JournalLink[], now: Date, batch: string): Promise<void>;
  /** Links told of from one instant (inclusive) to another (exclusive), in no strict order, a page at a time. */
  between(from: Date, to: Date): AsyncGenerator<JournalLink[]>;
}

/** Partitions of one day. A batch of a hundred is some six write units, so four take tens of thousands of events a second. */
const SPREAD = 4;
const DAY = 86_400_000;

export const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10);

export function journalOver(documents: Pick<Documents, 'query' | 'put'>, table: string): Journal {
  async function* partition(pk: string, from: string, to: string): AsyncGenerator<JournalLink[]> {
    let start: Item | undefined;
    do {
      const answer = await documents.query({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': to },
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      });
      for (const { body } of answer.Items ?? []) yield linksIn(body);
      start = answer.LastEvaluatedKey;
    } while (start);
  }

  return {
    async append(links, now, batch) {
      if (links.length === 0) return;
      const [at, day] = [now.toISOString(), dayOf(now)];
      const name = createHash('sha256').update(batch).digest();
      const body = packed({ links: links.map(({ entity, id, sequence, hash }) => [entity, id, sequence, hash]) });
      const key = { pk: `JOURNAL#${day}#${name[0]! % SPREAD}`, sk: `${at}#${name.toString('hex', 1, 9)}` };
      await documents.put({ TableName: table, Item: { ...key, body } });
    },
    async *between(from, to) {
      // Sort keys go on after the instant, so that what was told exactly at `to` lies behind it.
      for (let day = Date.parse(dayOf(from)); day < to.getTime(); day += DAY)
        for (let part = 0; part < SPREAD; part++)
          yield* partition(`JOURNAL#${dayOf(new Date(day))}#${part}`, from.toISOString(), to.toISOString());
    },
  };
}

const linksIn = (body: unknown): JournalLink[] =>
  (unpacked(body)['links'] as [string, string, number, string][]).map(([entity, id, sequence, hash]) => ({
    entity,
    id,
    sequence,
    hash,
  }));
