import type { Field } from '../form.js';
import { t, word } from '../language/language.js';
import { levels } from '../new-incident.js';
import type { Desk } from '../view.js';
import { facts, type Incident } from './incident.js';

export const VERBS = [
  'acknowledge',
  'resolve',
  'pend',
  'resume',
  'close',
  'reopen',
  'assign',
  'reclassify',
  'work',
  'cancel',
] as const;
export type Verb = (typeof VERBS)[number];

const reason = (): Field => ({ name: 'reason', label: t('field.reason'), kind: 'area', required: true, longest: 2000 });
const words = (prefix: string, names: readonly string[]) => names.map((name) => [name, word(prefix, name)] as const);

/** What each action asks for: the fields of its body. */
export const FIELDS: Readonly<Record<Verb, (incident: Incident, desk: Desk) => Field[]>> = {
  acknowledge: () => [],
  resume: () => [],
  close: () => [],
  reopen: () => [reason()],
  cancel: () => [reason()],
  resolve: () => [
    {
      name: 'code',
      label: t('field.code'),
      kind: 'choice',
      required: true,
      value: 'fixed',
      options: words('code', facts.resolutionCodes),
    },
    { name: 'text', label: t('field.resolution'), kind: 'area', required: true, longest: 20_000 },
  ],
  pend: () => [
    {
      name: 'reason',
      label: t('field.reason'),
      kind: 'choice',
      required: true,
      value: 'customer',
      options: words('reason', facts.pendingReasons),
    },
    { name: 'until', label: t('field.until'), kind: 'instant' },
    { name: 'note', label: t('field.note'), kind: 'area', longest: 2000 },
  ],
  assign: ({ teamId, assigneeId }, { directory }) => [
    { name: 'teamId', label: t('field.team'), kind: 'choice', value: teamId ?? '', options: choices(directory.list('teams')) },
    {
      name: 'assigneeId',
      label: t('field.assignee'),
      kind: 'choice',
      value: assigneeId ?? '',
      options: choices(directory.list('people')),
    },
  ],
  reclassify: ({ impact, urgency }) => [
    {
      name: 'impact',
      label: t('field.impact'),
      kind: 'choice',
      required: true,
      value: String(impact),
      options: levels(impact),
      hint: t('new.impact.hint'),
    },
    {
      name: 'urgency',
      label: t('field.urgency'),
      kind: 'choice',
      required: true,
      value: String(urgency),
      options: levels(urgency),
      hint: t('new.urgency.hint'),
    },
    { name: 'why', label: t('field.why'), kind: 'area', required: true, longest: 2000 },
  ],
  work: () => [
    { name: 'minutes', label: t('field.minutes'), kind: 'number', required: true, longest: 1440 },
    { name: 'text', label: t('field.work'), kind: 'area', required: true, longest: 5000 },
  ],
};

const choices = (named: readonly { readonly id: string; readonly title: string }[]) =>
  named.map(({ id, title }) => [id, title] as const);
