import { type AnyEntity, keyPrefix } from '../kernel/entity.js';
import type { Documents } from './documents.js';

/** How many numbers one process takes at a time; those it does not use stay unused. */
const BLOCK = 10;

/**
 * Numbers for people (`INC-1042`): unique and never reused, because an atomic
 * counter hands out blocks; not without gaps, and in order only per process.
 */
export function numberLease(documents: Documents, table: string) {
  const leased = new Map<string, { next: number; end: number }>();
  const waiting = new Map<string, Promise<void>>();

  async function lease(entity: AnyEntity): Promise<void> {
    const { Attributes } = await documents.update({
      TableName: table,
      Key: { pk: `${keyPrefix(entity)}#NUMBER`, sk: '#' },
      UpdateExpression: 'ADD #last :block',
      ExpressionAttributeNames: { '#last': 'last' },
      ExpressionAttributeValues: { ':block': BLOCK },
      ReturnValues: 'UPDATED_NEW',
    });
    const end = Number(Attributes!['last']) + 1000;
    leased.set(entity.name, { next: end - BLOCK + 1, end });
  }

  return async (entity: AnyEntity): Promise<string> => {
    for (;;) {
      const block = leased.get(entity.name);
      if (block && block.next <= block.end) return `${entity.prefix}-${block.next++}`;
      const under = waiting.get(entity.name) ?? lease(entity).finally(() => waiting.delete(entity.name));
      waiting.set(entity.name, under);
      await under;
    }
  };
}
