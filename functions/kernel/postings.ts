/**
 * Where words are found again: one posting for each record, scope and stretch of words. A scope says who may see it (row rules are
 * part of the key); a stretch holds the words that begin alike, or all of a record's where a scope has few records. Postings lie
 * in the order of records' ids, which is the order in which records were made. They follow from records and can be made again.
 */
export interface Stretch {
  readonly noun: string;
  readonly scope: string;
  /** What its words begin with; left out: all words of the record. */
  readonly stem?: string;
  /** Scopes that many records share are spread like every index by state or type. */
  readonly shard: number;
}

/** Words, each with the weight of the strongest place where it stands. */
export type Words = Readonly<Record<string, number>>;

export interface Posting {
  readonly id: string;
  readonly words: Words;
}

/** What is found of one record: the words of the desk and those of the customer's side, each with the scopes that see them. */
export interface Findable {
  readonly desk: Words;
  readonly deskScopes: readonly string[];
  readonly theirs: Words;
  readonly theirScopes: readonly string[];
}

/** A posting as it is written: its stretch without the shard, which follows from the record's id. */
export interface NewPosting {
  readonly scope: string;
  readonly stem?: string;
  readonly words: Words;
}

/** The scope of all staff that serves every customer. */
export const EVERYBODY = 'all';

/** The scopes of one person have few records; all others are spread over shards. */
const ONES_OWN = ['contact', 'watcher'];
export const isSpread = (scope: string): boolean => !ONES_OWN.includes(scope.split('.')[0]!);

export interface Postings {
  /** How many shards a scope has that is spread. */
  readonly shards: number;
  /** Postings with ids below a bound, latest first; `more` when the stretch goes on. */
  read(
    stretch: Stretch,
    below: string,
    limit: number,
  ): Promise<{ readonly postings: readonly Posting[]; readonly more: boolean }>;
}
