import type { Calendars } from '../calendar/book.js';
import { reassigned } from './assignment.js';
import { type ClockFact, factOf } from './clock-fact.js';
import type { ClockState, Happening, Stop } from './clock-state.js';
import { computedDue, instantText, stopOf, termOf, waitOf } from './reckoning.js';
import { retarget } from './retarget.js';
import { stopped } from './stopping.js';
import { CLOCKS, type ClockName } from './terms.js';
import { waitsClosed, waitTakenAlong } from './wait.js';

/**
 * The service-level clocks of one ticket (ISO/IEC 20000-1, 8.3.3 and 8.6.1): what each happening
 * does to them. The response clock never pauses and stops at the first answer; the
 * resolution clock pauses while pending and goes on when reopened; the update
 * clock begins again with every public comment of an agent; each assignment that a team or
 * supplier promised something about has a clock of its own. A breach is a fact with an
 * instant, recorded once. Knows no noun, no store and no time of day.
 */

export interface Outcome {
  readonly states: ClockState[];
  readonly facts: ClockFact[];
}

/** The three clocks of a ticket received at `at`; nothing is promised until a `retargeted` happening attaches an agreement. */
export const openClocks = (at: string): ClockState[] => CLOCKS.map((clock) => ({ clock, cycle: 1, from: at, terms: [] }));

/** Whether nothing more can happen to this state: the ticket was cancelled or merged, or the clock restarted as another. */
export const isOver = (state: ClockState): boolean => state.ended !== undefined;

/** Records the breaches that lie before `now`; the same states when there are none. */
export function settle(states: readonly ClockState[], calendars: Calendars, now: string): Outcome {
  const facts: ClockFact[] = [];
  return { states: states.map((state) => settled(state, calendars, Date.parse(now), facts)), facts };
}

/**
 * The states after something happened, and what followed from it. Throws when a calendar is
 * missing; refuses `invalid` a target that is not due within ten years.
 */
export function happen(states: readonly ClockState[], happening: Happening, calendars: Calendars): Outcome {
  const { states: before, facts } = settle(states, calendars, happening.at);
  if (happening.kind === 'assigned') {
    const after = reassigned(before, happening, calendars, facts);
    return { states: after.map((state) => settled(state, calendars, Date.parse(happening.at), facts)), facts };
  }
  const after = before.flatMap((state) => {
    if (isOver(state))
      return happening.kind === 'unmerged'
        ? [settled(revived(state, happening, calendars, facts), calendars, Date.parse(happening.at), facts)]
        : [state];
    const next =
      happening.kind === 'retargeted' && !state.assignedTo
        ? retarget(state, happening, calendars, facts)
        : [moved(state, happening, calendars, facts)];
    return next.map((each) => settled(each, calendars, Date.parse(happening.at), facts));
  });
  return { states: after, facts };
}

/** A due instant that a change or a reopening found already past breaches then, so that closed periods stay as they are. */
function settled(state: ClockState, calendars: Calendars, now: number, facts: ClockFact[]): ClockState {
  if (state.breach || isOver(state)) return state;
  const stop = stopOf(state);
  const due = stop ? (stop.due === undefined ? undefined : Date.parse(stop.due)) : computedDue(state, calendars);
  if (due === undefined || due >= (stop ? Date.parse(stop.at) : now)) return state;
  const at = new Date(Math.max(due, Date.parse(termOf(state)!.at), Date.parse(state.cycleFrom ?? state.from))).toISOString();
  facts.push(factOf(state, 'breached', at, { due }));
  return { ...state, breach: { at, due: new Date(due).toISOString() } };
}

type Move = (state: ClockState, happening: Happening, calendars: Calendars, facts: ClockFact[]) => ClockState;

const stop: Move = (state, { kind, at, by }, calendars, facts) =>
  stopped(state, { why: kind as Stop['why'], at, by }, calendars, facts);

const MOVES: Record<ClockName, Partial<Record<Happening['kind'], Move>>> = {
  response: { acknowledged: stop, replied: stop, resolved: stop, cancelled: end, merged: end },
  resolution: { pended: wait, resumed: resume, resolved: stop, reopened: goOn, cancelled: end, merged: end },
  update: {
    replied: beginInterval,
    pended: wait,
    resumed: resume,
    resolved: stop,
    reopened: beginInterval,
    cancelled: end,
    merged: end,
  },
  assignment: { pended: wait, resumed: resume, resolved: stop, reopened: goOnUnlessPassedOn, cancelled: end, merged: end },
};

