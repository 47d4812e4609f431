import * as z from 'zod';
import type { Decision } from './decision.js';
import { type AnyEntity, type Entity, keyPrefix, type Mention } from './entity.js';
import { Refusal } from './errors.js';
import type { Realm } from './realm.js';
import { Instant, type RecordBase } from './record.js';
import type { Asked } from './records.js';
import type { Moving } from './write-routes.js';

/**
 * Erasing somebody (ISO/IEC 20000-1:2018, 8.7.3): the record is blanked at once and can do nothing any more; what the history,
 * other records and object storage hold of them goes step by step afterwards, which the record says itself. History keeps the
 * digests of what stood there, so that its chain still holds. Reasons are chosen, not written: what is written in an event's
 * detail stays. Pure: no storage, no time of day.
 */
export const BASES = ['request', 'retention-over', 'unlawful', 'entered-by-mistake'] as const;

export const Erasure = z.strictObject({
  basis: z.enum(BASES),
  askedAt: Instant,
  askedBy: z.string(),
  state: z
    .enum(['erasing', 'finishing', 'finished'])
    .describe('First what other records hold, then the own history; `finished`: nothing is left but digests'),
  erased: z.record(z.string(), z.int()).describe('Records of other nouns that were blanked, by noun'),
  waiting: z.int().min(0).describe('Records that somebody still works with; they are blanked once they are done'),
  lookedAt: Instant.optional().describe('When it was last gone on with'),
  finishedAt: Instant.optional(),
});
export type Erasure = z.infer<typeof Erasure>;

/** What a register about people keeps beside its facts. */
export const erasureOf = (noun: string) => ({
  shape: {
    erasure: Erasure.optional(),
    formerly: z.array(z.string()).optional().describe('Addresses that mail of theirs lies under, until it is erased'),
  },
  personal: ['formerly'],
  derived: { erasing: ({ erasure }: { erasure?: Erasure }) => (erasure && erasure.state !== 'finished' ? 'yes' : undefined) },
  choices: { erasing: ['yes'] },
  access: {
    byErasure: {
      index: 'gsi6',
      partition: `${noun.toUpperCase()}#erasing#{erasing}`,
      sort: '{createdAt}#{id}',
      order: 'created',
    },
  },
});

export type Erasable = RecordBase & { readonly erasure?: Erasure; readonly formerly?: readonly string[] };
type Fields = Readonly<Record<string, unknown>>;

/** The record without its personal fields; those that its schema requires say nothing. */
export function blanked<T extends RecordBase>(entity: Entity<T>, record: T): T {
  const kept = Object.entries(record).filter(([name]) => !(entity.personal as readonly string[]).includes(name));
  return { ...Object.fromEntries(kept), ...entity.blank?.(record) } as T;
}

/** The mentions of somebody in a noun, each with the value that it is asked by. */
export const askedBy = (noun: AnyEntity, who: AnyEntity, id: string, addresses: readonly string[]): [Mention, string][] =>
  (noun.about ?? [])
    .filter((mention) => mention.who === who.name)
    .flatMap((mention) => (mention.by === 'id' ? [id] : addresses).map((value): [Mention, string] => [mention, value]));

/** One of them as it is asked in some realms: the system reads every realm, people those that row rules open to them. */
export const askedIn = (realms: readonly Realm[], [{ question, filter }, value]: [Mention, string]): Asked[] =>
  realms.map((realm) => ({ question, values: { [filter]: value }, realm }));

/** Where the digest of an erased sign-in stands: `PERSON#ERASED#<digest>`. */
export const goneKey = (entity: AnyEntity, digest: string): string => `${keyPrefix(entity)}#ERASED#${digest}`;

/** Whether nothing personal is left in it. */
export function isBlank<T extends RecordBase>(entity: Entity<T>, record: T): boolean {
  const blank = (entity.blank?.(record) ?? {}) as Fields;
  return entity.personal.every((name) => record[name] === undefined || record[name] === blank[name]);
}

export function refuseErased(entity: AnyEntity, { number, status }: RecordBase): void {
  if (status === 'erased')
    throw new Refusal('illegal-move', `${number} was erased: nothing may be written into this ${entity.name}.`);
}

/** Blanks the record; `addresses` are those that mail of theirs may lie under. */
export function erase<T extends Erasable>(
  entity: Entity<T>,
  current: T,
  { basis, addresses }: { readonly basis: Erasure['basis']; readonly addresses: readonly string[] },
  { caller, now }: Moving,
): Decision<T> {
  const status = entity.lifecycle.next(current.status, 'erase');
  if (current.id === caller.id) throw new Refusal('forbidden', 'Somebody else has to erase you.');
  const erasure: Erasure = { basis, askedAt: now, askedBy: caller.id, state: 'erasing', erased: {}, waiting: 0 };
  const next = { ...blanked(entity, current), status, erasure, formerly: [...addresses] };
  return { next, event: `${entity.name}.erased`, detail: { basis } };
}

export interface Found {
  /** Records blanked in this run, by noun. */
  readonly erased: Readonly<Record<string, number>>;
  readonly waiting: number;
}

/** Notes how far it has come; with everything elsewhere blanked, what is left is the own history. */
export function goOn<T extends Erasable>(entity: Entity<T>, current: T, found: Found, now: string): Decision<T> {
  const { formerly, ...rest } = current;
  const before = current.erasure!;
  const nouns = new Set([...Object.keys(before.erased), ...Object.keys(found.erased)]);
  const erased = Object.fromEntries([...nouns].map((noun) => [noun, (before.erased[noun] ?? 0) + (found.erased[noun] ?? 0)]));
  const state = found.waiting > 0 ? ('erasing' as const) : ('finishing' as const);
  const erasure: Erasure = { ...before, state, erased, waiting: found.waiting, lookedAt: now };
  return {
    next: { ...rest, erasure, ...(found.waiting > 0 && formerly && { formerly }) } as unknown as T,
    event: `${entity.name}.erasure-continued`,
    detail: { ...found },
  };
}

export const finish = <T extends Erasable>(entity: Entity<T>, current: T, now: string): Decision<T> => ({
  next: { ...current, erasure: { ...current.erasure!, state: 'finished', finishedAt: now, lookedAt: now } },
  event: `${entity.name}.erasure-finished`,
});
