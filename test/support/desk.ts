import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Area } from '../../functions/kernel/area.js';
import type { Files } from '../../functions/kernel/route.js';
import { type Dependencies, settingsFrom } from '../../functions/platform/dependencies.js';
import { type Documents, documentsOf } from '../../functions/platform/documents.js';
import type { FunctionEnv } from '../../functions/platform/env.js';
import type { Objects } from '../../functions/platform/files.js';
import { serve } from '../../functions/platform/http.js';
import { jsonLog } from '../../functions/platform/log.js';
import { signerWith } from '../../functions/platform/signer.js';
import { storeOver } from '../../functions/platform/store.js';
import { vaultWith } from '../../functions/platform/vault.js';
import { directory } from '../../functions/support/directory.js';
import { startTable, type TestTable } from './table.js';

export const testEnv: FunctionEnv = {
  TABLE_NAME: 'steward',
  BUS_NAME: 'steward',
  STARTER_QUEUE_URL: 'http://127.0.0.1/starter.fifo',
  WEBHOOK_QUEUE_URL: 'http://127.0.0.1/webhooks.fifo',
  ATTACHMENTS_BUCKET: 'attachments',
  MAIL_BUCKET: 'mail',
  ROOTS_BUCKET: 'roots',
  ROOT_KEY_ID: 'root',
  MAIL_FROM: 'desk@desk.example',
  MAIL_DOMAIN: 'desk.example',
  MAIL_CONFIGURATION_SET: '',
  MANAGEMENT_TOPIC_ARN: 'arn:aws:sns:eu-west-1:000000000000:management',
  WORKFLOW_ARN_PREFIX: 'arn:aws:states:eu-west-1:000000000000:stateMachine:steward-',
  SECRET_ID: 'steward',
  PUBLIC_URL: 'https://desk.example',
  ORGANISATION: 'Example Desk',
  SHARDS: '2',
  AUTO_CLOSE_DAYS: '5',
  LOG_LEVEL: 'ERROR',
};

export interface Asked {
  readonly roles?: string;
  readonly sub?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: any;
}

/** Functions over a table, with a clock that tests move. */
export interface Desk {
  readonly dependencies: Dependencies;
  now: Date;
  /** Calls an area's function as the gateway would: `POST /v1/suppliers`. */
  call(area: Area, request: string, asked?: Asked): Promise<Answer>;
}

/** The same over a table of its own; each test file starts one. */
export interface TestDesk extends Desk {
  readonly table: TestTable;
  close(): void;
}

export async function startDesk(): Promise<TestDesk> {
  const table = await startTable();
  return Object.assign(deskOver(documentsOf(table.client)), { table, close: () => table.close() });
}

/** `shards` as the deployment would configure them. */
export function deskOver(documents: Documents, shards = 2): Desk {
  const handlers = new Map<Area, ReturnType<typeof serve>>();
  const clock = () => desk.now;
  const secrets = async () => ({ current: 1, byId: { 1: Buffer.alloc(32, 7) } });
  const signer = signerWith(secrets, clock, testEnv.MAIL_DOMAIN);
  const dependencies: Dependencies = {
    env: testEnv,
    clock,
    log: jsonLog('ERROR', (line) => process.stderr.write(`${line}\n`)),
    documents,
    signer,
    vault: vaultWith(secrets),
    store: storeOver(documents, { table: 'steward', shards }, signer),
    files: noFiles,
    rootFiles: { ...noFiles, ...heldObjects() },
    account: { region: async () => 'eu-west-1', credentials: async () => ({ accessKeyId: 'test', secretAccessKey: 'test' }) },
    bucketNamed: () => {
      throw new Error('This desk has no buckets.');
    },
    settings: settingsFrom(testEnv),
  };
  const desk: Desk = {
    dependencies,
    now: new Date('2026-03-02T10:00:00.000Z'),
    async call(area, request, asked = {}) {
      const handler = handlers.get(area) ?? serve(area, directory, dependencies);
      handlers.set(area, handler);
      const answer = await handler(gatewayEvent(request, asked));
      return {
        status: answer.statusCode ?? 0,
        headers: (answer.headers ?? {}) as Record<string, string>,
        body: answer.body ? JSON.parse(answer.body) : undefined,
      };
    },
  };
  return desk;
}

const noFiles: Files = {
  upload: async (key, contentType, maximumBytes) => ({
    url: 'https://files.example',
    fields: { key, 'Content-Type': contentType, maximum: String(maximumBytes) },
  }),
  download: async (key) => `https://files.example/${key}`,
  size: async () => 1,
};

/** A bucket in memory. */
export function heldObjects(held = new Map<string, Uint8Array>()): Objects {
  return {
    async get(key) {
      const bytes = held.get(key);
      if (!bytes) throw new Error(`There is nothing under ${key}.`);
      return bytes;
    },
    async put(key, bytes) {
      held.set(key, bytes);
    },
    async putNew(key, bytes) {
      const isNew = !held.has(key);
      if (isNew) held.set(key, bytes);
      return isNew;
    },
    async remove(key) {
      held.delete(key);
    },
  };
}

let requests = 0;

function gatewayEvent(request: string, { roles = 'admin', sub = 'user-1', body, headers = {} }: Asked): APIGatewayProxyEventV2 {
  const [method = 'GET', target = '/'] = request.split(' ');
  const url = new URL(target, 'https://desk.example');
  const query = Object.fromEntries(url.searchParams);
  return {
    version: '2.0',
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      requestId: `request-${++requests}`,
      http: { method, path: url.pathname },
      authorizer: { jwt: { claims: { iss: 'https://issuer.example', sub, 'cognito:groups': `[${roles}]` } } },
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2;
}
