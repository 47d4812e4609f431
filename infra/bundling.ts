import { readFile } from 'node:fs/promises';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';

/**
 * How every function is bundled: ESM for Node 24, minified, with the AWS SDK inside (Lambda's own copy loads slower, and
 * emulators have none), packages by their ES modules where they have them.
 */
const OPTIONS = {
  bundle: true,
  minify: true,
  metafile: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  charset: 'utf8',
  legalComments: 'linked',
  mainFields: ['module', 'main'],
  logLevel: 'error',
  // Some CommonJS parts of dependencies call `require`.
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  // Ways to credentials that a function never takes: Lambda gives them in the environment, which is looked at first. The
  // SDK imports these only when it gets so far.
  external: [
    '@aws-sdk/credential-provider-http',
    '@aws-sdk/credential-provider-ini',
    '@aws-sdk/credential-provider-login',
    '@aws-sdk/credential-provider-process',
    '@aws-sdk/credential-provider-sso',
    '@aws-sdk/credential-provider-web-identity',
    '@aws-sdk/token-providers',
    '@smithy/credential-provider-imds',
  ],
} satisfies BuildOptions;

/**
 * The SDK declares the operations of a service as arrays with computed keys, which no bundler may drop: with one operation
 * come all, and the shapes of all. Saying that a declaration has no effect lets those go that nothing uses.
 */
const usedOperationsOnly: Plugin = {
  name: 'used-operations-only',
  setup(building) {
    building.onLoad({ filter: /@aws-sdk\/client-[^/]+\/dist-es\/schemas\/schemas_0\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text.replace(
        /^export var (\w+\$) = (\[9, [\s\S]*?\n\]);/gm,
        (_, name: string, declared: string) => `export var ${name} = /* @__PURE__ */ (() => ${declared})();`,
      );
      return { contents, loader: 'js' };
    });
  },
};

/**
 * Every zod schema carries its way into JSON Schema. The contract is written when the pages are built, so a function that
 * asks for one has gone wrong, and is told so.
 */
const noContracts: Plugin = {
  name: 'no-contracts',
  setup(building) {
    building.onLoad({ filter: /zod\/v4\/core\/(to-json-schema|json-schema-processors)\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const first = text.indexOf('export const stringProcessor');
      const kept = first < 0 ? '' : text.slice(0, first);
      const names = [...text.slice(kept.length).matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => name!);
      const made = names.map((name) => `export const ${name} = ${/^create/.test(name) ? '() => refuse' : 'refuse'};`);
      const process = text.includes('processSchema as process') ? 'export { processSchema as process };' : '';
      const refuse = "const refuse = () => { throw new Error('Functions write no JSON Schema.'); };";
      return { contents: [kept, refuse, ...made, process].join('\n'), loader: 'js' };
    });
  },
};

export interface Bundle {
  /** Bytes of minified code. */
  readonly bytes: number;
  readonly inputs: Metafile['outputs'][string]['inputs'];
}

/** Bundles one entry file, into a folder as `index.mjs` or, without one, only to weigh it. */
export async function bundle(entry: string, folder?: string): Promise<Bundle> {
  const { metafile } = await build({
    ...OPTIONS,
    plugins: [usedOperationsOnly, noContracts],
    entryPoints: [entry],
    outfile: `${folder ?? '.'}/index.mjs`,
    write: folder !== undefined,
  });
  const output = Object.entries(metafile.outputs).find(([path]) => path.endsWith('index.mjs'))![1];
  return { bytes: output.bytes, inputs: output.inputs };
}
