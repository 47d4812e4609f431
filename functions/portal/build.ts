import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { areas } from '../../infra/areas.js';
import { openApi } from '../kernel/openapi.js';
import { factsFrom } from './facts.js';

const app = join(import.meta.dirname, 'app');
const ENTRIES = ['console.ts', 'reference.ts', 'style/console.css', 'style/reference.css'];
/** Each page, and where it is written. */
const PAGES = { 'index.html': 'index.html', 'docs.html': 'docs.html', 'letter.html': 'assets/letter.html' } as const;

/**
 * Bundles the pages and writes the contract into one folder, anew:
 *
 *   index.html  docs.html  openapi.json  assets/letter.html  assets/<name>-<hash>.js|css
 */
export async function buildPages(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'assets'), { recursive: true });
  const written = await bundle(folder);
  await Promise.all(Object.entries(PAGES).map(([source, target]) => writePage(source, join(folder, target), written)));
  await writeFile(join(folder, 'openapi.json'), JSON.stringify(openApi(areas)));
}

/** Bundles every entry and says under which name each source was written. */
async function bundle(folder: string): Promise<Map<string, string>> {
  const { metafile } = await build({
    entryPoints: ENTRIES.map((name) => join(app, name)),
    outdir: join(folder, 'assets'),
    entryNames: '[name]-[hash]',
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    define: { FACTS: JSON.stringify(factsFrom(areas)) },
    metafile: true,
    absWorkingDir: folder,
    logLevel: 'warning',
  });
  return new Map(
    Object.entries(metafile.outputs).flatMap(([path, { entryPoint }]) =>
      entryPoint ? [[relative(app, join(folder, entryPoint)), `/${path}`] as const] : [],
    ),
  );
}

/** Puts the hashed names where a page says `{{console.ts}}`. */
async function writePage(source: string, target: string, written: ReadonlyMap<string, string>): Promise<void> {
  const page = await readFile(join(app, source), 'utf8');
  const filled = page.replace(/\{\{([\w./-]+)\}\}/g, (_, asked: string) => {
    const path = written.get(asked);
    if (!path) throw new Error(`${source} asks for ${asked}, which is not bundled.`);
    return path;
  });
  await writeFile(target, filled);
}

if (process.argv[1] === import.meta.filename) await buildPages(process.argv[2] ?? join(import.meta.dirname, 'dist'));
