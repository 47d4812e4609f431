import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Bus } from '../../../infra/local/bus.js';
import { Dynoxide } from '../../../infra/local/dynoxide.js';
import { Stream } from '../../../infra/local/stream.js';
import { ensureTable } from '../../../infra/local/table.js';
import { clientConfig } from './aws-clients.js';

/** A process to be killed: engine, stream, relay and bus over a folder; what the target hears goes to `heard.txt`. */
const folder = process.argv[2]!;
const { endpoint } = await Dynoxide.start({ folder });
const { LatestStreamArn } = await ensureTable(new DynamoDBClient(clientConfig(endpoint)), { name: 'steward', indexes: [] });
const target = async (event: { detail: unknown }) => appendFileSync(join(folder, 'heard.txt'), `${event.detail}\n`);
const rules = [{ name: 'all', pattern: { source: ['table'] }, target }];
const bus = await Bus.open({ file: join(folder, 'bus.ndjson'), rules, now: () => new Date() });
const relay = async ({ Records }: { Records: { dynamodb?: { Keys?: Record<string, { S?: string }> } }[] }) => {
  await bus.put(Records.map(({ dynamodb }) => ({ source: 'table', detailType: 'written', detail: dynamodb?.Keys?.['pk']?.S })));
  return undefined;
};
await Stream.open({ endpoint, streamArn: LatestStreamArn!, folder, relay: relay as never });
process.stdout.write(`${endpoint}\n`);
