import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** One file as it is served: bytes once plain and once compressed, and a strong validator. */
export interface ServedFile {
  readonly plain: Buffer;
  readonly gzip: Buffer;
  readonly etag: string;
}

export type Shelf = (name: string) => Promise<ServedFile | undefined>;

export const servedFile = (plain: Buffer): ServedFile => ({
  plain,
  gzip: gzipSync(plain),
  etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
});

const NAME = /^(assets\/)?[\w-]+(\.[\w-]+)*\.[a-z0-9]+$/;

/**
 * Files of one folder, read when first asked for and then kept. Absent files are
 * undefined; names are plain, so that no path leads out of the folder.
 */
export function shelfOf(folder: string): Shelf {
  const kept = new Map<string, Promise<ServedFile | undefined>>();
  return (name) => {
    if (!NAME.test(name)) return Promise.resolve(undefined);
    const known = kept.get(name);
    if (known) return known;
    const reading = read(join(folder, name));
    kept.set(name, reading);
    const forget = () => kept.delete(name);
    reading.then((file) => file ?? forget(), forget);
    return reading;
  };
}

async function read(path: string): Promise<ServedFile | undefined> {
  try {
    return servedFile(await readFile(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
