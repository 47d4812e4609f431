import { timeOf } from '../clock.js';
import { el } from '../dom.js';
import { minutes } from '../format.js';
import { t } from '../language/language.js';
import type { Desk } from '../view.js';
import type { Known } from './view.js';

/** Minutes of work beside what was done. */
export const worklogCard = ({ work, incident }: Known, { directory }: Desk): HTMLElement =>
  el(
    'section',
    { class: 'card' },
    el(
      'div',
      { class: 'card-head' },
      el('h2', {}, t('work.title')),
      work.length > 0 && el('span', { class: 'muted small' }, t('work.total', { time: minutes(incident.minutesSpent ?? 0) })),
    ),
    work.length === 0
      ? el('p', { class: 'muted' }, t('work.empty'))
      : el(
          'ol',
          { class: 'work' },
          ...work.map(({ text, by, at, minutes: spent }) =>
            el(
              'li',
              {},
              el('span', { class: 'figure' }, minutes(spent)),
              el(
                'div',
                {},
                el('p', { class: 'prose' }, text),
                el('p', { class: 'muted small' }, directory.nameOf(by), ' · ', timeOf(at)),
              ),
            ),
          ),
        ),
  );
