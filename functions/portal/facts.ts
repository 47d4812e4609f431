import type { Area } from '../kernel/area.js';
import { openApi } from '../kernel/openapi.js';

/**
 * What the console knows of an incident without asking: which moves are open from each state, who may make them,
 * and the words that a body takes. Taken from the declarations when the pages are built, so that it is said once.
 */
export interface Facts {
  /** Open moves by state. */
  readonly moves: Readonly<Record<string, readonly string[]>>;
  /** Roles by the verb of the permission: `resolve` → … */
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly pendingReasons: readonly string[];
  readonly resolutionCodes: readonly string[];
}

type Schema = { readonly properties?: Readonly<Record<string, { readonly enum?: readonly string[] }>> };
type Operation = { readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> } };

export function factsFrom(areas: readonly Area[]): Facts {
  const entity = areas.flatMap(({ entities }) => entities).find(({ name }) => name === 'incident');
  if (!entity) throw new Error('No area declares incidents.');
  const routes = areas.flatMap((area) => area.routes).filter(({ permission }) => permission.startsWith('incident:'));
  const paths = openApi(areas)['paths'] as Record<string, Record<string, Operation>>;
  const words = (verb: string, field: string): readonly string[] => {
    const body = paths[`/v1/incidents/{id}/${verb}`]?.['post']?.requestBody?.content['application/json'];
    const found = body?.schema.properties?.[field]?.enum;
    if (!found) throw new Error(`The body of ${verb} has no list of ${field}.`);
    return found;
  };
  return {
    moves: Object.fromEntries(entity.lifecycle.states.map((state) => [state, entity.lifecycle.movesFrom(state)])),
    roles: Object.fromEntries(routes.map(({ permission, roles }) => [permission.split(':')[1]!, roles])),
    pendingReasons: words('pend', 'reason'),
    resolutionCodes: words('resolve', 'code'),
  };
}
