import type { EventBridgeEvent } from 'aws-lambda';
import type { Dependencies } from '../platform/dependencies.js';
import { postingsOver } from '../platform/postings.js';
import type { ThinEvent } from '../platform/relay.js';
import { SYSTEM } from '../platform/telling.js';
import { readForIndex } from './search/indexing.js';
import { searched } from './search/searched.js';

/**
 * What happens to a record day by day without a word or a reader more: most events are of these. An event that is not named
 * here, and one that changed a field that is not named here, is looked at; so what is forgotten costs a look, never a word.
 */
const BESIDE_WORDS = new Set([
  'notified',
  'notice-undeliverable',
  'acknowledged',
  'assigned',
  'pended',
  'closed',
  'breached',
  'escalated',
  'paged',
  'worked-on',
]);
const FIELDS_BESIDE = new Set([
  'status',
  'clocks',
  'escalation',
  'nextDue',
  'overdueSince',
  'acknowledgedAt',
  'acknowledgedBy',
  'assignedAt',
  'assigneeId',
  'teamId',
  'pending',
  'closedAt',
  'minutesSpent',
]);

/** True where an event may change what is found of its record, or for whom. `name`: the event's, such as `incident.closed`. */
export const changesWords = (name: string, { sequence, changed }: Pick<ThinEvent, 'sequence' | 'changed'>): boolean =>
  sequence === 1 || !BESIDE_WORDS.has(name.slice(name.indexOf('.') + 1)) || changed.some((field) => !FIELDS_BESIDE.has(field));

/** Hears the bus: what was written is found by its words. Everything in it may come twice, and in any order. */
export function findingEvents(dependencies: Dependencies) {
  const index = indexing(dependencies);
  return async (event: Pick<EventBridgeEvent<string, unknown>, 'detail' | 'detail-type'>): Promise<void> => {
    const thin = event.detail as ThinEvent;
    if (changesWords(event['detail-type'], thin)) await index(thin.entity, thin.id);
  };
}

/** Makes the index say what a record says now. */
export function indexing({ store, documents, env, clock }: Dependencies) {
  const postings = postingsOver(documents, env.TABLE_NAME, Number(env.SHARDS));
  return async (noun: string, id: string): Promise<void> => {
    const found = searched.find(({ entity }) => entity.name === noun);
    if (!found) return;
    const records = store.for({ actor: SYSTEM.id, now: clock(), correlation: `search-${id}` });
    await postings.settle(noun, id, () => readForIndex(records, found, id));
  };
}
