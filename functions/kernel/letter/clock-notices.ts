import type { Composition, Compositions } from './composition.js';
import { type ClockLetter, facts, staffed } from './to-staff.js';
import type { Words } from './words.js';

/** Notices of service-level clocks: the steps of an escalation, and why one comes late or stands for several. */
export const clockNotices: Compositions<ClockLetter['letter']> = {
  'clock-warning': (letter, words) => {
    const percent = words.percent(letter.percent);
    return {
      ...clocked('clock-warning', 'attention', letter, words),
      subject: words.say('clock-warning.subject', { ...letter, percent }),
      heading: words.say('clock-warning.heading', { percent, clock: words.say(`clock.${letter.clock}`) }),
    };
  },
  'clock-due-soon': (letter, words) => {
    const left = words.minutes(letter.minutesLeft);
    return {
      ...clocked('clock-due-soon', 'attention', letter, words),
      subject: words.say('clock-due-soon.subject', { ...letter, left }),
      heading: words.say('clock-due-soon.heading', { left, clock: words.say(`clock.${letter.clock}`) }),
    };
  },
  'clock-breached': (letter, words) => ({
    ...clocked('clock-breached', 'alarm', letter, words),
    subject: words.say('clock-breached.subject', letter),
    heading: words.say('clock-breached.heading', { clock: words.say(`clock.${letter.clock}`) }),
    facts: [...facts(letter, words), ...words.when('label.was-due', letter.dueAt)],
  }),
  'clock-late': (letter, words) => ({
    ...clocked('clock-late', 'alarm', letter, words),
    subject: words.say('clock-late.subject', letter),
    heading: words.say('clock-late.heading', {
      late: words.minutes(letter.minutesLate),
      clock: words.say(`clock.${letter.clock}`),
    }),
    facts: [
      ...facts(letter, words),
      ...words.when('label.planned-for', letter.plannedAt),
      ...words.when('label.due', letter.dueAt),
    ],
  }),
  'clock-retargeted': (letter, words) => ({
    ...clocked('clock-retargeted', 'attention', letter, words),
    subject: words.say('clock-retargeted.subject', letter),
    heading: words.say('clock-retargeted.heading', {
      percent: words.percent(letter.percent),
      clock: words.say(`clock.${letter.clock}`),
    }),
    opening: words.say('clock-retargeted.body', { ...letter, steps: words.number(letter.steps) }),
  }),
};

function clocked(key: ClockLetter['letter'], tone: Composition['tone'], letter: ClockLetter, words: Words) {
  return {
    ...staffed(letter, words),
    tone,
    opening: words.say(`${key}.body`, { number: letter.number, title: letter.title, steps: '' }),
    facts: [...facts(letter, words), ...words.when('label.due', letter.dueAt)],
  };
}
