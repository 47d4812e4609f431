import type { Route } from '../kernel/route.js';

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the route of a path; fixed segments win over named ones. Says which methods a path has when the asked one is not among them. */
export function routerOver(routes: readonly Route[]): (method: string, path: string) => Match | { readonly methods: string[] } {
  const declared = routes.map((route) => ({ route, steps: route.path.split('/').slice(1) }));
  declared.sort((a, b) => names(a.steps) - names(b.steps));
  return (method, path) => {
    const given = path.replace(/\/$/, '').split('/').slice(1);
    const fitting = declared.flatMap(({ route, steps }) => {
      const params = steps.length === given.length ? bind(steps, given) : undefined;
      return params ? [{ route, params }] : [];
    });
    const methods = () => [...new Set(fitting.map(({ route }) => route.method))];
    return fitting.find(({ route }) => route.method === method) ?? { methods: methods() };
  };
}

/** Characters of a named segment; no id, number or link of ours is longer, and keys of the table have their limits. */
const LONGEST = 200;

const names = (steps: readonly string[]): number => steps.filter((step) => step.startsWith('{')).length;

function bind(steps: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [i, step] of steps.entries()) {
    if (step.startsWith('{')) {
      const value = decoded(given[i]!);
      if (value === undefined || value === '' || value.length > LONGEST) return undefined;
      params[step.slice(1, -1)] = value;
    } else if (step !== given[i]) return undefined;
  }
  return params;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined; // a broken escape names no record
  }
}
