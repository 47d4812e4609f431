import { createHash } from 'node:crypto';
import { type AnyEntity, keyPrefix } from '../kernel/entity.js';
import type { Item } from './items.js';

/** Seconds for which a key replays its first answer; expiry is compared on read, since TTL deletes late. */
const HELD_FOR = 24 * 60 * 60;

/** One `Idempotency-Key`, scoped to caller and route. */
export interface RepeatKey {
  /** SHA-256 over caller, route and key. */
  readonly scope: string;
  /** SHA-256 over path and body: another one under the same key is refused. */
  readonly fingerprint: string;
}

/** What the first call left: where its answer can be found again. */
export interface Remembered {
  readonly fingerprint: string;
  readonly entity: string;
  readonly id: string;
  readonly sequence: number;
  readonly quiet: boolean;
  readonly companion?: string;
  /** The key is shared by many writes, each of which left its own. */
  readonly shared?: true;
}

/** The key of one of many writes under one request's key. */
export const shareOf = ({ scope, fingerprint }: RepeatKey, name: string): RepeatKey => ({
  scope: sha256(scope, name),
  fingerprint,
});

const sha256 = (...parts: string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

export const repeatKey = (caller: string, route: string, key: string, path: string, body: string): RepeatKey => ({
  scope: sha256(caller, route, key),
  fingerprint: sha256(path, body),
});

export const guardKey = (entity: AnyEntity, key: RepeatKey) => ({ pk: `${keyPrefix(entity)}#IDEMPOTENCY#${key.scope}`, sk: '#' });

/** Seconds since 1970 until which the guard holds. */
export const expiry = (now: Date): number => Math.floor(now.getTime() / 1000) + HELD_FOR;

export const guardItem = (
  entity: AnyEntity,
  key: RepeatKey,
  left: Omit<Remembered, 'fingerprint' | 'entity'> | { readonly shared: true },
  now: Date,
): Item => ({
  ...guardKey(entity, key),
  fingerprint: key.fingerprint,
  entity: entity.name,
  ...left,
  ttl: expiry(now),
});
