import { createHash, createPublicKey, verify } from 'node:crypto';
import { canonical } from '../kernel/canonical.js';
import { GENESIS } from './chain.js';

/**
 * The daily root: one signed statement about the chains that grew since the root before it, and about that root. Their heads
 * are the leaves of a Merkle tree; the statement carries its top and the digest of the statement before, so that the last
 * root speaks for every head that was ever rooted. Signed with ECDSA over P-256 and SHA-256, it is checked with the public key
 * alone. What it proves, and what not, is in docs/decisions/0013. This format is final; `npm run verify-history` checks it.
 */
export const ROOT_FORMAT = 1;

/** The head of one record's chain, as it stood when the last event of it was told of that day. */
export interface Head {
  readonly entity: string;
  readonly id: string;
  readonly sequence: number;
  readonly hash: string;
}

export interface Statement {
  readonly format: number;
  /** The first and the last date (UTC) whose news it covers; those before are covered by the roots before. */
  readonly from: string;
  readonly day: string;
  /** How many chains grew. */
  readonly heads: number;
  /** Top of the tree over their heads, SHA-256 in hexadecimal. */
  readonly tree: string;
  /** Digest of the statement before; sixty-four zeros for the first. */
  readonly previous: string;
  readonly sealedAt: string;
  /** SHA-256 of the public key (DER), in hexadecimal: which key signed it. */
  readonly key: string;
}

/** A root as it lies in object storage: all that an auditor needs beside the exported histories. */
export interface RootFile {
  readonly statement: Statement;
  /** ECDSA signature (DER) over the statement in canonical JSON, base64. */
  readonly signature: string;
  /** PEM, for convenience: trust the one that was handed over another way. */
  readonly publicKey: string;
  /** In the order of the tree's leaves. */
  readonly heads: readonly Head[];
}

const sha256 = (...parts: readonly (string | Buffer)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const nameOf = ({ entity, id }: Head): string => `${entity} ${id}`;

/** The latest head of each record, in the order of the tree. */
export function headsOf(links: Iterable<Head>, into = new Map<string, Head>()): Map<string, Head> {
  for (const { entity, id, sequence, hash } of links) {
    const known = into.get(`${entity} ${id}`);
    if (!known || known.sequence < sequence) into.set(`${entity} ${id}`, { entity, id, sequence, hash });
  }
  return into;
}

export const inOrder = (heads: Iterable<Head>): Head[] =>
  [...heads].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0));

/** Leaves and branches are hashed apart (RFC 6962), so that neither passes for the other; an odd one goes up as it is. */
export function treeOver(heads: readonly Head[]): string {
  let row = heads.map(({ entity, id, sequence, hash }) => sha256(Buffer.of(0), canonical([entity, id, sequence, hash])));
  if (row.length === 0) return sha256('').toString('hex');
  while (row.length > 1)
    row = Array.from({ length: Math.ceil(row.length / 2) }, (_, i) => {
      const [left, right] = [row[2 * i]!, row[2 * i + 1]];
      return right ? sha256(Buffer.of(1), left, right) : left;
    });
  return row[0]!.toString('hex');
}

/** What the next statement names as `previous`. */
export const digestOf = (statement: Statement): string => sha256(canonical(statement)).toString('hex');

/** What is signed. */
export const signedText = (statement: Statement): Buffer => Buffer.from(canonical(statement));

/** Names a public key: SHA-256 over its DER form. */
export const keyName = (publicKey: string): string =>
  sha256(createPublicKey(publicKey).export({ type: 'spki', format: 'der' })).toString('hex');

/** Why a root does not hold by itself, under keys that are trusted; undefined when it does. */
export function faultIn({ statement, signature, heads }: RootFile, trusted: readonly string[]): string | undefined {
  const key = trusted.find((pem) => keyName(pem) === statement.key);
  if (key === undefined) return `it was signed with another key (${statement.key})`;
  if (statement.format !== ROOT_FORMAT) return `its format is ${statement.format}, which this version does not know`;
  if (!verify('sha256', signedText(statement), key, Buffer.from(signature, 'base64'))) return 'its signature does not hold';
  if (heads.length !== statement.heads) return `it lists ${heads.length} heads, not the ${statement.heads} that were signed`;
  if (heads.some((head, i) => i > 0 && nameOf(heads[i - 1]!) >= nameOf(head))) return 'its heads are not in order';
  if (treeOver(heads) !== statement.tree) return 'its heads are not those that were signed';
  return undefined;
}

/** Why a root does not follow the one before it; undefined when it does. The first follows nothing. */
export function gapBefore({ statement }: RootFile, before: RootFile | undefined): string | undefined {
  const expected = before ? digestOf(before.statement) : GENESIS;
  if (statement.previous === expected) return before && statement.day <= before.statement.day ? 'it is no later' : undefined;
  return before
    ? `it does not follow the root of ${before.statement.day}: one between them is missing, or one was put in its place`
    : 'it is not the first: those before it are missing';
}
