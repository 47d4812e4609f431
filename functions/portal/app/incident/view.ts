import { allOf, type Page } from '../api.js';
import { el, fill, ICONS, icon } from '../dom.js';
import { t } from '../language/language.js';
import { asProblem, refusal } from '../refusal.js';
import { skeleton } from '../skeleton.js';
import type { Desk, View } from '../view.js';
import { actionBar } from './actions.js';
import { clocksCard } from './clocks.js';
import { conversation } from './conversation.js';
import { detailsCard } from './details.js';
import { headOf } from './head.js';
import { historyCard } from './history.js';
import type { Clock, Comment, HistoryEvent, Incident, Work } from './incident.js';
import { worklogCard } from './worklog.js';

/** Everything that is known of one incident, as it was last asked for. */
export interface Known {
  readonly incident: Incident;
  readonly clocks: readonly Clock[];
  readonly comments: readonly Comment[];
  readonly work: readonly Work[];
  readonly history: Page<HistoryEvent>;
}

/** A part of the page; it redraws itself only when what it shows has changed. */
export interface Part {
  readonly root: HTMLElement;
  show(known: Known): void;
}

export function incidentView(desk: Desk, number: string): View {
  const at = `/v1/incidents/${encodeURIComponent(number)}`;
  const trouble = el('div', {});
  const parts = partsFor(desk, at, refresh);
  named(parts);
  const body = el('div', { class: 'incident', hidden: true }, ...layout(parts, desk));
  const waiting = skeleton(8);
  let asked = 0;

  async function refresh(): Promise<void> {
    const turn = ++asked;
    try {
      const known = await read(desk, at);
      if (turn !== asked) return;
      fill(trouble);
      for (const part of Object.values(parts)) part.show(known);
      body.hidden = false;
    } catch (error) {
      if (turn === asked) fill(trouble, refusal(asProblem(error)));
    } finally {
      waiting.remove();
    }
  }

  const back = el('a', { class: 'back', href: '#/' }, icon(ICONS.back), t(desk.requester ? 'nav.mine' : 'nav.queue'));
  return { title: number, root: el('div', { class: 'column' }, back, trouble, waiting, body), refresh, every: 15_000 };
}

const partsFor = (desk: Desk, at: string, refresh: () => Promise<void>) => ({
  head: drawn(({ incident }) => headOf(incident, desk)),
  actions: drawn((known) => actionBar(known, desk, at, refresh)),
  clocks: clocksCard(desk, at),
  details: drawn(({ incident }) => detailsCard(incident, desk)),
  conversation: conversation(desk, at, refresh),
  work: drawn((known) => worklogCard(known, desk)),
  history: drawn(({ history }) => historyCard(history, desk)),
});

/** Names each part on the page, for the order on a narrow screen. */
const named = (parts: ReturnType<typeof partsFor>): void => {
  for (const [name, { root }] of Object.entries(parts)) root.dataset['part'] = name;
};

const layout = (parts: ReturnType<typeof partsFor>, { requester }: Desk): HTMLElement[] => [
  el('div', { class: 'incident-main' }, parts.head.root, parts.actions.root, parts.conversation.root, parts.history.root),
  el(
    'div',
    { class: 'incident-side' },
    ...(requester ? [] : [parts.clocks.root]),
    parts.details.root,
    ...(requester ? [] : [parts.work.root]),
  ),
];

/** A part that is drawn anew from what is known, when that says something else than before. */
function drawn(draw: (known: Known) => HTMLElement): Part {
  const root = el('div', {});
  let before = '';
  return {
    root,
    show(known) {
      const element = draw(known);
      const after = element.outerHTML;
      if (after === before) return;
      before = after;
      fill(root, element);
    },
  };
}

async function read(desk: Desk, at: string): Promise<Known> {
  const { api, requester, directory } = desk;
  const nothing = { items: [], nextCursor: null };
  const [incident, clocks, comments, work, history] = await Promise.all([
    api.get<Incident>(at),
    requester ? nothing : api.get<{ items: readonly Clock[] }>(`${at}/clocks`),
    allOf<Comment>(api, `${at}/comments`, 5),
    requester ? nothing : allOf<Work>(api, `${at}/worklog`, 3),
    allOf<HistoryEvent>(api, `${at}/history`, 5),
  ]);
  const said = comments.items.filter(({ fromRequester }) => fromRequester).map(({ by }) => by);
  await directory.learn([incident.requesterId, ...said], ['contacts', 'people']);
  const staff = [incident.createdBy, incident.assigneeId, incident.acknowledgedBy];
  await directory.learn([
    ...staff,
    ...[...comments.items, ...work.items].map(({ by }) => by),
    ...history.items.map(({ actor }) => actor),
  ]);
  if (incident.agreement) await directory.learn([incident.agreement.id], ['agreements']);
  return { incident, clocks: clocks.items, comments: comments.items, work: work.items, history };
}
