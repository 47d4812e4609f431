import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { clientConfig } from './aws-clients.js';
import { closing, eventually, scratchFolder } from './scratch.js';

const heard = (folder: string): Set<string> => {
  const file = join(folder, 'heard.txt');
  return new Set(existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []);
};

async function start(folder: string): Promise<{ child: ChildProcess; endpoint: string }> {
  const args = ['--import', 'tsx', 'test/infra/local/spine-process.ts', folder];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  closing({ close: () => child.kill('SIGKILL') });
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return { child, endpoint: line.toString().trim() };
}

/** Writes until the process is gone; answers what was acknowledged. */
async function writeUntilKilled(endpoint: string, round: number, wrote: (count: number) => void): Promise<string[]> {
  const client = new DynamoDBClient(clientConfig(endpoint));
  const acknowledged: string[] = [];
  for (let n = 0; ; n++) {
    const pk = `r${round}-${n}`;
    try {
      await client.send(new PutItemCommand({ TableName: 'steward', Item: { pk: { S: pk }, sk: { S: '#' } } }));
    } catch {
      return acknowledged; // The engine went with its parent.
    }
    acknowledged.push(pk);
    wrote(acknowledged.length);
  }
}

describe('from the table to the target', () => {
  it('every acknowledged write arrives, though the process is killed with -9 again and again', async () => {
    const folder = scratchFolder();
    const acknowledged: string[] = [];
    for (let round = 0; round < 4; round++) {
      const { child, endpoint } = await start(folder);
      const killAt = 5 + 11 * round;
      const wrote = (count: number) => count === killAt && setTimeout(() => child.kill('SIGKILL'), 7 * round);
      acknowledged.push(...(await writeUntilKilled(endpoint, round, wrote)));
    }
    expect(acknowledged.length).toBeGreaterThan(20);
    await start(folder);
    await eventually(() => acknowledged.every((pk) => heard(folder).has(pk)), 15_000);
  });
});
