import { timeOf } from '../clock.js';
import { type Child, el } from '../dom.js';
import { type TextKey, t, word } from '../language/language.js';
import type { Desk } from '../view.js';
import type { Incident } from './incident.js';

/** The facts of an incident that are looked up now and then. */
export function detailsCard(incident: Incident, { directory, requester }: Desk): HTMLElement {
  const name = (id: string | undefined) => directory.nameOf(id);
  const time = (at: string | undefined) => at !== undefined && timeOf(at);
  const staff: [TextKey, Child][] = [
    ['field.customer', name(incident.customerId)],
    ['field.requester', name(incident.requesterId)],
    ['field.service', name(incident.serviceId)],
    ['field.team', name(incident.teamId) ?? t('queue.no-team')],
    ['field.assignee', name(incident.assigneeId) ?? t('queue.unassigned')],
    ['field.agreement', agreementOf(incident, name(incident.agreement?.id))],
    ['field.source', incident.source !== undefined && word('source', incident.source)],
  ];
  const facts: [TextKey, Child][] = [
    ...(requester ? [] : staff),
    ['field.category', incident.category],
    ['field.impact', incident.impact],
    ['field.urgency', incident.urgency],
    ['field.received', time(incident.receivedAt)],
    ['field.acknowledged', time(incident.acknowledgedAt)],
    ['field.resolved', time(incident.resolvedAt)],
    ['field.closed', time(incident.closedAt)],
    ['field.reopenings', incident.reopenings > 0 && incident.reopenings],
  ];
  return el('section', { class: 'card' }, el('h2', {}, t('details.title')), factList(facts));
}

export const factList = (facts: readonly (readonly [TextKey, Child])[]): HTMLElement =>
  el(
    'dl',
    { class: 'facts' },
    ...facts
      .filter(([, value]) => value !== undefined && value !== false && value !== null)
      .map(([label, value]) => el('div', {}, el('dt', {}, t(label as 'field.none')), el('dd', {}, value))),
  );

const agreementOf = ({ agreement, gap }: Incident, name: string | undefined): Child =>
  agreement ? `${name} v${agreement.version} (${word('ledger.rule', agreement.rule)})` : gap;
