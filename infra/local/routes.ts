import type { Area } from '../../functions/kernel/area.js';
import type { Dependencies } from '../../functions/platform/dependencies.js';
import { serve } from '../../functions/platform/http.js';
import type { PortalHandler } from '../../functions/portal/portal.js';
import { directory } from '../../functions/support/directory.js';
import type { GatewayFunction, GatewayRoute } from './gateway.js';

/** The gateway's routes for the areas: few per function, open ones by name, everything else behind a token. */
export function routesFor(areas: readonly Area[], dependencies: Dependencies): GatewayRoute[] {
  return areas.flatMap((area) => {
    const handler = serve(area, directory, dependencies) as GatewayFunction;
    const open = area.routes
      .filter((route) => route.open)
      .map(({ method, path }) => ({ method, path, function: handler, authorised: false }));
    const collections = [
      ...new Set(area.routes.filter((route) => !route.open).map(({ path }) => path.split('/').slice(0, 3).join('/'))),
    ];
    return [
      ...open,
      ...collections.flatMap((path) => [
        { method: 'ANY', path, function: handler, authorised: true },
        { method: 'ANY', path: `${path}/{proxy+}`, function: handler, authorised: true },
      ]),
    ];
  });
}

/** The pages and the contract, which anybody may read. */
export const portalRoutes = (serves: PortalHandler): GatewayRoute[] =>
  ['/', '/docs', '/v1/openapi.json', '/assets/{proxy+}'].map((path) => ({
    method: 'GET',
    path,
    function: serves as GatewayFunction,
    authorised: false,
  }));
