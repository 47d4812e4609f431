import { agreements } from '../design/agreement/entity.js';
import { calendars } from '../design/calendar/entity.js';
import { escalationPolicies } from '../design/escalation-policy/entity.js';
import { defineArea } from '../kernel/area.js';
import { complaints } from '../relationship/complaint/entity.js';
import { contact } from '../relationship/contact.js';
import { customer } from '../relationship/customer.js';
import { service } from '../strategy/service.js';
import { messages } from '../support/message/entity.js';
import { person } from '../support/person.js';
import { team } from '../support/team.js';
import { alerts } from './alert/entity.js';
import { routes as alertRoutes } from './alert/routes.js';
import { alertSources } from './alert-source/entity.js';
import { routes as alertSourceRoutes } from './alert-source/routes.js';
import { incidents } from './incident/entity.js';
import { routes as incidentRoutes } from './incident/routes.js';
import { priorityMatrix } from './priority-matrix.js';
import { replyTemplate } from './reply-template.js';

/** What of an alert concerns its incident. */
const ALERT_EVENTS = ['alert.fired', 'alert.continued', 'alert.grew', 'alert.resolved'];

/** Deliver and restore (ISO/IEC 20000-1:2018, 8.6). */
export const operation = defineArea({
  name: 'operation',
  impact: 'Incidents cannot be opened, read or worked on.',
  entities: [incidents, priorityMatrix.entity, replyTemplate.entity, alerts, alertSources],
  reads: [
    agreements,
    calendars,
    escalationPolicies,
    complaints,
    contact.entity,
    customer.entity,
    service.entity,
    person.entity,
    team.entity,
    messages,
  ],
  routes: [...incidentRoutes, ...priorityMatrix.routes, ...replyTemplate.routes, ...alertRoutes, ...alertSourceRoutes],
  tasks: {
    schedules: [
      { name: 'sweep', expression: 'rate(5 minutes)', task: 'sweep' },
      { name: 'close-resolved', expression: 'rate(1 hour)', task: 'close-resolved' },
    ],
    impact: 'Nobody is warned before an incident breaches its targets, and resolved incidents stay open.',
    // The sweep sends again what was claimed and never marked as sent.
    can: ['mail', 'topics'],
  },
  events: {
    rules: [
      { detailType: 'incident.', tells: true },
      { detailType: 'incident.resolved' },
      { detailType: 'incident.closed' },
      { detailType: 'incident.announced' },
      { detailType: 'customer.amended' },
    ],
    receipts: true,
    impact: 'People are not told of what concerns them.',
    can: ['mail', 'topics'],
  },
  signals: {
    rules: [{ detailType: 'message.accepted' }, ...ALERT_EVENTS.map((detailType) => ({ detailType }))],
    impact: 'Neither mail nor what monitoring reports becomes an incident, and incidents whose alerts are over stay open.',
  },
  starter: {
    workflows: ['incident-escalation'],
    impact: 'Escalations of new incidents do not start until the sweep finds them.',
  },
});
