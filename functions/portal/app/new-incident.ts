import { announce } from './announce.js';
import { type Api, allOf, withQuery } from './api.js';
import { el, ICONS, icon } from './dom.js';
import { type Field, form } from './form.js';
import type { Incident } from './incident/incident.js';
import { t } from './language/language.js';
import type { Desk, View } from './view.js';

interface Contact {
  readonly id: string;
  readonly title: string;
}

const contactsOf = async (api: Api, customerId: string): Promise<readonly Contact[]> =>
  (await allOf<Contact>(api, withQuery('/v1/contacts', { customerId }), 3)).items;

const namesOf = (contacts: readonly Contact[]) => contacts.map(({ id, title }) => [id, title] as const);

/** Three levels, as the common matrix has them; more where an organisation's matrix has given more already. */
export const levels = (given = 3): (readonly [string, string])[] => [
  ['1', t('level.1')],
  ['2', t('level.2')],
  ['3', t('level.3')],
  ...['4', '5'].filter((level) => Number(level) <= given).map((level) => [level, level] as const),
];

/** Opening an incident, for oneself or, by staff, for a customer. */
export function newIncidentView(desk: Desk): View {
  const asked = form({
    fields: fieldsFor(desk),
    submit: t('new.submit'),
    send: async (body, key) => {
      const opened = await desk.api.post<Incident>('/v1/incidents', { body, key });
      announce(t('new.opened', { number: opened.number }));
      location.hash = `#/incidents/${opened.number}`;
    },
  });
  const root = el(
    'div',
    { class: 'column narrow' },
    el('a', { class: 'back', href: '#/' }, icon(ICONS.back), t(desk.requester ? 'nav.mine' : 'nav.queue')),
    el('div', { class: 'page-head' }, el('div', {}, el('h1', {}, t('new.title')), el('p', { class: 'muted' }, t('new.lead')))),
    el('div', { class: 'card' }, asked),
  );
  return { title: t('new.title'), root, refresh: async () => {}, every: 0 };
}

function fieldsFor({ api, directory, requester }: Desk): Field[] {
  const choices = (noun: 'services' | 'customers' | 'teams') => directory.list(noun).map(({ id, title }) => [id, title] as const);
  const said: Field[] = [
    { name: 'title', label: t('field.title'), kind: 'text', required: true, longest: 200 },
    { name: 'description', label: t('field.description'), kind: 'area', longest: 20_000 },
    {
      name: 'impact',
      label: t('field.impact'),
      kind: 'choice',
      required: true,
      value: '2',
      options: levels(),
      hint: t('new.impact.hint'),
    },
    {
      name: 'urgency',
      label: t('field.urgency'),
      kind: 'choice',
      required: true,
      value: '2',
      options: levels(),
      hint: t('new.urgency.hint'),
    },
  ];
  if (requester) return said;
  return [
    ...said,
    {
      name: 'customerId',
      label: t('field.customer'),
      kind: 'choice',
      options: choices('customers'),
      hint: t('field.customer.hint'),
    },
    {
      name: 'requesterId',
      label: t('field.contact'),
      kind: 'choice',
      hint: t('field.contact.hint'),
      follows: { field: 'customerId', options: async (customer) => namesOf(await contactsOf(api, customer)) },
    },
    { name: 'serviceId', label: t('field.service'), kind: 'choice', options: choices('services') },
    { name: 'teamId', label: t('field.team'), kind: 'choice', options: choices('teams'), hint: t('field.team.hint') },
    { name: 'category', label: t('field.category'), kind: 'text', longest: 60 },
  ];
}
