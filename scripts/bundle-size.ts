import { areas } from '../infra/areas.js';
import { bundle } from '../infra/bundling.js';
import { allEntries } from '../infra/entries.js';

/**
 * What each function's bundle weighs, minified as it is deployed. Exits 1 when one is heavier than it may be. `--parts`
 * lists the heaviest packages and folders of each.
 */
const LIMIT = 600_000;
const parts = process.argv.includes('--parts');

/** `node_modules/@aws-sdk/client-sns/…` → `@aws-sdk/client-sns`; our own files by their folder. */
function partOf(path: string): string {
  const named = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
  return named ?? path.split('/').slice(0, -1).join('/');
}

const line = (bytes: number, text: string, indent = '') =>
  console.log(`${indent}${String(Math.round(bytes / 1000)).padStart(5)} kB  ${text}`);

let tooHeavy = 0;
for (const entry of allEntries(areas)) {
  const { bytes, inputs } = await bundle(entry);
  if (bytes > LIMIT) tooHeavy += 1;
  line(bytes, `${entry}${bytes > LIMIT ? `  more than ${LIMIT / 1000} kB` : ''}`);
  if (!parts) continue;
  const weights = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(inputs))
    weights.set(partOf(path), (weights.get(partOf(path)) ?? 0) + bytesInOutput);
  for (const [part, weight] of [...weights].sort(([, a], [, b]) => b - a).slice(0, 12)) line(weight, part, '    ');
}
process.exitCode = tooHeavy > 0 ? 1 : 0;
