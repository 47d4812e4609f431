import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { Dynoxide } from '../../../infra/local/dynoxide.js';
import { engineFile } from '../../../infra/local/engine-file.js';
import { StreamProtocol } from '../../../infra/local/stream-protocol.js';
import { ensureTable } from '../../../infra/local/table.js';
import { clientConfig } from './aws-clients.js';
import { closing, scratchFolder } from './scratch.js';

async function tableIn(folder: string) {
  const { endpoint } = closing(await Dynoxide.start({ folder }));
  const client = new DynamoDBClient(clientConfig(endpoint));
  closing({ close: () => client.destroy() });
  const { LatestStreamArn } = await ensureTable(client, { name: 'steward', indexes: [] });
  const protocol = new StreamProtocol(endpoint, LatestStreamArn!);
  const put = (pk: string) => client.send(new PutItemCommand({ TableName: 'steward', Item: { pk: { S: pk }, sk: { S: '#' } } }));
  const kept = async () => {
    const [shard] = await protocol.shards();
    const { records } = await protocol.records(await protocol.iterator(shard!.id), 100);
    return records.map(({ dynamodb }) => `${dynamodb!.SequenceNumber} ${dynamodb!.Keys!['pk']!.S}`);
  };
  return { put, kept };
}

describe("the engine's file", () => {
  it('is taken by the engine, which keeps the index and the trigger in it', async () => {
    const folder = scratchFolder();
    const { put, kept } = await tableIn(folder);
    for (let n = 1; n <= 60; n++) await put(`r${n}`);
    expect(await kept()).toEqual(Array.from({ length: 60 }, (_, n) => `${n + 1} r${n + 1}`));
    const file = readFileSync(join(folder, 'table.db'), 'latin1');
    expect(file).toContain('CREATE INDEX stream_order');
    expect(file).toContain('CREATE TRIGGER stream_retention');
  });

  it('lets stream records go when their time is over, and counts on', async () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'table.db'), engineFile({ retention: 1 }));
    const { put, kept } = await tableIn(folder);
    await put('a');
    await put('b');
    await setTimeout(2_100);
    await put('c');
    expect(await kept()).toEqual(['3 c']);
  });
});
