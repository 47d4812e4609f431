import { createHmac, timingSafeEqual } from 'node:crypto';
import { base32, fromBase32 } from './token/base32.js';
import { packThread, type Thread, unpackThread } from './token/thread.js';

/**
 * Signed tokens (HMAC-SHA-256) for what leaves the house and comes back: the Reply-To address of a thread, the
 * acknowledge and rating links of a mail, and the cursors of lists.
 *
 * A token is signed, not encrypted: whoever holds it can read its payload. It is bound to one purpose and, where asked,
 * to a context that it does not carry (the caller and query of a cursor). Whether it was used before is not known here.
 *
 *   byte 0     version (high four bits) and purpose with the expiry flag (low four)
 *   byte 1     id of the secret it was signed with
 *   4 bytes    expiry in seconds since 1970, where there is one
 *   …          payload
 *   10 or 16   the code: ten bytes for a thread, which has to fit the local part of an address
 *
 * The text is lower-case base32 without padding; verification ignores case, as mail servers may fold it.
 */
export const purposes = ['thread', 'acknowledge', 'cursor', 'rate'] as const;
export type Purpose = (typeof purposes)[number];

/** Secrets by id (0–255, each at least 32 bytes). New tokens use `current`; the others only verify, until they are removed. */
export interface Secrets {
  readonly current: number;
  readonly byId: Readonly<Record<number, Uint8Array>>;
}

export interface Claim {
  readonly purpose: Purpose;
  readonly payload: string;
  /** RFC 3339 instant; rounded up to the second. Without it the token does not expire. */
  readonly expiresAt?: string | undefined;
  /** What the token is tied to without carrying it, such as the caller and the query of a cursor. */
  readonly boundTo?: string | undefined;
}

export type Verdict<T = string> =
  | { readonly outcome: 'ok'; readonly payload: T; readonly keyId: number; readonly expiresAt?: string }
  | { readonly outcome: 'altered' }
  | { readonly outcome: 'expired'; readonly expiredAt: string }
  | { readonly outcome: 'wrong-purpose'; readonly purpose: Purpose };

const VERSION = 1;
const EXPIRES = 0x08;
const LONGEST = 8192;
const PREFIX = 'reply+';

/** Signs a claim with the current secret. A RangeError says that a secret is missing or too short, or the expiry is no instant. */
export const sign = (claim: Claim, secrets: Secrets): string => signBytes(claim, Buffer.from(claim.payload, 'utf8'), secrets);

/** Whether a token was signed here for this purpose (and context), and has not expired at `now`, an RFC 3339 instant. */
export function verify(token: string, expected: Omit<Claim, 'payload' | 'expiresAt'>, secrets: Secrets, now: string): Verdict {
  const read = verifyBytes(token, expected, secrets, now);
  return read.outcome === 'ok' ? { ...read, payload: read.payload.toString('utf8') } : read;
}

/** The address that answers about a record go to: `reply+<token>@domain`, its local part at most 64 characters. */
export function threadAddress(thread: Thread, domain: string, secrets: Secrets): string {
  const local = PREFIX + signBytes({ purpose: 'thread' }, packThread(thread), secrets);
  if (local.length > 64) throw new RangeError(`The type and id of ${thread.type} ${thread.id} are too long for a mail address.`);
  return `${local}@${domain}`;
}

/** What the first thread address among these says, or undefined when none of them is one. Domains are the caller's to check. */
export function readThreadAddress(addresses: readonly string[], secrets: Secrets, now: string): Verdict<Thread> | undefined {
  const local = addresses.map((address) => address.slice(0, address.lastIndexOf('@')).toLowerCase());
  const found = local.find((name) => name.startsWith(PREFIX));
  if (found === undefined) return undefined;
  const read = verifyBytes(found.slice(PREFIX.length), { purpose: 'thread' }, secrets, now);
  return read.outcome === 'ok' ? { ...read, payload: unpackThread(read.payload) } : read;
}

function signBytes(claim: Omit<Claim, 'payload'>, payload: Buffer, secrets: Secrets): string {
  const expiry = claim.expiresAt === undefined ? Buffer.alloc(0) : seconds(claim.expiresAt);
  const flags = purposes.indexOf(claim.purpose) | (expiry.length > 0 ? EXPIRES : 0);
  const head = Buffer.from([(VERSION << 4) | flags, secrets.current]);
  const body = Buffer.concat([head, expiry, payload]);
  const token = base32(Buffer.concat([body, code(body, claim.purpose, claim.boundTo, secretOf(secrets, secrets.current))]));
  if (token.length > LONGEST) throw new RangeError('The payload is too long for a token.');
  return token;
}

function verifyBytes(
  token: string,
  expected: Omit<Claim, 'payload' | 'expiresAt'>,
  secrets: Secrets,
  now: string,
): Verdict<Buffer> {
  const bytes = token.length > LONGEST ? undefined : fromBase32(token.toLowerCase());
  if (!bytes || bytes.length < 2 || bytes[0]! >> 4 !== VERSION) return { outcome: 'altered' };
  const keyId = bytes[1]!;
  const purpose = purposes[bytes[0]! & 0x07];
  if (purpose === undefined || secrets.byId[keyId] === undefined) return { outcome: 'altered' };
  const start = bytes[0]! & EXPIRES ? 6 : 2;
  const end = bytes.length - codeLength(purpose);
  if (end < start) return { outcome: 'altered' };
  const mine = purpose === expected.purpose;
  const actual = code(bytes.subarray(0, end), purpose, mine ? expected.boundTo : undefined, secretOf(secrets, keyId));
  if (!timingSafeEqual(actual, bytes.subarray(end))) return { outcome: 'altered' };
  if (!mine) return { outcome: 'wrong-purpose', purpose };
  const payload = bytes.subarray(start, end);
  if (start === 2) return { outcome: 'ok', payload, keyId };
  const expiresAt = new Date(bytes.readUInt32BE(2) * 1000).toISOString();
  const past = Date.parse(now) >= Date.parse(expiresAt);
  return past ? { outcome: 'expired', expiredAt: expiresAt } : { outcome: 'ok', payload, keyId, expiresAt };
}

const codeLength = (purpose: Purpose): number => (purpose === 'thread' ? 10 : 16);

function code(body: Buffer, purpose: Purpose, boundTo: string | undefined, secret: Uint8Array): Buffer {
  const context = JSON.stringify(['steward-token', VERSION, purpose, boundTo ?? null]);
  return createHmac('sha256', secret).update(`${context}\n`).update(body).digest().subarray(0, codeLength(purpose));
}

function secretOf(secrets: Secrets, id: number): Uint8Array {
  const secret = secrets.byId[id];
  if (!Number.isInteger(id) || id < 0 || id > 255) throw new RangeError(`${id} is no id of a secret: 0 to 255.`);
  if (secret === undefined) throw new RangeError(`There is no secret with the id ${id}.`);
  if (secret.length < 32) throw new RangeError(`The secret with the id ${id} is shorter than 32 bytes.`);
  return secret;
}

function seconds(instant: string): Buffer {
  const value = Math.ceil(Date.parse(instant) / 1000);
  if (!(value >= 0 && value <= 0xffffffff)) throw new RangeError(`${instant} is no instant that a token can expire at.`);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
