import { type Route, type Schema, schemaIn } from './contract.js';

const MOST_FIELDS = 6;

/** A value of the right shape, to show what is meant; what is required comes first. */
function valueFor(schema: Schema, depth = 0): unknown {
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return valueFor(choices[0]!, depth);
  if (schema.type === 'object') return depth > 2 ? {} : objectFor(schema, depth);
  if (schema.type === 'array') return depth > 2 || !schema.items ? [] : [valueFor(schema.items, depth + 1)];
  if (schema.type === 'integer' || schema.type === 'number')
    return schema.minimum !== undefined && schema.minimum > 0 ? schema.minimum : 1;
  if (schema.type === 'boolean') return true;
  if (schema.format === 'date-time') return '2026-03-02T10:00:00.000Z';
  if (schema.format === 'date') return '2026-03-02';
  if (schema.format === 'email') return 'desk@example.org';
  return '…';
}

function objectFor(schema: Schema, depth: number): Record<string, unknown> {
  const properties = Object.entries(schema.properties ?? {});
  const required = properties.filter(([name]) => schema.required?.includes(name));
  const chosen = required.length > 0 ? required : properties.slice(0, depth === 0 ? 2 : MOST_FIELDS);
  return Object.fromEntries(chosen.map(([name, each]) => [name, valueFor(each, depth + 1)]));
}

/** The route as a command line would ask for it. */
export function curlFor(route: Route, origin: string): string {
  const header = (text: string) => `  -H '${text}'`;
  const content = Object.keys(route.requestBody?.content ?? {})[0];
  const body = schemaIn(route.requestBody?.content);
  const address = `'${origin}${route.path}'`;
  const lines = [
    `curl ${route.method === 'GET' ? '' : `-X ${route.method} `}${address}`,
    ...(route.security?.length === 0 ? [] : [`  -H "Authorization: Bearer $TOKEN"`]),
    ...(route.parameters.some(({ name }) => name === 'If-Match') ? [header('If-Match: "1"')] : []),
    ...(route.parameters.some(({ name }) => name === 'Idempotency-Key') ? [`  -H "Idempotency-Key: $(uuidgen)"`] : []),
    ...(content === undefined || !body ? [] : [header(`Content-Type: ${content}`), `  -d '${JSON.stringify(valueFor(body))}'`]),
  ];
  return lines.join(' \\\n');
}
