import type { Chance } from './chance.js';

/** Values that schemas, parsers and tables have been known to stumble over. */
const ODD: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  -0,
  1e308,
  5e-324,
  2 ** 53,
  -(2 ** 63),
  '',
  ' ',
  '\u0000',
  '\u202e\u0007',
  '\ufeff\ufffe',
  '＿ﷺ𐏿𝒳',
  'e\u0301'.repeat(50),
  '<script>alert(1)</script>',
  '=HYPERLINK("http://a.example")',
  'a\r\nBcc: b@a.example',
  '{{constructor.constructor("return 1")()}}',
  '../../../etc/passwd',
  "' OR 1=1 --",
  '$&{0}%s%n',
  'NUMBER',
  'INC-1001',
  'INC-00000000000000000000000000000001',
  'constructor',
  'toString',
  '__proto__',
  '2026-02-30',
  '2026-03-02T25:00:00Z',
  '+275760-09-13T00:00:00Z',
  '0000-00-00T00:00:00Z',
  [],
  {},
  [[]],
  [null],
  { length: -1 },
  { toString: null },
];

/** The same value with something wrong somewhere in it. */
export function mutated(value: unknown, chance: Chance): unknown {
  if (typeof value !== 'object' || value === null || chance.happens(0.08)) return odd(chance);
  if (Array.isArray(value)) {
    if (value.length === 0 || chance.happens(0.2)) return chance.happens(0.3) ? Array(3000).fill(0) : [...value, odd(chance)];
    const at = chance.below(value.length);
    return value.map((member, i) => (i === at ? mutated(member, chance) : member));
  }
  const names = Object.keys(value);
  const how = chance.next();
  if (names.length === 0 || how < 0.2)
    return { ...value, [chance.pick(['extra', 'id', 'version', 'status', 'constructor'])]: odd(chance) };
  const name = chance.pick(names);
  if (how < 0.35) return Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));
  return { ...value, [name]: mutated((value as Record<string, unknown>)[name], chance) };
}

function odd(chance: Chance): unknown {
  if (chance.happens(0.08)) return 'x'.repeat(chance.pick([201, 2049, 50_001, 300_000]));
  if (chance.happens(0.05)) return nested(chance.pick([5, 19, 40]));
  return chance.pick(ODD);
}

const nested = (depth: number): unknown => (depth === 0 ? 1 : depth % 2 === 0 ? [nested(depth - 1)] : { a: nested(depth - 1) });

/** Text that is nearly JSON, or bytes that are nothing. */
export function broken(text: string, chance: Chance): string | Uint8Array {
  const at = chance.below(Math.max(1, text.length));
  switch (chance.below(9)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return `${text.slice(0, at)}${chance.pick(['"', '}', '\\', '\u0000', ',', '\ud800'])}${text.slice(at)}`;
    case 2:
      return text.replace('{', '{"__proto__":{"admin":true},');
    case 3:
      return text.replace('{', '{"title":"twice","title":"twice",');
    case 4:
      return text.replace(/"(?=[,}])/, '\\ud800"');
    case 5:
      return '['.repeat(60_000);
    case 6:
      return `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`;
    case 7:
      return Uint8Array.from({ length: chance.below(400) }, () => chance.below(256));
    default:
      return chance.pick(['', 'null', 'true', '0', '"x"', '[]', '{}', 'NaN', '{"a":1e999}', '\ufeff{}', '{"title":"x"} x']);
  }
}

/** A path segment that names no record, one way or another. */
export const oddSegment = (chance: Chance): string =>
  chance.pick([
    '%00',
    '%',
    '%zz',
    '%C0%80',
    '..',
    '%2e%2e%2f',
    '%23',
    'NUMBER',
    'UNIQUE%23label%23x',
    'IDEMPOTENCY%23x',
    '%F0%9F%96%A8',
    'x'.repeat(201),
    'x'.repeat(3000),
    'INC-1001',
    'INC-9999999999',
    'inc-1001',
    '018f3a2e-7c00-7000-8000-000000000000',
    'constructor',
    '__proto__',
    '1',
    '-1',
    'relates-to~supplier~x',
  ]);

/** Text for a place that takes text only: a query parameter. */
export function oddText(chance: Chance): string {
  const value = odd(chance);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
