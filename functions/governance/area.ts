import { defineArea } from '../kernel/area.js';
import { roots } from './root/entity.js';
import { routes as rootRoutes } from './root/routes.js';

/** What holds the areas together: so far, the proof that history was not altered (ISO/IEC 20000-1:2018, 7.5.4). */
export const governance = defineArea({
  name: 'governance',
  impact: 'Auditors cannot list or fetch daily roots.',
  entities: [roots],
  reads: [],
  routes: rootRoutes,
  tasks: {
    schedules: [{ name: 'seal', expression: 'rate(1 hour)', task: 'seal' }],
    impact: 'Yesterday’s root is not signed yet; it is caught up once this works again.',
    can: ['seal', 'republish'],
  },
});
