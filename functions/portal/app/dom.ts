/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

export type Child = Node | string | number | undefined | null | false | readonly Child[];
type Value = string | number | boolean | undefined;
type Listeners = { readonly [Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name]) => void };
export type Attributes = Readonly<Record<string, Value>> | { readonly on: Listeners; readonly [name: string]: Value | Listeners };

/**
 * Makes an element. Text of users only ever becomes text nodes and attribute values;
 * `true` is an attribute without a value, `false` and `undefined` leave it out.
 */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  const { on = {}, ...plain } = attributes as { on?: Listeners } & Record<string, Value>;
  for (const [name, value] of Object.entries(plain)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const [name, listener] of Object.entries(on)) element.addEventListener(name, listener as EventListener);
  element.append(...nodesOf(children));
  return element;
}

function nodesOf(children: readonly Child[]): (Node | string)[] {
  return children.flatMap((child) => {
    if (child === undefined || child === null || child === false) return [];
    if (Array.isArray(child)) return nodesOf(child);
    return [typeof child === 'number' ? String(child) : (child as Node | string)];
  });
}

/** Puts new children in place of the old, keeping the focus on what has the same `data-key`. */
export function fill(element: Element, ...children: readonly Child[]): void {
  const focused = element.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset['key'] : undefined;
  element.replaceChildren(...nodesOf(children));
  if (focused !== undefined)
    element.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

const SVG = 'http://www.w3.org/2000/svg';

/** A small drawing beside a word; it says nothing that the word does not. */
export function icon(path: string): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [name, value] of [
    ['viewBox', '0 0 16 16'],
    ['class', 'icon'],
    ['aria-hidden', 'true'],
  ] as const)
    svg.setAttribute(name, value);
  const line = document.createElementNS(SVG, 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

export const ICONS = {
  clock: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M8 5v3l2 1.5',
  alarm: 'M8 2.2 14.5 13.5h-13zM8 6.5v3.2M8 11.6v.1',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  done: 'M3 8.5 6.5 12 13 4.5',
  none: 'M3.5 8h9',
  plus: 'M8 3v10M3 8h10',
  back: 'M9.5 3.5 5 8l4.5 4.5',
  link: 'M6.5 9.5l3-3M7 4.5 8.7 2.8a2.6 2.6 0 0 1 3.7 3.7L10.7 8.2M9 11.5l-1.7 1.7a2.6 2.6 0 0 1-3.7-3.7l1.7-1.7',
} as const;

/** The first thing on a page for whoever goes by keyboard. */
export const skipLink = (text: string, target: HTMLElement): HTMLElement => {
  const skip = (event: Event): void => {
    event.preventDefault();
    target.focus();
  };
  return el('a', { class: 'skip', href: '#main', on: { click: skip } }, text);
};
