import { announce } from '../announce.js';
import { Problem } from '../api.js';
import { formDialog } from '../dialog.js';
import { el } from '../dom.js';
import type { Body } from '../form.js';
import { type TextKey, t, word } from '../language/language.js';
import type { Desk } from '../view.js';
import { FIELDS, VERBS, type Verb } from './action-fields.js';
import { facts, type Incident, isLive } from './incident.js';
import type { Known } from './view.js';

/** The permission of a verb, where it is called otherwise. */
const routeOf = (verb: Verb): string => (verb === 'work' ? 'worklog' : verb);

/** What this person may do to an incident as it stands. The service decides; this only leaves out what it would refuse. */
function openTo({ incident, clocks }: Known, { person }: Desk): Verb[] {
  const moves = facts.moves[incident.status] ?? [];
  const isOpen = (verb: Verb): boolean => {
    if (verb === 'acknowledge') return isLive(incident) && (!incident.acknowledgedAt || clocks.some(({ breached }) => breached));
    return verb === 'assign' || verb === 'reclassify' ? isLive(incident) : verb === 'work' || moves.includes(verb);
  };
  return VERBS.filter((verb) => person.roles.some((role) => facts.roles[verb]?.includes(role)) && isOpen(verb));
}

/** The first thing that is waited for. */
const primaryOf = ({ incident }: Known): Verb =>
  incident.status === 'new' && !incident.acknowledgedAt
    ? 'acknowledge'
    : incident.status === 'pending'
      ? 'resume'
      : incident.status === 'resolved'
        ? 'close'
        : 'resolve';

export function actionBar(known: Known, desk: Desk, at: string, refresh: () => Promise<void>): HTMLElement {
  const primary = primaryOf(known);
  const verbs = openTo(known, desk).sort((a, b) => Number(b === primary) - Number(a === primary));
  return el(
    'div',
    {
      class: 'actions',
      role: 'group',
      'aria-label': t('action.all'),
      'data-version': known.incident.version,
      hidden: verbs.length === 0,
    },
    ...verbs.map((verb) =>
      el(
        'button',
        {
          type: 'button',
          class: `button${verb === primary ? ' primary' : ''}${verb === 'cancel' ? ' danger-text' : ''}`,
          'data-key': `action-${verb}`,
          on: { click: () => ask(verb, known.incident, desk, at, refresh) },
        },
        word('action', verb),
      ),
    ),
  );
}

function ask(verb: Verb, incident: Incident, desk: Desk, at: string, refresh: () => Promise<void>): void {
  let { version } = incident;
  const hint = `action.hint.${verb}` as TextKey;
  const said = word('action.hint', verb);
  formDialog(t(`action.title.${verb}`, { number: incident.number }), said === verb ? undefined : t(hint as 'loading'), {
    fields: FIELDS[verb](incident, desk),
    submit: word('action', verb),
    danger: verb === 'cancel',
    send: async (body: Body, key: string) => {
      try {
        await desk.api.post(`${at}/${routeOf(verb)}`, { body, key, ...(verb !== 'work' && { version }) });
      } catch (error) {
        if (error instanceof Problem && error.reason === 'stale') {
          version = (await desk.api.get<Incident>(at)).version;
          await refresh();
        }
        throw error;
      }
      announce(word('action.done', verb));
      await refresh();
    },
  });
}
