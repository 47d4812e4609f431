import type { EventBridgeEvent } from 'aws-lambda';
import type { Dependencies } from '../platform/dependencies.js';
import { postingsOver } from '../platform/postings.js';
import type { ThinEvent } from '../platform/relay.js';
import { SYSTEM } from '../platform/telling.js';
import { readForIndex } from './search/indexing.js';
import { searched } from './search/searched.js';

/** Hears the bus: what was written is found by its words. Everything in it may come twice, and in any order. */
export function findingEvents(dependencies: Dependencies) {
  const index = indexing(dependencies);
  return async ({ detail }: Pick<EventBridgeEvent<string, unknown>, 'detail'>): Promise<void> => {
    const { entity, id } = detail as ThinEvent;
    await index(entity, id);
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
