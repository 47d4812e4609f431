import { setTimeout } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';

/** The single table as data: what the data stack of a deployment declares, for an engine on one machine. */
export interface TableDeclaration {
  name: string;
  /** Strings only; their key attributes are the index's own. */
  indexes: readonly TableIndex[];
  /** The attribute with the epoch seconds at which an item may go. */
  timeToLive?: string;
}

export interface TableIndex {
  name: string;
  partition: string;
  sort: string;
  /** `ALL`, `KEYS_ONLY`, or the attributes to include beside the keys. */
  projection: 'ALL' | 'KEYS_ONLY' | readonly string[];
}

/**
 * Creates the table with its stream (both images) unless it is there, and waits until it takes requests.
 * An index of an existing table that is missing is an error in a sentence: the data folder belongs to another version.
 */
export async function ensureTable(client: DynamoDBClient, table: TableDeclaration): Promise<TableDescription> {
  const found = await describe(client, table.name);
  if (!found) await create(client, table);
  const description = await untilActive(client, table.name);
  const names = new Set(description.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName));
  const missing = table.indexes.filter(({ name }) => !names.has(name));
  if (missing.length > 0) {
    const list = missing.map(({ name }) => name).join(', ');
    throw new Error(
      `The table ${table.name} was made by another version: it lacks ${list}. Start with --fresh or another data folder.`,
    );
  }
  return description;
}

async function create(client: DynamoDBClient, { name, indexes, timeToLive }: TableDeclaration): Promise<void> {
  const attributes = new Set(['pk', 'sk', ...indexes.flatMap(({ partition, sort }) => [partition, sort])]);
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...attributes].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys('pk', 'sk'),
      ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes.map(indexOf) }),
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  await untilActive(client, name);
  if (timeToLive === undefined) return;
  const TimeToLiveSpecification = { Enabled: true, AttributeName: timeToLive };
  await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }));
}

const indexOf = ({ name, partition, sort, projection }: TableIndex) => ({
  IndexName: name,
  KeySchema: keys(partition, sort),
  Projection:
    typeof projection === 'string'
      ? { ProjectionType: projection }
      : { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [...projection] },
});

const keys = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: 'HASH' as const },
  { AttributeName: sort, KeyType: 'RANGE' as const },
];

async function describe(client: DynamoDBClient, name: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function untilActive(client: DynamoDBClient, name: string): Promise<TableDescription> {
  for (let look = 0; look < 500; look++) {
    const description = await describe(client, name);
    if (description?.TableStatus === 'ACTIVE') return description;
    await setTimeout(20);
  }
  throw new Error(`The table ${name} did not become active within ten seconds.`);
}
