import type { Findable, NewPosting, Words } from '../../kernel/postings.js';
import { deskScopes, theirScopes } from './scopes.js';
import type { Searched } from './searched.js';
import { stemOf, wordsIn } from './words.js';

/** What is found of a record, and the postings that it makes. Pure. */

/** How much a word says by where it stands: in number or title, in the record's own texts, in a comment. */
export const WEIGHT = { title: 3, text: 2, comment: 1 } as const;
/** Different words of one record that are found, the weightiest places first and then the latest comments: the rest are not. */
const MOST_WORDS = 1000;

export interface Said {
  readonly body: string;
  readonly visibility: string;
}

/** `comments`: oldest first. */
export function findableOf(
  { entity, fields }: Searched,
  record: Readonly<Record<string, unknown>>,
  comments: readonly Said[],
): Findable {
  const said = comments.toReversed();
  const shows = new Set<string>(entity.requesters?.shows ?? []);
  return {
    desk: wordsOf(record, fields, said, () => true),
    deskScopes: deskScopes(entity, record),
    theirs: entity.requesters
      ? wordsOf(
          record,
          fields,
          said.filter(({ visibility }) => visibility === 'public'),
          (field) => shows.has(field),
        )
      : {},
    theirScopes: theirScopes(entity, record),
  };
}

function wordsOf(
  record: Readonly<Record<string, unknown>>,
  fields: readonly string[],
  comments: readonly Said[],
  shows: (field: string) => boolean,
): Words {
  const words = new Map<string, number>();
  const add = (text: string, weight: number): void => {
    for (const word of wordsIn(text)) {
      if (words.size === MOST_WORDS) return;
      if (!words.has(word)) words.set(word, weight);
    }
  };
  add(String(record['number']), WEIGHT.title);
  if (shows('title')) add(String(record['title']), WEIGHT.title);
  for (const field of fields.filter(shows)) for (const text of textsIn(record[field])) add(text, WEIGHT.text);
  for (const { body } of comments) add(body, WEIGHT.comment);
  return Object.fromEntries(words);
}

const textsIn = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];

/** The desk's words lie by what they begin with; the customer's side has few records, so that one posting holds all of one. */
export function postingsOf({ desk, deskScopes, theirs, theirScopes }: Findable): NewPosting[] {
  const byStem = new Map<string, Record<string, number>>();
  for (const [word, weight] of Object.entries(desk)) {
    const stem = stemOf(word);
    byStem.set(stem, { ...byStem.get(stem), [word]: weight });
  }
  return [
    ...deskScopes.flatMap((scope) => [...byStem].map(([stem, words]): NewPosting => ({ scope, stem, words }))),
    ...theirScopes.map((scope): NewPosting => ({ scope, words: theirs })),
  ];
}