function moved(state: ClockState, happening: Happening, calendars: Calendars, facts: ClockFact[]): ClockState {
  const move = MOVES[state.clock][happening.kind];
  const isStopped = stopOf(state) !== undefined;
  const wantsStopped = happening.kind === 'reopened';
  if (!move || (move !== end && isStopped !== wantsStopped)) return state;
  return move(state, happening, calendars, facts);
}

function wait(state: ClockState, happening: Happening, _: Calendars, facts: ClockFact[]): ClockState {
  if (happening.kind !== 'pended') return state;
  const { at, by, reason } = happening;
  if (termOf(state)?.pausing.includes(reason)) facts.push(factOf(state, 'paused', at, { why: reason }));
  return { ...state, waits: [...(waitsClosed(state, at).waits ?? []), { from: at, reason, by }] };
}

function resume(state: ClockState, { at }: Happening, calendars: Calendars, facts: ClockFact[]): ClockState {
  const open = waitOf(state);
  if (open === undefined) return state;
  const next = { ...state, ...waitsClosed(state, at) };
  if (termOf(state)?.pausing.includes(open.reason)) {
    facts.push(factOf(state, 'resumed', at, { due: computedDue(next, calendars) }));
  }
  return next;
}

/** A new cycle of the same unit: checkpoints may fire again, elapsed time goes on. */
function goOn(state: ClockState, happening: Happening, calendars: Calendars, facts: ClockFact[]): ClockState {
  const policy = policyAfter(state, happening);
  const stops = state.stops!.map((each, i) => (i === state.stops!.length - 1 ? { ...each, until: happening.at } : each));
  const next = { ...state, cycle: state.cycle + 1, cycleFrom: happening.at, stops, ...policy };
  facts.push(factOf(next, 'reopened', happening.at, { due: computedDue(next, calendars) }));
  return next;
}

/** What was resolved by the team that still has it goes on; what was passed on before stays as it was. */
function goOnUnlessPassedOn(state: ClockState, happening: Happening, calendars: Calendars, facts: ClockFact[]): ClockState {
  return stopOf(state)?.why === 'resolved' ? goOn(state, happening, calendars, facts) : state;
}

/** Closes the running interval of the update clock, or the one at which it had stopped, and begins the next. */
function beginInterval(state: ClockState, happening: Happening, calendars: Calendars, facts: ClockFact[]): ClockState {
  const { at } = happening;
  const term = state.terms.at(-1);
  const next: ClockState = {
    clock: state.clock,
    cycle: state.cycle + 1,
    from: at,
    ...policyAfter(state, happening),
    terms: term ? [term] : [],
    ...waitTakenAlong(state, at),
    past: [...(state.past ?? []), ...pastInterval(state, at, calendars)],
  };
  facts.push(factOf(next, 'interval-begun', at, { due: computedDue(next, calendars) }));
  return next;
}

function pastInterval(state: ClockState, at: string, calendars: Calendars): NonNullable<ClockState['past']> {
  const term = termOf(state);
  if (term?.target === undefined && !state.breach) return [];
  const held = stopOf(state);
  const due = state.breach?.due ?? (held ? held.due : instantText(computedDue(state, calendars)));
  return [
    {
      cycle: state.cycle,
      from: state.from,
      to: held?.at ?? at,
      ...(due !== undefined && { due }),
      ...(state.breach && { breachedAt: state.breach.at }),
      agreement: term!.agreement,
      priority: term!.priority,
    },
  ];
}

function end(state: ClockState, { kind, at, by }: Happening, _: Calendars, facts: ClockFact[]): ClockState {
  facts.push(factOf(state, 'ended', at, { why: kind }));
  return { ...state, ...waitsClosed(state, at), ended: { at, why: kind as 'cancelled' | 'merged', by } };
}

/** What merging ended goes on in a new cycle, so that a due instant that passed meanwhile breaches now and not in a closed period. */
function revived(state: ClockState, { at }: Happening, calendars: Calendars, facts: ClockFact[]): ClockState {
  if (state.ended?.why !== 'merged') return state;
  const { ended: _, ...rest } = state;
  if (stopOf(rest)) return rest;
  const next: ClockState = { ...rest, cycle: state.cycle + 1, cycleFrom: at };
  facts.push(factOf(next, 'reopened', at, { due: computedDue(next, calendars), why: 'unmerged' }));
  return next;
}

const policyAfter = (state: ClockState, happening: Happening): Pick<ClockState, 'policy'> => {
  const policy = (happening.kind === 'reopened' ? happening.policy : undefined) ?? state.policy;
  return policy ? { policy } : {};
};
