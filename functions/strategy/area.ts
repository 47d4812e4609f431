import { defineArea } from '../kernel/area.js';
import { contact } from '../relationship/contact.js';
import { person } from '../support/person.js';
import { team } from '../support/team.js';
import { service } from './service.js';

/** What to offer, to whom, and why (ISO/IEC 20000-1:2018, 8.2). */
export const strategy = defineArea({
  name: 'strategy',
  impact: 'The service portfolio cannot be read or changed.',
  entities: [service.entity],
  reads: [contact.entity, person.entity, team.entity],
  routes: service.routes,
});
