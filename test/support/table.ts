import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { TABLE } from '../../functions/kernel/table.js';
import { dynoxideBinary } from '../../infra/local/dynoxide-binary.js';

export interface TestTable {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  close(): void;
}

/** A real engine without a file, with the one table in it; each test file has its own. */
export async function startTable(name = 'steward'): Promise<TestTable> {
  const port = await freePort();
  const engine = spawn(dynoxideBinary(), ['serve', '--host', '127.0.0.1', '--port', String(port)], { stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new DynamoDBClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 10,
  });
  for (let tries = 0; ; tries++) {
    const up = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (up) break;
    if (tries > 200) throw new Error('The engine did not start.');
    await setTimeout(10);
  }
  await client.send(createTable(name));
  const close = () => {
    client.destroy();
    engine.kill('SIGKILL');
  };
  return { endpoint, client, close };
}

function createTable(name: string): CreateTableCommand {
  const names = ['pk', 'sk', ...TABLE.indexes.flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey])];
  const keys = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  return new CreateTableCommand({
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: keys('pk', 'sk'),
    GlobalSecondaryIndexes: TABLE.indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: keys(index.partitionKey, index.sortKey),
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...index.projects] },
    })),
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  });
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
