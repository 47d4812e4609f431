import { customer } from '../../relationship/customer.js';
import type { Desk } from './desk.js';
import { incidents } from './entity.js';
import { phaseOf } from './incident.js';

/**
 * When a customer comes to be served by people of its own, or no longer is, its unfinished incidents move into queues of its own,
 * or out of them. Finished ones stay where they are: they are found by customer. Asked twice, nothing is left to do.
 */
export async function sortByCustomer({ records }: Desk, customerId: string): Promise<number> {
  const found = await records.find(customer.entity, customerId);
  if (!found) return 0;
  const apart = found.record.servedApart === true;
  let moved = 0;
  let cursor: string | undefined;
  do {
    const page = await records.list(
      incidents,
      'byCustomer',
      { customerId },
      { limit: 100, ...(cursor !== undefined && { cursor }) },
    );
    for (const { id, status } of page.items)
      if (phaseOf({ status: status as never }) !== 'done' && (await sort(records, id, customerId, apart))) moved += 1;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return moved;
}

async function sort(records: Desk['records'], id: string, customerId: string, apart: boolean): Promise<boolean> {
  const { record } = await records.read(incidents, id);
  if ((record.servedApart ?? false) === apart) return false;
  await records.decide(incidents, id, undefined, (current) => {
    const { servedApart: _, ...rest } = current;
    return {
      next: current.customerId === customerId && apart ? { ...rest, servedApart: true } : rest,
      event: 'incident.sorted-by-customer',
      detail: { apart },
      quiet: true,
    };
  });
  return true;
}
