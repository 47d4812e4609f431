import { timeOf } from './clock.js';
import { el, fill, ICONS, icon } from './dom.js';
import { t } from './language/language.js';
import { letterFrame } from './letter-frame.js';
import { asProblem, refusal } from './refusal.js';
import { skeleton } from './skeleton.js';
import type { Desk, View } from './view.js';

/** What the outbox holds: a mail, or a message that was published to a topic. */
interface Sending {
  readonly id: string;
  readonly at: string;
  readonly subject?: string;
  readonly to?: string | readonly string[];
  readonly text?: string;
  readonly html?: string;
  readonly topic?: string;
  readonly message?: string;
}

interface Letter {
  readonly id: string;
  readonly at: string;
  readonly to: string;
  readonly subject: string;
  readonly text?: string | undefined;
  readonly html?: string | undefined;
}

function letterOf({ id, at, subject, to, text, html, topic, message }: Sending): Letter {
  if (topic === undefined) return { id, at, to: [to ?? []].flat().join(', '), subject: subject ?? '', text, html };
  return { id, at, to: t('mail.topic', { topic: topic.split(':').at(-1)! }), subject: subject ?? message ?? '', text: message };
}

/** What the system of one machine has sent, newest first. `id`: the letter that is open. */
export function mailboxView(desk: Desk, id: string | undefined): View {
  const list = el('ul', { class: 'letters' });
  const reader = el('section', { class: 'reader', 'aria-label': t('mail.html') });
  const trouble = el('div', {});
  let shown: string | undefined;

  async function refresh(): Promise<void> {
    try {
      const given = await desk.api.get<readonly Sending[] | { readonly items: readonly Sending[] }>('/local/mail');
      const letters = ('items' in given ? given.items : given).map(letterOf).sort((a, b) => b.at.localeCompare(a.at));
      fill(trouble);
      show(letters);
    } catch (error) {
      fill(trouble, refusal(asProblem(error)));
      if (shown === undefined) fill(list);
    }
  }

  function show(letters: readonly Letter[]): void {
    const state = letters.map((letter) => letter.id).join();
    if (state === shown) return;
    const first = shown === undefined;
    shown = state;
    fill(
      list,
      ...(letters.length === 0
        ? [el('li', {}, empty())]
        : letters.slice(0, 300).map((letter) => entry(letter, letter.id === id))),
    );
    const open = letters.find((letter) => letter.id === id);
    if (first || !open) fill(reader, open ? letterPage(open) : el('p', { class: 'muted reader-hint' }, t('mail.choose')));
    root.classList.toggle('is-empty', letters.length === 0);
  }

  fill(list, el('li', {}, skeleton(5)));
  const root = el('div', { class: id === undefined ? 'mailbox' : 'mailbox is-reading' }, list, reader);
  const page = el(
    'div',
    { class: 'column' },
    el('div', { class: 'page-head' }, el('div', {}, el('h1', {}, t('mail.title')), el('p', { class: 'muted' }, t('mail.lead')))),
    trouble,
    root,
  );
  return { title: t('mail.title'), root: page, refresh, every: 10_000 };
}

const entry = (letter: Letter, open: boolean): HTMLElement =>
  el(
    'li',
    {},
    el(
      'a',
      { class: 'letter', href: `#/mail/${encodeURIComponent(letter.id)}`, 'data-key': letter.id, 'aria-current': open && 'true' },
      el('span', { class: 'letter-subject' }, letter.subject),
      el('span', { class: 'letter-foot muted small' }, el('span', {}, letter.to), timeOf(letter.at)),
    ),
  );

function letterPage(letter: Letter): HTMLElement {
  const body = el('div', { class: 'letter-body' });
  const kinds = [
    ...(letter.html === undefined ? [] : (['html'] as const)),
    ...(letter.text === undefined ? [] : (['text'] as const)),
  ];
  const buttons = kinds.map((kind) =>
    el(
      'button',
      { type: 'button', class: 'tab', on: { click: () => choose(kind) } },
      t(kind === 'html' ? 'mail.html' : 'mail.text'),
    ),
  );
  function choose(kind: 'html' | 'text' | undefined): void {
    buttons.forEach((button, i) => void button.setAttribute('aria-pressed', String(kinds[i] === kind)));
    fill(body, kind === 'html' ? letterFrame(letter.html!) : el('pre', { class: 'letter-text' }, letter.text));
  }
  choose(kinds[0]);
  return el(
    'article',
    {},
    el('a', { class: 'back reader-back', href: '#/mail' }, icon(ICONS.back), t('mail.back')),
    el('h2', {}, letter.subject),
    el(
      'dl',
      { class: 'facts' },
      el('div', {}, el('dt', {}, t('mail.to')), el('dd', {}, letter.to)),
      el('div', {}, el('dt', {}, t('mail.sent')), el('dd', {}, timeOf(letter.at))),
    ),
    el('div', { class: 'tabs', role: 'group', 'aria-label': t('mail.view') }, ...buttons),
    body,
  );
}

const empty = (): HTMLElement =>
  el(
    'div',
    { class: 'empty' },
    icon(ICONS.done),
    el('p', { class: 'empty-title' }, t('mail.empty.title')),
    el('p', { class: 'muted' }, t('mail.empty.body')),
  );
