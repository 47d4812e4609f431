import type { Compositions } from './composition.js';
import { oneLine, paragraphs } from './inert.js';
import type { LetterOf } from './letters.js';
import type { Words } from './words.js';

/** Letters to those who work on records, other than notices of clocks. */
export const toStaff: Compositions<'incident-reopened' | 'page' | 'assigned' | 'triage-waiting' | 'webhook-disabled'> = {
  'incident-reopened': (letter, words) => ({
    ...staffed(letter, words),
    tone: 'attention',
    subject: words.say('reopened.subject', letter),
    heading: words.say('reopened.heading', letter),
    opening: words.say('reopened.body', { person: oneLine(letter.reopenedBy, 100), title: letter.title }),
    ...(letter.text ? { quoted: paragraphs(letter.text, words.say('shortened')) } : {}),
    facts: [
      ...facts(letter, words),
      ...words.when('label.reopened', letter.reopenedAt),
      ...words.fact('label.reopened-times', words.number(letter.times)),
    ],
  }),
  page: (letter, words) => {
    const level = words.number(letter.level);
    const { button: other } = words.open(letter.number, letter.link);
    return {
      ...staffed(letter, words),
      tone: 'alarm',
      subject: words.say('page.subject', { ...letter, level }),
      heading: words.say('page.heading', letter),
      opening: words.say('page.body', { level }),
      quoted: letter.title,
      facts: [
        ...facts(letter, words),
        ...words.when('label.due', letter.dueAt),
        ...words.when('label.next-level', letter.nextLevelAt),
        ...words.when('label.expires', letter.expiresAt),
      ],
      ...words.button(words.say('button.acknowledge'), letter.acknowledgeLink),
      ...(other ? { also: other } : {}),
    };
  },
  assigned: (letter, words) => {
    const team = letter.team === undefined ? undefined : oneLine(letter.team, 100);
    const key = team === undefined ? 'assigned-you' : 'assigned-team';
    const given = { number: letter.number, title: letter.title, team: team ?? '' };
    return {
      ...staffed(letter, words),
      tone: 'calm',
      subject: words.say(`${key}.subject`, given),
      heading: words.say(`${key}.heading`, given),
      opening: words.say(`${key}.body`, given),
      facts: [
        ...facts(letter, words),
        ...words.fact('label.assigned-to', team),
        ...words.when('label.response-due', letter.responseDueAt),
      ],
    };
  },
  'webhook-disabled': (letter, words) => ({
    ...words.open(letter.number, letter.link),
    tone: 'attention',
    subject: words.say('webhook-disabled.subject', letter),
    heading: words.say('webhook-disabled.heading', letter),
    opening: words.say('webhook-disabled.body', { receiver: oneLine(letter.receiver, 200) }),
    facts: [
      ...words.fact('label.number', letter.number),
      ...words.fact('label.reason', oneLine(letter.reason, 100)),
      ...words.when('label.disabled', letter.disabledAt),
    ],
    closing: [],
    answerable: false,
  }),
  'triage-waiting': (letter, words) => ({
    tone: 'attention',
    subject: words.say('triage.subject', { subject: oneLine(letter.subject, 120) }),
    heading: words.say('triage.heading'),
    opening: words.say('triage.body'),
    facts: [
      ...words.fact('label.from', letter.from),
      ...words.fact('label.subject', letter.subject),
      ...words.fact('label.reason', words.say(`reason.${letter.reason}`)),
      ...words.when('label.received', letter.receivedAt),
      ...words.fact('label.waiting', words.number(letter.waiting)),
    ],
    ...words.button(words.say('button.triage'), letter.link),
    closing: [],
    answerable: false,
  }),
};

type Staff = LetterOf<'assigned'> | LetterOf<'page'> | LetterOf<'incident-reopened'> | ClockLetter;
export type ClockLetter = LetterOf<'clock-warning' | 'clock-due-soon' | 'clock-breached' | 'clock-late' | 'clock-retargeted'>;

export const staffed = (letter: Staff, words: Words) => ({
  ...words.open(letter.number, letter.link),
  closing: [],
  answerable: false,
});

export const facts = (letter: Staff, words: Words) => [
  ...words.fact('label.number', letter.number),
  ...words.fact('label.priority', letter.priority),
  ...words.fact('label.customer', letter.customer),
  ...words.fact('label.service', letter.service),
];
