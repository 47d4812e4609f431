import { Problem } from './api.js';
import { el, ICONS, icon } from './dom.js';
import { t, word } from './language/language.js';

/** A refusal in words: what it means to the reader, what the service said, and what can be done instead. */

const MEANING: Readonly<Record<string, () => string>> = {
  offline: () => t('problem.offline'),
  fault: () => t('problem.fault'),
  stale: () => t('problem.stale'),
  forbidden: () => t('problem.forbidden'),
  'not-found': () => t('problem.not-found'),
};

function movesOf({ facts }: Problem): string | undefined {
  const moves = facts['moves'];
  if (!Array.isArray(moves)) return undefined;
  const names = moves.filter((move) => move !== 'begin').map((move) => word('action', String(move)));
  return names.length === 0 ? t('problem.no-moves') : t('problem.open-moves', { moves: names.join(', ') });
}

/** Errors that are no refusals are bugs of this page; they are shown, and go on to the browser's console. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  reportError(error);
  return new Problem(-1, '', error instanceof Error ? error.message : String(error));
}

export function refusal(problem: Problem): HTMLElement {
  const meaning = MEANING[problem.reason]?.() ?? t('problem.title');
  const said = problem.reason === 'offline' || problem.message === meaning ? undefined : problem.message;
  const fields = problem.errors.filter(({ message }) => !said?.includes(message));
  const instance = problem.facts['instance'];
  return el(
    'div',
    { class: 'refusal', role: 'alert' },
    icon(ICONS.alarm),
    el(
      'div',
      {},
      el('p', { class: 'refusal-title' }, meaning),
      said !== undefined && el('p', { lang: 'en' }, said),
      fields.length > 0 &&
        el('ul', {}, ...fields.map(({ pointer, message }) => el('li', { lang: 'en' }, `${pointer} ${message}`))),
      movesOf(problem) && el('p', {}, movesOf(problem)),
      instance !== undefined &&
        problem.status >= 500 &&
        el('p', { class: 'muted small' }, t('problem.request', { id: String(instance) })),
    ),
  );
}
