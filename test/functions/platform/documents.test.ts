import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asText, plainOf, wireOf } from '../../../functions/platform/attribute-value.js';
import { dynamoDbClient } from '../../../functions/platform/dependencies.js';
import { type Documents, documentsOf, type Keys } from '../../../functions/platform/documents.js';
import { pointReads } from '../../../functions/platform/point-reads.js';
import { startTable, type TestTable } from '../../support/table.js';

let table: TestTable;
let documents: Documents;
beforeAll(async () => {
  table = await startTable();
  documents = documentsOf(table.client);
});
afterAll(() => table.close());

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ minLength: 1, maxLength: 20 }),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.string({ minLength: 1 }), tie('any'), { maxKeys: 3 }),
  ),
})).any;

describe('values', () => {
  it('come back from their wire form as they were, and bytes from text too', () =>
    fc.assert(
      fc.property(value, (any) => {
        expect(plain(plainOf(wireOf(any)))).toEqual(plain(any));
        expect(plain(plainOf(JSON.parse(JSON.stringify(wireOf(any, asText)))))).toEqual(plain(any));
      }),
    ));

  it('leave out what is undefined, and refuse what DynamoDB has no form for', () => {
    expect(wireOf({ a: undefined, b: [undefined, 1] })).toEqual({ M: { b: { L: [{ N: '1' }] } } });
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, () => 1, Symbol('x')])
      expect(() => wireOf(wrong)).toThrow(TypeError);
  });

  it('come back from the table as they were written', () =>
    fc.assert(
      fc.asyncProperty(fc.uuid(), value, async (pk, any) => {
        await documents.put({ TableName: 'steward', Item: { pk, sk: '#', any } });
        const { Item } = await documents.get({ TableName: 'steward', Key: { pk, sk: '#' }, ConsistentRead: true });
        expect(plain(Item)).toEqual(plain({ pk, sk: '#', any }));
      }),
      { numRuns: 40 },
    ));
});

/** Bytes by their content, whatever class holds them; members without a prototype's help. */
function plain(any: unknown): unknown {
  if (any instanceof Uint8Array) return { bytes: [...any] };
  if (Array.isArray(any)) return any.map(plain);
  if (any === null || typeof any !== 'object') return Object.is(any, -0) ? 0 : any;
  return Object.entries(any)
    .map(([name, member]) => [name, plain(member)])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}

describe('reads of single items', () => {
  const asked: string[] = [];
  /** The table, which leaves keys unprocessed as often as is said. */
  const reading = (leaves: (keys: Keys['Keys']) => Keys['Keys'] = () => []) => {
    asked.length = 0;
    return pointReads(
      {
        ...documents,
        get: (input) => {
          asked.push('get');
          return documents.get(input);
        },
        batchGet: async ({ RequestItems }) => {
          const { Keys } = RequestItems['steward']!;
          asked.push(`batch of ${Keys.length}`);
          const left = leaves(Keys);
          const taken = Keys.filter((key) => !left.includes(key));
          const found =
            taken.length === 0
              ? {}
              : await documents.batchGet({ RequestItems: { steward: { Keys: taken, ConsistentRead: true } } });
          return { ...found, ...(left.length > 0 && { UnprocessedKeys: { steward: { Keys: left } } }) };
        },
      },
      'steward',
    );
  };
  const write = (...names: string[]) =>
    Promise.all(names.map((pk) => documents.put({ TableName: 'steward', Item: { pk, sk: '#', what: pk } })));
  const what = async (found: Promise<Record<string, unknown> | undefined>) => (await found)?.['what'];

  it('that are asked for at once go as one, each key once; what is not there is undefined', async () => {
    await write('R#1', 'R#2');
    const read = reading();
    const found = await Promise.all([read('R#1', '#'), read('R#2', '#'), read('R#1', '#'), read('R#none', '#')].map(what));
    expect(found).toEqual(['R#1', 'R#2', 'R#1', undefined]);
    expect(asked).toEqual(['batch of 3']);
    expect(await what(read('R#2', '#'))).toBe('R#2');
    expect(asked).toEqual(['batch of 3', 'get']);
  });

  it('see what was written before they were asked for', async () => {
    const read = reading();
    expect(await read('R#later', '#')).toBeUndefined();
    await write('R#later');
    expect(await what(read('R#later', '#'))).toBe('R#later');
  });

  it('beyond a hundred go as several', async () => {
    const names = Array.from({ length: 130 }, (_, i) => `H#${i}`);
    await write(...names);
    const read = reading();
    expect(await Promise.all(names.map((name) => what(read(name, '#'))))).toEqual(names);
    expect(asked.sort()).toEqual(['batch of 100', 'batch of 30']);
  });

  it('that came back unprocessed are asked for again until they are there', async () => {
    await write('U#1', 'U#2', 'U#3');
    const read = reading((keys) => keys.slice(1));
    expect(await Promise.all(['U#1', 'U#2', 'U#3'].map((name) => what(read(name, '#'))))).toEqual(['U#1', 'U#2', 'U#3']);
    expect(asked).toEqual(['batch of 3', 'batch of 2', 'batch of 1']);
  });

  it('of a table that stays throttled fail as throttled, all of them', async () => {
    const read = reading((keys) => keys);
    const outcomes = await Promise.allSettled([read('U#1', '#'), read('U#2', '#')]);
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.name)).toEqual([
      'ThrottlingException',
      'ThrottlingException',
    ]);
  });
});

describe('the client of a deployment', () => {
  const answering = (statusCode: number, body: object) => {
    const asked: string[] = [];
    const client = dynamoDbClient({
      region: 'eu-west-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
      requestHandler: {
        metadata: { handlerProtocol: 'http/1.1' },
        destroy: () => undefined,
        async handle({ hostname, headers }: { hostname: string; headers: Record<string, string> }) {
          asked.push(`${headers['x-amz-target']?.split('.')[1]} at ${hostname}`);
          const answer = { 'content-type': 'application/x-amz-json-1.0' };
          return { response: { statusCode, headers: answer, body: Buffer.from(JSON.stringify(body)) } };
        },
      } as never,
    });
    return { asked, documents: documentsOf(client) };
  };

  it('asks the region’s own endpoint, again and again, and says what it refused', async () => {
    const { asked, documents: table } = answering(200, { Item: { a: { S: 'b' } } });
    for (const pk of ['1', '2'])
      expect(await table.get({ TableName: 'steward', Key: { pk, sk: '#' } })).toMatchObject({ Item: { a: 'b' } });
    await table.transactWrite({ TransactItems: [{ Put: { TableName: 'steward', Item: { pk: '1', sk: '#' } } }] });
    expect(asked).toEqual([
      'GetItem at dynamodb.eu-west-1.amazonaws.com',
      'GetItem at dynamodb.eu-west-1.amazonaws.com',
      'TransactWriteItems at dynamodb.eu-west-1.amazonaws.com',
    ]);
    const refusing = answering(400, {
      __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
      message: 'no',
    });
    await expect(refusing.documents.put({ TableName: 'steward', Item: { pk: '1', sk: '#' } })).rejects.toThrow(
      ConditionalCheckFailedException,
    );
  });
});
