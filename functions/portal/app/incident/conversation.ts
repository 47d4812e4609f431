import { announce } from '../announce.js';
import { timeOf } from '../clock.js';
import { el, fill } from '../dom.js';
import { form } from '../form.js';
import { t, word } from '../language/language.js';
import type { Desk } from '../view.js';
import { type Comment, facts, type Incident } from './incident.js';
import type { Part } from './view.js';

/** What was said, by whom, to whom; and a place to say more. */
export function conversation(desk: Desk, at: string, refresh: () => Promise<void>): Part {
  const list = el('ol', { class: 'talk' });
  const mayWrite = desk.person.roles.some((role) => facts.roles['comment']?.includes(role));
  const root = el('section', { class: 'card' }, el('h2', {}, t('talk.title')), list, mayWrite && writing(desk, at, refresh));
  let shown = '';
  return {
    root,
    show({ comments, incident }) {
      const state = JSON.stringify(comments);
      if (state === shown) return;
      shown = state;
      const items = comments.map((comment) => entry(comment, incident, desk));
      fill(list, ...(items.length === 0 ? [el('li', { class: 'muted' }, t('talk.empty'))] : items));
    },
  };
}

function writing(desk: Desk, at: string, refresh: () => Promise<void>): HTMLElement {
  const place = el('div', {});
  const audience = (['public', 'internal'] as const).map(
    (each) => [each, word('talk', each === 'public' ? 'to-customer' : 'to-desk')] as const,
  );
  const again = () =>
    fill(
      place,
      form({
        fields: [
          { name: 'body', label: t('field.comment'), kind: 'area', required: true, longest: 50_000 },
          ...(desk.requester
            ? []
            : [
                {
                  name: 'visibility',
                  label: t('talk.visibility'),
                  kind: 'choice',
                  required: true,
                  value: 'public',
                  options: audience,
                } as const,
              ]),
        ],
        submit: t('talk.send'),
        send: async (body, key) => {
          await desk.api.post(`${at}/comments`, { body, key });
          announce(t('action.done.comment'));
          again();
          await refresh();
        },
      }),
    );
  again();
  return place;
}

function entry(comment: Comment, incident: Incident, desk: Desk): HTMLElement {
  const marks = [
    comment.fromRequester && t('talk.requester'),
    comment.via === 'mail' && t('talk.by-mail'),
    comment.automatic && t('talk.automatic'),
  ].filter((mark) => typeof mark === 'string');
  return el(
    'li',
    { class: 'said', 'data-visibility': comment.visibility },
    el(
      'p',
      { class: 'said-head' },
      el('strong', {}, writer(comment, incident, desk)),
      marks.length > 0 && el('span', { class: 'muted' }, marks.join(', ')),
      el('span', { class: 'muted' }, timeOf(comment.at)),
      comment.visibility === 'internal' && el('span', { class: 'tag' }, t('talk.internal')),
    ),
    el('p', { class: 'prose' }, comment.body),
  );
}

function writer({ by, fromRequester }: Comment, { requesterId }: Incident, { directory, requester }: Desk): string {
  if (requester) return fromRequester || by === requesterId ? t('talk.you') : t('talk.desk');
  return directory.nameOf(by) ?? by;
}
