import { el } from './dom.js';
import { t } from './language/language.js';

/** Grey lines where text will stand; read out as one word. */
export const skeleton = (lines: number): HTMLElement =>
  el(
    'div',
    { class: 'skeleton', role: 'status' },
    el('span', { class: 'hidden' }, t('loading')),
    ...Array.from({ length: lines }, () => el('div', { class: 'skeleton-line', 'aria-hidden': 'true' })),
  );
