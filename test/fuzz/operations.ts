import { openApi } from '../../functions/kernel/openapi.js';
import type { Route } from '../../functions/kernel/route.js';
import { areas } from '../../infra/areas.js';
import type { IdFor, Schema } from './sample.js';

/** One operation of the OpenAPI document, with the route that serves it. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly route: Route;
  /** The noun whose id stands in the path. */
  readonly noun: string;
  readonly query: readonly { readonly name: string; readonly schema: Schema }[];
  readonly body: Schema | undefined;
  /** Statuses that the document names. */
  readonly documented: ReadonlySet<number>;
  readonly success: Schema | undefined;
}

export const document = openApi(areas) as any;

const nounOf = (path: string): string =>
  areas.flatMap(({ entities }) => entities).find(({ plural }) => plural === path.split('/')[2])?.name ?? '';

export const operations: readonly Operation[] = areas.flatMap(({ routes }) =>
  routes.map((route): Operation => {
    const said = document.paths[route.path][route.method.toLowerCase()];
    const content = said.requestBody?.content ?? {};
    return {
      method: route.method,
      path: route.path,
      route,
      noun: nounOf(route.path),
      query: said.parameters.filter((one: { in: string }) => one.in === 'query'),
      body: (Object.values(content)[0] as { schema: Schema } | undefined)?.schema,
      documented: new Set(Object.keys(said.responses).map(Number)),
      success: said.responses[String(route.status)].content?.['application/json']?.schema,
    };
  }),
);

const NOUN_OF_FIELD: Readonly<Record<string, string>> = {
  requesterId: 'contact',
  ownerId: 'person',
  personId: 'person',
  assigneeId: 'person',
  handlerId: 'person',
  deputyId: 'person',
  memberId: 'person',
  watcherId: 'person',
  parentId: 'incident',
  relationshipOwnerId: 'person',
  defaultAgreementId: 'agreement',
  escalationPolicyId: 'escalation-policy',
};

/** Ids for fields that name records, such as `customerId`. */
export const idsFor =
  (ids: Readonly<Record<string, readonly string[]>>, pick: (from: readonly string[]) => string): IdFor =>
  (field) => {
    const noun = NOUN_OF_FIELD[field] ?? (/Ids?$/.test(field) ? field.replace(/Ids?$/, '') : undefined);
    const known = noun === undefined ? undefined : ids[noun];
    return known && known.length > 0 && field.endsWith('Id') ? pick(known) : undefined;
  };

/** What stands in a path for each of its names. */
export const filled = (path: string, values: (name: string) => string): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => values(name));
