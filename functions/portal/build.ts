import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { areas } from '../../infra/areas.js';
import { openApi } from '../kernel/openapi.js';
import { factsFrom } from './facts.js';

/**
 * Bundles the pages and writes the contract into one folder (`dist` beside this file, or the one named as argument):
 *
 *   index.html  docs.html  letter.html  openapi.json  assets/<name>-<hash>.js|css
 */
const app = join(import.meta.dirname, 'app');
const folder = process.argv[2] ?? join(import.meta.dirname, 'dist');

/** Bundles every entry and says under which name each source was written. */
async function bundle(): Promise<Map<string, string>> {
  const { metafile } = await build({
    entryPoints: ['console.ts', 'reference.ts', 'style/console.css', 'style/reference.css'].map((name) => join(app, name)),
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
async function writePage(name: string, written: ReadonlyMap<string, string>): Promise<void> {
  const page = await readFile(join(app, name), 'utf8');
  const filled = page.replace(/\{\{([\w./-]+)\}\}/g, (_, source: string) => {
    const path = written.get(source);
    if (!path) throw new Error(`${name} asks for ${source}, which is not bundled.`);
    return path;
  });
  await writeFile(join(folder, name), filled);
}

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const written = await bundle();
await Promise.all(['index.html', 'docs.html', 'letter.html'].map((name) => writePage(name, written)));
await writeFile(join(folder, 'openapi.json'), JSON.stringify(openApi(areas)));
