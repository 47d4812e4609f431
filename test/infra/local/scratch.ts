import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach } from 'vitest';

const folders: string[] = [];
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A new folder that goes with the test. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'steward-'));
  folders.push(folder);
  return folder;
}

/** Closes the part after the test, the last one first. */
export function closing<T extends { close(): unknown }>(part: T): T {
  closers.push(() => part.close());
  return part;
}

/** Waits until something holds; fails after `patience` milliseconds. */
export async function eventually(holds: () => unknown, patience = 5_000): Promise<void> {
  for (const until = Date.now() + patience; Date.now() < until; await setTimeout(5)) if (await holds()) return;
  throw new Error(`It did not come true within ${patience} ms: ${holds.toString()}`);
}
