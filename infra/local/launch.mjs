import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * `npm start`: runs `start.ts` from a bundle of it and of everything that it imports, which is made when there is none or when
 * a source has changed since. Compiling and finding a thousand modules takes longer than all the rest of a start, and code
 * that was compiled for debugging runs slower for as long as it runs. `npx tsx infra/local/start.ts` runs it from its sources.
 */
const ROOT = join(import.meta.dirname, '../..');
const CACHE = join(ROOT, 'node_modules/.cache/steward');
const BOOK = join(CACHE, 'start.json');

/** What a bundle was made from and for: `{ bundle, root, node, inputs: { path: mtime } }`. A book that cannot be read is none. */
async function kept() {
  const text = await readFile(BOOK, 'utf8').catch(absent);
  if (text === undefined) return undefined;
  const { bundle, root, node, inputs } = parsed(text);
  if (root !== ROOT || node !== process.versions.node) return undefined;
  const written = await Promise.all([bundle, ...Object.keys(inputs)].map((path) => mtime(join(ROOT, path))));
  const [present, ...times] = written;
  return present !== 0 && Object.values(inputs).every((time, i) => time === times[i]) ? bundle : undefined;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

async function made() {
  const began = Date.now();
  const { build } = await import('esbuild');
  const {
    outputFiles: [{ contents: code }],
    metafile,
  } = await build({
    entryPoints: [join(ROOT, 'infra/local/start.ts')],
    outfile: join(CACHE, 'start.mjs'),
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: `node${process.versions.node}`,
    mainFields: ['module', 'main'],
    logLevel: 'error',
    legalComments: 'none',
    external: ['esbuild'],
    banner: { js: "import{createRequire as madeFor}from'node:module';const require=madeFor(import.meta.url);" },
    plugins: [whereTheyLie],
  });
  const bundle = relative(ROOT, join(CACHE, `start-${createHash('sha256').update(code).digest('hex').slice(0, 16)}.mjs`));
  const paths = Object.keys(metafile.inputs).map((path) => path.replace(/^[\w-]+:/, ''));
  const own = [
    ...paths.filter((path) => !path.startsWith('node_modules/')),
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'infra/local/launch.mjs',
  ];
  const inputs = Object.fromEntries(await Promise.all(own.map(async (path) => [path, await before(began, join(ROOT, path))])));
  await mkdir(CACHE, { recursive: true });
  await whole(join(ROOT, bundle), code);
  await whole(BOOK, JSON.stringify({ bundle, root: ROOT, node: process.versions.node, inputs }));
  await forget(bundle);
  return bundle;
}

/** Files ask where they lie; in a bundle they must be told. */
const whereTheyLie = {
  name: 'where-they-lie',
  setup(building) {
    building.onLoad({ filter: /\/(functions|infra)\/.*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
        .replaceAll('import.meta.filename', JSON.stringify(path))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href));
      return { contents, loader: 'ts' };
    });
  },
};

/** Several may start at once: what is found is always whole. */
async function whole(path, content) {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, content);
  await rename(draft, path);
}

/** Removes bundles of a day ago and older; who runs from one has read it. */
async function forget(bundle) {
  for (const name of await readdir(CACHE)) {
    const path = join(CACHE, name);
    if (name.startsWith('start-') && !bundle.endsWith(name) && (await mtime(path)) < Date.now() - 86_400_000)
      await rm(path, { force: true });
  }
}

/** What was written while the bundle was being made may or may not be in it: the next start makes it anew. */
async function before(began, path) {
  const written = await mtime(path);
  return written < began ? written : -1;
}

/** Epoch milliseconds; 0 for what is not there. */
async function mtime(path) {
  return (await stat(path).catch(absent))?.mtimeMs ?? 0;
}

function absent(error) {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}

await import(pathToFileURL(join(ROOT, (await kept()) ?? (await made()))).href);
