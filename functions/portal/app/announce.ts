import { el } from './dom.js';

const SHOWN = 4000;
let region: HTMLElement | undefined;

/** A place on the page where short messages appear, and are read out. */
export function announcements(): HTMLElement {
  region = el('div', { class: 'announcements', role: 'status', 'aria-live': 'polite' });
  return region;
}

export function announce(text: string): void {
  const message = el('p', { class: 'announcement' }, text);
  region?.append(message);
  setTimeout(() => message.remove(), SHOWN);
}
