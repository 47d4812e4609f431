import { timeOf } from '../clock.js';
import { el, fill } from '../dom.js';
import { minutes } from '../format.js';
import { t, word } from '../language/language.js';
import { asProblem, refusal } from '../refusal.js';
import { breachedChip, countdown, pausedChip, stillChip } from '../time-left.js';
import type { Desk } from '../view.js';
import type { Clock, Explained } from './incident.js';
import { ledger } from './ledger.js';
import type { Part } from './view.js';

/** The clocks of an incident: how much of each target is used, when it is due, and on request why. */
export function clocksCard(desk: Desk, at: string): Part {
  const body = el('div', { class: 'clocks' });
  const open = new Set<string>();
  let shown: readonly Clock[] = [];

  function draw(): void {
    const items = shown.length === 0 ? [el('p', { class: 'muted' }, t('clocks.empty'))] : shown.map(clockOf);
    fill(body, ...items);
  }

  function clockOf(clock: Clock): HTMLElement {
    const name = keyOf(clock);
    const place = el('div', { class: 'ledger-place', id: `ledger-${name}` });
    const button = el(
      'button',
      {
        type: 'button',
        class: 'quiet',
        'data-key': `explain-${name}`,
        'aria-controls': place.id,
        on: { click: () => toggle() },
      },
      '',
    );
    async function toggle(): Promise<void> {
      if (open.has(name)) open.delete(name);
      else open.add(name);
      await settle();
    }
    async function settle(): Promise<void> {
      const wanted = open.has(name);
      button.setAttribute('aria-expanded', String(wanted));
      fill(button, t(wanted ? 'clock.hide' : 'clock.explain'));
      if (!wanted) return fill(place);
      try {
        const explained = await desk.api.get<Explained>(`${at}/clocks/${clock.clock}/explain${cycleOf(clock)}`);
        await desk.directory.learn(explained.segments.map(({ by }) => by));
        if (open.has(name)) fill(place, ledger(explained, desk));
      } catch (error) {
        fill(place, refusal(asProblem(error)));
      }
    }
    void settle();
    return el('div', { class: 'clock', 'data-clock': clock.clock }, ...faceOf(clock, desk), button, place);
  }

  return {
    root: el('section', { class: 'card' }, el('h2', {}, t('clocks.title')), body),
    show({ clocks }) {
      if (JSON.stringify(clocks) === JSON.stringify(shown) && body.hasChildNodes()) return;
      shown = clocks;
      draw();
    },
  };
}

/** A clock of the ticket is the one of its name; an assignment is one of several. */
const keyOf = ({ clock, cycle, assignedTo }: Clock): string => (assignedTo ? `${clock}-${cycle}` : clock);
const cycleOf = ({ cycle, assignedTo }: Clock): string => (assignedTo ? `?cycle=${cycle}` : '');

const nameOf = ({ clock, assignedTo }: Clock, { directory }: Desk): string =>
  assignedTo ? t('clock.assignment', { team: directory.nameOf(assignedTo.teamId) ?? '' }) : word('clock', clock);

function faceOf(clock: Clock, desk: Desk): HTMLElement[] {
  const name = nameOf(clock, desk);
  return [
    el('div', { class: 'clock-head' }, el('h3', {}, name), chipOf(clock)),
    bar(clock, name),
    el('p', { class: 'clock-line' }, usedOf(clock)),
    el('p', { class: 'clock-line muted' }, ...linesOf(clock)),
  ];
}

function chipOf({ status, breached, breachedAt, due }: Clock): HTMLElement {
  if (breached) return status === 'running' ? breachedChip(breachedAt) : breachedChip();
  if (status === 'paused') return pausedChip();
  if (status !== 'running')
    return stillChip(status === 'stopped' ? t('clock.kept') : word('clock.state', status), status === 'stopped');
  return due === undefined ? stillChip(t('left.none')) : countdown(due);
}

/** The whole length in minutes, and the part of it that is used. */
const wholeOf = ({ elapsedMinutes, remainingMinutes }: Clock): number => elapsedMinutes + remainingMinutes;

function bar(clock: Clock, name: string): HTMLElement {
  const whole = wholeOf(clock);
  const used = whole <= 0 ? 1 : Math.min(1, clock.elapsedMinutes / whole);
  const filled = el('div', { class: 'bar-filled' });
  filled.style.setProperty('width', `${(used * 100).toFixed(1)}%`);
  const tone = clock.breached
    ? 'late'
    : clock.status === 'running'
      ? used >= 0.8
        ? 'urgent'
        : used >= 0.5
          ? 'soon'
          : 'calm'
      : 'still';
  return el(
    'div',
    {
      class: 'bar',
      role: 'progressbar',
      'data-urgency': tone,
      'aria-label': name,
      'aria-valuemin': 0,
      'aria-valuemax': 100,
      'aria-valuenow': Math.round(used * 100),
      'aria-valuetext': usedOf(clock),
    },
    filled,
  );
}

function usedOf(clock: Clock): string {
  const used = t('clock.used', { used: minutes(clock.elapsedMinutes), whole: minutes(wholeOf(clock)) });
  return clock.remainingMinutes < 0 ? t('clock.over', { time: minutes(clock.remainingMinutes) }) : used;
}

function linesOf(clock: Clock): (HTMLElement | string)[] {
  const { target, due, stoppedAt, breached, status } = clock;
  const promised =
    target.days !== undefined
      ? t('clock.target.days', { n: target.days })
      : t('clock.target.minutes', { time: minutes(target.minutes ?? 0) });
  const by = clock.assignedTo ? [[word('clock.promise', clock.promise)]] : [];
  const parts: (readonly (HTMLElement | string)[])[] = [...by, [t('clock.target', { target: promised })]];
  if (due !== undefined)
    parts.push(around(t(breached || status !== 'running' ? 'clock.was-due' : 'clock.due', { time: MARK }), due));
  if (stoppedAt !== undefined) parts.push(around(t('clock.stopped-at', { time: MARK }), stoppedAt));
  return parts.flatMap((part, i) => (i === 0 ? part : [' · ', ...part]));
}

const MARK = '\u0001';

/** A sentence with a time in it, wherever the language puts it. */
function around(sentence: string, at: string): (HTMLElement | string)[] {
  const [before = '', after = ''] = sentence.split(MARK);
  return [before, timeOf(at), after];
}
