import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { type Attributes, plainOfAll, wireOfAll } from './attribute-value.js';

/**
 * Sends the document commands of the functions to the engine on this machine over kept connections, by DynamoDB's JSON protocol.
 * The SDK's own way costs several times the processor time of the engine for signatures, endpoints and middleware that a loopback
 * address has no use for. Answers and errors are those of the SDK; so are the repeats: what found nobody, a broken connection or
 * a throttled engine is tried again, a transaction under the same token. It speaks to an engine of ours and to nothing else.
 */
export function engineClient(endpoint: string, attempts = 8): DynamoDBDocumentClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const { hostname, port } = new URL(endpoint);
  const post = (operation: string, body: string) => posted({ agent, hostname, port, operation, body });

  async function send(command: { readonly input: object }): Promise<object> {
    const operation = OPERATIONS.find(([kind]) => command instanceof kind)?.[1];
    if (operation === undefined) throw new TypeError(`${command.constructor.name} is not sent to the engine by this client.`);
    const body = JSON.stringify(wireInput(operation, command.input));
    for (let attempt = 1; ; attempt++) {
      try {
        const { status, text } = await post(operation, body);
        if (status === 200) return plainOutput(JSON.parse(text));
        const error = refusalOf(status, text);
        if (attempt >= attempts || !(status >= 500 || PASSING.has(error.name))) throw error;
      } catch (error) {
        if (attempt >= attempts || !BROKEN.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
      }
      await setTimeout(Math.random() * Math.min(50 * 2 ** attempt, 2_000));
    }
  }
  return { send, destroy: () => agent.destroy() } as unknown as DynamoDBDocumentClient;
}

/** The engine is being started again, or ended amid an answer. */
const BROKEN = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);
const PASSING = new Set([
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'TransactionInProgressException',
]);

const OPERATIONS = [
  [GetCommand, 'GetItem'],
  [QueryCommand, 'Query'],
  [TransactWriteCommand, 'TransactWriteItems'],
  [UpdateCommand, 'UpdateItem'],
  [PutCommand, 'PutItem'],
  [DeleteCommand, 'DeleteItem'],
] as const;

type Input = Record<string, unknown>;

/** The members of a request that hold items or values; everything else is sent as it is. */
const HOLDERS = ['Item', 'Key', 'ExpressionAttributeValues', 'ExclusiveStartKey'];

function wireInput(operation: string, input: object): object {
  if (operation !== 'TransactWriteItems') return wireHolders(input as Input);
  const { TransactItems = [], ...rest } = input as { TransactItems?: Record<string, Input>[] };
  return {
    ClientRequestToken: randomUUID(),
    ...rest,
    TransactItems: TransactItems.map((part) =>
      Object.fromEntries(Object.entries(part).map(([kind, write]) => [kind, wireHolders(write)])),
    ),
  };
}

function wireHolders(input: Input): Input {
  const wire: Input = { ...input };
  for (const name of HOLDERS) if (wire[name] !== undefined) wire[name] = wireOfAll(wire[name] as object);
  return wire;
}

interface Output {
  Item?: Attributes;
  Attributes?: Attributes;
  Items?: Attributes[];
  LastEvaluatedKey?: Attributes;
}

function plainOutput({ Item, Attributes: attributes, Items, LastEvaluatedKey, ...rest }: Output): object {
  return {
    ...rest,
    ...(Item && { Item: plainOfAll(Item) }),
    ...(attributes && { Attributes: plainOfAll(attributes) }),
    ...(Items && { Items: Items.map(plainOfAll) }),
    ...(LastEvaluatedKey && { LastEvaluatedKey: plainOfAll(LastEvaluatedKey) }),
  };
}

/** As the SDK throws it; items that stood in the way stay in wire form, as there. */
function refusalOf(status: number, text: string): Error {
  const said = saidIn(text);
  const name = said.__type?.split('#').at(-1) ?? 'InternalServerError';
  const message = said.message ?? said.Message ?? `The engine answered ${status}.`;
  const common = { message, $metadata: { httpStatusCode: status } };
  if (name === 'TransactionCanceledException')
    return new TransactionCanceledException({ ...common, CancellationReasons: said.CancellationReasons ?? [] });
  if (name === 'ConditionalCheckFailedException')
    return new ConditionalCheckFailedException({ ...common, ...(said.Item !== undefined && { Item: said.Item }) });
  return Object.assign(new Error(message), { name, $metadata: common.$metadata });
}

interface Said {
  __type?: string;
  message?: string;
  Message?: string;
  Item?: never;
  CancellationReasons?: never[];
}

function saidIn(text: string): Said {
  try {
    return JSON.parse(text) as Said;
  } catch (error) {
    if (error instanceof SyntaxError) return { message: text.slice(0, 200) };
    throw error;
  }
}

interface Posting {
  agent: Agent;
  hostname: string;
  port: string;
  operation: string;
  body: string;
}

/** Milliseconds without a word from the engine after which a connection is given up. */
const PATIENCE = 10_000;

function posted({ agent, hostname, port, operation, body }: Posting): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': Buffer.byteLength(body),
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      ...SIGNED,
    };
    const asked = request({ agent, hostname, port, method: 'POST', path: '/', headers, timeout: PATIENCE }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 500, text: Buffer.concat(chunks).toString('utf8') }));
    });
    asked.on('timeout', () => asked.destroy(Object.assign(new Error('The engine did not answer.'), { code: 'ETIMEDOUT' })));
    asked.on('error', reject);
    asked.end(body);
  });
}

/** The engine wants a signed request and checks no signature. */
const SIGNED = {
  'x-amz-date': '20260101T000000Z',
  authorization: 'AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=local',
};
