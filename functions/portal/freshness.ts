import { readdir, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** True when the pages in `folder` have not been built, or something that they are built from is newer. */
export async function pagesAreOld(folder: string, root = join(import.meta.dirname, '../..')): Promise<boolean> {
  const built = await modified(join(folder, 'openapi.json'));
  if (built === undefined) return true;
  const names = await readdir(join(root, 'functions'), { recursive: true });
  const sources = names.filter((name) => /\.(ts|css|html)$/.test(name) && !name.split(sep).includes('dist'));
  const paths = [...sources.map((name) => join(root, 'functions', name)), join(root, 'infra', 'areas.ts')];
  const times = await Promise.all(paths.map(modified));
  return times.some((time) => time !== undefined && time > built);
}

/** Epoch ms; undefined when there is no such file. */
async function modified(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
