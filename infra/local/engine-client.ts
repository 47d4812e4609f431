import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { asText } from '../../functions/platform/attribute-value.js';
import { type Carrier, type Documents, documentsOver } from '../../functions/platform/documents.js';

/**
 * Sends the document commands of the functions to the engine on this machine over kept connections, by DynamoDB's JSON protocol.
 * The SDK's own way costs several times the processor time of the engine for signatures, endpoints and middleware that a loopback
 * address has no use for. Answers and errors are those of the SDK; so are the repeats: what found nobody, a broken connection or
 * a throttled engine is tried again, a transaction under the same token. It speaks to an engine of ours and to nothing else.
 */
export function engineClient(endpoint: string, attempts = 8): Documents & { destroy(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const { hostname, port } = new URL(endpoint);

  const carry: Carrier = async (operation, input) => {
    const tokened = operation === 'TransactWriteItems' ? { ClientRequestToken: randomUUID(), ...input } : input;
    const body = JSON.stringify(tokened);
    for (let attempt = 1; ; attempt++) {
      try {
        const { status, text } = await posted({ agent, hostname, port, operation, body });
        if (status === 200) return JSON.parse(text) as object;
        const error = refusalOf(status, text);
        if (attempt >= attempts || !(status >= 500 || PASSING.has(error.name))) throw error;
      } catch (error) {
        if (attempt >= attempts || !BROKEN.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
      }
      await setTimeout(Math.random() * Math.min(50 * 2 ** attempt, 2_000));
    }
  };
  return { ...documentsOver(carry, asText), destroy: () => agent.destroy() };
}

/** The engine is being started again, or ended amid an answer. */
const BROKEN = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);
const PASSING = new Set([
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'TransactionInProgressException',
]);

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
