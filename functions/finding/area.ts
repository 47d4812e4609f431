import { defineArea } from '../kernel/area.js';
import { queues } from './queue/entity.js';
import { routes as queueRoutes } from './queue/routes.js';
import { routes as searchRoutes } from './search/routes.js';
import { searched } from './search/searched.js';

/** Finding again what all areas keep: by words, and by queues that people have saved. No component of the framework, but of use to each. */
export const finding = defineArea({
  name: 'finding',
  impact: 'Nothing is found by words or in saved queues; everything else is read and written as ever.',
  entities: [queues],
  projections: [{ name: 'search' }],
  reads: searched.map(({ entity }) => entity),
  routes: [...searchRoutes, ...queueRoutes],
  tasks: {
    schedules: [],
    impact: 'Records that were loaded past the bus are not found by words until something happens to them.',
    can: [],
  },
  events: {
    rules: searched.map(({ entity }) => ({ detailType: `${entity.name}.` })),
    impact: 'What is written from now on is not found by words until this works again.',
    can: [],
  },
});
