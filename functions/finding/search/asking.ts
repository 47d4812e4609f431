import { Refusal } from '../../kernel/errors.js';
import type { Caller } from '../../kernel/permission.js';
import { isSpread, type Postings } from '../../kernel/postings.js';
import { type Budget, joined, type Lead, type Match, merged, type Spent } from './joining.js';
import { sightOf } from './scopes.js';
import type { Searched } from './searched.js';
import { stemOf, wordsAsked } from './words.js';

/** What is asked, as words; and where they are looked for, for one caller. */

/** Different words of one question: each costs a read for each noun. */
const MOST_ASKED = 12;

/** Refuses what has no word in it that finds anything, and what has too many. */
export function wordsOf(q: string): string[] {
  const words = wordsAsked(q);
  const refuse = (message: string): Refusal => new Refusal('invalid', message, { errors: [{ pointer: '?q', message }] });
  if (words.length === 0) throw refuse('Ask for a word that does not stand in every text.');
  if (words.length > MOST_ASKED) throw refuse(`Ask for ${MOST_ASKED} words at the most; each pair of Chinese characters is one.`);
  return words;
}

/** `INC-1042` or `1042`, when that is all that was asked. */
export function numberAsked(q: string): { readonly prefix?: string; readonly digits: string } | undefined {
  const [, prefix, digits] = /^(?:([A-Za-z]{3,4})-)?(\d{1,10})$/.exec(q.trim()) ?? [];
  return digits === undefined ? undefined : { digits, ...(prefix !== undefined && { prefix: prefix.toUpperCase() }) };
}

/** Records of these nouns that have all the words, latest first, from what this caller sees and nothing else. */
export const found = (
  postings: Postings,
  { nouns, words }: Question,
  caller: Caller,
  below: string,
  budget: Budget,
): AsyncGenerator<Match | Spent> =>
  merged(
    nouns.flatMap((noun) => leadsOf(noun, words, caller, postings.shards).map((leads) => joined(postings, leads, below, budget))),
  );

export interface Question {
  readonly nouns: readonly Searched[];
  readonly words: readonly string[];
}

/** For each scope and shard the stretches that hold the words. */
function leadsOf({ entity }: Searched, words: readonly string[], caller: Caller, shards: number): Lead[][] {
  const { scopes, byStem } = sightOf(entity, caller);
  return scopes.flatMap((scope) =>
    Array.from({ length: isSpread(scope) ? shards : 1 }, (_, shard): Lead[] => {
      const stretch = { noun: entity.name, scope, shard };
      return byStem
        ? stems(words).map(([stem, asked]) => ({ stretch: { ...stretch, stem }, asked }))
        : [{ stretch, asked: words }];
    }),
  );
}

function stems(words: readonly string[]): [string, string[]][] {
  const by = new Map<string, string[]>();
  for (const word of words) by.set(stemOf(word), [...(by.get(stemOf(word)) ?? []), word]);
  return [...by];
}
