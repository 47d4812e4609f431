import type { TallyKey } from '../kernel/records.js';
import type { Documents } from './documents.js';

/**
 * Counts, lines and notes that belong to no history: each is one item, written by one atomic request, so that many at once are
 * all counted, and it expires. What is tried again after a crash counts again in `count`; in a line it keeps its first place.
 */
export function talliesIn(documents: Documents, table: string) {
  const expiry = (now: Date, hours: number): number => Math.floor(now.getTime() / 1000) + Math.ceil(hours * 3600);

  return {
    async count(
      key: TallyKey,
      added: Readonly<Record<string, number>>,
      hours: number,
      now: Date,
    ): Promise<Record<string, number>> {
      const kinds = Object.keys(added);
      const { Attributes = {} } = await documents.update({
        TableName: table,
        Key: { ...key },
        UpdateExpression: `SET #ttl = :ttl ADD ${kinds.map((kind) => `#${kind} :${kind}`).join(', ')}`,
        ExpressionAttributeNames: { '#ttl': 'ttl', ...Object.fromEntries(kinds.map((kind) => [`#${kind}`, kind])) },
        ExpressionAttributeValues: {
          ':ttl': expiry(now, hours),
          ...Object.fromEntries(kinds.map((kind) => [`:${kind}`, added[kind]])),
        },
        ReturnValues: 'ALL_NEW',
      });
      return Object.fromEntries(kinds.map((kind) => [kind, Number(Attributes[kind] ?? 0)]));
    },
    async note(key: TallyKey, body: Readonly<Record<string, unknown>>, hours: number, now: Date): Promise<void> {
      await documents.put({ TableName: table, Item: { ...key, body, ttl: expiry(now, hours) } });
    },
    async counted(partition: string, limit: number): Promise<{ sk: string; counts: Record<string, number> }[]> {
      const { Items = [] } = await documents.query({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': partition },
        ScanIndexForward: false,
        Limit: limit,
      });
      return Items.map(({ pk: _, sk, ttl: __, ...counts }) => ({ sk: String(sk), counts: counts as Record<string, number> }));
    },
    async lineUp(key: TallyKey, names: readonly string[], hours: number, now: Date): Promise<string[]> {
      const { Attributes = {} } = await documents.update({
        TableName: table,
        Key: { ...key },
        UpdateExpression: 'SET #ttl = :ttl, #line = list_append(if_not_exists(#line, :none), :names)',
        ExpressionAttributeNames: { '#ttl': 'ttl', '#line': 'line' },
        ExpressionAttributeValues: { ':ttl': expiry(now, hours), ':none': [], ':names': [...names] },
        ReturnValues: 'ALL_NEW',
      });
      return [...new Set(Attributes['line'] as string[])];
    },
  };
}
