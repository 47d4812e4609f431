import { defineArea } from '../kernel/area.js';
import { erasureRoutes } from '../kernel/erasure-routes.js';
import { incidents } from '../operation/incident/entity.js';
import { complaints } from '../relationship/complaint/entity.js';
import { contact } from '../relationship/contact.js';
import { customer } from '../relationship/customer.js';
import { messages } from './message/entity.js';
import { routes as messageRoutes } from './message/routes.js';
import { person } from './person.js';
import { team } from './team.js';
import { webhooks } from './webhook/entity.js';
import { routes as webhookRoutes } from './webhook/routes.js';

/** The means: who works here, and what reaches the desk (ISO/IEC 20000-1:2018, 7). */
export const support = defineArea({
  name: 'support',
  impact: 'People, teams and received mail cannot be read or changed.',
  entities: [person.entity, team.entity, messages, webhooks],
  reads: [contact.entity, customer.entity, incidents, complaints],
  routes: [...person.routes, ...erasureRoutes(person.entity, [messages]), ...team.routes, ...messageRoutes, ...webhookRoutes],
  events: {
    rules: [{ detailType: 'incident.restricted' }, { detailType: 'incident.opened-up' }, { detailType: 'webhook.', tells: true }],
    impact:
      'Received mails of incidents that were restricted stay open to everybody on the desk, and nobody is told when a webhook is given up.',
    can: ['mail', 'topics'],
  },
  webhooks: { impact: 'Other software is not told what happens here; it is told late, in order, once this works again.' },
  tasks: {
    schedules: [{ name: 'erase', expression: 'rate(1 hour)', task: 'erase' }],
    impact: 'People who asked to be erased are blanked, but what else is kept of them stays until this works again.',
    can: ['erase'],
  },
  intake: { impact: 'Mail to the desk waits unread in the mail bucket.' },
});
