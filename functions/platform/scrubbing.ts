import { type AnyEntity, partitionOf } from '../kernel/entity.js';
import type { HistoryEvent } from '../kernel/records.js';
import type { Documents } from './documents.js';
import { eventKey, type Item, packed, unpacked } from './items.js';

/**
 * Takes what is personal out of a record's history: values and salts of committed fields go, digests stay, and so the chain
 * still holds (see chain.ts). The only thing that ever writes an event again; doing it twice changes nothing. What was not
 * committed to when it was written, or stands in an event's detail, cannot go without breaking the chain, and stays.
 */
export function scrubberOver(documents: Pick<Documents, 'query' | 'update'>, table: string) {
  async function* items(pk: string, from: string, to: string): AsyncGenerator<Item> {
    let start: Item | undefined;
    do {
      const answer = await documents.query({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': to },
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      });
      yield* (answer.Items ?? []) as Item[];
      start = answer.LastEvaluatedKey;
    } while (start);
  }

  const replace = ({ pk, sk }: Item, name: 'body' | 'record', value: unknown) =>
    documents.update({
      TableName: table,
      Key: { pk, sk },
      UpdateExpression: 'SET #name = :value',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': packed(value) },
    });

  /** Answers how many events were written again; those after `last` are left as they are. */
  return async (entity: AnyEntity, id: string, last: number): Promise<number> => {
    const pk = partitionOf(entity, id);
    let changed = 0;
    for await (const item of items(pk, eventKey(1), eventKey(last))) {
      const body = unpacked(item['body']) as unknown as Content;
      const scrubbed = scrub(body);
      if (scrubbed === body) continue;
      await replace(item, 'body', scrubbed);
      changed += 1;
    }
    if (entity.versioned)
      for await (const item of items(pk, 'VERSION#', 'VERSION#~'))
        await replace(item, 'record', without(entity, unpacked(item['record'])));
    return changed;
  };
}

type Content = Pick<HistoryEvent, 'detail' | 'record' | 'commitments'>;

/** The same object where there is nothing to take out. */
function scrub(body: Content): Content {
  const committed = Object.entries(body.commitments);
  if (committed.every(([field, { salt }]) => salt === undefined && body.record[field] === undefined)) return body;
  const names = new Set(committed.map(([field]) => field));
  return {
    ...body,
    record: Object.fromEntries(Object.entries(body.record).filter(([field]) => !names.has(field))),
    commitments: Object.fromEntries(committed.map(([field, { digest }]) => [field, { digest }])),
  };
}

const without = (entity: AnyEntity, record: Item): Item =>
  Object.fromEntries(Object.entries(record).filter(([field]) => !entity.personal.includes(field)));
