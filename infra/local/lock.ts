import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * One process at a time per data folder.
 *
 * The lock is a file with the owner's process id and when that process began: a number alone may have been given to somebody
 * else since. A lock whose owner is gone, as after `kill -9`, is taken over.
 */
export interface Lock {
  release(): void;
}

/** Throws a sentence for people when another live process holds the folder. */
export function lockFolder(folder: string): Lock {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'lock.json');
  const mine = JSON.stringify({ pid: process.pid, began: began(process.pid) });
  for (let attempt = 0; attempt < 5; attempt++) {
    if (create(path, mine)) return { release: () => release(path, mine) };
    const owner = ownerOf(path);
    if (owner && isAlive(owner)) {
      throw new Error(
        `The data folder ${folder} is in use by process ${owner.pid}. Stop that one, or set STEWARD_DATA to another folder.`,
      );
    }
    rmSync(path, { force: true });
  }
  throw new Error(`The data folder ${folder} could not be locked: others keep taking it. Try again.`);
}

function create(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function release(path: string, mine: string): void {
  if (read(path) === mine) rmSync(path, { force: true });
}

interface Owner {
  pid: number;
  began: string | null;
}

/** Undefined for a file that a crash left empty or cut short. */
function ownerOf(path: string): Owner | undefined {
  try {
    const { pid, began = null } = JSON.parse(read(path) ?? '') as Partial<Owner>;
    return typeof pid === 'number' ? { pid, began } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive({ pid, began: then }: Owner): boolean {
  if (!processExists(pid)) return false;
  const now = began(pid);
  return then === null || now === null || now === then;
}

/** A process that belongs to somebody else exists too. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Something that differs between two processes that had the same id; null where the system does not tell. */
function began(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
    }
    if (process.platform === 'darwin')
      return execFileSync('ps', ['-p', String(pid), '-o', 'lstart='], { encoding: 'utf8' }).trim();
    return null;
  } catch {
    // The process ended while it was looked at, or the system hides it: the id alone has to do.
    return null;
  }
}
