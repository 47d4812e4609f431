import * as z from 'zod';
import type { WireAnswer } from './gateway-call.js';
import type { Operation } from './operations.js';
import type { Schema } from './sample.js';

const schemas = new Map<Schema, z.ZodType>();

/** The validator reads patterns without the `u` flag, which gives Unicode classes another meaning: those are left out. */
const readable = (schema: Schema): Schema =>
  JSON.parse(JSON.stringify(schema), (key, value) => (key === 'pattern' && /\\p\{/.test(value) ? undefined : value));

function validatorOf(schema: Schema): z.ZodType {
  const known = schemas.get(schema) ?? z.fromJSONSchema(readable(schema) as Parameters<typeof z.fromJSONSchema>[0]);
  schemas.set(schema, known);
  return known;
}

/** What of a successful answer is not as the document says; undefined when all of it is. */
export function nonconformity({ route, success }: Operation, answer: WireAnswer): string | undefined {
  if (answer.status >= 300 || answer.headers['content-type']?.startsWith('text/html')) return undefined;
  if (answer.status !== route.status) return `${answer.status}, where the document promises ${route.status}`;
  if (!success) return answer.text === '' ? undefined : 'a body, where the document promises none';
  const parsed = validatorOf(success).safeParse(answer.json);
  return parsed.success ? undefined : z.prettifyError(parsed.error);
}
