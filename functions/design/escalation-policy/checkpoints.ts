import { isOver, settle } from '../agreement/clock.js';
import type { ClockState } from '../agreement/clock-state.js';
import { computedDue, lengthOf, reach, reachFrom, termOf } from '../agreement/reckoning.js';
import { changedAt } from '../agreement/retarget.js';
import { currentStates, statusOf } from '../agreement/view.js';
import type { Calendars, VersionRef } from '../calendar/book.js';
import { MINUTE } from '../calendar/interval.js';
import type { EscalationPolicy, Step, StepInstant } from './policy.js';

/**
 * Which steps of the escalation policies are due, and when to look again. Each
 * step fires at most once in a cycle, whatever is retried; steps that were
 * missed, or passed by a change, collapse into the highest; nothing fires on a
 * paused or stopped clock. What has fired is the caller's to remember, by key.
 */

export interface Checkpoints {
  readonly states: readonly ClockState[];
  readonly calendars: Calendars;
  /** Answers a version that a clock's cycle is bound to; throws for one that was not given. */
  readonly policies: (policy: VersionRef) => EscalationPolicy;
  /** Keys, `clock#cycle#step`, of what has fired or was covered. */
  readonly fired: ReadonlySet<string>;
  /** RFC 3339, at or after everything that happened to the clocks. */
  readonly now: string;
}

export interface Notice {
  /** `clock#cycle#step`. */
  readonly key: string;
  readonly clock: ClockState['clock'];
  readonly cycle: number;
  readonly step: Step;
  readonly policy: VersionRef;
  /** When it was to be told: the step's instant, or the change that put the step in the past. */
  readonly at: string;
  readonly lateMilliseconds: number;
  /** Whether the step lay in the past when a change made it apply. */
  readonly passedByChange: boolean;
  /** Keys of lower steps that this notice stands for; they have then fired as well. */
  readonly covers: readonly string[];
}

export interface Look {
  readonly notices: readonly Notice[];
  /** The next instant at which a step or a breach falls due if nothing happens before; absent when none does. */
  readonly wake?: string;
}

interface Timed {
  readonly step: Step;
  readonly key: string;
  /** Where the step lies on the clock; `Infinity` while held up. */
  readonly instant: number;
  /** When it can first be told. */
  readonly at: number;
  readonly passedByChange: boolean;
}

export function lookAtClocks({ states, calendars, policies, fired, now }: Checkpoints): Look {
  const at = Date.parse(now);
  const running = settle(currentStates(states), calendars, now).states.filter((state) => isLive(state));
  const looks = running.map((state) => {
    const steps = unfired(state, calendars, policies, fired);
    return { notices: noticesOf(state, steps, at), wakes: [...steps.map((step) => step.at), breachInstant(state, calendars)] };
  });
  const wake = Math.min(...looks.flatMap(({ wakes }) => wakes).filter((instant) => instant > at));
  return { notices: looks.flatMap(({ notices }) => notices), ...(wake < Infinity && { wake: new Date(wake).toISOString() }) };
}

export const stepKey = ({ clock, cycle }: Pick<ClockState, 'clock' | 'cycle'>, step: string): string =>
  `${clock}#${cycle}#${step}`;

/** Whether anything may fire: promised, running, and not over. */
export const isLive = (state: ClockState): boolean =>
  !isOver(state) && termOf(state)?.target !== undefined && statusOf(state) === 'running';

/** Exactly at due a clock is still kept: the breach can be recorded a millisecond later. */
const breachInstant = (state: ClockState, calendars: Calendars): number =>
  state.breach ? Infinity : (computedDue(state, calendars) ?? Infinity) + 1;

function unfired(
  state: ClockState,
  calendars: Calendars,
  policies: Checkpoints['policies'],
  fired: ReadonlySet<string>,
): Timed[] {
  if (!state.policy) return [];
  const changed = Math.max(Date.parse(state.cycleFrom ?? state.from), Date.parse(changedAt(state)!));
  const steps = policies(state.policy).steps.filter(({ clock, id }) => clock === state.clock && !fired.has(stepKey(state, id)));
  return steps.map((step) => {
    const instant = instantOf(state, calendars, step.at);
    const passedByChange = instant < changed || (instant === changed && isBreachByChange(state));
    return { step, key: stepKey(state, step.id), instant, at: Math.max(instant, changed), passedByChange };
  });
}

/** Whether a change put the due instant into the past, so that the breach lies at the change itself. */
const isBreachByChange = ({ breach }: ClockState): boolean =>
  breach !== undefined && Date.parse(breach.due) < Date.parse(breach.at);

/** Where a step lies; before due it is never later than a breach that has already been recorded. */
function instantOf(state: ClockState, calendars: Calendars, at: StepInstant): number {
  const length = lengthOf(state, calendars)!;
  const due = state.breach ? Date.parse(state.breach.at) : computedDue(state, calendars)!;
  const after =
    'percent' in at
      ? Math.round((length * (at.percent - 100)) / 100)
      : 'minutesAfter' in at
        ? at.minutesAfter * MINUTE
        : -at.minutesBefore * MINUTE;
  if (after < 0) return Math.min(due, reach(state, calendars, Math.max(0, length + after)));
  return due === Infinity || after === 0 ? due : reachFrom(state, calendars, due, after);
}

function noticesOf(state: ClockState, steps: readonly Timed[], now: number): Notice[] {
  const passed = steps.filter(({ at }) => at <= now);
  const highest = Math.max(...passed.map(({ instant }) => instant));
  const told = passed.filter(({ instant }) => instant === highest);
  const covered = passed.filter(({ instant }) => instant < highest).map(({ key }) => key);
  return told.map(({ step, key, at, passedByChange }, i) => ({
    key,
    clock: state.clock,
    cycle: state.cycle,
    step,
    policy: state.policy!,
    at: new Date(at).toISOString(),
    lateMilliseconds: now - at,
    passedByChange,
    covers: i === 0 ? covered : [],
  }));
}
