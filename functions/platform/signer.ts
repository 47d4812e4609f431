import type { Signer } from '../kernel/route.js';
import { type Purpose, readThreadAddress, type Secrets, sign, threadAddress, verify } from './token.js';

/** Signs and reads tokens with secrets that are fetched once, when first needed. */
export interface Signing extends Signer {
  threadAddress(type: string, id: string): Promise<string>;
  readThread(addresses: readonly string[]): Promise<ReturnType<typeof readThreadAddress>>;
}

export function signerWith(secrets: () => Promise<Secrets>, clock: () => Date, mailDomain: string): Signing {
  return {
    async sign(purpose, payload, expires) {
      return sign(
        { purpose: purpose as Purpose, payload, ...(expires && { expiresAt: expires.toISOString() }) },
        await secrets(),
      );
    },
    async verify(purpose, token) {
      const verdict = verify(token, { purpose: purpose as Purpose }, await secrets(), clock().toISOString());
      if (verdict.outcome === 'ok') return { state: 'ok', payload: verdict.payload };
      return { state: verdict.outcome === 'expired' ? 'expired' : 'altered' };
    },
    threadAddress: async (type, id) => threadAddress({ type, id }, mailDomain, await secrets()),
    readThread: async (addresses) => readThreadAddress(addresses, await secrets(), clock().toISOString()),
  };
}

/** The secret as Secrets Manager keeps it: `{ "current": 1, "keys": { "1": "<at least 32 characters>" } }`, or one generated text. */
export function secretsFrom(text: string): Secrets {
  if (!text.startsWith('{')) return { current: 1, byId: { 1: Buffer.from(text, 'utf8') } };
  const { current, keys } = JSON.parse(text) as { current: number; keys: Record<string, string> };
  return { current, byId: Object.fromEntries(Object.entries(keys).map(([id, key]) => [id, Buffer.from(key, 'utf8')])) };
}
