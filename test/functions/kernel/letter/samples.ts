import type { LetterName, LetterOf } from '../../../../functions/kernel/letter.js';

const about = {
  number: 'INC-1042',
  title: 'The label printer in the warehouse prints blank labels',
  link: 'https://desk.example/INC-1042',
};
const staff = { ...about, priority: 'P2', customer: 'Harbour Logistics', service: 'Warehouse systems' };
const notice = { ...staff, clock: 'resolution', dueAt: '2026-11-06T16:50:00Z' } as const;

/** One of each letter, with everything that it can carry. */
export const samples: { readonly [Name in LetterName]: LetterOf<Name> } = {
  'incident-received': {
    letter: 'incident-received',
    ...about,
    receivedAt: '2026-11-06T08:12:00Z',
    responseDueAt: '2026-11-06T09:12:00Z',
  },
  'public-comment': {
    letter: 'public-comment',
    ...about,
    author: 'Mei Tanaka',
    text: 'Good morning,\n\nwe have found the cause: the driver of last night turned the labels by a quarter. Could you please\n\n  1. switch the printer off and on,\n  2. print one label,\n  3. tell us whether it shows the address?\n\nThank you!',
  },
  'incident-resolved': {
    letter: 'incident-resolved',
    ...about,
    text: 'The former driver is back in place, and a test label came out right.',
    resolvedAt: '2026-11-06T11:40:00Z',
    closesAt: '2026-11-11T11:40:00Z',
  },
  'incident-merged': { letter: 'incident-merged', ...about, into: 'INC-1040' },
  'incident-restricted': {
    letter: 'incident-restricted',
    number: about.number,
    title: '',
    link: about.link,
    acknowledgeLink: 'https://desk.example/acknowledge/caaqabc',
    expiresAt: '2026-11-07T16:50:00Z',
  },
  'incident-closed': {
    letter: 'incident-closed',
    ...about,
    closedAt: '2026-11-11T11:40:00Z',
    rateLink: 'https://desk.example/rate/x',
  },
  'incident-reopened': {
    letter: 'incident-reopened',
    ...staff,
    reopenedBy: 'Ada Berg',
    reopenedAt: '2026-11-07T07:30:00Z',
    times: 1,
    text: 'It is blank again since this morning.',
  },
  'clock-warning': { letter: 'clock-warning', ...notice, percent: 80 },
  'clock-due-soon': { letter: 'clock-due-soon', ...notice, minutesLeft: 25 },
  'clock-breached': { letter: 'clock-breached', ...notice },
  'clock-late': { letter: 'clock-late', ...notice, plannedAt: '2026-11-06T16:20:00Z', minutesLate: 95 },
  'clock-retargeted': { letter: 'clock-retargeted', ...notice, steps: 3, percent: 85 },
  page: {
    letter: 'page',
    ...staff,
    priority: 'P1',
    level: 2,
    acknowledgeLink: 'https://desk.example/acknowledge/caaqabc',
    expiresAt: '2026-11-07T16:50:00Z',
    dueAt: '2026-11-06T18:50:00Z',
    nextLevelAt: '2026-11-06T17:05:00Z',
  },
  assigned: { letter: 'assigned', ...staff, team: 'Warehouse support', responseDueAt: '2026-11-06T09:12:00Z' },
  'webhook-disabled': {
    letter: 'webhook-disabled',
    ...about,
    number: 'WHK-1001',
    title: 'Chat of the yard',
    receiver: 'chat.example',
    reason: 'HTTP 500',
    disabledAt: '2026-11-06T16:50:00Z',
  },
  'triage-waiting': {
    letter: 'triage-waiting',
    from: 'someone@nowhere.example',
    subject: 'Urgent!! Printer',
    reason: 'not-authentic',
    receivedAt: '2026-11-06T08:12:00Z',
    waiting: 4,
    link: 'https://desk.example/triage',
  },
  'complaint-logged': {
    letter: 'complaint-logged',
    ...about,
    number: 'CPL-7',
    title: 'Nobody called back',
    receivedAt: '2026-11-06T08:12:00Z',
  },
  'complaint-resolved': {
    letter: 'complaint-resolved',
    ...about,
    number: 'CPL-7',
    title: 'Nobody called back',
    text: 'The call was noted but given to nobody. From today each such note has an owner. We are sorry.',
    resolvedAt: '2026-11-09T10:00:00Z',
  },
};
