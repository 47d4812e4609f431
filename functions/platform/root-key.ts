import { createPublicKey, sign } from 'node:crypto';
import type { Dependencies } from './dependencies.js';
import { endpointOf, type JsonService, jsonService } from './signed-request.js';

/** The key that roots are signed with: ECDSA over P-256 with SHA-256. */
export interface RootKey {
  /** PEM, which may be given to anybody. */
  publicKey(): Promise<string>;
  /** Signature in DER, base64. */
  sign(text: Buffer): Promise<string>;
}

export interface KmsSetting extends Omit<JsonService, 'service' | 'prefix'> {
  /** Id or ARN of an asymmetric key (ECC_NIST_P256, SIGN_VERIFY); its private half never leaves KMS. */
  readonly keyId: string;
}

/** A key that KMS keeps. */
export function kmsKey({ keyId, ...setting }: KmsSetting): RootKey {
  const kms = jsonService({ service: 'kms', prefix: 'TrentService', ...setting });
  let known: Promise<string> | undefined;
  const call = (operation: string, input: object) => kms(operation, { KeyId: keyId, ...input });

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
    endpoint: endpointOf('KMS'),
  });
