import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { areas } from '../../infra/areas.js';
import { bundle } from '../../infra/bundling.js';
import { allEntries } from '../../infra/entries.js';
import { testEnv } from '../support/desk.js';
import { median } from './report.js';

const run = promisify(execFile);

export interface BundleFigures {
  readonly entry: string;
  readonly kilobytes: number;
  /** Milliseconds from asking for the module to its handler; median. */
  readonly load: number;
  /** Against the bare handler of the same rounds; median. */
  readonly ratio: number;
}

const BARE = 'test/bench/bare-handler.ts';
const TIMED = `const began = performance.now(); const { handler } = await import(process.argv[1]);
if (typeof handler !== 'function') throw new Error('no handler'); process.stdout.write(String(performance.now() - began));`;

/** Size and load time of every function as it is deployed, and of a bare handler with the DynamoDB client, interleaved. */
export async function bundles(rounds = 7): Promise<BundleFigures[]> {
  const folder = await mkdtemp(join(tmpdir(), 'steward-bundles-'));
  try {
    const entries = [BARE, ...allEntries(areas)];
    const made: { entry: string; file: string; kilobytes: number }[] = [];
    for (const [i, entry] of entries.entries()) {
      const { bytes } = await bundle(entry, join(folder, String(i)));
      made.push({ entry, file: join(folder, String(i), 'index.mjs'), kilobytes: bytes / 1000 });
    }
    const times = new Map<string, number[]>(entries.map((entry) => [entry, []]));
    for (let round = 0; round < rounds; round++) for (const { entry, file } of made) times.get(entry)!.push(await loadTime(file));
    const bare = times.get(BARE)!;
    return made.map(({ entry, kilobytes }) => {
      const own = times.get(entry)!;
      return { entry, kilobytes, load: median(own), ratio: median(own.map((time, i) => time / bare[i]!)) };
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function loadTime(file: string): Promise<number> {
  const env = { ...testEnv, PATH: process.env['PATH'], AWS_REGION: 'eu-west-1', AWS_LAMBDA_FUNCTION_NAME: 'bench' };
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', TIMED, file], { env });
  return Number(stdout);
}
