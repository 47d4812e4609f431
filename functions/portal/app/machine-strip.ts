import { announce } from './announce.js';
import type { Api } from './api.js';
import { followClock, now, ticking } from './clock.js';
import { el, fill, ICONS, icon } from './dom.js';
import { instant, timeOfDay } from './format.js';
import { t } from './language/language.js';
import { asProblem, refusal } from './refusal.js';

/** The clock of the one machine that this runs on, and buttons that move it; timers, waits and schedules follow. */
export function machineStrip(api: Api, moved: () => Promise<void>): HTMLElement {
  const trouble = el('div', { class: 'strip-trouble' });
  const buttons = [
    mover(t('machine.advance15'), () => ({ advanceMinutes: 15 })),
    mover(t('machine.advance60'), () => ({ advanceMinutes: 60 })),
    mover(t('machine.monday'), () => ({ now: nextMonday(now()).toISOString() })),
  ];

  function mover(label: string, body: () => object): HTMLButtonElement {
    return el('button', { type: 'button', class: 'strip-button', on: { click: () => void move(body()) } }, label);
  }

  async function move(body: object): Promise<void> {
    for (const button of buttons) button.disabled = true;
    fill(trouble);
    try {
      const { now: told } = await api.post<{ now: string }>('/local/clock', { body });
      followClock(told);
      announce(t('machine.moved', { time: instant(told) }));
      await moved();
    } catch (error) {
      fill(trouble, refusal(asProblem(error)));
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  }

  return el(
    'section',
    { class: 'strip', 'aria-label': t('machine.title') },
    el(
      'div',
      { class: 'strip-inner' },
      el(
        'span',
        { class: 'strip-clock' },
        icon(ICONS.clock),
        el('span', { class: 'strip-label' }, t('machine.title')),
        reading(),
      ),
      el('span', { class: 'strip-buttons' }, ...buttons),
    ),
    trouble,
  );
}

const reading = (): HTMLElement =>
  ticking(el('time', { class: 'strip-time' }), (element, at) => {
    const date = new Date(at);
    element.setAttribute('datetime', date.toISOString());
    fill(element, `${instant(date.toISOString(), at).replace(/[,，]?\s*\d\d:\d\d$/, '')} ${timeOfDay(date)}`);
  });

/** The first Monday 09:00 after an instant, in the reader's zone. */
export function nextMonday(from: number): Date {
  const date = new Date(from);
  const monday = new Date(date.getFullYear(), date.getMonth(), date.getDate() + ((8 - date.getDay()) % 7), 9);
  if (monday.getTime() <= from) monday.setDate(monday.getDate() + 7);
  return monday;
}
