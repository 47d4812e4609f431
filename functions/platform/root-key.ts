import { createPublicKey, sign } from 'node:crypto';
import type { Dependencies } from './dependencies.js';
import type { Credentials } from './files.js';
import { signedHeaders } from './signed-request.js';

/** The key that roots are signed with: ECDSA over P-256 with SHA-256. */
export interface RootKey {
  /** PEM, which may be given to anybody. */
  publicKey(): Promise<string>;
  /** Signature in DER, base64. */
  sign(text: Buffer): Promise<string>;
}

export interface KmsSetting {
  /** Id or ARN of an asymmetric key (ECC_NIST_P256, SIGN_VERIFY); its private half never leaves KMS. */
  readonly keyId: string;
  readonly region: () => Promise<string>;
  readonly credentials: () => Promise<Credentials>;
  readonly clock: () => Date;
  /** Without it, the region's own address. */
  readonly endpoint?: string | undefined;
  readonly fetch?: typeof fetch;
}

const TRIES = 4;

/** A key that KMS keeps. */
export function kmsKey({ keyId, region, credentials, clock, endpoint, fetch: send = fetch }: KmsSetting): RootKey {
  let known: Promise<string> | undefined;

  async function call(operation: string, input: object): Promise<Record<string, string>> {
    const [who, place] = await Promise.all([credentials(), region()]);
    const url = `${endpoint?.replace(/\/$/, '') ?? `https://kms.${place}.amazonaws.com`}/`;
    const body = JSON.stringify({ KeyId: keyId, ...input });
    for (let attempt = 1; ; attempt++) {
      const request = { service: 'kms', target: `TrentService.${operation}`, url, region: place, body };
      const answer = await send(url, { method: 'POST', headers: signedHeaders(request, who, clock()), body });
      if (answer.ok) return (await answer.json()) as Record<string, string>;
      const said = await answer.text();
      const passing = answer.status >= 500 || /Throttling|LimitExceeded/.test(said);
      if (!passing || attempt === TRIES) throw new Error(`KMS answered ${answer.status} to ${operation}: ${said.slice(0, 300)}`);
      await new Promise((resume) => setTimeout(resume, Math.random() * 100 * 2 ** attempt));
    }
  }

  async function fetchKey(): Promise<string> {
    const { PublicKey } = await call('GetPublicKey', {});
    const key = createPublicKey({ key: Buffer.from(PublicKey!, 'base64'), format: 'der', type: 'spki' });
    return String(key.export({ type: 'spki', format: 'pem' }));
  }

  return {
    publicKey() {
      known ??= fetchKey().catch((error: unknown) => {
        known = undefined;
        throw error;
      });
      return known;
    },
    async sign(text) {
      const input = { Message: text.toString('base64'), MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' };
      return (await call('Sign', input))['Signature']!;
    },
  };
}

/** A key in memory, from a PEM that one machine keeps beside its data. */
export function keyFrom(privateKey: string): RootKey {
  const publicKey = String(createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }));
  return { publicKey: async () => publicKey, sign: async (text) => sign('sha256', text, privateKey).toString('base64') };
}

/** The deployment's key. */
export const kmsOf = ({ env, account, clock }: Pick<Dependencies, 'env' | 'account' | 'clock'>): RootKey =>
  kmsKey({
    ...account,
    keyId: env.ROOT_KEY_ID,
    clock,
    endpoint: process.env['AWS_ENDPOINT_URL_KMS'] ?? process.env['AWS_ENDPOINT_URL'],
  });
