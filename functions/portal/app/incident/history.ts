import type { Page } from '../api.js';
import { timeOf } from '../clock.js';
import { el, ICONS, icon } from '../dom.js';
import { t, word } from '../language/language.js';
import type { Desk } from '../view.js';
import type { HistoryEvent } from './incident.js';

/** Everything that happened, newest first, each entry with the hash that chains it to the one before. */
export function historyCard({ items }: Page<HistoryEvent>, desk: Desk): HTMLElement {
  const hashed = items.some(({ hash }) => hash !== undefined);
  return el(
    'section',
    { class: 'card' },
    el('div', { class: 'card-head' }, el('h2', {}, t('history.title')), verdict(items, hashed)),
    hashed && el('p', { class: 'muted small' }, t('history.lead')),
    el('ol', { class: 'history', reversed: true }, ...[...items].reverse().map((event) => entry(event, desk))),
  );
}

/** Whether each entry names the hash of the one before; recomputing the hashes is for `verify-history`. */
function verdict(items: readonly HistoryEvent[], hashed: boolean): HTMLElement {
  if (!hashed) return el('span', { class: 'muted small' }, t('history.outline', { count: items.length }));
  const broken = items.findIndex((event, i) => i > 0 && event.previous !== items[i - 1]!.hash);
  return broken === -1
    ? el('span', { class: 'chain', 'data-tone': 'good' }, icon(ICONS.link), t('history.whole', { count: items.length }))
    : el(
        'span',
        { class: 'chain', 'data-tone': 'alarm' },
        icon(ICONS.alarm),
        t('history.broken', { n: items[broken]!.sequence }),
      );
}

function entry(event: HistoryEvent, { directory }: Desk): HTMLElement {
  const name = event.event.slice(event.event.indexOf('.') + 1);
  const changed = (event.changed ?? []).filter((field) => !QUIET.includes(field));
  return el(
    'li',
    { value: event.sequence },
    el(
      'p',
      { class: 'history-head' },
      el('strong', {}, word('event', name)),
      event.actor !== undefined && el('span', {}, directory.nameOf(event.actor)),
      el('span', { class: 'muted' }, timeOf(event.at)),
    ),
    whyOf(event),
    changed.length > 0 &&
      el('p', { class: 'muted small' }, t('history.changed', { fields: changed.map((field) => fieldWord(field)).join(', ') })),
    event.hash !== undefined && hashOf(event),
  );
}

const QUIET = ['clocks', 'escalation', 'version', 'updatedAt', 'updatedBy', 'createdAt', 'createdBy', 'id', 'number'];

/** Field names of the API beside the labels that this page gives them. */
const LABELS: Readonly<Record<string, string>> = {
  customerId: 'customer',
  serviceId: 'service',
  teamId: 'team',
  assigneeId: 'assignee',
  requesterId: 'requester',
  acknowledgedAt: 'acknowledged',
  resolvedAt: 'resolved',
  closedAt: 'closed',
  receivedAt: 'received',
  nextDue: 'due',
  overdueSince: 'due',
  minutesSpent: 'spent',
};
const fieldWord = (field: string): string => {
  const name = LABELS[field] ?? field;
  const label = word('field', name);
  return label === name ? field : label;
};

function whyOf({ detail }: HistoryEvent): HTMLElement | undefined {
  const given = detail?.['reason'] ?? detail?.['why'];
  return typeof given === 'string' ? el('p', { class: 'prose' }, word('reason', given)) : undefined;
}

const hashOf = ({ hash, previous }: HistoryEvent): HTMLElement =>
  el(
    'details',
    { class: 'hash' },
    el('summary', {}, el('span', { class: 'hidden' }, t('history.hash')), el('code', {}, hash!.slice(0, 16))),
    el('p', {}, el('code', {}, hash)),
    el('p', { class: 'muted' }, `${t('history.previous')} `, el('code', {}, previous)),
  );
