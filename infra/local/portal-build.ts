import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');
const DIST = join(ROOT, 'functions/portal/dist');
/** What the pages are made of: their own sources, and the declarations that the contract and the facts come from. */
const SOURCES = ['functions', 'infra/areas.ts'];

/** The folder of the built pages, built again when a source is newer. */
export async function builtPortal(): Promise<string> {
  const [built, changed] = await Promise.all([modified(join(DIST, 'openapi.json')), newest()]);
  if (built > changed) return DIST;
  await promisify(execFile)(process.execPath, ['--import', 'tsx', join(ROOT, 'functions/portal/build.ts')], { cwd: ROOT });
  return DIST;
}

async function newest(): Promise<number> {
  const files = await Promise.all(
    SOURCES.map(async (source) => {
      const path = join(ROOT, source);
      if ((await stat(path)).isFile()) return [path];
      const names = await readdir(path, { recursive: true });
      return names.filter((name) => /\.(ts|css|html)$/.test(name) && !name.includes('dist')).map((name) => join(path, name));
    }),
  );
  return Math.max(...(await Promise.all(files.flat().map(modified))));
}

/** Epoch milliseconds; 0 for what is not there. */
async function modified(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
