import { createHash } from 'node:crypto';
import type { Documents } from './documents.js';

/** How often each of several things happened. */
export type Counts<K extends string> = Readonly<Record<K, number>>;

/** Minutes that one item counts. */
const STEP = 5;
const HOUR = 60;

/**
 * Counts what somebody does within an hour, in items that expire. Adding is one atomic update, so that many at once are all
 * counted; something that is tried again after a crash counts again. Answers what was counted before, in the last 60 minutes
 * (to five minutes), without what is added now.
 *
 *   MESSAGE#SENDER#<SHA-256 of the name>   2026-03-02T10:05   how often of each, ttl
 */
export function tallyIn(documents: Documents, table: string, prefix: string) {
  return async <K extends string>(name: string, added: Counts<K>, now: Date): Promise<Counts<K>> => {
    const pk = `${prefix}#${createHash('sha256').update(name).digest('base64url')}`;
    const kinds = Object.keys(added) as K[];
    const { Attributes = {} } = await documents.update({
      TableName: table,
      Key: { pk, sk: stepOf(now) },
      UpdateExpression: `SET #ttl = :ttl ADD ${kinds.map((kind) => `#${kind} :${kind}`).join(', ')}`,
      ExpressionAttributeNames: { '#ttl': 'ttl', ...Object.fromEntries(kinds.map((kind) => [`#${kind}`, kind])) },
      ExpressionAttributeValues: {
        ':ttl': Math.floor(now.getTime() / 1000) + 2 * HOUR * 60,
        ...Object.fromEntries(kinds.map((kind) => [`:${kind}`, added[kind]])),
      },
      ReturnValues: 'ALL_NEW',
    });
    const { Items = [] } = await documents.query({
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':pk': pk, ':from': before(now, HOUR - STEP), ':to': before(now, STEP) },
      ConsistentRead: true,
    });
    const sum = (kind: K) => [Attributes, ...Items].reduce((total, item) => total + Number(item[kind] ?? 0), 0) - added[kind];
    return Object.fromEntries(kinds.map((kind) => [kind, sum(kind)])) as Counts<K>;
  };
}

const stepOf = (instant: Date): string => {
  const step = STEP * 60_000;
  return new Date(Math.floor(instant.getTime() / step) * step).toISOString().slice(0, 16);
};

const before = (now: Date, minutes: number): string => stepOf(new Date(now.getTime() - minutes * 60_000));
