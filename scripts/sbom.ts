import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import * as z from 'zod';

/**
 * `npm run sbom [FILE]`: the software bill of materials, CycloneDX as JSON, from package-lock.json alone, without the network.
 * Fails where a part names no licence, or one that has not been looked at: then read it, and add it here or leave the part out.
 */
const KNOWN = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'MIT-0', 'MPL-2.0'];
/** Asks for the source of what is built with it: for tools of the tests, which are part of nothing that is deployed or started. */
const KNOWN_IN_DEVELOPMENT = [...KNOWN, 'AGPL-3.0-or-later'];

const Bill = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string(),
  components: z.array(
    z.looseObject({
      name: z.string(),
      version: z.string(),
      purl: z.string(),
      properties: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
      licenses: z
        .array(
          z.union([
            z.object({ license: z.object({ id: z.string() }) }),
            z.object({ license: z.object({ name: z.string() }) }),
            z.object({ expression: z.string() }),
          ]),
        )
        .default([]),
    }),
  ),
});
type Part = z.infer<typeof Bill>['components'][number];

const licencesOf = ({ licenses }: Part): string[] =>
  licenses.map((one) => ('expression' in one ? one.expression : 'id' in one.license ? one.license.id : one.license.name));

/** `MIT OR Apache-2.0` may be chosen from; `MIT AND ISC` holds as a whole. */
const isKnown = (licence: string, known: readonly string[]): boolean =>
  licence
    .replace(/[()]/g, '')
    .split(/\s+OR\s+/)
    .some((choice) => choice.split(/\s+AND\s+/).every((one) => known.includes(one.trim())));

/** Development only, as the lock file says. */
const knownFor = ({ properties }: Part): readonly string[] =>
  properties.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true') ? KNOWN_IN_DEVELOPMENT : KNOWN;

const isDoubtful = (part: Part): boolean =>
  licencesOf(part).length === 0 || !licencesOf(part).every((licence) => isKnown(licence, knownFor(part)));

const file = process.argv[2] ?? 'sbom.cdx.json';
const made = execFileSync('npm', ['sbom', '--package-lock-only', '--offline', '--sbom-format', 'cyclonedx'], {
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
  stdio: ['ignore', 'pipe', 'inherit'],
});
const { components, specVersion } = Bill.parse(JSON.parse(made));
writeFileSync(file, made);

const counts = new Map<string, number>();
for (const licence of components.flatMap(licencesOf)) counts.set(licence, (counts.get(licence) ?? 0) + 1);
console.log(`${file}: CycloneDX ${specVersion}, ${components.length} parts`);
for (const [licence, count] of [...counts].sort((a, b) => b[1] - a[1])) console.log(`${String(count).padStart(5)}  ${licence}`);

const doubtful = components.filter(isDoubtful);
for (const part of doubtful) console.error(`${part.name} ${part.version}: ${licencesOf(part).join(', ') || 'no licence named'}`);
if (components.length === 0 || doubtful.length > 0) process.exit(1);
