import { type JsonService, jsonService } from './signed-request.js';
import { secretsFrom } from './signer.js';
import type { Secrets } from './token.js';

/** The keys of signed links, threads and cursors; asked for once per process, when first needed. */
export function fetchSecrets(secretId: string, setting: Omit<JsonService, 'service' | 'prefix'>): () => Promise<Secrets> {
  const call = jsonService({ service: 'secretsmanager', prefix: 'secretsmanager', ...setting });
  let fetched: Promise<Secrets> | undefined;
  const ask = async () => secretsFrom((await call('GetSecretValue', { SecretId: secretId }))['SecretString'] ?? '');
  return () => {
    fetched ??= ask().catch((error: unknown) => {
      fetched = undefined;
      throw error;
    });
    return fetched;
  };
}
