import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { Dynoxide } from '../../../infra/local/dynoxide.js';
import { dynoxideBinary } from '../../../infra/local/dynoxide-binary.js';
import { processExists } from '../../../infra/local/lock.js';
import { ensureTable } from '../../../infra/local/table.js';
import { closing, eventually, scratchFolder } from './scratch.js';

const table = {
  name: 'steward',
  indexes: [{ name: 'gsi1', partition: 'gsi1pk', sort: 'gsi1sk', projection: ['title'] as const }],
  timeToLive: 'expires',
};
const clientOf = ({ endpoint }: { endpoint: string }) =>
  closing(
    Object.assign(
      new DynamoDBClient({ endpoint, region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
      {
        close() {
          (this as unknown as DynamoDBClient).destroy();
        },
      },
    ),
  );
const item = (pk: string) => ({ TableName: 'steward', Item: { pk: { S: pk }, sk: { S: '#' } } });
const key = (pk: string) => ({ TableName: 'steward', Key: { pk: { S: pk }, sk: { S: '#' } }, ConsistentRead: true });

describe('the database engine', () => {
  it('comes back by itself after kill -9, on the same port, with every acknowledged item', async () => {
    const faults: unknown[] = [];
    const dynoxide = closing(await Dynoxide.start({ folder: scratchFolder(), fault: (_, error) => faults.push(error) }));
    const client = clientOf(dynoxide);
    await ensureTable(client, table);
    for (let n = 0; n < 50; n++) await client.send(new PutItemCommand(item(`r${n}`)));

    const before = dynoxide.pid!;
    process.kill(before, 'SIGKILL');
    await eventually(() => dynoxide.pid !== undefined && dynoxide.pid !== before);
    for (let n = 0; n < 50; n++) expect((await client.send(new GetItemCommand(key(`r${n}`)))).Item).toBeDefined();
    expect(faults).toHaveLength(1);
  });

  it('keeps the table over a restart and creates it once', async () => {
    const folder = scratchFolder();
    const first = await Dynoxide.start({ folder });
    const client = clientOf(first);
    const made = await ensureTable(client, table);
    await client.send(new PutItemCommand(item('kept')));
    await first.close();

    const second = closing(await Dynoxide.start({ folder }));
    const again = clientOf(second);
    const found = await ensureTable(again, table);
    expect(found.LatestStreamArn).toBe(made.LatestStreamArn);
    expect((await again.send(new GetItemCommand(key('kept')))).Item).toBeDefined();
    await expect(
      ensureTable(again, { ...table, indexes: [...table.indexes, { ...table.indexes[0]!, name: 'gsi2' }] }),
    ).rejects.toThrow(/it lacks gsi2/);
  });

  it('leaves no orphan when the process that started it is killed with -9', async () => {
    const folder = scratchFolder();
    const program = `import('./infra/local/dynoxide.ts').then(async ({ Dynoxide }) => {
      const { pid } = await Dynoxide.start({ folder: ${JSON.stringify(folder)} }); console.log(pid); })`;
    const parent = spawn(process.execPath, ['--import', 'tsx', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(processExists(pid)).toBe(true);
    parent.kill('SIGKILL');
    await eventually(() => !processExists(pid));
  });

  it('gives up, and says so, when it keeps dying', async () => {
    const given: Error[] = [];
    const dynoxide = closing(
      await Dynoxide.start({ folder: scratchFolder(), fault: () => undefined, onGivingUp: (error) => given.push(error) }),
    );
    for (let death = 0; death < 5; death++) {
      await eventually(() => dynoxide.pid !== undefined, 10_000);
      process.kill(dynoxide.pid!, 'SIGKILL');
      await eventually(() => dynoxide.pid === undefined);
    }
    await eventually(() => given.length === 1);
    expect(given[0]!.message).toMatch(/five times in a minute/);
  });

  it('says what to do where the platform has no binary', () => {
    expect(() => dynoxideBinary('plan9', 'mips')).toThrow(/DYNAMODB_ENDPOINT/);
  });
});
