import { Problem } from './api.js';
import { el, fill, skipLink } from './dom.js';
import { chooseLanguage, t } from './language/language.js';
import { type Collection, type Contract, collectionsOf, type Route, search } from './reference/contract.js';
import { routeCard } from './reference/route-card.js';
import { asProblem, refusal } from './refusal.js';
import { brand, settings } from './settings-menu.js';
import { skeleton } from './skeleton.js';
import { chooseTheme } from './theme.js';

/** The API's reference: the contract as it is served, by area and collection, with a search over all of it. */

const app = document.querySelector<HTMLElement>('#app')!;
const main = el('main', { id: 'main', tabindex: -1 });
const MOST_FOUND = 60;
let contract: Contract | undefined;
let collections: readonly Collection[] = [];

/** `#/incidents/postV1Incidents` → the collection and the route that is unfolded. */
const address = (): { collection: string | undefined; route: string | undefined } => {
  const [, collection, route] = decodeURIComponent(location.hash).split('/');
  return { collection: collection || undefined, route: route || undefined };
};

async function read(): Promise<Contract> {
  const answer = await fetch('/v1/openapi.json').catch((error: Error) => {
    throw new Problem(0, 'offline', error.message);
  });
  if (!answer.ok) throw new Problem(answer.status, '', answer.statusText);
  return (await answer.json()) as Contract;
}

function overview({ info }: Contract): HTMLElement[] {
  const total = collections.reduce((sum, { routes }) => sum + routes.length, 0);
  return [
    el('h1', {}, t('docs.title')),
    el('p', { class: 'lead', lang: 'en' }, info.description),
    el(
      'p',
      { class: 'muted' },
      t('docs.count', { routes: total, collections: collections.length }),
      ' · ',
      el('a', { href: '/v1/openapi.json' }, 'openapi.json'),
    ),
    ...areas().map(([area, inArea]) =>
      el(
        'section',
        { class: 'area' },
        el('h2', {}, area),
        el(
          'ul',
          { class: 'tiles' },
          ...inArea.map(({ name, routes }) =>
            el(
              'li',
              {},
              el(
                'a',
                { class: 'tile', href: `#/${name}` },
                el('strong', {}, name),
                el('span', { class: 'muted small' }, t('docs.routes', { count: routes.length })),
              ),
            ),
          ),
        ),
      ),
    ),
  ];
}

const areas = (): [string, Collection[]][] =>
  [...new Set(collections.map(({ area }) => area))].map((area) => [area, collections.filter((each) => each.area === area)]);

function page({ name, area, routes }: Collection, opened: string | undefined): HTMLElement[] {
  return [
    el('p', { class: 'muted small' }, area),
    el('h1', {}, name),
    el(
      'div',
      { class: 'routes' },
      ...routes.map((route) => routeCard(route, route.operationId === opened, `#/${name}/${route.operationId}`)),
    ),
  ];
}

const nameOf = (route: Route): string => collections.find(({ routes }) => routes.includes(route))!.name;

function found(question: string): HTMLElement[] {
  const routes = search(collections, question);
  return [
    el('h1', {}, t('docs.found', { count: routes.length })),
    routes.length === 0 ? el('p', { class: 'muted' }, t('docs.nothing')) : undefined,
    el(
      'div',
      { class: 'routes' },
      ...routes
        .slice(0, MOST_FOUND)
        .map((route) => routeCard(route, routes.length === 1, `#/${nameOf(route)}/${route.operationId}`)),
    ),
    routes.length > MOST_FOUND ? el('p', { class: 'muted' }, t('docs.more', { count: routes.length - MOST_FOUND })) : undefined,
  ].filter((part) => part !== undefined);
}

const body = el('div', { class: 'reference-body' });
const box = el('input', {
  type: 'search',
  id: 'search',
  class: 'search',
  autocomplete: 'off',
  spellcheck: 'false',
  on: { input: () => show() },
});

function show(): void {
  if (!contract) return;
  const { collection, route } = address();
  const chosen = collections.find(({ name }) => name === collection);
  const question = box.value.trim();
  fill(body, ...(question !== '' ? found(question) : chosen ? page(chosen, route) : overview(contract)));
  document.title = `${chosen?.name ?? t('docs.title')} · Steward API`;
  for (const link of document.querySelectorAll('.contents a')) {
    if (link.getAttribute('href') === `#/${collection ?? ''}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (route !== undefined) document.getElementById(route)?.scrollIntoView();
}

const contents = (): HTMLElement =>
  el(
    'nav',
    { class: 'contents', 'aria-label': t('docs.contents') },
    el('a', { href: '#/' }, t('docs.overview')),
    ...areas().flatMap(([area, inArea]) => [
      el('p', { class: 'contents-area' }, area),
      ...inArea.map(({ name, routes }) =>
        el('a', { href: `#/${name}` }, el('span', {}, name), el('span', { class: 'muted small' }, routes.length)),
      ),
    ]),
  );

function draw(): void {
  box.setAttribute('placeholder', t('docs.search-hint'));
  const side = el(
    'aside',
    { class: 'side' },
    el('label', { for: 'search', class: 'hidden' }, t('docs.search')),
    box,
    el(
      'details',
      { class: 'contents-fold', open: matchMedia('(min-width: 901px)').matches },
      el('summary', {}, t('docs.contents')),
      contents(),
    ),
  );
  fill(main, el('div', { class: 'reference' }, side, body));
  fill(
    app,
    skipLink(t('app.skip'), main),
    el(
      'header',
      { class: 'top' },
      el(
        'div',
        { class: 'top-inner' },
        brand('/'),
        el(
          'nav',
          { 'aria-label': t('nav.main') },
          el('a', { href: '/' }, t('docs.console')),
          el('a', { href: '/docs', 'aria-current': 'page' }, t('nav.docs')),
        ),
        el('div', { class: 'top-settings', role: 'group', 'aria-label': t('nav.settings') }, ...settings(draw)),
      ),
    ),
    main,
  );
  show();
}

window.addEventListener('hashchange', () => {
  box.value = '';
  show();
  if (address().route === undefined) window.scrollTo(0, 0);
});
window.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target instanceof HTMLInputElement) return;
  event.preventDefault();
  box.focus();
});

async function start(): Promise<void> {
  chooseLanguage();
  chooseTheme();
  fill(body, skeleton(8));
  draw();
  try {
    contract = await read();
    collections = collectionsOf(contract);
    draw();
  } catch (error) {
    fill(body, refusal(asProblem(error)));
  }
}

void start();
