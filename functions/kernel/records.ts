import type { Companion, Decision } from './decision.js';
import type { AnyEntity, Entity, Question } from './entity.js';
import type { Realm } from './realm.js';
import type { Minted, RecordBase } from './record.js';
import type { Timer } from './timer.js';

/** A record as it stands in the table. */
export interface Stored<T extends RecordBase> {
  readonly record: T;
  /** Length of the history; `record.version` counts only what changed the record. */
  readonly sequence: number;
  /** Hash of the latest event: the head of the chain. */
  readonly head: string;
  /** The live timer of its workflow; no part of the record or its history. */
  readonly timer?: Timer;
}

/** One link of the hash-chained history, as it is exported and verified. */
export interface HistoryEvent {
  readonly sequence: number;
  readonly version: number;
  readonly event: string;
  readonly actor: string;
  readonly at: string;
  readonly changed: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
  readonly record: Readonly<Record<string, unknown>>;
  /** Personal fields by name: what stands in the hash instead of the value, and the salt while the value is kept. */
  readonly commitments: Readonly<Record<string, { readonly salt?: string; readonly digest: string }>>;
  readonly previous: string;
  readonly hash: string;
}

export interface PageRequest {
  /** 1 to 100. */
  readonly limit: number;
  readonly cursor?: string;
}

export interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

/** Everything that a list holds, page after page; for what is known to be few. */
export async function everyPage<T>(read: (page: PageRequest) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read({ limit: 100, ...(cursor !== undefined && { cursor }) });
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

/** A rule applied to a record; it may look at what surrounds the record but changes nothing itself. */
export type Rule<T extends RecordBase> = (current: T, stored: Stored<T>) => TimedDecision<T>;

/** One question as it is asked: which of the entity's, by which values, in which realm (the open one when left out). */
export interface Asked {
  readonly question: string;
  readonly values: Readonly<Record<string, string>>;
  readonly realm?: Realm;
}

/** A record to be decided on: by id or number, at the version that the caller saw, or at whichever stands. */
export interface Target {
  readonly key: string;
  readonly expected?: number | undefined;
}

/** A decision, and when the record's workflow must next wake; absent leaves the timer as it is. */
export type TimedDecision<T> = Decision<T> & { readonly timer?: Timer };

/**
 * The records as one caller reaches them, at one instant, under one request's
 * idempotency key. Every write is one transaction.
 */
export interface Records {
  /** Refuses `not-found`. Accepts an id or a number. */
  read<T extends RecordBase>(entity: Entity<T>, key: string): Promise<Stored<T>>;
  /** Like `read`, but absent instead of refusing. */
  find<T extends RecordBase>(entity: Entity<T>, id: string): Promise<Stored<T> | undefined>;
  /** The record as it stood at an instant; refuses `not-found` before its creation. */
  asOf<T extends RecordBase>(entity: Entity<T>, key: string, at: string): Promise<T>;
  /** The id of the record that holds a unique value. */
  holder(entity: AnyEntity, name: string, value: string): Promise<string | undefined>;
  /** One immutable version of a versioned entity. */
  version<T extends RecordBase>(entity: Entity<T>, id: string, version: number): Promise<T>;
  /** List fields only, in the question's order. `values` fill its partition. */
  list<T extends RecordBase>(
    entity: Entity<T>,
    question: string,
    values: Readonly<Record<string, string>>,
    page: PageRequest,
  ): Promise<Page<Partial<T> & RecordBase>>;
  /** The same over several questions of one order at once; a record that several find is shown once, and pages are full. */
  listAll<T extends RecordBase>(
    entity: Entity<T>,
    asked: readonly Asked[],
    page: PageRequest,
  ): Promise<Page<Partial<T> & RecordBase>>;
  /**
   * The list as it stood at an instant, by questions ordered by creation: what was created later is not in it, and what has
   * changed since is shown as it then was. Costs the page, and for each record that has changed a few reads of its history.
   */
  listAsOf<T extends RecordBase>(
    entity: Entity<T>,
    asked: readonly Asked[],
    at: string,
    page: PageRequest,
  ): Promise<Page<Partial<T> & RecordBase>>;
  /** A fresh time-ordered id, for items beside a record. */
  mintId(): string;
  create<T extends RecordBase>(entity: Entity<T>, decide: (minted: Minted) => TimedDecision<T>): Promise<Stored<T>>;
  /** `expected`: the version the caller saw (412 when stale); undefined applies the rule to whatever stands. */
  decide<T extends RecordBase>(entity: Entity<T>, key: string, expected: number | undefined, rule: Rule<T>): Promise<Stored<T>>;
  /** Two records of one noun, decided on together and written in one transaction, each at the version that the rule was shown. */
  decideBoth<T extends RecordBase>(
    entity: Entity<T>,
    targets: readonly [Target, Target],
    rule: (first: Stored<T>, second: Stored<T>) => readonly [TimedDecision<T>, TimedDecision<T>],
  ): Promise<readonly [Stored<T>, Stored<T>]>;
  history<T extends RecordBase>(entity: Entity<T>, id: string, page: PageRequest): Promise<Page<HistoryEvent>>;
  /** Items beside a record whose sort key starts so, oldest first unless asked otherwise. */
  companions(
    entity: AnyEntity,
    partition: string,
    prefixes: readonly string[],
    page: PageRequest,
    newestFirst?: boolean,
  ): Promise<Page<Record<string, unknown>>>;
  companion(entity: AnyEntity, partition: string, sk: string): Promise<Record<string, unknown> | undefined>;
  /** Items that point at a record from elsewhere, by the inverted index. */
  pointing(partition: string, page: PageRequest): Promise<Page<Record<string, unknown>>>;
  /** Adds to numbers that are no part of any history, in one atomic step; answers the sums. Kept for `hours`. */
  count(key: TallyKey, added: Readonly<Record<string, number>>, hours: number): Promise<Record<string, number>>;
  /** Keeps an item that is no history, replacing what stood there; read as a companion. Kept for `hours`. */
  note(key: TallyKey, body: Readonly<Record<string, unknown>>, hours: number): Promise<void>;
  /** What was counted under a partition, newest first: the sort key of each, and its numbers. */
  counted(partition: string, limit: number): Promise<{ readonly sk: string; readonly counts: Record<string, number> }[]>;
  /** Puts names at the end of a line, and answers the line so far, each name once, in the order in which they came. */
  lineUp(key: TallyKey, names: readonly string[], hours: number): Promise<string[]>;
  /** Moves the timer without touching the record; false when somebody else moved it first. */
  rearm(entity: AnyEntity, id: string, seen: Timer | undefined, timer: Timer | undefined): Promise<boolean>;
  /** Records whose timer should have rung by `until`. */
  overdue(entity: AnyEntity, until: string, limit: number): Promise<{ id: string; timer: Timer }[]>;
}

/** An item of a noun's own key space that is no record and no history, and expires. */
export interface TallyKey {
  /** Begins with the noun's prefix, as `ALERT#LINE#…`. */
  readonly pk: string;
  readonly sk: string;
}

export type { Companion, Question };
