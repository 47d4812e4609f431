import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { operation } from '../../functions/operation/area.js';
import { dynamoDbClient } from '../../functions/platform/dependencies.js';
import { documentsOf } from '../../functions/platform/documents.js';
import { deskOver } from '../support/desk.js';
import { smallDesk } from '../support/fixtures.js';
import { startTable } from '../support/table.js';
import { prose } from './desk.js';
import { median } from './report.js';

export interface ProcessorTime {
  readonly create: number;
  readonly read: number;
  readonly list: number;
}

interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/**
 * Milliseconds of processor time that one request costs the function itself, with the AWS SDK as it is deployed. The engine's
 * answers were recorded before: the client marshals, signs and reads answers as ever, but nothing leaves the process and
 * nothing is waited for.
 */
export async function processorTime(rounds = 7, each = 100): Promise<ProcessorTime> {
  const table = await startTable();
  const real = new DynamoDBClient({ endpoint: table.endpoint, region: 'eu-west-1', credentials });
  const recorder = recording(real);
  const client = dynamoDbClient({
    endpoint: table.endpoint,
    region: 'eu-west-1',
    credentials,
    requestHandler: recorder.handler,
  });
  try {
    const desk = deskOver(documentsOf(client));
    const { customerId, serviceId } = await smallDesk(desk);
    const body = { title: 'The printer does not answer', description: prose(1500, 5), customerId, serviceId };
    for (let i = 0; i < 60; i++) await desk.call(operation, 'POST /v1/incidents', { body });
    const made = await desk.call(operation, 'POST /v1/incidents', { body });
    const asked = {
      create: () => desk.call(operation, 'POST /v1/incidents', { body }),
      read: () => desk.call(operation, `GET /v1/incidents/${made.body.id}`),
      list: () => desk.call(operation, 'GET /v1/incidents?limit=50'),
    };
    for (const ask of Object.values(asked))
      if ((await ask()).status >= 300) throw new Error('A request of the measurement failed.');
    recorder.replay();
    const costs = { create: [] as number[], read: [] as number[], list: [] as number[] };
    for (let round = -2; round < rounds; round++) {
      for (const [name, ask] of Object.entries(asked) as [keyof ProcessorTime, (typeof asked)['create']][]) {
        const before = process.cpuUsage();
        for (let i = 0; i < each; i++) await ask();
        const { user, system } = process.cpuUsage(before);
        if (round >= 0) costs[name].push((user + system) / 1000 / each);
      }
    }
    return { create: median(costs.create), read: median(costs.read), list: median(costs.list) };
  } finally {
    client.destroy();
    real.destroy();
    table.close();
  }
}

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Passes requests on and remembers the answers; once it replays, reads are answered from memory and writes succeed. */
function recording(real: DynamoDBClient) {
  const answers = new Map<string, Uint8Array>();
  let replaying = false;
  let numbers = 1_000_000;
  const canned = (target: string): Uint8Array => {
    if (target.endsWith('UpdateItem')) numbers += 10;
    return Buffer.from(target.endsWith('UpdateItem') ? `{"Attributes":{"last":{"N":"${numbers}"}}}` : '{}');
  };
  return {
    replay: () => {
      replaying = true;
    },
    handler: {
      async handle(request: Request) {
        const target = request.headers['x-amz-target'] ?? '';
        const key = target + String(request.body);
        if (replaying) return answered(answers.get(key) ?? canned(target));
        const { response } = await real.config.requestHandler.handle(request as never);
        const chunks: Uint8Array[] = [];
        for await (const chunk of response.body) chunks.push(chunk);
        const bytes = Buffer.concat(chunks);
        if (/GetItem|Query/.test(target)) answers.set(key, bytes);
        return { response: { ...response, body: bytes } };
      },
      metadata: { handlerProtocol: 'http/1.1' },
      destroy: () => undefined,
    } as never,
  };
}

const answered = (body: Uint8Array) => ({
  response: { statusCode: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body },
});
