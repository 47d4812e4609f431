import { announcements } from './announce.js';
import type { Api } from './api.js';
import { el, skipLink } from './dom.js';
import { type TextKey, t } from './language/language.js';
import { machineStrip } from './machine-strip.js';
import type { Session } from './session.js';
import { brand, settings } from './settings-menu.js';

export interface FrameParts {
  readonly session: Session | undefined;
  readonly local: boolean;
  readonly requester: boolean;
  readonly api: Api;
  readonly main: HTMLElement;
  /** Draws everything again, in another language. */
  redraw(): void;
  /** Forgets who is reading. */
  leave(): void;
  /** Called when the clock of one machine was moved. */
  moved(): Promise<void>;
}

/** What stands around every view: skip link, brand, navigation, settings, and the clock of one machine. */
export function frame(parts: FrameParts): HTMLElement[] {
  const { session, local, main } = parts;
  return [
    skipLink(t('app.skip'), main),
    el(
      'header',
      { class: 'top' },
      el(
        'div',
        { class: 'top-inner' },
        brand('#/'),
        session && navigation(parts),
        el(
          'div',
          { class: 'top-settings', role: 'group', 'aria-label': t('nav.settings') },
          ...settings(parts.redraw),
          session && who(parts, session),
        ),
      ),
    ),
    ...(local && session ? [machineStrip(parts.api, parts.moved)] : []),
    main,
    announcements(),
  ];
}

const navigation = ({ local, requester }: FrameParts): HTMLElement => {
  const links: [string, TextKey][] = [
    ['#/', requester ? 'nav.mine' : 'nav.queue'],
    ['#/new', 'nav.new'],
    ...(local ? ([['#/mail', 'nav.mail']] as [string, TextKey][]) : []),
    ['/docs', 'nav.docs'],
  ];
  return el(
    'nav',
    { 'aria-label': t('nav.main') },
    ...links.map(([href, key]) => el('a', { href, 'data-nav': href }, t(key as 'nav.docs'))),
  );
};

const who = ({ local, leave }: FrameParts, { person }: Session): HTMLElement =>
  el(
    'button',
    { type: 'button', class: 'who', title: t(local ? 'nav.switch' : 'nav.sign-out'), on: { click: leave } },
    el('span', { class: 'who-name' }, person.name),
    el('span', { class: 'who-leave' }, t(local ? 'nav.switch' : 'nav.sign-out')),
  );

/** Marks the link of the page that is open. */
export function markPlace(address: string): void {
  const place = address.startsWith('#/mail') ? '#/mail' : address === '#/new' ? '#/new' : '#/';
  for (const link of document.querySelectorAll('[data-nav]')) {
    if (link.getAttribute('data-nav') === place) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}
