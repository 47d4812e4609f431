import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { writeWhole } from './atomic-file.js';
import { dynoxideBinary } from './dynoxide-binary.js';
import { engineFile } from './engine-file.js';
import { type Fault, logFault } from './fault.js';
import { processExists } from './lock.js';

/**
 * The table's engine on one machine: a child process with its SQLite file in the data folder, on a loopback port that stays the
 * same while this runs, so that clients only need to try again when it is restarted.
 *
 * It dies with its parent, however that ends: a small shell holds the parent's pipe and ends the engine when it closes. Where
 * there is no shell (Windows), the process id kept beside the file lets the next start end what was left.
 */
export class Dynoxide {
  #child: ChildProcess | undefined;
  #pid: number | undefined;
  #closing = false;
  #deaths: number[] = [];
  #supervision: Promise<void> = Promise.resolve();

  private constructor(
    private readonly folder: string,
    private readonly port: number,
    private readonly fault: Fault,
    private readonly onGivingUp: (error: Error) => void,
  ) {}

  /**
   * Starts and waits until it answers. When it dies it is started again, sooner or later by how often it died; after five
   * deaths in a minute `onGivingUp` is told (by default the error is thrown out of the process).
   */
  static async start({ folder, fault = logFault, onGivingUp = die }: DynoxideOptions): Promise<Dynoxide> {
    await mkdir(folder, { recursive: true });
    reap(folder);
    if (!existsSync(tableFile(folder))) await writeWhole(tableFile(folder), engineFile());
    const dynoxide = new Dynoxide(folder, await freePort(), fault, onGivingUp);
    await dynoxide.#launch();
    return dynoxide;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The engine's process id, undefined while it is down. */
  get pid(): number | undefined {
    return this.#pid;
  }

  async close(): Promise<void> {
    this.#closing = true;
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (this.#pid !== undefined) end(this.#pid, 'SIGTERM');
      if ((await Promise.race([ended.then(() => 'ended'), setTimeout(3_000, 'late', { ref: false })])) === 'late') {
        if (this.#pid !== undefined) end(this.#pid, 'SIGKILL');
        await ended;
      }
    }
    await this.#supervision;
    rmSync(pidFile(this.folder), { force: true });
  }

  async #launch(): Promise<void> {
    const { command, args } = commandLine(tableFile(this.folder), this.port);
    // In a process group of its own, so that Ctrl-C reaches this process alone and the engine is ended in good order.
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    this.#child = child;
    let said = '';
    child.stderr.on('data', (data: Buffer) => {
      said = (said + data.toString()).slice(-2_000);
    });
    child.stdin.on('error', () => undefined); // The pipe only shows that we live; that it broke is seen as the exit.
    const exit = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(`${signal ?? `code ${code}`}. ${said.trim()}`));
    });
    this.#pid = await Promise.race([enginePid(child), exit.then(() => undefined)]);
    if (this.#pid !== undefined) writeFileSync(pidFile(this.folder), String(this.#pid));
    const ended = await Promise.race([answers(this.endpoint), exit]);
    if (ended !== undefined) throw new Error(`The database engine ended while starting: ${ended}`);
    this.#supervision = exit.then((how) => this.#revive(how));
  }

  async #revive(how: string): Promise<void> {
    this.#pid = undefined;
    if (this.#closing) return;
    this.fault('running the database engine', new Error(`It ended: ${how}`));
    this.#deaths = [...this.#deaths.filter((at) => at > Date.now() - 60_000), Date.now()];
    if (this.#deaths.length >= 5) {
      this.onGivingUp(new Error(`The database engine died five times in a minute, lastly: ${how}`));
      return;
    }
    await setTimeout(20 * 4 ** (this.#deaths.length - 1));
    if (this.#closing) return;
    await this.#launch().catch((error: unknown) => this.#revive(error instanceof Error ? error.message : String(error)));
  }
}

export interface DynoxideOptions {
  /** Holds `table.db` and the process id. */
  folder: string;
  fault?: Fault;
  onGivingUp?: (error: Error) => void;
}

const die = (error: Error): void => {
  throw error;
};

const tableFile = (folder: string): string => join(folder, 'table.db');

const pidFile = (folder: string): string => join(folder, 'engine.pid');

/** Prints the engine's id, waits for either end: the engine's own, or that of the pipe that the parent holds. */
const LIFELINE = [
  'exec 3<&0',
  '"$0" "$@" </dev/null 3<&- >/dev/null & engine=$!',
  'echo $engine',
  '{ read -r line <&3; kill -9 $engine 2>/dev/null; } >/dev/null & watch=$!',
  'wait $engine; code=$?',
  'kill $watch 2>/dev/null',
  'exit $code',
].join('\n');

function commandLine(file: string, port: number): { command: string; args: string[] } {
  const serve = ['serve', '--host', '127.0.0.1', '--port', String(port), '--db-path', file];
  if (process.platform === 'win32') return { command: dynoxideBinary(), args: serve };
  return { command: '/bin/sh', args: ['-c', LIFELINE, dynoxideBinary(), ...serve] };
}

async function enginePid(child: ChildProcess): Promise<number | undefined> {
  if (process.platform === 'win32') return child.pid;
  const [line] = await new Promise<Buffer[]>((resolve) => child.stdout?.once('data', (data: Buffer) => resolve([data])));
  return Number.parseInt(line?.toString() ?? '', 10);
}

/** Ends what an earlier run left, if that process still is an engine on this very file. */
function reap(folder: string): void {
  const kept = readOrNothing(pidFile(folder));
  const pid = Number.parseInt(kept, 10);
  if (Number.isNaN(pid) || !processExists(pid)) return;
  const isOurs = process.platform === 'linux' ? readOrNothing(`/proc/${pid}/cmdline`).includes(tableFile(folder)) : true;
  if (isOurs) end(pid, 'SIGKILL');
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

/** A process that has gone already is as wanted. */
function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Resolves when something answers HTTP there; throws after ten seconds. */
async function answers(endpoint: string): Promise<undefined> {
  let cause: unknown;
  for (const until = Date.now() + 10_000; Date.now() < until; await setTimeout(10)) {
    try {
      const response = await fetch(endpoint, { signal: AbortSignal.timeout(1_000) });
      await response.arrayBuffer();
      return undefined;
    } catch (error) {
      cause = error;
    }
  }
  throw new Error(`The database engine did not answer at ${endpoint} within ten seconds.`, { cause });
}
