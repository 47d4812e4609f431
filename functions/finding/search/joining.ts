import type { Posting, Postings, Stretch } from '../../kernel/postings.js';
import { answers } from './words.js';

/**
 * Records that have every asked word, latest first, from postings that lie in that order. Of the stretches that hold the words,
 * each leaps to where the one that is furthest back stands, so that the rarest word leads and little is read of common ones.
 */
export interface Lead {
  readonly stretch: Stretch;
  /** The words that are asked of its postings. */
  readonly asked: readonly string[];
}

export interface Match {
  readonly noun: string;
  readonly id: string;
  /** For each asked word, the strongest that it found: its weight, doubled where the word is the very same. */
  readonly scores: Readonly<Record<string, number>>;
}

/** So much was read that the rest is for another request: what lies below the bound is not known yet. */
export interface Spent {
  readonly below: string;
}

/** Reads that are left, beside the first of each stretch, which is always made. */
export interface Budget {
  left: number;
}

/** Above every id. */
export const TOP = '~';
const CHUNK = 100;

export const isSpent = (found: Match | Spent): found is Spent => 'below' in found;

/** Matches of one scope and shard. */
export async function* joined(
  postings: Postings,
  leads: readonly Lead[],
  below: string,
  budget: Budget,
): AsyncGenerator<Match | Spent> {
  const readers = leads.map(({ stretch }) => readerOf(postings, stretch, budget));
  for (let bound = below; ; ) {
    const heads = await Promise.all(readers.map((read) => read(bound)));
    if (heads.includes('end')) return;
    if (heads.includes('spent')) return yield { below: bound };
    const found = heads as Posting[];
    const furthest = found.map(({ id }) => id).sort()[0]!;
    if (found.some(({ id }) => id !== furthest)) {
      bound = `${furthest}${TOP}`;
      continue;
    }
    const scores = scoresOf(leads, found);
    if (scores) yield { noun: leads[0]!.stretch.noun, id: furthest, scores };
    bound = furthest;
  }
}

/** The first posting below a bound, going down chunk by chunk. */
function readerOf(postings: Postings, stretch: Stretch, budget: Budget) {
  let [chunk, at, more, isFirst]: [readonly Posting[], number, boolean, boolean] = [[], 0, true, true];
  return async (bound: string): Promise<Posting | 'end' | 'spent'> => {
    while (at < chunk.length && chunk[at]!.id >= bound) at++;
    if (at < chunk.length) return chunk[at]!;
    if (!more) return 'end';
    if (!isFirst && budget.left-- <= 0) return 'spent';
    isFirst = false;
    const read = await postings.read(stretch, bound, CHUNK);
    [chunk, at, more] = [read.postings, 0, read.more];
    return chunk[0] ?? 'end';
  };
}

function scoresOf(leads: readonly Lead[], found: readonly Posting[]): Record<string, number> | undefined {
  const scores: Record<string, number> = {};
  for (const [i, { asked }] of leads.entries()) {
    const words = Object.entries(found[i]!.words);
    for (const word of asked) {
      const best = words.reduce((most, [has, weight]) => {
        const score = has === word ? 2 * weight : answers(has, word) ? weight : 0;
        return Math.max(most, score);
      }, 0);
      if (best === 0) return undefined;
      scores[word] = best;
    }
  }
  return scores;
}

/** Several of them as one, latest first; what several have is told once. */
export async function* merged(all: readonly AsyncGenerator<Match | Spent>[]): AsyncGenerator<Match | Spent> {
  const heads = new Map<AsyncGenerator<Match | Spent>, Match | Spent>();
  const advance = async (one: AsyncGenerator<Match | Spent>): Promise<void> => {
    const { value, done } = await one.next();
    if (done) heads.delete(one);
    else heads.set(one, value as Match | Spent);
  };
  await Promise.all(all.map(advance));
  while (heads.size > 0) {
    const known = last([...heads.values()].filter(isSpent).map(({ below }) => below));
    const matches = [...heads].filter((entry): entry is [(typeof all)[number], Match] => !isSpent(entry[1]));
    const latest = last(matches.map(([, { id }]) => id));
    if (latest < known || latest === '') return yield { below: known };
    const same = matches.filter(([, { id }]) => id === latest);
    yield { ...same[0]![1], scores: strongest(same.map(([, { scores }]) => scores)) };
    await Promise.all(same.map(([one]) => advance(one)));
  }
}

const last = (ids: readonly string[]): string => ids.toSorted().at(-1) ?? '';

const strongest = (all: readonly Match['scores'][]): Match['scores'] =>
  Object.fromEntries(Object.keys(all[0]!).map((word) => [word, Math.max(...all.map((scores) => scores[word] ?? 0))]));
