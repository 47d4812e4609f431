import type { Composition, Compositions } from './composition.js';
import { oneLine, paragraphs } from './inert.js';
import type { Words } from './words.js';

/** Letters to the people who report and complain. A reply to them reaches the record, except where it is closed. */
export const toRequester: Compositions<
  | 'incident-received'
  | 'public-comment'
  | 'incident-resolved'
  | 'incident-merged'
  | 'incident-restricted'
  | 'incident-closed'
  | 'complaint-logged'
  | 'complaint-resolved'
> = {
  'incident-received': (letter, words) => ({
    ...told('received', 'calm', letter, words),
    facts: [
      ...numbered(letter, words),
      ...words.when('label.received', letter.receivedAt),
      ...words.when('label.response-due', letter.responseDueAt),
    ],
  }),
  'public-comment': (letter, words) => ({
    ...told('comment', 'calm', letter, words),
    heading: words.say('comment.heading', { author: oneLine(letter.author, 100) }),
    quoted: paragraphs(letter.text, words.say('shortened')),
  }),
  'incident-resolved': (letter, words) => ({
    ...told('resolved', 'good', letter, words),
    quoted: paragraphs(letter.text, words.say('shortened')),
    facts: [
      ...numbered(letter, words),
      ...words.when('label.resolved', letter.resolvedAt),
      ...words.when('label.closes', letter.closesAt),
    ],
    closing: [words.say('resolved.reopen')],
  }),
  'incident-merged': (letter, words) => ({
    ...told('merged', 'calm', letter, words),
    facts: [...numbered(letter, words), ...words.fact('label.goes-on-as', letter.into)],
    closing: [words.say('merged.goes-on', { into: letter.into })],
  }),
  'incident-restricted': (letter, words) => ({
    ...told('restricted', 'calm', letter, words),
    facts: [...numbered(letter, words), ...words.when('label.expires', letter.expiresAt)],
    ...(letter.acknowledgeLink ? words.button(words.say('button.acknowledge'), letter.acknowledgeLink) : {}),
  }),
  'incident-closed': (letter, words) => ({
    ...told('closed', 'calm', letter, words),
    facts: [...numbered(letter, words), ...words.when('label.closed', letter.closedAt)],
    ...(letter.rateLink ? words.button(words.say('button.rate'), letter.rateLink) : {}),
    answerable: false,
  }),
  'complaint-logged': (letter, words) => ({
    ...told('complaint-logged', 'calm', letter, words),
    facts: [...numbered(letter, words), ...words.when('label.received', letter.receivedAt)],
  }),
  'complaint-resolved': (letter, words) => ({
    ...told('complaint-resolved', 'good', letter, words),
    quoted: paragraphs(letter.text, words.say('shortened')),
    facts: [...numbered(letter, words), ...words.when('label.resolved', letter.resolvedAt)],
    closing: [words.say('complaint-resolved.reopen')],
  }),
};

type About = { readonly number: string; readonly title: string; readonly link?: string };

/** What letters to requesters have in common. */
function told(
  key: 'received' | 'comment' | 'resolved' | 'merged' | 'restricted' | 'closed' | 'complaint-logged' | 'complaint-resolved',
  tone: Composition['tone'],
  about: About,
  words: Words,
): Composition {
  const given = { number: about.number, title: about.title, author: '' };
  return {
    tone,
    subject: words.say(`${key}.subject`, given),
    heading: words.say(`${key}.heading`, given),
    opening: words.say(`${key}.body`, given),
    facts: [],
    ...words.open(about.number, about.link),
    closing: [],
    answerable: true,
  };
}

const numbered = (about: About, words: Words) => words.fact('label.number', about.number);
