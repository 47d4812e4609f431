import * as z from 'zod';
import type { Area } from './area.js';
import { recordShape } from './record.js';
import type { Route } from './route.js';

type Json = Record<string, unknown>;

/** One OpenAPI 3.1 document, from the same schemas that validate. */
export function openApi(areas: readonly Area[], server = '/'): Json {
  const paths: Record<string, Json> = {};
  for (const area of areas) {
    for (const route of area.routes) {
      paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(area, route) };
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Steward',
      version: '1',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'Service management after ISO/IEC 20000-1. Instants are RFC 3339 in UTC; dates are ISO dates; durations say their unit. ' +
        'A missing or bad token (401), an unknown path (404) and throttling (429) are answered by the gateway itself as {"message": "…"}; everything else is RFC 9457 problem details.',
    },
    servers: [{ url: server }],
    security: [{ token: [] }],
    tags: areas.map(({ name }) => ({ name })),
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { Problem: schemaOf(Problem), Gateway: { type: 'object', properties: { message: { type: 'string' } } } },
    },
  };
}

/** RFC 9457, with a pointer for each bad field. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string().describe('The request id'),
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
});

function operation(area: Area, route: Route): Json {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const headers = [
    ...(route.ifMatch ? [header('If-Match', true, 'The version that you saw, as its ETag: `"7"`')] : []),
    ...(route.method !== 'GET' && !route.stateless && !route.signed
      ? [header('Idempotency-Key', false, 'Repeats with the same key and body get the first answer, for 24 hours')]
      : []),
  ];
  const success = {
    description: 'Done',
    ...(route.reply && { content: { 'application/json': { schema: answered(area, route, schemaOf(route.reply, 'output')) } } }),
    ...(route.open && !route.reply && { content: PAGE }),
  };
  return {
    operationId: `${route.method.toLowerCase()}${route.path.replace(/[^a-zA-Z]+(\w)/g, (_, c: string) => c.toUpperCase()).replace(/\W/g, '')}`,
    summary: route.summary,
    tags: [area.name],
    ...(route.open ? { security: [] } : { 'x-roles': route.roles }),
    'x-permission': route.permission,
    parameters: [...inPath, ...queryParameters(route), ...headers],
    ...(route.body && {
      requestBody: {
        required: true,
        content: {
          [route.method === 'PATCH' ? 'application/merge-patch+json' : 'application/json']: { schema: schemaOf(route.body) },
        },
      },
    }),
    responses: { [String(route.status)]: success, ...refusals(route) },
  };
}

const header = (name: string, required: boolean, description: string) => ({
  name,
  in: 'header',
  required,
  description,
  schema: { type: 'string' },
});

/** A record as this route answers it: no hidden fields, and promised to all only what the customer's side is shown too. */
function answered(area: Area, route: Route, schema: Json): Json {
  const entity = area.entities.find(({ name }) => name === route.permission.split(':')[0]);
  const { properties, required } = schema as { properties?: Json; required?: string[] };
  if (!entity || !properties || !Object.keys(recordShape).every((name) => name in properties)) return schema;
  const hidden = new Set<string>(entity.hidden ?? []);
  const shown = new Set<string>(route.roles.includes('requester') ? (entity.requesters?.shows ?? []) : Object.keys(properties));
  return {
    ...schema,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !hidden.has(name))),
    ...(required && { required: required.filter((name) => shown.has(name) && !hidden.has(name)) }),
  };
}

/** What open routes answer people with, well or ill. */
const PAGE = { 'text/html': { schema: { type: 'string' } } };

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});
const gateway = (description: string) => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Gateway' } } },
});

function refusals(route: Route): Json {
  return {
    '400': problem('Bad fields, each with a pointer; unknown fields are refused'),
    ...(!route.open && {
      '401': gateway('No token, or one that does not hold (the gateway’s own answer)'),
      '403': problem('Your roles do not allow this'),
    }),
    ...(route.signed && { '401': problem('The shared secret is missing or wrong, or the signature is too old') }),
    ...(route.open && !route.signed && { '410': { description: 'The link has expired', content: PAGE } }),
    ...(route.path.includes('{') && { '404': problem('No such record, or none that you may see') }),
    ...(route.method !== 'GET' && {
      '409': problem('The record does not allow it now; open moves are named'),
      '413': problem('The body is too large'),
      '415': problem('The body is not JSON'),
    }),
    ...(route.ifMatch && {
      '412': problem('Somebody changed it; the current version is named'),
      '428': problem('If-Match is missing'),
    }),
    ...(route.method !== 'GET' && {
      '422': problem('The Idempotency-Key was used with another body, or the record is not ready'),
    }),
    '429': gateway('Too many requests (the gateway’s own answer)'),
  };
}

function queryParameters(route: Route): Json[] {
  if (!route.query) return [];
  const { properties = {}, required = [] } = schemaOf(route.query) as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema,
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'input'): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => shorten(jsonSchema),
  }) as Json;
  return json;
}

/** The date patterns of zod are 300 characters long and say no more than their format. */
const shorten = (schema: Json) => {
  if (schema['format'] !== undefined) delete schema['pattern'];
};
