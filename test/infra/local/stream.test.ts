import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { Dynoxide } from '../../../infra/local/dynoxide.js';
import { Stream, type StreamOptions } from '../../../infra/local/stream.js';
import { ensureTable } from '../../../infra/local/table.js';
import { closing, eventually, scratchFolder } from './scratch.js';

type Relay = (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse | undefined>;

async function tableWithStream() {
  const folder = scratchFolder();
  const { endpoint } = closing(await Dynoxide.start({ folder }));
  const client = new DynamoDBClient({
    endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  closing({ close: () => client.destroy() });
  const { LatestStreamArn } = await ensureTable(client, { name: 'steward', indexes: [] });
  const put = (n: number) =>
    client.send(new PutItemCommand({ TableName: 'steward', Item: { pk: { S: `r${n}` }, sk: { S: '#' }, n: { N: String(n) } } }));
  const open = (relay: Relay, options: Partial<StreamOptions> = {}) =>
    Stream.open({ endpoint, streamArn: LatestStreamArn!, folder, relay, fault: () => undefined, ...options });
  return { folder, put, open };
}

const numbers = ({ Records }: DynamoDBStreamEvent) => Records.map(({ dynamodb }) => Number(dynamodb!.NewImage!['n']!.N));

describe('the stream', () => {
  it('relays every write in order, soon after it', async () => {
    const { put, open } = await tableWithStream();
    const seen: number[] = [];
    const delays: number[] = [];
    let wrote = 0;
    closing(
      await open(async (event) => {
        delays.push(performance.now() - wrote);
        seen.push(...numbers(event));
        expect(event.Records[0]!.eventSourceARN).toMatch(/stream/);
        return { batchItemFailures: [] };
      }),
    );
    for (let n = 0; n < 15; n++) {
      await put(n);
      wrote = performance.now();
      await eventually(() => seen.length === n + 1);
    }
    expect(seen).toEqual(Array.from({ length: 15 }, (_, n) => n));
    expect(delays.sort((a, b) => a - b)[7]).toBeLessThan(1_000);
  });

  it('goes on after the last taken batch when it is opened again', async () => {
    const { put, open } = await tableWithStream();
    const seen: number[] = [];
    const relay: Relay = async (event) => void seen.push(...numbers(event));
    const first = await open(relay);
    for (let n = 0; n < 5; n++) await put(n);
    await eventually(() => seen.length === 5);
    await first.close();
    for (let n = 5; n < 10; n++) await put(n);
    closing(await open(relay));
    await eventually(() => seen.length === 10);
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('does not pass a batch over that was refused before the process went', async () => {
    const { put, open } = await tableWithStream();
    for (let n = 0; n < 3; n++) await put(n);
    let asked = 0;
    const first = await open(async () => {
      asked++;
      throw new Error('down');
    });
    await eventually(() => asked > 0);
    await first.close();
    const seen: number[] = [];
    closing(await open(async (event) => void seen.push(...numbers(event))));
    await eventually(() => seen.length === 3);
    expect(seen).toEqual([0, 1, 2]);
  });

  it('repeats from the first refused record and never before it', async () => {
    const { put, open } = await tableWithStream();
    for (let n = 0; n < 5; n++) await put(n);
    const batches: number[][] = [];
    closing(
      await open(async (event) => {
        batches.push(numbers(event));
        const third = event.Records.find(({ dynamodb }) => dynamodb?.NewImage?.['n']?.N === '2');
        if (!third || batches.length > 2) return undefined;
        return { batchItemFailures: [{ itemIdentifier: third.dynamodb!.SequenceNumber! }] };
      }),
    );
    await eventually(() => batches.length === 3);
    expect(batches).toEqual([
      [0, 1, 2, 3, 4],
      [2, 3, 4],
      [2, 3, 4],
    ]);
  });

  it('keeps a record that is always refused and goes on', async () => {
    const { folder, put, open } = await tableWithStream();
    for (let n = 0; n < 3; n++) await put(n);
    const seen: number[] = [];
    closing(
      await open(
        async (event) => {
          const [n] = numbers(event);
          if (n === 1) throw new Error('poison');
          seen.push(n!);
          return undefined;
        },
        { batch: 1, attempts: 2 },
      ),
    );
    await eventually(() => seen.length === 2);
    expect(seen).toEqual([0, 2]);
    expect(readFileSync(join(folder, 'stream-failures.ndjson'), 'utf8')).toContain('"n":{"N":"1"}');
  });
});
