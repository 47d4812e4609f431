import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Vault } from '../kernel/route.js';
import type { Secrets } from './token.js';

/**
 * Secrets that we share with other software. One that signs has to be known to us to check or make a signature, so it is kept
 * under AES-256-GCM with a key derived (HKDF-SHA-256) from the deployment's secret; one that is only compared is kept as its
 * SHA-256, which is enough for 32 random bytes. Signatures are those of Standard Webhooks 1.0.0, symmetric (`v1`).
 *
 *   sealed: <id of the deployment's secret>.<nonce, 12 bytes>.<ciphertext and tag>, the last two in base64url
 */
const PURPOSE = 'steward-vault-1';
const TAG = 16;

export function vaultWith(secrets: () => Promise<Secrets>): Vault {
  const keyOf = async (id?: number): Promise<{ id: number; key: Buffer }> => {
    const { current, byId } = await secrets();
    const chosen = id ?? current;
    const secret = byId[chosen];
    if (secret === undefined) throw new Error(`There is no secret with the id ${chosen} to open this with.`);
    return { id: chosen, key: Buffer.from(hkdfSync('sha256', secret, '', PURPOSE, 32)) };
  };
  return {
    mint: (kind) =>
      kind === 'signing' ? `whsec_${randomBytes(32).toString('base64')}` : `stw_${randomBytes(32).toString('base64url')}`,
    async seal(secret, boundTo) {
      const { id, key } = await keyOf();
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(boundTo));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${id}.${nonce.toString('base64url')}.${text.toString('base64url')}`;
    },
    async open(sealed, boundTo) {
      const [id, nonce = '', text = ''] = sealed.split('.');
      const { key } = await keyOf(Number(id));
      const bytes = Buffer.from(text, 'base64url');
      const opener = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), { authTagLength: TAG });
      opener.setAAD(Buffer.from(boundTo)).setAuthTag(bytes.subarray(-TAG));
      return Buffer.concat([opener.update(bytes.subarray(0, -TAG)), opener.final()]).toString('utf8');
    },
    digest: digestOf,
    isSame: (one, other) => timingSafeEqual(fixed(one), fixed(other)),
    signature: ({ id, at, text }, secret) => {
      const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
      return `v1,${createHmac('sha256', key).update(`${id}.${at}.`).update(text).digest('base64')}`;
    },
  };
}

/** Digests are of one length, so that comparing tells nothing of the length either. */
/** What is kept of something that is only compared. */
export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

const fixed = (text: string): Buffer => createHash('sha256').update(text).digest();
