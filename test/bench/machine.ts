import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** One machine as `npm start` runs it, in a folder and on a port of its own. */
export interface Machine {
  readonly url: string;
  readonly folder: string;
  /** Milliseconds from the start of the process to its first answer. */
  readonly startedIn: number;
  token(person: string): Promise<string>;
  /** Bytes that all of its processes hold that no other process shares (proportional set size). */
  memory(): Promise<number>;
  /** Milliseconds of processor time that all of its processes have used so far. */
  cpu(): Promise<number>;
  /** Resolves when nothing is under way any more: no event, mail or workflow of what was asked before. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

const START = join(import.meta.dirname, '../../infra/local/launch.mjs');

/** Starts an empty one; a folder that is given is kept afterwards, otherwise it is removed. `flags` are for Node, such as `--cpu-prof`. */
export async function startMachine(given?: string, flags: readonly string[] = []): Promise<Machine> {
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'steward-bench-')));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const began = performance.now();
  const child = spawn(process.execPath, [...flags, START, '--empty'], {
    env: { ...process.env, PORT: String(port), STEWARD_DATA: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (data: Buffer) => {
    said = (said + data.toString()).slice(-4000);
  });
  await answers(`${url}/local/people`, child, () => said);
  const startedIn = performance.now() - began;
  return {
    url,
    folder,
    startedIn,
    token: async (person) => ((await (await fetch(`${url}/local/token?as=${person}`)).json()) as { token: string }).token,
    memory: () => memoryOf(child.pid!),
    cpu: () => cpuOf(child.pid!),
    async settled() {
      const body = JSON.stringify({ advanceMinutes: 0 });
      const answer = await fetch(`${url}/local/clock`, { method: 'POST', body });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      if (given === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answers(url: string, child: ChildProcess, said: () => string): Promise<void> {
  for (const until = Date.now() + 60_000; Date.now() < until; await setTimeout(10)) {
    if (child.exitCode !== null) throw new Error(`The machine ended while starting: ${said()}`);
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return void (await response.arrayBuffer());
  }
  throw new Error(`The machine did not answer within a minute: ${said()}`);
}

/** Linux only; elsewhere 0, which the report says. */
async function memoryOf(root: number): Promise<number> {
  if (process.platform !== 'linux') return 0;
  const pids = await family(root);
  const sizes = await Promise.all(
    pids.map(async (pid) => {
      const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
      return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Linux only; elsewhere 0. The kernel counts in hundredths of a second. */
async function cpuOf(root: number): Promise<number> {
  if (process.platform !== 'linux') return 0;
  const pids = await family(root);
  const times = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * 10;
    }),
  );
  return times.reduce((sum, time) => sum + time, 0);
}

async function family(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const below = await Promise.all(
    children
      .split(' ')
      .filter(Boolean)
      .map((child) => family(Number(child))),
  );
  return [pid, ...below.flat()];
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
