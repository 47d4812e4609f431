/**
 * A route of an HTTP API. `path` is a template such as `/v1/incidents/{id}` or `/v1/{proxy+}`, or `$default` for what is left.
 */
export interface Route {
  /** Upper case, or `ANY`. */
  method: string;
  path: string;
}

export interface RouteMatch<R> {
  route: R;
  parameters: Record<string, string>;
}

/**
 * Finds the most specific route, as API Gateway does: fixed words before parameters, those before `{proxy+}`, methods before
 * ANY.
 */
export class RouteTable<R extends Route> {
  #routes: { route: R; segments: string[] }[];
  #default: R | undefined;

  constructor(routes: readonly R[]) {
    this.#default = routes.find(({ path }) => path === '$default');
    this.#routes = routes
      .filter(({ path }) => path !== '$default')
      .map((route) => ({ route, segments: route.path.split('/').slice(1) }))
      .sort((a, b) => compare(a.segments, b.segments) || Number(a.route.method === 'ANY') - Number(b.route.method === 'ANY'));
  }

  match(method: string, path: string): RouteMatch<R> | undefined {
    const given = path.split('/').slice(1);
    for (const { route, segments } of this.#routes) {
      if (route.method !== method && route.method !== 'ANY') continue;
      const parameters = parametersOf(segments, given);
      if (parameters) return { route, parameters };
    }
    return this.#default && { route: this.#default, parameters: {} };
  }
}

const rank = (segment: string | undefined): number => {
  if (segment === undefined) return 3;
  if (segment.endsWith('+}')) return 2;
  return segment.startsWith('{') ? 1 : 0;
};

function compare(a: string[], b: string[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = rank(a[at]) - rank(b[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function parametersOf(segments: string[], given: string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [at, segment] of segments.entries()) {
    if (segment.endsWith('+}')) {
      const rest = given.slice(at).join('/');
      return rest === '' ? undefined : { ...parameters, [segment.slice(1, -2)]: rest };
    }
    const value = given[at];
    if (value === undefined || (value === '' && segment !== '')) return undefined;
    if (segment.startsWith('{')) parameters[segment.slice(1, -1)] = value;
    else if (segment !== value) return undefined;
  }
  return segments.length === given.length ? parameters : undefined;
}
