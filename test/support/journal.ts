import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { journalOver } from '../../functions/platform/journal.js';
import { noteIn } from '../../functions/platform/relay.js';
import { Stream } from '../../infra/local/stream.js';
import type { TestDesk } from './desk.js';

/** Notes what the table's stream tells, as the relay does, whenever `caughtUp` is asked; by the desk's clock. */
export async function journalOf(desk: TestDesk) {
  const folder = await mkdtemp(join(tmpdir(), 'steward-journal-'));
  const { Table } = await desk.table.client.send(new DescribeTableCommand({ TableName: 'steward' }));
  const journal = journalOver(desk.dependencies.documents, 'steward');
  const told: DynamoDBStreamEvent[] = [];
  const stream = await Stream.open({
    endpoint: desk.table.endpoint,
    streamArn: Table!.LatestStreamArn!,
    folder,
    idle: 2000,
    relay: async (event) => {
      await noteIn({ journal, clock: () => desk.now }, event);
      told.push(event);
      return { batchItemFailures: [] };
    },
  });
  return {
    journal,
    /** Every batch so far, as Lambda would be given it. */
    told,
    async caughtUp(): Promise<void> {
      do await new Promise((resume) => setTimeout(resume, 10));
      while (!(await stream.settled()));
    },
    async close(): Promise<void> {
      await stream.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
