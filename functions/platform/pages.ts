import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { Refusal } from '../kernel/errors.js';
import type { Page, PageRequest } from '../kernel/records.js';
import type { Signer } from '../kernel/route.js';
import type { Documents } from './documents.js';
import type { Item } from './items.js';

/** One stretch of an index or a partition that a page is read from; a page merges several. */
export interface Source {
  readonly index?: string;
  readonly pk: string;
  /** Only sort keys that start so. */
  readonly prefix?: string;
  /** Only this sort key. */
  readonly exactly?: string;
  /** Only sort keys up to this one. */
  readonly until?: string;
}

export interface Asked {
  readonly sources: readonly Source[];
  readonly descending?: boolean;
  readonly consistent?: boolean;
  readonly page: PageRequest;
  /** What several sources may show of: it is shown once. */
  readonly identity?: (item: Item) => string;
  /** Binds the cursor to the caller and the question. */
  readonly binding: string;
}

type Position = readonly [sort: string, pk: string, sk: string] | null;

const keyNames = (index?: string) => (index === undefined ? { pk: 'pk', sk: 'sk' } : { pk: `${index}pk`, sk: `${index}sk` });
/** What items of all sources are ordered by: the sort key without the source's own prefix. */
const orderOf = ({ index, prefix = '' }: Source, item: Item): string =>
  String(item[keyNames(index).sk]).slice(index === undefined ? prefix.length : 0);

/**
 * One page over several sources, read in parallel and merged in order. It is
 * full unless it is the last; its cost is at most sources × page. Cursors are
 * signed, and hold only for the caller and the question they were given for.
 */
export async function readPage(documents: Documents, table: string, signer: Signer, asked: Asked): Promise<Page<Item>> {
  const { sources, page, descending = false } = asked;
  const after = page.cursor === undefined ? sources.map((): Position => null) : await positions(signer, asked, page.cursor);
  const read = await Promise.all(sources.map((source, i) => readSource(documents, table, source, after[i] ?? null, asked)));
  const merged = read
    .flatMap((items, i) => items.map((item) => ({ i, item, order: orderOf(sources[i]!, item) })))
    .sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0) * (descending ? -1 : 1));
  const { shown, passed } = firstOf(merged, page.limit, asked.identity);
  if (passed.length === merged.length) return { items: shown.map(({ item }) => item), nextCursor: null };
  const next = after.map((position, i) => {
    const last = passed.findLast((entry) => entry.i === i)?.item;
    return last ? ([String(last[keyNames(sources[i]!.index).sk]), String(last['pk']), String(last['sk'])] as const) : position;
  });
  return { items: shown.map(({ item }) => item), nextCursor: await signer.sign('cursor', packed([asked.binding, next])) };
}

interface Entry {
  readonly i: number;
  readonly item: Item;
}

/** The first of a merged order: what is shown of it, and all that was passed, with what had been shown already. */
function firstOf<E extends Entry>(merged: readonly E[], limit: number, identity: Asked['identity']): { shown: E[]; passed: E[] } {
  if (!identity) return { shown: merged.slice(0, limit), passed: merged.slice(0, limit) };
  const [shown, passed, seen]: [E[], E[], Set<string>] = [[], [], new Set()];
  for (const entry of merged) {
    const known = seen.has(identity(entry.item));
    if (!known && shown.length === limit) break;
    if (!known) shown.push(entry);
    seen.add(identity(entry.item));
    passed.push(entry);
  }
  return { shown, passed };
}

async function positions(signer: Signer, { binding, sources }: Asked, cursor: string): Promise<Position[]> {
  const token = await signer.verify('cursor', cursor);
  const [bound, after] = token.state === 'ok' ? unpacked(token.payload) : [];
  if (bound === binding && after?.length === sources.length) return after;
  throw new Refusal('invalid', 'This cursor does not belong to this list; start again without it.', {
    errors: [{ pointer: '?cursor', message: 'Unknown cursor.' }],
  });
}

/** Deflated: positions of many shards say much the same, and an address line has its limits. */
const packed = (state: [binding: string, after: Position[]]): string =>
  deflateRawSync(JSON.stringify(state)).toString('base64url');

const unpacked = (text: string): [string, Position[]] =>
  JSON.parse(inflateRawSync(Buffer.from(text, 'base64url')).toString('utf8'));

/** One more than the page, so that its end is known; a short answer of the engine is read on. */
async function readSource(
  documents: Documents,
  table: string,
  source: Source,
  after: Position,
  { descending = false, consistent = false, page }: Asked,
): Promise<Item[]> {
  const { pk, sk } = keyNames(source.index);
  const items: Item[] = [];
  let start: Item | undefined = after === null ? undefined : { [pk]: source.pk, [sk]: after[0], pk: after[1], sk: after[2] };
  do {
    const answer = await documents.query({
      TableName: table,
      ...(source.index !== undefined && { IndexName: source.index }),
      ...within(source, pk, sk),
      ScanIndexForward: !descending,
      ConsistentRead: consistent && source.index === undefined,
      Limit: page.limit + 1 - items.length,
      ...(start && { ExclusiveStartKey: start }),
    });
    items.push(...((answer.Items ?? []) as Item[]));
    start = answer.LastEvaluatedKey;
  } while (start && items.length <= page.limit);
  return items;
}

type Query = Parameters<Documents['query']>[0];
type Stretch = Pick<Query, 'KeyConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>;

/** The part of the partition that a source names. */
function within({ pk: value, prefix, exactly, until }: Source, pk: string, sk: string): Stretch {
  const [condition, sort] =
    exactly !== undefined
      ? ['#sk = :sk', exactly]
      : until !== undefined
        ? ['#sk <= :sk', until]
        : ['begins_with(#sk, :sk)', prefix];
  if (!sort)
    return {
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': pk },
      ExpressionAttributeValues: { ':pk': value },
    };
  return {
    KeyConditionExpression: `#pk = :pk AND ${condition}`,
    ExpressionAttributeNames: { '#pk': pk, '#sk': sk },
    ExpressionAttributeValues: { ':pk': value, ':sk': sort },
  };
}
