import { apiWith } from './api.js';
import { followClock, startTicking } from './clock.js';
import { Directory } from './directory.js';
import { el, fill } from './dom.js';
import { frame, markPlace } from './frame.js';
import { incidentView } from './incident/view.js';
import { chooseLanguage, t } from './language/language.js';
import { mailboxView } from './mailbox.js';
import { newIncidentView } from './new-incident.js';
import { polling } from './polling.js';
import { recall, remember } from './preferences.js';
import { queueView } from './queue.js';
import { asProblem, refusal } from './refusal.js';
import { isRequester, keepToken, localToken, resume, type SamplePerson, type Session, samplePeople } from './session.js';
import { signIn } from './sign-in.js';
import { chooseTheme } from './theme.js';
import type { Desk, View } from './view.js';

/** The small console: who is reading, which address is open, and the view of it, kept up to date. */

const app = document.querySelector<HTMLElement>('#app')!;
const main = el('main', { id: 'main', tabindex: -1 });
const poll = polling();
let people: readonly SamplePerson[] | undefined;
let session: Session | undefined;
let directory: Directory | undefined;
let expired = false;

const api = apiWith(
  () => session?.token,
  async () => {
    if (!session) return false;
    if (people) {
      session.token = await localToken(session.person.id);
      return true;
    }
    expired = true;
    leave();
    return false;
  },
);

function leave(): void {
  if (people) remember('person', undefined);
  else keepToken(undefined);
  [session, directory] = [undefined, undefined];
  draw();
}

async function enter(entered: Session): Promise<void> {
  [session, expired] = [entered, false];
  if (people && recall('person') === undefined) remember('person', entered.person.id);
  directory = new Directory(api, !isRequester(entered.person));
  draw();
  await directory.load().catch((error: unknown) => fill(main, refusal(asProblem(error))));
  open();
}

function draw(): void {
  const requester = session !== undefined && isRequester(session.person);
  poll.stop();
  fill(app, ...frame({ session, local: people !== undefined, requester, api, main, redraw, leave, moved: poll.again }));
  fill(main);
  if (session) return;
  document.title = 'Steward';
  fill(
    main,
    signIn(people, expired, (entered) => void enter(entered)),
  );
}

function redraw(): void {
  draw();
  if (session) open();
  document.querySelector<HTMLElement>('[data-key="language"]')?.focus();
}

function viewFor(address: string, desk: Desk): View {
  const [, place, name] = address.replace(/^#/, '').split('/');
  if (place === 'incidents' && name) return incidentView(desk, decodeURIComponent(name));
  if (place === 'new') return newIncidentView(desk);
  if (place === 'mail' && desk.local) return mailboxView(desk, name && decodeURIComponent(name));
  return queueView(desk);
}

function open(): void {
  if (!session || !directory) return;
  const desk: Desk = {
    api,
    directory,
    person: session.person,
    local: people !== undefined,
    requester: isRequester(session.person),
  };
  const view = viewFor(location.hash, desk);
  document.title = `${view.title} · Steward`;
  fill(main, view.root);
  markPlace(location.hash);
  poll.start({ ...view, refresh: () => Promise.all([readClock(), view.refresh()]).then(() => undefined) });
}

/** Somebody else may have moved the clock of one machine. */
async function readClock(): Promise<void> {
  if (people) followClock((await api.get<{ now: string }>('/local/clock')).now);
}

window.addEventListener('hashchange', () => {
  open();
  window.scrollTo(0, 0);
  main.focus({ preventScroll: true });
});

async function start(): Promise<void> {
  chooseLanguage();
  chooseTheme();
  startTicking();
  try {
    people = await samplePeople();
    await readClock();
    const resumed = await resume(people);
    if (resumed) return await enter(resumed);
    draw();
  } catch (error) {
    draw();
    const again = el('button', { type: 'button', class: 'button', on: { click: () => location.reload() } }, t('action.retry'));
    fill(main, el('div', { class: 'column narrow' }, refusal(asProblem(error)), again));
  }
}

void start();
