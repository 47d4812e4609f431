import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoadingTable } from '../../../../infra/local/demo/loading-table.js';
import { startTable, type TestTable } from '../../../support/table.js';

let table: TestTable;
let documents: DynamoDBDocumentClient;
beforeAll(async () => {
  table = await startTable();
  documents = DynamoDBDocumentClient.from(table.client, { marshallOptions: { removeUndefinedValues: true } });
});
afterAll(() => table.close());

const put = (...names: string[]) =>
  new TransactWriteCommand({
    TransactItems: names.map((pk) => ({
      Put: {
        TableName: 'steward',
        Item: { pk, sk: '#', what: pk, nothing: undefined },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    })),
  });
const get = (pk: string) => new GetCommand({ TableName: 'steward', Key: { pk, sk: '#' }, ConsistentRead: true });

/** Counts what reaches the table. */
function counted() {
  const sent: string[] = [];
  const send = (command: object) => {
    sent.push(command.constructor.name);
    return documents.send(command as GetCommand);
  };
  return { sent, loading: new LoadingTable({ send } as unknown as DynamoDBDocumentClient) };
}

describe('the table while much is loaded', () => {
  it('takes transactions that wait at once as one, and remembers what it wrote', async () => {
    const { sent, loading } = counted();
    await Promise.all([loading.send(put('A#1', 'A#2')), loading.send(put('A#3'))]);
    expect(await loading.send(get('A#3'))).toEqual({ Item: { pk: 'A#3', sk: '#', what: 'A#3' } });
    expect(sent).toEqual(['TransactWriteCommand']);
    expect((await documents.send(get('A#2'))).Item).toMatchObject({ what: 'A#2' });
  });

  it('refuses only the transaction whose condition fails, and that one whole', async () => {
    const { loading } = counted();
    await loading.send(put('B#taken'));
    const outcomes = await Promise.allSettled([
      loading.send(put('B#1')),
      loading.send(put('B#2', 'B#taken')),
      loading.send(put('B#3')),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((outcomes[1] as PromiseRejectedResult).reason).toBeInstanceOf(TransactionCanceledException);
    expect((await documents.send(get('B#2'))).Item).toBeUndefined();
    expect((await documents.send(get('B#3'))).Item).toBeDefined();
  });

  it('sends no more than a transaction may hold', async () => {
    const { sent, loading } = counted();
    await Promise.all(Array.from({ length: 30 }, (_, i) => loading.send(put(`C#${i}a`, `C#${i}b`, `C#${i}c`, `C#${i}d`))));
    expect(sent).toHaveLength(2);
    expect((await documents.send(get('C#29d'))).Item).toBeDefined();
  });
});
