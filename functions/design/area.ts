import { defineArea } from '../kernel/area.js';
import { incidents } from '../operation/incident/entity.js';
import { contact } from '../relationship/contact.js';
import { customer } from '../relationship/customer.js';
import { supplier } from '../relationship/supplier.js';
import { service } from '../strategy/service.js';
import { person } from '../support/person.js';
import { team } from '../support/team.js';
import { agreements } from './agreement/entity.js';
import { routes as agreementRoutes } from './agreement/routes.js';
import { calendars } from './calendar/entity.js';
import { routes as calendarRoutes } from './calendar/routes.js';
import { escalationPolicies } from './escalation-policy/entity.js';
import { routes as escalationPolicyRoutes } from './escalation-policy/routes.js';

/** How a service meets its requirements: what is promised, counted in which hours, and who is told (ISO/IEC 20000-1:2018, 8.3.3). */
export const design = defineArea({
  name: 'design',
  impact: 'Agreements, calendars and escalation policies cannot be read or changed; running clocks go on.',
  entities: [agreements, calendars, escalationPolicies],
  reads: [incidents, customer.entity, contact.entity, supplier.entity, service.entity, person.entity, team.entity],
  routes: [...agreementRoutes, ...calendarRoutes, ...escalationPolicyRoutes],
});
