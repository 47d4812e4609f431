import { defineArea } from '../kernel/area.js';
import { erasureRoutes } from '../kernel/erasure-routes.js';
import { incidents } from '../operation/incident/entity.js';
import { service } from '../strategy/service.js';
import { messages } from '../support/message/entity.js';
import { person } from '../support/person.js';
import { team } from '../support/team.js';
import { complaints } from './complaint/entity.js';
import { routes as complaintRoutes } from './complaint/routes.js';
import { contact } from './contact.js';
import { customer } from './customer.js';
import { supplier } from './supplier.js';

/** Customers, suppliers and others (ISO/IEC 20000-1:2018, 8.3). */
export const relationship = defineArea({
  name: 'relationship',
  impact: 'Customers, contacts, suppliers and complaints cannot be read or changed.',
  entities: [customer.entity, contact.entity, supplier.entity, complaints],
  reads: [service.entity, person.entity, team.entity, incidents, messages],
  routes: [
    ...customer.routes,
    ...contact.routes,
    ...erasureRoutes(contact.entity, [messages, incidents, complaints]),
    ...supplier.routes,
    ...complaintRoutes,
  ],
});
