import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Documents, documentsOf } from '../../../../functions/platform/documents.js';
import { LoadingTable } from '../../../../infra/local/demo/loading-table.js';
import { startTable, type TestTable } from '../../../support/table.js';

let table: TestTable;
let documents: Documents;
beforeAll(async () => {
  table = await startTable();
  documents = documentsOf(table.client);
});
afterAll(() => table.close());

const put = (...names: string[]) => ({
  TransactItems: names.map((pk) => ({
    Put: {
      TableName: 'steward',
      Item: { pk, sk: '#', what: pk, nothing: undefined },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  })),
});
const get = (pk: string) => ({ TableName: 'steward', Key: { pk, sk: '#' }, ConsistentRead: true });

/** Counts what reaches the table. */
function counted() {
  const sent: string[] = [];
  const loading = new LoadingTable(
    {
      ...documents,
      get: (input) => {
        sent.push('get');
        return documents.get(input);
      },
      transactWrite: (input) => {
        sent.push('transactWrite');
        return documents.transactWrite(input);
      },
    },
    'steward',
  ).asked;
  return { sent, loading };
}

describe('the table while much is loaded', () => {
  it('takes transactions that wait at once as one, and remembers what it wrote', async () => {
    const { sent, loading } = counted();
    await Promise.all([loading.transactWrite(put('A#1', 'A#2')), loading.transactWrite(put('A#3'))]);
    expect(await loading.get(get('A#3'))).toEqual({ Item: { pk: 'A#3', sk: '#', what: 'A#3' } });
    expect(sent).toEqual(['transactWrite']);
    expect((await documents.get(get('A#2'))).Item).toMatchObject({ what: 'A#2' });
  });

  it('refuses only the transaction whose condition fails, and that one whole', async () => {
    const { loading } = counted();
    await loading.transactWrite(put('B#taken'));
    const outcomes = await Promise.allSettled([
      loading.transactWrite(put('B#1')),
      loading.transactWrite(put('B#2', 'B#taken')),
      loading.transactWrite(put('B#3')),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((outcomes[1] as PromiseRejectedResult).reason).toBeInstanceOf(TransactionCanceledException);
    expect((await documents.get(get('B#2'))).Item).toBeUndefined();
    expect((await documents.get(get('B#3'))).Item).toBeDefined();
  });

  it('sends no more than a transaction may hold', async () => {
    const { sent, loading } = counted();
    await Promise.all(
      Array.from({ length: 30 }, (_, i) => loading.transactWrite(put(`C#${i}a`, `C#${i}b`, `C#${i}c`, `C#${i}d`))),
    );
    expect(sent).toHaveLength(2);
    expect((await documents.get(get('C#29d'))).Item).toBeDefined();
  });
});
