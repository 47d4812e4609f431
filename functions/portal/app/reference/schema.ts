import { type Child, el } from '../dom.js';
import { t } from '../language/language.js';
import type { Schema } from './contract.js';

/** The fields of a body or an answer: name, kind, bounds, what it means; nested ones unfold. */

const UNBOUNDED = 9_007_199_254_740_991;

/** What a value is, in words: `instant (UTC)`, `list of id`, `customer | supplier`. */
export function kindOf(schema: Schema): string {
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1)!;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map(String).join(' | ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map(kindOf).join(` ${t('docs.or')} `);
  if (schema.type === 'array') return t('docs.list-of', { kind: schema.items ? kindOf(schema.items) : t('docs.anything') });
  if (schema.type === 'string') return stringKind(schema);
  return schema.type === undefined ? t('docs.anything') : String(schema.type);
}

function stringKind({ format, pattern, maxLength }: Schema): string {
  if (format === 'date-time') return t('docs.instant');
  if (format === 'date') return t('docs.date');
  if (pattern === '^[\\w-]+$' && maxLength === 64) return 'id';
  return format ?? 'string';
}

/** `1–200 characters`, `from 1 to 5`, `at most 20 items`. */
export function boundsOf(schema: Schema): string[] {
  const isId = kindOf(schema) === 'id';
  const counted = (least: number | undefined, most: number | undefined): string | undefined => {
    const upper = most === undefined || most >= UNBOUNDED ? undefined : most;
    const lower = least === undefined || least <= -UNBOUNDED ? undefined : least;
    if (lower !== undefined && upper !== undefined) return `${lower}–${upper}`;
    return upper !== undefined ? `≤ ${upper}` : lower !== undefined ? `≥ ${lower}` : undefined;
  };
  const length = isId ? undefined : counted(schema.minLength, schema.maxLength);
  const range = counted(schema.minimum, schema.maximum);
  const items = counted(schema.minItems, schema.maxItems);
  return [
    length && t('docs.characters', { range: length }),
    range,
    items && t('docs.items', { range: items }),
    !isId && schema.pattern,
    schema.default !== undefined && t('docs.default', { value: JSON.stringify(schema.default) }),
  ].filter((bound): bound is string => typeof bound === 'string' && bound !== '');
}

/** What lies inside a value: its own fields, those of its items, or of each of its choices. */
function inside(schema: Schema, asked: boolean): Child[] {
  const inner = schema.type === 'array' ? schema.items : schema;
  if (!inner) return [];
  const shapes = [inner, ...(inner.anyOf ?? inner.oneOf ?? [])].filter(
    ({ properties }) => Object.keys(properties ?? {}).length > 0,
  );
  return shapes.map((shape) => fields(shape, asked));
}

/** `asked`: fields of a body, where it matters which ones may be left out. */
export function fields(schema: Schema, asked: boolean): HTMLElement {
  const required = new Set(asked ? (schema.required ?? []) : []);
  const rows = Object.entries(schema.properties ?? {}).map(([name, each]) => fieldRow(name, each, required.has(name), asked));
  return rows.length === 0 ? el('p', { class: 'muted small' }, t('docs.no-fields')) : el('ul', { class: 'fields' }, ...rows);
}

export function fieldRow(name: string, schema: Schema, required: boolean, asked = true): HTMLElement {
  const nested = inside(schema, asked);
  const bounds = boundsOf(schema.type === 'array' && schema.items ? { ...schema.items, ...schema } : schema);
  return el(
    'li',
    {},
    el(
      'div',
      { class: 'field-line' },
      el('code', { class: 'field-name' }, name),
      el('span', { class: 'field-kind' }, kindOf(schema)),
      required && el('span', { class: 'field-required' }, t('docs.required')),
      ...bounds.map((bound) => el('span', { class: 'field-bound' }, bound)),
    ),
    schema.description !== undefined && el('p', { class: 'field-says', lang: 'en' }, schema.description),
    nested.length > 0 && el('details', { class: 'nested' }, el('summary', {}, t('docs.fields-of', { name })), ...nested),
  );
}
