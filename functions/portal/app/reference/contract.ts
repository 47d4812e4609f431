/** The parts of an OpenAPI 3.1 document that the reference shows. */

export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly additionalProperties?: boolean | Schema;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly $ref?: string;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security?: readonly unknown[];
  readonly 'x-roles'?: readonly string[];
  readonly 'x-permission'?: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}

export interface Contract {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

export interface Route extends Operation {
  readonly method: string;
  readonly path: string;
  /** What it is found by. */
  readonly words: string;
}

export interface Collection {
  readonly name: string;
  readonly area: string;
  readonly routes: readonly Route[];
}

const collectionOf = (path: string): string =>
  path.split('/').find((step, i) => i > 0 && step !== 'v1' && !step.startsWith('{')) ?? path;

/** Every collection of every area, in the order of the document. */
export function collectionsOf({ paths }: Contract): Collection[] {
  const found = new Map<string, { name: string; area: string; routes: Route[] }>();
  for (const [path, methods] of Object.entries(paths)) {
    const name = collectionOf(path);
    for (const [method, operation] of Object.entries(methods)) {
      const area = operation.tags[0] ?? '';
      const key = `${area}/${name}`;
      if (!found.has(key)) found.set(key, { name, area, routes: [] });
      found.get(key)!.routes.push({ ...operation, method: method.toUpperCase(), path, words: wordsOf(method, path, operation) });
    }
  }
  return [...found.values()].map((collection) => ({ ...collection, routes: collection.routes.sort(byPath) }));
}

const METHODS = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'];
const byPath = (a: Route, b: Route): number =>
  a.path.split('/').length - b.path.split('/').length ||
  a.path.localeCompare(b.path) ||
  METHODS.indexOf(a.method) - METHODS.indexOf(b.method);

function wordsOf(method: string, path: string, operation: Operation): string {
  const body = Object.values(operation.requestBody?.content ?? {}).flatMap(({ schema }) => Object.keys(schema?.properties ?? {}));
  const parameters = operation.parameters.map(({ name }) => name);
  return [method, path, operation.summary, operation['x-permission'], ...(operation['x-roles'] ?? []), ...parameters, ...body]
    .join(' ')
    .toLowerCase();
}

/** Routes that have every word of the question. */
export function search(collections: readonly Collection[], question: string): Route[] {
  const asked = question.toLowerCase().split(/\s+/).filter(Boolean);
  return collections.flatMap(({ routes }) => routes).filter(({ words }) => asked.every((word) => words.includes(word)));
}

export const schemaIn = (content: Content | undefined): Schema | undefined => Object.values(content ?? {})[0]?.schema;
