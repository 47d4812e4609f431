import { type AnyEntity, partitionOf } from '../kernel/entity.js';
import { eventKey, type Item, unpacked, upgraded } from './items.js';

type Read = (pk: string, sk: string) => Promise<Item | undefined>;

/**
 * A record as it stood at an instant, undefined before its creation. Histories are ordered by instant as well as by sequence, so
 * the last event at or before `at` is found by halving; several records that are asked for at once take their steps together.
 */
export async function stoodAt(
  read: Read,
  entity: AnyEntity,
  { id, sequence }: { readonly id: string; readonly sequence: number },
  at: string,
): Promise<Item | undefined> {
  let [low, high, found] = [1, sequence, undefined as Item | undefined];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const event = await read(partitionOf(entity, id), eventKey(middle));
    if (event && String(event['at']) <= at) [found, low] = [event, middle + 1];
    else high = middle - 1;
  }
  return found && upgraded(entity, unpacked(found['body'])['record'] as Item, Number(found['schema']));
}
