import { type Child, el } from '../dom.js';
import { t } from '../language/language.js';
import { type Parameter, type Route, schemaIn } from './contract.js';
import { curlFor } from './sample.js';
import { fieldRow, fields } from './schema.js';

/** One route: what it does, who may ask, what it takes, what it answers, and why it may refuse. Drawn when unfolded, which makes `address` the page's own. */
export function routeCard(route: Route, open: boolean, address: string): HTMLElement {
  const body = el('div', { class: 'route-body' });
  const draw = (): void => {
    if (!body.hasChildNodes()) body.append(...partsOf(route));
  };
  const unfolded = (): void => {
    if (!card.open) return;
    draw();
    history.replaceState(null, '', address);
  };
  const card = el(
    'details',
    { class: 'route', id: route.operationId, open, on: { toggle: unfolded } },
    el(
      'summary',
      {},
      el('span', { class: 'method', 'data-method': route.method }, route.method),
      el('code', { class: 'path' }, ...breakable(route.path)),
      el('span', { class: 'route-summary', lang: 'en' }, route.summary),
    ),
    body,
  );
  if (open) draw();
  return card;
}

/** A path that may break after each of its steps. */
const breakable = (path: string): Child[] => path.split(/(?=\/)/).flatMap((step, i) => (i === 0 ? [step] : [el('wbr'), step]));

function partsOf(route: Route): HTMLElement[] {
  const [status, success] = Object.entries(route.responses).find(([code]) => code.startsWith('2')) ?? [];
  const answer = schemaIn(success?.content);
  const body = schemaIn(route.requestBody?.content);
  const media = Object.keys(route.requestBody?.content ?? {})[0];
  return [
    part(t('docs.who'), rolesOf(route)),
    ...parametersOf(route),
    ...(body ? [part(t('docs.body'), el('p', { class: 'muted small' }, el('code', {}, media)), fields(body, true))] : []),
    part(t('docs.answer'), el('p', { class: 'muted small' }, el('code', {}, status)), answer ? fields(answer, false) : undefined),
    part(t('docs.refusals'), refusalsOf(route)),
    part(t('docs.try'), el('pre', { class: 'sample' }, curlFor(route, location.origin))),
  ];
}

const part = (title: string, ...children: Child[]): HTMLElement =>
  el('section', { class: 'part' }, el('h3', {}, title), ...children);

const rolesOf = (route: Route): HTMLElement =>
  el(
    'p',
    { class: 'roles' },
    ...(route['x-roles']?.map((role) => el('span', { class: 'role' }, role)) ?? [t('docs.open')]),
    el('span', { class: 'muted small' }, route['x-permission']),
  );

const PLACES = { path: 'docs.in-path', query: 'docs.in-query', header: 'docs.in-header' } as const;

const parametersOf = ({ parameters }: Route): HTMLElement[] =>
  (['path', 'query', 'header'] as const).flatMap((place) => {
    const here = parameters.filter((parameter) => parameter.in === place);
    return here.length === 0 ? [] : [part(t(PLACES[place]), el('ul', { class: 'fields' }, ...here.map(parameterRow)))];
  });

const parameterRow = ({ name, schema, required, description }: Parameter): HTMLElement =>
  fieldRow(name, { ...schema, ...(description !== undefined && { description }) }, required === true);

const refusalsOf = ({ responses }: Route): HTMLElement =>
  el(
    'ul',
    { class: 'refusals' },
    ...Object.entries(responses)
      .filter(([code]) => !code.startsWith('2'))
      .map(([code, { description }]) => el('li', {}, el('code', {}, code), el('span', { lang: 'en' }, description))),
  );
