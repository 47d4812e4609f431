import { registerRoutes } from '../../kernel/register.js';
import type { Route } from '../../kernel/route.js';
import { secretRoute } from '../../kernel/shared-secret.js';
import { type AlertSource, alertSources, declared } from './entity.js';

/** The HTTP face of the register of sources, and the secrets that they share with us. */
export const routes: Route[] = [
  ...registerRoutes(alertSources, declared),
  secretRoute(alertSources, declared.roles.write, (source) =>
    (source as AlertSource).kind === 'alertmanager' ? 'bearer' : 'signing',
  ),
];
