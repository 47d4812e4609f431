import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretsFrom } from './signer.js';
import type { Secrets } from './token.js';

/** The keys of signed links, threads and cursors; asked for once per process, when first needed. */
export function fetchSecrets(
  secretId: string,
  client: () => SecretsManagerClient = () => new SecretsManagerClient({}),
): () => Promise<Secrets> {
  let fetched: Promise<Secrets> | undefined;
  const ask = async () =>
    secretsFrom((await client().send(new GetSecretValueCommand({ SecretId: secretId }))).SecretString ?? '');
  return () => {
    fetched ??= ask().catch((error: unknown) => {
      fetched = undefined;
      throw error;
    });
    return fetched;
  };
}
