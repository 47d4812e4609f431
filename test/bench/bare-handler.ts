import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';

/** The least that a function on this stack can be: what the bundles are compared with. */
const client = new DynamoDBClient({});
export const handler = async ({ pk }: { pk: string }) =>
  (await client.send(new GetItemCommand({ TableName: 'steward', Key: { pk: { S: pk }, sk: { S: '#' } } }))).Item;
