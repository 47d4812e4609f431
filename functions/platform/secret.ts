import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretsFrom } from './signer.js';
import type { Secrets } from './token.js';

/**
 * The keys of signed links, threads and cursors; asked for once per process, when first needed. The client is not even
 * loaded before: most requests need no key.
 */
export function fetchSecrets(secretId: string, client?: () => SecretsManagerClient): () => Promise<Secrets> {
  let fetched: Promise<Secrets> | undefined;
  const ask = async () => {
    const sdk = await import('@aws-sdk/client-secrets-manager');
    const { SecretString } = await (client?.() ?? new sdk.SecretsManagerClient({})).send(
      new sdk.GetSecretValueCommand({ SecretId: secretId }),
    );
    return secretsFrom(SecretString ?? '');
  };
  return () => {
    fetched ??= ask().catch((error: unknown) => {
      fetched = undefined;
      throw error;
    });
    return fetched;
  };
}
