import { type AnyEntity, type Entity, fill, type Question } from '../kernel/entity.js';
import { inRealm, OPEN, type Realm } from '../kernel/realm.js';
import type { RecordBase } from '../kernel/record.js';
import type { Asked, Page, PageRequest } from '../kernel/records.js';
import type { Signer } from '../kernel/route.js';
import type { Documents } from './documents.js';
import { type Item, listed, listFields } from './items.js';
import { type Asked as AskedPage, readPage, type Source } from './pages.js';
import type { Setting, Writer } from './writing.js';

/** How one record stood at an instant. */
type AsOf = <T extends RecordBase>(entity: Entity<T>, id: string, at: string) => Promise<T>;

/** Lists of records, now and as they stood at an instant, by the questions that their nouns answer. */
export function listsOf(documents: Documents, { table, shards }: Setting, signer: Signer) {
  async function page<V>(
    sources: readonly Source[],
    request: PageRequest,
    binding: string,
    of: (found: Item) => V,
    more: Pick<AskedPage, 'descending' | 'consistent' | 'identity'> = {},
  ): Promise<Page<V>> {
    const { items, nextCursor } = await readPage(documents, table, signer, { sources, page: request, binding, ...more });
    return { items: items.map(of), nextCursor };
  }

  /** Several questions are of one order; what a record shows is the same under each. */
  function all(entity: AnyEntity, asked: readonly Asked[], request: PageRequest, { actor }: Writer, at?: string) {
    const until = at === undefined ? {} : { until: createdUntil(at) };
    const sources = asked.flatMap(({ question, values, realm }) =>
      sourcesOf(entity, entity.access[question]!, values, shards, realm).map((source) => ({ ...source, ...until })),
    );
    const binding = JSON.stringify([actor, entity.name, asked, ...(at === undefined ? [] : [at])]);
    return page(sources, request, binding, listed, {
      descending: asked[0] !== undefined && (entity.access[asked[0].question]!.newestFirst ?? false),
      ...(asked.length > 1 && { identity: (found: Item) => String(listed(found)['id']) }),
    });
  }

  /** What has not changed since is shown as it is found. */
  async function asOf(
    entity: AnyEntity,
    asked: readonly Asked[],
    at: string,
    request: PageRequest,
    writer: Writer,
    stood: AsOf,
  ): Promise<Page<Item>> {
    const { items, nextCursor } = await all(entity, asked, request, writer, at);
    const then = items.map(async (now) =>
      String(now['updatedAt']) <= at ? now : listFields(entity, await stood(entity, String(now['id']), at)),
    );
    return { items: await Promise.all(then), nextCursor };
  }

  return { page, all, asOf };
}

/** Sorts after every record that was created at or before an instant, in questions ordered by creation. */
const createdUntil = (at: string): string => `${at}#~`;

/** The index partitions of a question: one for each shard where it is spread. */
export function sourcesOf(
  entity: AnyEntity,
  { index, partition }: Question,
  values: Readonly<Record<string, string>>,
  shards: number,
  realm: Realm = OPEN,
): Source[] {
  const spread = partition.includes('{shard}') ? shards : 1;
  return Array.from({ length: spread }, (_, shard) => ({
    index,
    pk: inRealm(entity, fill(partition, { ...values, shard })!, realm),
  }));
}
