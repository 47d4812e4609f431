import { Refusal } from '../../kernel/errors.js';
import { maySee, shown } from '../../kernel/present.js';
import type { RecordBase } from '../../kernel/record.js';
import type { Context } from '../../kernel/route.js';
import { found, numberAsked, type Question } from './asking.js';
import { type Budget, isSpent, type Match, TOP } from './joining.js';
import type { Searched } from './searched.js';

/** Pages of what was found: each record is read as it stands, and shown only where row rules let the caller see it now. */

/** Stretches read on behind their first hundred, in one request. */
const READS = 60;
/** How many of the latest records that have the words are put in order when the best are asked for. */
export const RANKED = 500;

export interface Hit {
  readonly type: string;
  readonly score: number;
  readonly [field: string]: unknown;
}

export interface Found {
  readonly items: Hit[];
  /** Where the next page begins; absent at the end. */
  readonly next?: Position;
  /** False when so much had to be read that the page is short. */
  readonly complete: boolean;
}

/** Latest first: below which id. Best first: below which id the latest are put in order, and how many were shown. */
export interface Position {
  readonly below: string;
  readonly past?: number;
}

type Asking = Pick<Context, 'records' | 'postings' | 'caller'>;

/** Latest first. */
export async function latest(
  asking: Asking,
  question: Question,
  except: ReadonlySet<string>,
  limit: number,
  at: Position,
): Promise<Found> {
  const budget: Budget = { left: READS };
  const stream = found(asking.postings, question, asking.caller, at.below, budget);
  const items: Hit[] = [];
  let below = at.below;
  for (;;) {
    const { matches, spent, ended } = await take(stream, limit + 1 - items.length);
    const hits = await hitsOf(
      asking,
      question,
      matches.filter(({ id }) => !except.has(id)),
    );
    for (const hit of hits) {
      if (items.length === limit) return { items, next: { below }, complete: true };
      items.push(hit);
      below = String(hit['id']);
    }
    if (spent !== undefined) return { items, next: { below: spent }, complete: false };
    if (ended) return { items, complete: true };
  }
}

/** Best first, among the latest that have the words. */
export async function best(
  asking: Asking,
  question: Question,
  except: ReadonlySet<string>,
  limit: number,
  at: Position,
): Promise<Found> {
  const stream = found(asking.postings, question, asking.caller, at.below, { left: READS });
  const { matches, spent } = await take(stream, RANKED);
  const ranked = matches.filter(({ id }) => !except.has(id)).sort((a, b) => scoreOf(b) - scoreOf(a) || (a.id < b.id ? 1 : -1));
  const items: Hit[] = [];
  let past = at.past ?? 0;
  while (items.length < limit && past < ranked.length) {
    const some = ranked.slice(past, past + limit - items.length);
    items.push(...(await hitsOf(asking, question, some)));
    past += some.length;
  }
  // Later records do not move what is being paged through.
  const below = at.below === TOP && matches[0] ? `${matches[0].id}${TOP}` : at.below;
  return {
    items,
    ...(past < ranked.length && { next: { below, past } }),
    complete: spent === undefined && matches.length < RANKED,
  };
}

/** The record that is called by this number, or by it without its letters, of each type that may be searched. */
export async function byNumber(asking: Asking, nouns: readonly Searched[], q: string): Promise<Hit[]> {
  const asked = numberAsked(q);
  if (!asked) return [];
  const fitting = nouns.filter(({ entity }) => asked.prefix === undefined || entity.prefix === asked.prefix);
  const read = await Promise.all(
    fitting.map(async (noun) => {
      const record = await named(asking, noun, `${noun.entity.prefix}-${asked.digits}`);
      return record && maySee(noun.entity, record, asking.caller) ? [hitOf(noun, record, asking, 0)] : [];
    }),
  );
  return read.flat();
}

async function named({ records }: Asking, { entity }: Searched, number: string): Promise<RecordBase | undefined> {
  try {
    return (await records.read(entity, number)).record;
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'not-found') return undefined;
    throw error;
  }
}

async function take(stream: ReturnType<typeof found>, count: number) {
  const matches: Match[] = [];
  while (matches.length < count) {
    const { value, done } = await stream.next();
    if (done) return { matches, ended: true };
    if (isSpent(value)) return { matches, ended: false, spent: value.below };
    matches.push(value);
  }
  return { matches, ended: false };
}

async function hitsOf(asking: Asking, { nouns }: Question, matches: readonly Match[]): Promise<Hit[]> {
  const hits = await Promise.all(
    matches.map(async (match) => {
      const noun = nouns.find(({ entity }) => entity.name === match.noun)!;
      const stored = await asking.records.find(noun.entity, match.id);
      return stored && maySee(noun.entity, stored.record, asking.caller)
        ? [hitOf(noun, stored.record, asking, scoreOf(match))]
        : [];
    }),
  );
  return hits.flat();
}

const scoreOf = ({ scores }: Match): number => Object.values(scores).reduce((sum, score) => sum + score, 0);

const FIELDS = ['id', 'number', 'title', 'status', 'createdAt', 'updatedAt', 'customerId'];

function hitOf({ entity }: Searched, record: RecordBase, { caller }: Asking, score: number): Hit {
  const seen = shown(entity, record as unknown as Record<string, unknown>, caller);
  return {
    type: entity.name,
    ...Object.fromEntries(FIELDS.flatMap((name) => (seen[name] === undefined ? [] : [[name, seen[name]]]))),
    score,
  };
}
