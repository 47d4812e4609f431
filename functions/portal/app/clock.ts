import { el } from './dom.js';
import { exactInstant, instant } from './format.js';

/** The system's clock as this page follows it. On one machine it may be days away from the browser's. */
let offset = 0;

/** Epoch ms. */
export const now = (): number => Date.now() + offset;

export function followClock(instantNow: string): void {
  offset = Date.parse(instantNow) - Date.now();
  tickAll();
}

type Ticking = (element: HTMLElement, now: number) => void;
const tickers = new WeakMap<HTMLElement, Ticking>();

/** Keeps an element up to date, once a second, for as long as it is on the page. */
export function ticking<E extends HTMLElement>(element: E, tick: Ticking): E {
  element.dataset['ticking'] = '';
  tickers.set(element, tick);
  tick(element, now());
  return element;
}

function tickAll(): void {
  for (const element of document.querySelectorAll<HTMLElement>('[data-ticking]')) tickers.get(element)?.(element, now());
}

export const startTicking = (): void => void setInterval(tickAll, 1000);

/** An instant in words, with its exact form for whoever points at it. */
export const timeOf = (at: string): HTMLElement => el('time', { datetime: at, title: exactInstant(at) }, instant(at, now()));
