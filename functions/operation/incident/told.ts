import type { Notice } from '../../kernel/notice.js';
import type { Moving } from '../../kernel/write-routes.js';
import type { Incident } from './incident.js';

/** Who is told of what happens to an incident. Nobody is told of their own doing, and nobody twice. */

type Told = Pick<Incident, 'requesterId' | 'watchers' | 'assigneeId'>;

/** The customer's side and whoever follows it: what they are told is public. */
export const toFollowers = (
  { requesterId, watchers = [] }: Told,
  { caller }: Pick<Moving, 'caller'>,
  key: string,
  letter: string,
  data?: Notice['data'],
): Notice[] => {
  const contacts = requesterId === undefined ? [] : [{ kind: 'contact' as const, id: requesterId }];
  const all = new Map([...contacts, ...watchers].map(({ kind, id }) => [id, { kind, id }]));
  return [...all.values()]
    .filter(({ id }) => id !== caller.id)
    .map((to) => ({ key: `${key}#${to.id}`, letter, to, ...(data && { data }) }));
};

/** Whoever works on it. */
export const toAssignee = (
  { assigneeId }: Told,
  { caller }: Pick<Moving, 'caller'>,
  key: string,
  letter: string,
  data?: Notice['data'],
): Notice[] =>
  assigneeId === undefined || assigneeId === caller.id
    ? []
    : [{ key: `${key}#${assigneeId}`, letter, to: { kind: 'person', id: assigneeId }, ...(data && { data }) }];

/** One notice for each key: who works on it and follows it as well is told once. */
export const once = (notices: readonly Notice[]): Notice[] => [
  ...new Map(notices.map((each) => [`${each.letter}#${each.to.id}`, each])).values(),
];
