import type { ClockState } from '../agreement/clock-state.js';
import { currentStates } from '../agreement/view.js';
import { MINUTE } from '../calendar/interval.js';
import { isLive, stepKey } from './checkpoints.js';
import { type Reachable, rungAbove, sameAudience } from './ladder.js';
import type { Audience, Step } from './policy.js';

/**
 * Pages that nobody answered: after the step's delay, in minutes of real time, they go to the
 * next level, until somebody answers or the terminal recipient was told. Pages of a paused or stopped
 * clock wait; pages of an earlier cycle are over.
 */

/** A page as it was sent. */
export interface Page {
  readonly clock: ClockState['clock'];
  readonly cycle: number;
  readonly step: Step;
  /** 0 for the step's own audience, then one more for each time it was passed on. */
  readonly rung: number;
  readonly to: readonly Audience[];
  /** RFC 3339. */
  readonly at: string;
  /** RFC 3339; of any page of the step. */
  readonly acknowledgedAt?: string | undefined;
}

export interface PassedOn {
  /** `clock#cycle#step#rung`, to be remembered as fired. */
  readonly key: string;
  readonly page: Page;
  readonly lateMilliseconds: number;
}

/** Which pages are passed on at `now`, to whom, and when to look again. */
export function passOn(
  pages: readonly Page[],
  states: readonly ClockState[],
  reachable: Reachable,
  terminal: Audience,
  now: string,
): { readonly pages: readonly PassedOn[]; readonly wake?: string } {
  const live = currentStates(states).filter(isLive);
  const open = unanswered(pages, terminal).filter((page) =>
    live.some(({ clock, cycle }) => clock === page.clock && cycle === page.cycle),
  );
  const at = Date.parse(now);
  const passed = open.filter((page) => deadline(page) <= at).map((page) => passedOn(page, reachable, terminal, at));
  const waiting = unanswered([...open.filter((page) => deadline(page) > at), ...passed.map(({ page }) => page)], terminal);
  const wake = Math.min(...waiting.map(deadline));
  return { pages: passed, ...(wake < Infinity && { wake: new Date(wake).toISOString() }) };
}

const passedOn = (page: Page, reachable: Reachable, terminal: Audience, now: number): PassedOn => ({
  key: `${stepKey(page, page.step.id)}#${page.rung + 1}`,
  page: { ...page, rung: page.rung + 1, to: [rungAbove(page.to, reachable, terminal)], at: new Date(now).toISOString() },
  lateMilliseconds: now - deadline(page),
});

/** The last page of each step that wants an answer, has none, and has somewhere left to go. */
function unanswered(pages: readonly Page[], terminal: Audience): Page[] {
  const answered = new Set(pages.filter(({ acknowledgedAt }) => acknowledgedAt).map((page) => stepKey(page, page.step.id)));
  const last = new Map<string, Page>();
  for (const page of pages) {
    const key = stepKey(page, page.step.id);
    if ((last.get(key)?.rung ?? -1) < page.rung) last.set(key, page);
  }
  return [...last].flatMap(([key, page]) => {
    const finished = page.to.every((audience) => sameAudience(audience, terminal));
    return page.step.acknowledgeWithinMinutes === undefined || answered.has(key) || finished ? [] : [page];
  });
}

const delay = ({ step }: Page): number => step.acknowledgeWithinMinutes! * MINUTE;
const deadline = (page: Page): number => Date.parse(page.at) + delay(page);
