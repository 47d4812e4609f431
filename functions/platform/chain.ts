import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { canonical } from '../kernel/canonical.js';
import type { HistoryEvent } from '../kernel/records.js';

/**
 * The hash chain of a record's history. Each event's hash covers the event
 * before it, what happened, and the record as it became, in canonical JSON.
 * A personal field stands in the hash as HMAC-SHA-256 under a salt of its own:
 * erasing value and salt leaves the digest, and the chain still verifies.
 * This format is final; `npm run verify-history` checks it offline.
 */
export const FORMAT = 1;
/** What the first event of a record has before it. */
export const GENESIS = '0'.repeat(64);

export interface Link {
  readonly entity: string;
  readonly id: string;
  readonly event: Omit<HistoryEvent, 'hash' | 'commitments'>;
}

type Fields = Readonly<Record<string, unknown>>;
type Commitments = HistoryEvent['commitments'];

const commitmentOf = (field: string, value: unknown, salt: string): string =>
  createHmac('sha256', Buffer.from(salt, 'base64url'))
    .update(canonical([field, value]))
    .digest('base64url');

/** A fresh salted commitment for each personal field that has a value. */
export const commit = (record: Fields, personal: readonly string[]): Commitments =>
  Object.fromEntries(
    personal.flatMap((field) => {
      if (record[field] === undefined) return [];
      const salt = randomBytes(16).toString('base64url');
      return [[field, { salt, digest: commitmentOf(field, record[field], salt) }]];
    }),
  );

/** The record with its personal fields replaced by their commitments: what is hashed. */
export const sealed = (record: Fields, commitments: Commitments): Fields => ({
  ...record,
  ...Object.fromEntries(Object.entries(commitments).map(([field, { digest }]) => [field, { commitment: digest }])),
});

/** SHA-256 in hexadecimal over the canonical form of one event. */
export function hashOf(entity: string, id: string, event: Omit<HistoryEvent, 'hash'>): string {
  const { commitments, record, ...facts } = event;
  return createHash('sha256')
    .update(canonical({ format: FORMAT, entity, id, ...facts, record: sealed(record, commitments) }))
    .digest('hex');
}

export type Verdict =
  | { readonly whole: true; readonly events: number; readonly head: string }
  /** The first link that does not hold, and why. */
  | { readonly whole: false; readonly sequence: number; readonly why: string };

/** Checks a record's history, oldest first, from its first event. */
export function verifyChain(entity: string, id: string, events: readonly HistoryEvent[]): Verdict {
  let previous = GENESIS;
  for (const [index, event] of events.entries()) {
    const broken = (why: string): Verdict => ({ whole: false, sequence: index + 1, why });
    if (event.sequence !== index + 1) return broken(`event ${index + 1} is missing; event ${event.sequence} stands in its place`);
    if (event.previous !== previous) return broken('it does not follow the event before it');
    const { hash, ...facts } = event;
    for (const [field, { salt, digest }] of Object.entries(event.commitments)) {
      const value = event.record[field];
      if (value !== undefined && salt === undefined) return broken(`the salt of ${field} was removed but its value was not`);
      if (value !== undefined && salt !== undefined && !equal(commitmentOf(field, value, salt), digest))
        return broken(`${field} is not what was committed to`);
    }
    if (!equal(hashOf(entity, id, facts), hash)) return broken('its content is not what was hashed');
    previous = hash;
  }
  return { whole: true, events: events.length, head: previous };
}

const equal = (a: string, b: string): boolean => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
