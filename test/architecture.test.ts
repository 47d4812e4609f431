import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { areas } from '../infra/areas.js';

/**
 * The direction of imports, and the few shapes that keep the house readable. The first rule whose `from` matches a file
 * applies to it; SELF stands for the file's own area. What is found is listed whole, each with the file that did it.
 */
interface Direction {
  readonly from: RegExp;
  readonly may: readonly RegExp[];
}

const AREA = '(strategy|design|transition|operation|improvement|support|relationship|governance|finding)';
const PURE = [/^zod$/, /^temporal-polyfill$/, /^functions\/kernel\//];
/** A noun's face and writes: what no other noun may reach for. */
const CLOSED =
  /(^|\/)(routes|[a-z-]+-routes|intake|commands|desk|tasks|events|signals|starter|api|watching|escalating|taking|from-[a-z]+)\.ts$/;
const AWS = [/^@aws-sdk\//, /^aws-lambda$/, /^uuid$/, /^postal-mime$/, /^node:(crypto|zlib|dns\/promises|https?|net)$/];
/** What AWS calls, and the factories that make it, which one machine calls too. */
const ENTRY = 'api|tasks|events|signals|starter|webhooks|intake|handler|hearing|listening|dispatching|working';

const directions: readonly Direction[] = [
  { from: /^functions\/kernel\//, may: [/^functions\/kernel\//, /^zod$/] },
  { from: /^functions\/platform\//, may: [/^functions\/(kernel|platform)\//, /^zod$/, ...AWS] },
  {
    from: new RegExp(`^functions/${AREA}/(${ENTRY})\\.ts$`),
    may: [...PURE, ...AWS, /^functions\/(platform|SELF)\//, /^functions\/support\/directory\.ts$/],
  },
  {
    from: new RegExp(`^functions/${AREA}/area\\.ts$`),
    may: [...PURE, /^functions\/SELF\//, new RegExp(`^functions/${AREA}/([a-z-]+|[a-z-]+/entity)\\.ts$`)],
  },
  { from: new RegExp(`^functions/${AREA}/`), may: [...PURE, /^functions\/SELF\//, new RegExp(`^functions/${AREA}/`)] },
  {
    from: /^functions\/(portal|spine)\//,
    may: [
      ...PURE,
      /^esbuild$/,
      ...AWS,
      /^node:/,
      /^functions\/(platform|SELF)\//,
      new RegExp(`^functions/${AREA}/(area|directory)\\.ts$`),
      /^infra\/areas\.ts$/,
    ],
  },
  { from: /^infra\/areas\.ts$/, may: [/^functions\/kernel\//, new RegExp(`^functions/${AREA}/area\\.ts$`)] },
  {
    from: /^infra\/local\//,
    may: [
      /^infra\//,
      /^node:/,
      /^[@a-z]/,
      /^functions\/(kernel|platform|portal|spine)\//,
      new RegExp(`^functions/${AREA}/(${ENTRY}|area|directory)\\.ts$`),
    ],
  },
  {
    from: /^infra\//,
    may: [
      /^infra\//,
      /^node:/,
      /^(aws-cdk-lib|constructs|cdk-nag|zod|esbuild)(\/|$)/,
      /^functions\/kernel\//,
      /^functions\/platform\/env\.ts$/,
      new RegExp(`^functions/${AREA}/area\\.ts$`),
    ],
  },
];

/** Names that say nothing of what is inside. */
const EMPTY_NAMES = /^(utils?|helpers?|common|shared|types|services?|managers?|misc|lib|index)$/i;
/** Nouns whose own name is among those: the portfolio's service is one. */
const OWN_NAMES = /^functions\/strategy\/service(\.ts|\/)/;
const LONGEST = 350;

const folders = ['functions', 'infra'];
const filesUnder = (root: string): string[] =>
  existsSync(root)
    ? readdirSync(root, { recursive: true, encoding: 'utf8' })
        .map((name) => `${root}/${name.replaceAll('\\', '/')}`)
        .filter(
          (name) =>
            name.endsWith('.ts') && !name.endsWith('.d.ts') && !name.includes('/cdk.out/') && !name.includes('/node_modules/'),
        )
    : [];
const files = folders.flatMap(filesUnder);
const tests = filesUnder('test').filter((name) => name.endsWith('.test.ts'));
const source = new Map([...files, ...filesUnder('test')].map((file) => [file, readFileSync(file, 'utf8')]));

const importsOf = (file: string): string[] =>
  [
    ...source
      .get(file)!
      .matchAll(
        /^(?:import|export)\b[^;'"]*?\bfrom\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm,
      ),
  ]
    .map(([, named, bare, late]) => (named ?? bare ?? late)!)
    .map((target) => (target.startsWith('.') ? posix.join(posix.dirname(file), target).replace(/\.js$/, '.ts') : target));

const areaOf = (file: string): string => file.split('/')[1]!;
/** `operation/incident`, or `relationship/supplier` for a noun of one file. */
const nounOf = (file: string): string => {
  const [, area, noun = ''] = file.split('/');
  return `${area}/${noun.replace(/\.ts$/, '')}`;
};
const inAreas = files.filter((file) => new RegExp(`^functions/${AREA}/`).test(file));

describe('the direction of imports', () => {
  it('is checked on every source file, each under a rule of its own', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(files.flatMap(importsOf).length).toBeGreaterThan(400);
    expect(files.filter((file) => !directions.some(({ from }) => from.test(file)))).toEqual([]);
  });

  it('holds', () => {
    const against = files.flatMap((file) => {
      const { may } = directions.find(({ from }) => from.test(file))!;
      const allowed = may.map((pattern) => new RegExp(pattern.source.replace('SELF', areaOf(file))));
      return importsOf(file)
        .filter((target) => !allowed.some((pattern) => pattern.test(target)))
        .map((target) => `${file} imports ${target}`);
    });
    expect(against).toEqual([]);
  });

  it('leads from a noun to what another is, never to its routes, commands or writes', () => {
    const entry = new RegExp(`^functions/${AREA}/(${ENTRY}|area)\\.ts$`);
    const reaching = inAreas
      .filter((file) => !entry.test(file))
      .flatMap((file) =>
        importsOf(file)
          .filter(
            (target) => new RegExp(`^functions/${AREA}/`).test(target) && nounOf(target) !== nounOf(file) && CLOSED.test(target),
          )
          .map((target) => `${file} reaches for ${target}`),
      );
    expect(reaching).toEqual([]);
  });

  it('knows the AWS SDK in the platform and at the edges only', () => {
    const edge = new RegExp(`^(functions/(platform|portal|spine)|infra)/|^functions/${AREA}/(${ENTRY})\\.ts$`);
    const knows = files.filter((file) => !edge.test(file) && importsOf(file).some((target) => /^@?(aws|smithy)/.test(target)));
    expect(knows).toEqual([]);
  });

  it('goes round in no circle', () => {
    const runtime = new Map(files.map((file) => [file, valueImportsOf(file).filter((target) => source.has(target))]));
    expect(circlesIn(runtime)).toEqual([]);
  });
});

const valueImportsOf = (file: string): string[] =>
  [...source.get(file)!.matchAll(/^(?:import|export)\s+(?!type\b)[^;'"]*?\bfrom\s+'(\.[^']+)'/gm)]
    .filter(([text]) => !/^\w+\s*\{(\s*type\s+\w+(\s+as\s+\w+)?\s*,?)+\s*\}/.test(text.replace(/\s+/g, ' ')))
    .map(([, target]) => posix.join(posix.dirname(file), target!).replace(/\.js$/, '.ts'));

function circlesIn(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (trail.includes(file)) circles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
    if (done.has(file) || trail.includes(file)) return;
    for (const target of edges.get(file) ?? []) visit(target, [...trail, file]);
    done.add(file);
  };
  for (const file of edges.keys()) visit(file, []);
  return circles;
}

describe('the house', () => {
  it('shows every noun by a test: its own, or for a register of one file the one that goes through all of them', () => {
    const nouns = areas.flatMap((area) => area.entities.map(({ name }) => ({ area: area.name, name })));
    const unseen = nouns
      .filter(({ area, name }) => existsSync(`functions/${area}/${name}`))
      .filter(({ area, name }) => !tests.some((file) => file.startsWith(`test/functions/${area}/${name}/`)));
    expect(unseen.map(({ area, name }) => `${area}/${name}`)).toEqual([]);
    expect(tests).toContain('test/functions/kernel/every-noun.test.ts');
    expect(nouns.length).toBeGreaterThan(8);
  });

  it('is kept by nouns of one name in entity, folder, permission, key and route', () => {
    const odd = areas.flatMap((area) => [
      ...area.entities.flatMap(({ name, plural, prefix }) => [
        ...(/^[a-z]+(-[a-z]+)*$/.test(name) ? [] : [`${name} is not kebab-case`]),
        ...(/^[A-Z]{3,4}$/.test(prefix) ? [] : [`${prefix} is no prefix of ${name}`]),
        ...(existsSync(`functions/${area.name}/${name}`) || existsSync(`functions/${area.name}/${name}.ts`)
          ? []
          : [`${name} has no place in functions/${area.name}`]),
        ...(area.routes.some(({ path }) => path.startsWith(`/v1/${plural}`)) ? [] : [`${name} has no route`]),
      ]),
      ...area.routes
        .filter(({ open, stateless, method }) => !open && !stateless && method !== 'GET')
        .filter(({ permission }) => !area.entities.some(({ name }) => name === permission.split(':')[0]))
        .map(
          ({ method, path, permission }) =>
            `${method} ${path} is permitted by ${permission}, which is no noun of ${area.name}: a repeated Idempotency-Key would not be remembered`,
        ),
    ]);
    expect(odd).toEqual([]);
    const prefixes = areas.flatMap((area) => area.entities.map(({ prefix }) => prefix));
    expect(new Set(prefixes).size).toBe(prefixes.length);
  });

  it('tells no noun from another by its name', () => {
    const found = files.flatMap((file) =>
      matches(file, /\b(entity|noun)\.name\s*(===|!==)\s*['"`]|switch\s*\(\s*(entity|noun)\.name/g),
    );
    expect(found).toEqual([]);
  });

  it('asks questions by key: nothing scans', () => {
    expect(files.flatMap((file) => matches(file, /\bScanCommand\b|dynamodb:Scan\b|\bScanInput\b/g))).toEqual([]);
  });

  it('calls nothing by a name that says nothing', () => {
    const named = files
      .filter((file) => !OWN_NAMES.test(file))
      .filter((file) => file.split('/').some((part) => EMPTY_NAMES.test(part.replace(/\.ts$/, ''))));
    expect(named).toEqual([]);
  });

  it(`has no file above ${LONGEST} lines`, () => {
    const long = [...files, ...tests].filter(
      (file) => !file.startsWith('test/') && source.get(file)!.split('\n').length > LONGEST,
    );
    expect(long).toEqual([]);
  });

  it('leaves nothing unfinished, and forgets no error', () => {
    const left = files
      .filter((file) => !file.startsWith('infra/local/'))
      .flatMap((file) =>
        matches(
          file,
          /\b(TODO|FIXME|XXX)\b|not implemented|catch\s*(\([^)]*\))?\s*\{\s*\}|\.catch\(\(\)\s*=>\s*(\{\}|undefined|null)\)/g,
        ),
      );
    expect(left).toEqual([]);
    const idle = tests.flatMap((file) => matches(file, /\b(it|test|describe)\.(skip|only|todo)\b/g));
    expect(idle.filter((line) => !line.startsWith('test/architecture'))).toEqual([]);
    expect(tests.filter((file) => !/\bexpect\b|\bassert\b/.test(source.get(file)!))).toEqual([]);
  });
});

const matches = (file: string, pattern: RegExp): string[] =>
  source
    .get(file)!
    .split('\n')
    .flatMap((line, i) => (line.search(pattern) >= 0 ? [`${file}:${i + 1}: ${line.trim()}`] : []));
