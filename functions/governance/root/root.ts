import * as z from 'zod';
import type { Decision } from '../../kernel/decision.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';
import { Instant, LocalDate, type Minted, recordShape } from '../../kernel/record.js';

/**
 * The record of a daily root (ISO/IEC 20000-1:2018, 7.5.4): which days it covers, what was signed, and where it lies under
 * object lock. The proof is the stored root, not this record: an auditor needs the first and the public key, never the second.
 * Pure: no storage, no time of day.
 */
export const lifecycle = defineLifecycle({ states: ['sealed'], moves: {} });

const Digest = z.string().regex(/^[0-9a-f]{64}$/);

export const RootRecord = z.strictObject({
  ...recordShape,
  status: z.enum(lifecycle.states),
  from: LocalDate.describe('The first date (UTC) that it covers'),
  day: LocalDate.describe('The last date (UTC) that it covers'),
  heads: z.int().min(0).describe('How many chains grew in these days'),
  tree: Digest.describe('Top of the Merkle tree over their heads'),
  previous: Digest.describe('Digest of the root before'),
  digest: Digest.describe('What the next root names as `previous`'),
  signature: z.string().describe('ECDSA over P-256 with SHA-256, in DER, base64'),
  key: Digest.describe('SHA-256 of the public key that it is checked with'),
  sealedAt: Instant,
  file: z.strictObject({ key: z.string(), size: z.int().min(0).describe('Bytes') }),
});
export type RootRecord = z.infer<typeof RootRecord>;

/** What was sealed, as the record keeps it. */
export type SealedRoot = Pick<
  RootRecord,
  'from' | 'day' | 'heads' | 'tree' | 'previous' | 'digest' | 'signature' | 'key' | 'sealedAt' | 'file'
>;

export const record = (minted: Minted, sealed: SealedRoot): Decision<RootRecord> => ({
  next: { ...minted, ...sealed, title: `Root of ${sealed.day}`, status: 'sealed' },
  event: 'root.sealed',
});
