import { defineArea } from '../kernel/area.js';
import { contact } from '../relationship/contact.js';
import { person } from './person.js';
import { team } from './team.js';

/** The means: who works here, and what reaches the desk (ISO/IEC 20000-1:2018, 7). */
export const support = defineArea({
  name: 'support',
  impact: 'People and teams cannot be read or changed.',
  entities: [person.entity, team.entity],
  reads: [contact.entity],
  routes: [...person.routes, ...team.routes],
  intake: { impact: 'Mail to the desk waits unread in the mail bucket.' },
});
