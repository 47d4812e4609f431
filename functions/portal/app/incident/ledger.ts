import { timeOf } from '../clock.js';
import { el } from '../dom.js';
import { exactInstant, minutes, stretch } from '../format.js';
import { t, word } from '../language/language.js';
import type { Desk } from '../view.js';
import type { Explained } from './incident.js';

/** Why a clock stands where it stands: every stretch, and their sum. */
export function ledger(explained: Explained, desk: Desk): HTMLElement {
  const sum = explained.segments.reduce((total, segment) => total + segment.minutes, 0);
  return el(
    'div',
    { class: 'ledger' },
    el(
      'table',
      {},
      el('caption', {}, t('ledger.caption')),
      el('thead', {}, el('tr', {}, ...HEADS.map((key) => el('th', { scope: 'col' }, t(key))))),
      el('tbody', {}, ...explained.segments.map((segment) => row(segment, desk))),
      el(
        'tfoot',
        {},
        el('tr', {}, el('th', { scope: 'row', colspan: 2 }, t('ledger.sum')), el('td', { class: 'figure' }, exactMinutes(sum))),
      ),
    ),
    el('h4', {}, t('ledger.terms')),
    el('ul', { class: 'terms' }, ...explained.terms.map(termOf)),
  );
}

const HEADS = ['ledger.when', 'ledger.kind', 'ledger.minutes'] as const;

function row({ from, to, kind, minutes: counted, reason, by }: Explained['segments'][number], { directory }: Desk): HTMLElement {
  const why = [reason !== undefined && word('reason', reason), directory.nameOf(by)].filter(
    (part) => part !== false && part !== undefined,
  );
  return el(
    'tr',
    { 'data-kind': kind },
    el('td', { title: `${exactInstant(from)} – ${exactInstant(to)}` }, stretch(from, to)),
    el('td', {}, word('ledger.kind', kind), why.length > 0 && el('span', { class: 'muted small block' }, why.join(' · '))),
    el('td', { class: 'figure' }, kind === 'running' ? exactMinutes(counted) : t('field.none')),
  );
}

const termOf = ({ at, how, rule, priority, agreement, calendar }: Explained['terms'][number]): HTMLElement =>
  el(
    'li',
    {},
    timeOf(at),
    ` · ${word('ledger.how', how)} · ${word('ledger.rule', rule)} · `,
    t('ledger.term', { version: agreement.version, calendar: calendar.version, priority }),
  );

/** With a decimal where seconds counted, so that the column adds up before the reader's eyes. */
const exactMinutes = (amount: number): string =>
  Number.isInteger(amount) ? minutes(amount) : t('time.minute', { n: amount.toFixed(1) });
