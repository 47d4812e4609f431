import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort, startMachine } from './machine.js';
import { median } from './report.js';

const run = promisify(execFile);

export interface Starting {
  /** Milliseconds to the first answer, with a new data folder and with a kept one. */
  readonly fresh: number;
  readonly again: number;
  /** Seconds from `npm ci` in a clean clone to the first answer of `npm start`, install included. */
  readonly install?: number;
}

/** How long one machine takes to its first answer. */
export async function starting(install: boolean, rounds = 3): Promise<Starting> {
  const folder = await mkdtemp(join(tmpdir(), 'steward-starting-'));
  try {
    const first = await startMachine(folder);
    await first.stop();
    const again: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const machine = await startMachine(folder);
      again.push(machine.startedIn);
      await machine.stop();
    }
    return { fresh: first.startedIn, again: median(again), ...(install && { install: await fromAClone(folder) }) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fromAClone(folder: string): Promise<number> {
  const clone = join(folder, 'clone');
  await run('git', ['clone', '--quiet', join(import.meta.dirname, '../..'), clone]);
  const began = performance.now();
  await run('npm', ['ci'], { cwd: clone, maxBuffer: 1 << 26 });
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), STEWARD_DATA: join(clone, '.steward') };
  const child = spawn('npm', ['start'], { cwd: clone, env, stdio: 'ignore', detached: true });
  try {
    for (const until = Date.now() + 240_000; Date.now() < until; await setTimeout(50)) {
      const answer = await fetch(`http://127.0.0.1:${port}/local/people`).catch(() => undefined);
      if (answer?.ok) return (performance.now() - began) / 1000;
    }
    throw new Error('The clone did not answer within four minutes.');
  } finally {
    process.kill(-child.pid!, 'SIGTERM');
    await setTimeout(2_000);
  }
}
