import { timeOf } from '../clock.js';
import { el } from '../dom.js';
import { t, word } from '../language/language.js';
import { priorityMark, statusMark } from '../queue-row.js';
import type { Desk } from '../view.js';
import type { Incident } from './incident.js';

/** What it is, where it stands, and what was reported. */
export function headOf(incident: Incident, { directory }: Desk): HTMLElement {
  const about = directory.namesOf([incident.serviceId, incident.customerId]);
  return el(
    'header',
    { class: 'incident-head' },
    el(
      'div',
      { class: 'marks' },
      el('span', { class: 'number' }, incident.number),
      priorityMark(incident.priority),
      statusMark(incident.status),
    ),
    el('h1', {}, incident.title),
    about.length > 0 && el('p', { class: 'muted' }, about.join(' · ')),
    incident.description ? el('p', { class: 'prose' }, incident.description) : undefined,
    incident.pending && pendingNote(incident.pending),
    incident.resolution && resolutionNote(incident),
  );
}

const pendingNote = ({ reason, since, until, note }: NonNullable<Incident['pending']>): HTMLElement =>
  el(
    'div',
    { class: 'note', 'data-tone': 'attention' },
    el('p', {}, el('strong', {}, word('reason', reason)), ' · ', timeOf(since)),
    note !== undefined && el('p', { class: 'prose' }, note),
    until !== undefined && el('p', { class: 'muted small' }, `${t('field.until')}: `, timeOf(until)),
  );

const resolutionNote = ({ resolution, resolvedAt }: Incident): HTMLElement =>
  el(
    'div',
    { class: 'note', 'data-tone': 'good' },
    el('p', {}, el('strong', {}, word('code', resolution!.code)), resolvedAt !== undefined && [' · ', timeOf(resolvedAt)]),
    el('p', { class: 'prose' }, resolution!.text),
  );
