import { Problem } from './api.js';
import { el, fill, icon } from './dom.js';
import { form } from './form.js';
import { t } from './language/language.js';
import { asProblem, refusal } from './refusal.js';
import { become, isRequester, keepToken, personOf, type SamplePerson, type Session } from './session.js';

/** Who is reading: a sample person of one machine, or whoever a pasted token is for. */
export function signIn(
  people: readonly SamplePerson[] | undefined,
  expired: boolean,
  entered: (session: Session) => void,
): HTMLElement {
  return el('div', { class: 'column narrow' }, people ? choosing(people, entered) : pasting(expired, entered));
}

function choosing(people: readonly SamplePerson[], entered: (session: Session) => void): HTMLElement {
  const trouble = el('div', {});
  const choose = async (person: SamplePerson): Promise<void> => {
    try {
      entered(await become(person));
    } catch (error) {
      fill(trouble, refusal(asProblem(error)));
    }
  };
  const group = (title: string, of: readonly SamplePerson[]) =>
    of.length > 0 &&
    el(
      'section',
      {},
      el('h2', { class: 'group' }, title),
      el('ul', { class: 'people' }, ...of.map((person) => card(person, choose))),
    );
  return el(
    'div',
    { class: 'sign-in' },
    el('h1', {}, t('sign-in.title')),
    el('p', { class: 'muted' }, t('sign-in.local')),
    trouble,
    people.length === 0 && el('p', { class: 'muted' }, t('sign-in.nobody')),
    group(
      t('sign-in.staff'),
      people.filter((person) => !isRequester(person)),
    ),
    group(t('sign-in.customers'), people.filter(isRequester)),
  );
}

const card = (person: SamplePerson, choose: (person: SamplePerson) => Promise<void>): HTMLElement =>
  el(
    'li',
    {},
    el(
      'button',
      { type: 'button', class: 'person', on: { click: () => void choose(person) } },
      el('span', { class: 'person-initial', 'aria-hidden': 'true' }, [...person.name][0]?.toUpperCase() ?? '?'),
      el(
        'span',
        { class: 'person-text' },
        el('strong', {}, person.name),
        person.what !== undefined && el('span', { class: 'small', lang: 'en' }, person.what),
        el('span', { class: 'muted small' }, person.roles.join(', ')),
      ),
      icon('M6 3.5 10.5 8 6 12.5'),
    ),
  );

function pasting(expired: boolean, entered: (session: Session) => void): HTMLElement {
  return el(
    'div',
    { class: 'card sign-in' },
    el('h1', {}, t('sign-in.pasted.title')),
    expired && el('p', { class: 'note', 'data-tone': 'attention', role: 'alert' }, t('sign-in.expired')),
    el('p', { class: 'muted' }, t('sign-in.pasted.body')),
    form({
      fields: [{ name: 'token', label: t('sign-in.token'), kind: 'area', required: true }],
      submit: t('sign-in.enter'),
      send: async ({ token }) => {
        const given = String(token).replace(/^Bearer\s+/i, '');
        const person = personOf(given);
        if (!person)
          throw new Problem(400, 'invalid', t('sign-in.bad-token'), [{ pointer: '/token', message: t('sign-in.bad-token') }]);
        keepToken(given);
        entered({ person, token: given });
      },
    }),
  );
}
