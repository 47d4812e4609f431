import type { Chance } from './chance.js';

export type Schema = Readonly<Record<string, unknown>>;

/** Ids of records that stand, by the field or the noun that names one. */
export type IdFor = (field: string) => string | undefined;

const STRINGS = [
  'a',
  'Printer on the second floor',
  'network/vpn',
  'half-time',
  '09:00',
  '17:30',
  '24:00',
  'report.pdf',
  'desk.example.org',
  'someone@desk.example.org',
  'https://desk.example.org/a?b=c',
  'Europe/Berlin',
  'UTC',
  '2026-03-02',
  '2026-12-24',
  '2026-03-02T10:00:00Z',
  '2027-01-01T00:00:00.000Z',
  '018f3a2e-7c00-7000-8000-000000000000',
  'Prüfung 漢字 🖨️',
];
const BY_FORMAT: Readonly<Record<string, readonly string[]>> = {
  'date-time': ['2026-03-02T10:00:00Z', '2027-06-30T23:59:59.999Z', '2026-03-29T01:30:00.5Z'],
  date: ['2026-03-02', '2028-02-29', '2026-12-31'],
  email: ['someone@desk.example.org', 'x+y@a.example'],
  uri: ['https://desk.example.org/', 'http://a.example:8080/x'],
};

/** A value that fits a JSON schema, as nearly as the schema says; rules across fields it does not know. */
export function sample(schema: Schema, chance: Chance, idFor: IdFor, field = ''): unknown {
  const id = idFor(field);
  if (id !== undefined) return id;
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return chance.pick(schema['enum']);
  const choices = (schema['anyOf'] ?? schema['oneOf']) as readonly Schema[] | undefined;
  if (choices) return sample(chance.pick(choices), chance, idFor, field);
  const all = schema['allOf'] as readonly Schema[] | undefined;
  if (all) return sample(Object.assign({}, schema, { allOf: undefined }, ...all), chance, idFor, field);
  switch (schema['type']) {
    case 'object':
      return sampleObject(schema, chance, idFor);
    case 'array':
      return sampleArray(schema, chance, idFor, field);
    case 'string':
      return sampleString(schema, chance, field);
    case 'integer':
    case 'number':
      return sampleNumber(schema, chance);
    case 'boolean':
      return chance.happens(0.5);
    case 'null':
      return null;
    default:
      return chance.pick([1, 'x', true, null, {}, []]);
  }
}

function sampleObject(schema: Schema, chance: Chance, idFor: IdFor): Record<string, unknown> {
  const required = new Set((schema['required'] as string[] | undefined) ?? []);
  const made: Record<string, unknown> = {};
  for (const [name, member] of Object.entries((schema['properties'] as Record<string, Schema> | undefined) ?? {}))
    if (required.has(name) || chance.happens(0.4)) made[name] = sample(member, chance, idFor, name);
  const names = schema['propertyNames'] as Schema | undefined;
  if (names && typeof schema['additionalProperties'] === 'object')
    for (let i = chance.below(3); i > 0; i--)
      made[String(sampleString(names, chance, ''))] = sample(schema['additionalProperties'] as Schema, chance, idFor);
  return made;
}

function sampleArray(schema: Schema, chance: Chance, idFor: IdFor, field: string): unknown[] {
  const tuple = schema['prefixItems'] as readonly Schema[] | undefined;
  if (tuple) return tuple.map((member) => sample(member, chance, idFor, field));
  const least = Number(schema['minItems'] ?? 0);
  const count = least + chance.below(Math.min(3, Number(schema['maxItems'] ?? 3) - least + 1));
  return Array.from({ length: count }, () => sample((schema['items'] ?? {}) as Schema, chance, idFor, field.replace(/s$/, '')));
}

function sampleString(schema: Schema, chance: Chance, field: string): string {
  const pattern = schema['pattern'] === undefined ? undefined : new RegExp(String(schema['pattern']), 'u');
  const format = BY_FORMAT[String(schema['format'])];
  if (format) return chance.pick(format);
  if (/^time-?zone$/i.test(field)) return chance.pick(['Europe/Berlin', 'UTC', 'Asia/Shanghai', 'America/Sao_Paulo']);
  const [least, most] = [Number(schema['minLength'] ?? 0), Number(schema['maxLength'] ?? 1000)];
  const fitting = STRINGS.filter((text) => text.length >= least && text.length <= most && (pattern?.test(text) ?? true));
  return fitting.length > 0 ? chance.pick(fitting) : 'x'.repeat(Math.max(least, 1));
}

function sampleNumber(schema: Schema, chance: Chance): number {
  const least = Number(schema['minimum'] ?? 0);
  const most = Math.min(Number(schema['maximum'] ?? least + 100), least + 500);
  const value = least + chance.next() * (most - least);
  return schema['type'] === 'integer' ? Math.round(value) : value;
}
