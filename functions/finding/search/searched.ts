import { agreements } from '../../design/agreement/entity.js';
import { calendars } from '../../design/calendar/entity.js';
import { escalationPolicies } from '../../design/escalation-policy/entity.js';
import type { AnyEntity } from '../../kernel/entity.js';
import { type Caller, isRequester, type Role, STAFF } from '../../kernel/permission.js';
import { alerts } from '../../operation/alert/entity.js';
import { alertSources } from '../../operation/alert-source/entity.js';
import { incidents } from '../../operation/incident/entity.js';
import { priorityMatrix } from '../../operation/priority-matrix.js';
import { replyTemplate } from '../../operation/reply-template.js';
import { complaints } from '../../relationship/complaint/entity.js';
import { contact } from '../../relationship/contact.js';
import { customer } from '../../relationship/customer.js';
import { supplier } from '../../relationship/supplier.js';
import { service } from '../../strategy/service.js';
import { messages } from '../../support/message/entity.js';
import { person } from '../../support/person.js';
import { team } from '../../support/team.js';
import { webhooks } from '../../support/webhook/entity.js';

/**
 * A noun whose records are found by words: beside number, title and comments, by the texts of these fields. Left out are saved queues,
 * which are listed to who may see them, and roots, which are found by their day.
 */
export interface Searched {
  readonly entity: AnyEntity;
  readonly fields: readonly string[];
  /** Who may list the noun may search it. */
  readonly roles: readonly Role[];
}

const ANYONE: readonly Role[] = [...STAFF, 'requester'];
const noun = (entity: AnyEntity, fields: readonly string[], roles: readonly Role[] = STAFF): Searched => ({
  entity,
  fields,
  roles,
});

export const searched: readonly Searched[] = [
  noun(incidents, ['description', 'resolution', 'category'], ANYONE),
  noun(complaints, ['description', 'findings', 'action'], ANYONE),
  noun(messages, ['from', 'text']),
  noun(customer.entity, ['domains', 'notes']),
  noun(contact.entity, ['email', 'phone', 'notes']),
  noun(supplier.entity, ['supplies', 'email', 'phone', 'notes']),
  noun(service.entity, ['description', 'notes']),
  noun(person.entity, ['email', 'phone', 'notes']),
  noun(team.entity, ['skills', 'notes']),
  noun(agreements, ['notes']),
  noun(calendars, ['notes']),
  noun(escalationPolicies, ['notes']),
  noun(priorityMatrix.entity, ['notes']),
  noun(replyTemplate.entity, ['text', 'notes']),
  noun(alerts, ['description']),
  noun(alertSources, ['notes']),
  noun(webhooks, ['url', 'notes']),
];

/** The nouns that this caller may search. */
export const searchedBy = (caller: Caller): Searched[] =>
  searched.filter(
    ({ entity, roles }) => roles.some((role) => caller.roles.includes(role)) && (!isRequester(caller) || entity.requesters),
  );
