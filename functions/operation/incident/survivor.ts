import type { Records } from '../../kernel/records.js';
import { incidents } from './entity.js';
import type { Incident } from './incident.js';

/** How many mergings are followed: each goes to an incident that went on then, so there is no circle. */
const MOST_MERGINGS = 20;

/** The incident that goes on in place of this one: itself, unless it was merged. */
export async function survivorOf(records: Pick<Records, 'read'>, incident: Incident): Promise<Incident> {
  let current = incident;
  for (let step = 0; current.mergedInto && step < MOST_MERGINGS; step++)
    current = (await records.read(incidents, current.mergedInto.id)).record;
  return current;
}
