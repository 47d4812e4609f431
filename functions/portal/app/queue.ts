import { type Page, withQuery } from './api.js';
import { now } from './clock.js';
import { el, fill, ICONS, icon } from './dom.js';
import { timeOfDay } from './format.js';
import type { Clock, Listed } from './incident/incident.js';
import { t, word } from './language/language.js';
import { recall, remember } from './preferences.js';
import { queueRow } from './queue-row.js';
import { asProblem, refusal } from './refusal.js';
import { skeleton } from './skeleton.js';
import type { Desk, View } from './view.js';

const PHASES = ['live', 'resolved', 'done'] as const;
const ME = 'me';

/** The queue of the desk, ordered by what breaches next; for the customer's side, its own incidents, newest first. */
export function queueView(desk: Desk): View {
  const chosen = { team: desk.requester ? '' : (recall('team') ?? ''), phase: 'live' as string };
  const list = el('ol', { class: 'queue' });
  const note = el('p', { class: 'muted small count' });
  const trouble = el('div', {});
  const more = el(
    'button',
    { type: 'button', class: 'button', hidden: true, on: { click: () => void loadMore() } },
    t('queue.more'),
  );
  const clocks = new Map<string, readonly Clock[]>();
  let items: readonly Listed[] = [];
  let pages = 1;
  let asked = 0;

  const path = (): string => {
    if (desk.requester) return '/v1/incidents?sort=created';
    const narrowed = chosen.team === ME ? { assigneeId: desk.person.id } : chosen.team === '' ? {} : { teamId: chosen.team };
    return withQuery('/v1/incidents', { ...narrowed, phase: chosen.phase, sort: 'due' });
  };

  async function refresh(): Promise<void> {
    const turn = ++asked;
    try {
      const read = await readPages(desk, path(), pages);
      if (turn !== asked) return;
      items = read.items;
      fill(trouble);
      show(read.nextCursor !== null);
      await learnClocks();
      if (turn === asked) show(read.nextCursor !== null);
    } catch (error) {
      if (turn === asked) fill(trouble, refusal(asProblem(error)));
      if (items.length === 0) fill(list);
    }
  }

  /** A row without a due instant may be breached or paused: its clocks say which. */
  async function learnClocks(): Promise<void> {
    if (desk.requester) return;
    const silent = items.filter(
      (item) =>
        item.nextDue === undefined && item.overdueSince === undefined && item.status !== 'pending' && !clocks.has(keyOf(item)),
    );
    if (chosen.phase !== 'live') return;
    for (let i = 0; i < silent.length; i += 4) {
      const answers = silent.slice(i, i + 4).map(async (item) => {
        const { items: read } = await desk.api.get<{ items: readonly Clock[] }>(`/v1/incidents/${item.id}/clocks`);
        clocks.set(keyOf(item), read);
      });
      await Promise.all(answers);
    }
  }

  function show(hasMore: boolean): void {
    more.hidden = !hasMore;
    fill(
      list,
      ...(items.length === 0 ? [el('li', {}, empty(desk))] : items.map((item) => queueRow(item, clocks.get(keyOf(item)), desk))),
    );
    const count = t(hasMore ? 'queue.count-more' : 'queue.count', { count: items.length });
    fill(note, `${count} · ${t('queue.updated', { time: timeOfDay(new Date(now())) })}`);
  }

  async function loadMore(): Promise<void> {
    pages += 1;
    more.disabled = true;
    await refresh();
    more.disabled = false;
  }

  function choose(change: Partial<typeof chosen>): void {
    Object.assign(chosen, change);
    remember('team', chosen.team || undefined);
    pages = 1;
    items = [];
    fill(list, el('li', {}, skeleton(6)));
    void refresh();
  }

  fill(list, el('li', {}, skeleton(6)));
  const title = t(desk.requester ? 'queue.mine.title' : 'queue.title');
  const root = el(
    'div',
    { class: 'column' },
    el(
      'div',
      { class: 'page-head' },
      el('div', {}, el('h1', {}, title), el('p', { class: 'muted' }, t(desk.requester ? 'queue.mine.lead' : 'queue.lead'))),
      !desk.requester && filters(desk, chosen, choose),
    ),
    trouble,
    list,
    el('div', { class: 'list-foot' }, more, note),
  );
  list.addEventListener('keydown', moveByArrows);
  return { title, root, refresh, every: 15_000 };
}

const keyOf = ({ id, version }: Listed): string => `${id}@${version}`;

async function readPages(desk: Desk, path: string, pages: number): Promise<Page<Listed>> {
  const items: Listed[] = [];
  let cursor: string | null = null;
  for (let i = 0; i < pages; i++) {
    const page: Page<Listed> = await desk.api.get(withQuery(path, { limit: '50', cursor: cursor ?? undefined }));
    items.push(...page.items);
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  return { items, nextCursor: cursor };
}

function filters(desk: Desk, chosen: { team: string; phase: string }, choose: (change: object) => void): HTMLElement {
  const teams = desk.directory.list('teams').map(({ id, title }) => [id, title] as const);
  const me = desk.directory.has(desk.person.id) ? [[ME, t('queue.team.me')] as const] : [];
  const known = [['', t('queue.team.all')] as const, ...me, ...teams];
  if (!known.some(([value]) => value === chosen.team)) chosen.team = '';
  const phases = PHASES.map((phase) => [phase, word('phase', phase)] as const);
  return el(
    'div',
    { class: 'filters' },
    chooser('queue.phase', phases, chosen.phase, (phase) => choose({ phase })),
    chooser('queue.team', known, chosen.team, (team) => choose({ team })),
  );
}

function chooser(
  label: 'queue.phase' | 'queue.team',
  options: readonly (readonly [string, string])[],
  value: string,
  chose: (value: string) => void,
): HTMLElement {
  const select = el(
    'select',
    { on: { change: () => chose(select.value) } },
    ...options.map(([each, text]) => el('option', { value: each, selected: each === value }, text)),
  );
  return el('label', { class: 'chooser' }, el('span', {}, t(label)), select);
}

const empty = (desk: Desk): HTMLElement =>
  el(
    'div',
    { class: 'empty' },
    icon(ICONS.done),
    el('p', { class: 'empty-title' }, t('queue.empty.title')),
    el('p', { class: 'muted' }, t(desk.requester ? 'queue.empty.mine' : 'queue.empty.body')),
  );

/** Up and down go from row to row. */
function moveByArrows(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const links = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('a.row-link')];
  const next = step && links[links.indexOf(document.activeElement as HTMLElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
