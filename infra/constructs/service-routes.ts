import type { Area } from '../../functions/kernel/area.js';
import type { Route } from '../../functions/kernel/route.js';

/** Served by the portal, for everybody. */
export const PORTAL_ROUTES = ['/', '/docs', '/v1/openapi.json', '/assets/{proxy+}'] as const;

/** The first word after `/v1/` of an area's routes that need a token. */
export function collectionsOf({ name, routes }: Area): string[] {
  const closed = routes.filter(({ open }) => !open);
  const collections = closed.map(({ path }) => /^\/v1\/([a-z-]+)(\/|$)/.exec(path)?.[1] ?? refuse(name, path));
  return [...new Set(collections)];
}

/** Routes reached without a token, each named by itself. */
export function openRoutesOf({ name, routes }: Area): Pick<Route, 'method' | 'path'>[] {
  const open = routes.filter((route) => route.open);
  for (const { path } of open) if (path.startsWith('/v1/')) refuse(name, path);
  return open.map(({ method, path }) => ({ method, path }));
}

function refuse(area: string, path: string): never {
  throw new Error(
    `${area}: ${path} would not be routed; behind a token a path begins with /v1/ and a collection, open it does not.`,
  );
}
