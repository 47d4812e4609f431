import { everyRealm } from '../kernel/realm.js';
import type { Dependencies } from '../platform/dependencies.js';
import { SYSTEM } from '../platform/telling.js';
import { indexing } from './hearing.js';
import { searched } from './search/searched.js';

/** Asked by hand, after records were loaded past the bus, or words are read otherwise than before; again with `from` until it answers none. */
export interface Task {
  readonly task: 'index';
  readonly from?: Place;
}

/** Where to go on: a noun, and a page of its list. */
export interface Place {
  readonly noun: string;
  readonly cursor?: string | undefined;
}

/** Milliseconds that one asking may take; its function has a minute. */
const SHARE = 40_000;
const AT_ONCE = 10;

/** Indexes every record of every noun; each may be indexed twice. */
export function findingTasks(dependencies: Dependencies) {
  const index = indexing(dependencies);
  const { store, clock } = dependencies;
  return async ({ from }: Task): Promise<{ readonly indexed: number; readonly from?: Place }> => {
    const until = Date.now() + SHARE;
    let indexed = 0;
    let place: Place | undefined = from ?? { noun: searched[0]!.entity.name };
    while (place !== undefined && Date.now() < until) {
      const { ids, next } = await pageAt(place);
      for (let at = 0; at < ids.length; at += AT_ONCE)
        await Promise.all(ids.slice(at, at + AT_ONCE).map((id) => index(place!.noun, id)));
      indexed += ids.length;
      place = next;
    }
    return { indexed, ...(place && { from: place }) };
  };

  async function pageAt({ noun, cursor }: Place): Promise<{ ids: string[]; next: Place | undefined }> {
    const at = searched.findIndex(({ entity }) => entity.name === noun);
    const { entity } = searched[at]!;
    const asked = everyRealm(entity).map((realm) => ({ question: 'all', values: {}, realm }));
    const records = store.for({ actor: SYSTEM.id, now: clock(), correlation: `index-${noun}` });
    const page = await records.listAll(entity, asked, { limit: 100, ...(cursor !== undefined && { cursor }) });
    const following = searched[at + 1]?.entity.name;
    const next = page.nextCursor ? { noun, cursor: page.nextCursor } : following === undefined ? undefined : { noun: following };
    return { ids: page.items.map(({ id }) => id), next };
  }
}
