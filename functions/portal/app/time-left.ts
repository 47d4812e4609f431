import { ticking } from './clock.js';
import { el, fill, ICONS, icon } from './dom.js';
import { duration } from './format.js';
import { t } from './language/language.js';

export type Urgency = 'calm' | 'soon' | 'urgent' | 'late' | 'still';

const MINUTE = 60_000;

/** How near an instant is: within half an hour is urgent, within two hours soon. */
export function urgencyOf(due: number, now: number): Urgency {
  if (due <= now) return 'late';
  if (due - now <= 30 * MINUTE) return 'urgent';
  return due - now <= 120 * MINUTE ? 'soon' : 'calm';
}

const ICON_OF: Record<Urgency, string> = {
  calm: ICONS.clock,
  soon: ICONS.clock,
  urgent: ICONS.alarm,
  late: ICONS.alarm,
  still: ICONS.none,
};

const chip = (): HTMLElement => el('span', { class: 'left' });

function show(element: HTMLElement, urgency: Urgency, text: string, drawing = ICON_OF[urgency]): void {
  if (element.dataset['text'] === text && element.dataset['urgency'] === urgency) return;
  element.dataset['text'] = text;
  element.dataset['urgency'] = urgency;
  fill(element, icon(drawing), el('span', {}, text));
}

/** Counts down to a due instant, then up from it, in words, colour and shape. */
export const countdown = (due: string): HTMLElement =>
  ticking(chip(), (element, now) => {
    const at = Date.parse(due);
    const urgency = urgencyOf(at, now);
    const time = duration(at - now, true);
    show(element, urgency, urgency === 'late' ? t('left.breached', { time }) : t('left.breaches-in', { time }));
  });

export function breachedChip(at?: string): HTMLElement {
  if (at !== undefined) return countdown(at);
  const element = chip();
  show(element, 'late', t('left.breached-before'));
  return element;
}

export function pausedChip(): HTMLElement {
  const element = chip();
  show(element, 'still', t('left.paused'), ICONS.pause);
  return element;
}

export function stillChip(text: string, done = false): HTMLElement {
  const element = chip();
  show(element, 'still', text, done ? ICONS.done : ICONS.none);
  return element;
}
