import { defineArea } from '../kernel/area.js';
import { routes as searchRoutes } from './search/routes.js';
import { searched } from './search/searched.js';

/** Finding again what all areas keep: by words. No component of the framework, but of use to each. */
export const finding = defineArea({
  name: 'finding',
  impact: 'Nothing is found by words; everything else is read and written as ever.',
  entities: [],
  projections: [{ name: 'search' }],
  reads: searched.map(({ entity }) => entity),
  routes: searchRoutes,
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
