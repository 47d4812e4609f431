import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { Files, Settings, Vault } from '../kernel/route.js';
import { type Documents, documentsOf } from './documents.js';
import { type FunctionEnv, functionEnv } from './env.js';
import { type Credentials, filesIn, type Objects } from './files.js';
import { jsonLog, type Log } from './log.js';
import { fetchSecrets } from './secret.js';
import { endpointOf } from './signed-request.js';
import { type Signing, signerWith } from './signer.js';
import { type Store, storeOver } from './store.js';
import type { Secrets } from './token.js';
import { vaultWith } from './vault.js';

const nothing = (): void => undefined;
/** Without `info`, for which the SDK would copy all input and output, whether anybody logs it or not. */
const SILENT = { trace: nothing, debug: nothing, warn: nothing, error: nothing } as NonNullable<DynamoDBClientConfig['logger']>;

/** The middleware of a command is resolved once, not once for each request. */
export const dynamoDbClient = (options: DynamoDBClientConfig = {}): DynamoDBClient =>
  new DynamoDBClient({
    maxAttempts: 5,
    cacheMiddleware: true,
    logger: SILENT,
    ...options,
  });

/** Everything that touches the world, made once per process and handed to every function. */
export interface Dependencies {
  readonly env: FunctionEnv;
  readonly clock: () => Date;
  readonly log: Log;
  readonly documents: Documents;
  readonly store: Store;
  readonly signer: Signing;
  readonly files: Files;
  readonly vault: Vault;
  /** The bucket of signed roots. */
  readonly rootFiles: Files & Objects;
  /** Who the functions are to AWS, and where. */
  readonly account: Account;
  /** A bucket as the functions themselves read and write it. */
  bucketNamed(bucket: string): Files & Objects;
  readonly settings: Settings;
}

export interface Account {
  readonly region: () => Promise<string>;
  readonly credentials: () => Promise<Credentials>;
}

export interface World {
  readonly env: FunctionEnv;
  readonly clock: () => Date;
  readonly log?: Log;
  readonly secrets?: () => Promise<Secrets>;
  /** Where S3 is reached by people's browsers, when it is not AWS. */
  readonly filesEndpoint?: string | undefined;
  /** Only ever on one machine; see `Settings`. */
  readonly localReceivers?: true;
  /** Reaches the table; by default as the environment says. */
  readonly client?: DynamoDBClient;
  /** The same for documents, where they take another way than through the client. */
  readonly documents?: Documents;
}

export function dependenciesFor(world: World): Dependencies {
  const { env, clock, filesEndpoint } = world;
  const { log = jsonLog(env.LOG_LEVEL), client = dynamoDbClient(), documents = documentsOf(client) } = world;
  const account = { region: () => client.config.region(), credentials: () => client.config.credentials() };
  const { secrets = fetchSecrets(env.SECRET_ID, { ...account, clock, endpoint: endpointOf('SECRETS_MANAGER') }) } = world;
  const signer = signerWith(secrets, clock, env.MAIL_DOMAIN);
  const bucketNamed = (bucket: string) =>
    filesIn({
      bucket,
      ...account,
      endpoint: filesEndpoint,
      clock,
    });
  return {
    env,
    clock,
    log,
    documents,
    signer,
    vault: vaultWith(secrets),
    store: storeOver(documents, { table: env.TABLE_NAME, shards: Number(env.SHARDS) }, signer),
    files: bucketNamed(env.ATTACHMENTS_BUCKET),
    rootFiles: bucketNamed(env.ROOTS_BUCKET),
    account,
    bucketNamed,
    settings: { ...settingsFrom(env), ...(world.localReceivers && { localReceivers: true }) },
  };
}

export const settingsFrom = (env: FunctionEnv): Settings => ({
  publicUrl: env.PUBLIC_URL,
  mailDomain: env.MAIL_DOMAIN,
  mailFrom: env.MAIL_FROM,
  organisation: env.ORGANISATION,
  autoCloseDays: Number(env.AUTO_CLOSE_DAYS),
});

/** In AWS: the environment says everything, and the time is the machine's. */
export const awsDependencies = (): Dependencies =>
  dependenciesFor({
    env: functionEnv(),
    clock: () => new Date(),
    filesEndpoint: process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'],
  });
