import type { ClockState, PastInterval } from './clock-state.js';
import { stopOf, termOf } from './reckoning.js';
import type { ClockName } from './terms.js';

/**
 * How agreements were kept (ISO/IEC 20000-1, 9.4). A unit is what counts once: the cycles of a
 * clock that reopening joins together, or one interval of the update clock. It
 * counts in the period of its breach, else of its last stop. Breaches must have
 * been settled up to the instant at which the report is made.
 */

export type UnitOutcome = 'met' | 'breached' | 'open' | 'excluded';

export interface Unit {
  readonly clock: ClockName;
  /** The cycle in which it began; with record and clock it names the unit. */
  readonly cycle: number;
  readonly outcome: UnitOutcome;
  /** The instant that places it in a period; absent while open. */
  readonly at?: string;
  /** Of an excluded one. */
  readonly why?: 'cancelled' | 'merged' | 'restarted' | 'not-promised';
  readonly agreement: { readonly id: string; readonly version: number };
  readonly priority: string;
}

/** The units of one ticket as they were known at an instant; by default as its states stand. */
export function unitsOf(states: readonly ClockState[], knownAt?: string): Unit[] {
  const known = knownAt === undefined ? Infinity : Date.parse(knownAt);
  const voided = states.find(({ ended }) => ended && ended.why !== 'restarted' && isBy(ended.at, known))?.ended;
  return states
    .flatMap((state) => [...(state.past ?? []).flatMap((past) => intervalUnit(past, known)), ...clockUnit(state, known)])
    .map((unit) => (voided ? { ...unit, outcome: 'excluded', at: voided.at, why: voided.why } : unit));
}

function intervalUnit({ cycle, from, to, breachedAt, agreement, priority }: PastInterval, known: number): Unit[] {
  if (!isBy(from, known)) return [];
  const unit = { clock: 'update', cycle, agreement, priority } as const;
  if (breachedAt && isBy(breachedAt, known)) return [{ ...unit, outcome: 'breached', at: breachedAt }];
  return [isBy(to, known) ? { ...unit, outcome: 'met', at: to } : { ...unit, outcome: 'open' }];
}

function clockUnit(state: ClockState, known: number): Unit[] {
  const term = termOf(state);
  if (!term || !isBy(state.from, known) || !state.terms.some(({ target }) => target)) return [];
  const unit = { clock: state.clock, cycle: firstCycle(state), agreement: term.agreement, priority: term.priority };
  if (state.breach && isBy(state.breach.at, known)) return [{ ...unit, outcome: 'breached', at: state.breach.at }];
  if (state.ended && isBy(state.ended.at, known))
    return [{ ...unit, outcome: 'excluded', at: state.ended.at, why: state.ended.why }];
  if (!term.target && isBy(term.at, known)) return [{ ...unit, outcome: 'excluded', at: term.at, why: 'not-promised' }];
  const stop = stopKnown(state, known);
  return [stop ? { ...unit, outcome: 'met', at: stop } : { ...unit, outcome: 'open' }];
}

/** The cycle in which the unit began: every reopening since added one. */
const firstCycle = ({ cycle, stops }: ClockState): number =>
  cycle - (stops ?? []).filter(({ until }) => until !== undefined).length;

function stopKnown(state: ClockState, known: number): string | undefined {
  if (known === Infinity) return stopOf(state)?.at;
  const stop = (state.stops ?? []).filter(({ at }) => isBy(at, known)).at(-1);
  return stop && (stop.until === undefined || !isBy(stop.until, known)) ? stop.at : undefined;
}

const isBy = (at: string, known: number): boolean => Date.parse(at) <= known;
