import { type Calendars, sameVersion } from '../calendar/book.js';
import { type ClockFact, factOf } from './clock-fact.js';
import type { Attachment, ClockState, ClockTerm, Happening } from './clock-state.js';
import { computedDue, instantText, stopOf, termOf } from './reckoning.js';
import type { ClockName } from './terms.js';
import { waitsClosed, waitTakenAlong } from './wait.js';

/**
 * What becomes of one clock when its promise changes: its priority, agreement,
 * customer or service, or the version that is applied. The agreement that
 * now holds says how; a clock that was judged by a target and stopped stays as it was.
 */

export type Retargeting = Extract<Happening, { kind: 'retargeted' }>;

/** The state after it; under `restart` also the one that was given up, before it. Breaches are settled by the caller. */
export function retarget(state: ClockState, change: Retargeting, calendars: Calendars, facts: ClockFact[]): ClockState[] {
  const held = state.terms.at(-1);
  const term = newTerm(held, state.clock, change);
  if (term === undefined) return [state];
  if (held && sameTerm(held, term)) return [state];
  const judged = stopOf(state) !== undefined && termOf(state)?.target !== undefined;
  if (judged && state.clock === 'response') return [state];
  if (judged) return [withTerm(state, { ...term, how: 'carry' })];
  const before = held && instantText(computedDue(state, calendars));
  if (term.how === 'restart' && stopOf(state) === undefined) {
    const [given, next] = restarted(state, change, term);
    facts.push(factOf(given, 'ended', change.at, { why: 'restarted' }));
    facts.push(factOf(next, 'retargeted', change.at, { due: computedDue(next, calendars), before, why: change.why }));
    return [given, next];
  }
  const next = stopJudged(withPolicy(withTerm(state, term), change.attachment), calendars);
  const moved = term.target !== undefined || before !== undefined;
  if (moved && !(held && countedAlike(held, term))) {
    const what = term.how === 'attached' ? 'attached' : 'retargeted';
    facts.push(factOf(next, what, change.at, { due: computedDue(next, calendars), before, why: change.why }));
  }
  return [next];
}

/** Undefined when there is neither a promise nor was there one. */
function newTerm(held: ClockTerm | undefined, clock: ClockName, { at, by, why, attachment }: Retargeting): ClockTerm | undefined {
  if (attachment === undefined) {
    if (held?.target === undefined) return undefined;
    const { target: _given, ...rest } = held;
    return { ...rest, at, by, why, how: 'detached' };
  }
  const { agreement, calendar, rule, priority, targets, retarget: policy } = attachment;
  const target = targets[clock];
  const pausing = clock === 'response' ? [] : attachment.pausing;
  const term = { at, by, why, agreement, calendar, rule, priority, ...(target && { target }), pausing };
  return { ...term, how: held === undefined ? 'attached' : countedAlike(held, term) ? 'carry' : policy };
}

type Counted = Pick<ClockTerm, 'calendar' | 'pausing'> & { readonly target?: ClockTerm['target'] };

/** Whether two terms count in the same way, so that a change from one to the other moves nothing. */
const countedAlike = (a: Counted, b: Counted): boolean =>
  sameVersion(a.calendar, b.calendar) &&
  JSON.stringify(a.target) === JSON.stringify(b.target) &&
  a.pausing.join() === b.pausing.join();

const sameTerm = (a: ClockTerm, b: ClockTerm): boolean =>
  countedAlike(a, b) && sameVersion(a.agreement, b.agreement) && a.priority === b.priority && a.rule === b.rule;

const withTerm = (state: ClockState, term: ClockTerm): ClockState => ({ ...state, terms: [...state.terms, term] });

/** The escalation policy binds when a cycle starts, or with the first agreement. */
const withPolicy = (state: ClockState, attachment: Attachment | undefined): ClockState =>
  state.policy === undefined && attachment?.policy ? { ...state, policy: attachment.policy } : state;

/** A clock that stopped before anything was promised is judged by the first promise. */
function stopJudged(state: ClockState, calendars: Calendars): ClockState {
  const stop = stopOf(state);
  if (!stop) return state;
  const due = instantText(computedDue({ ...state, stops: state.stops!.slice(0, -1) }, calendars));
  const { due: _old, ...rest } = stop;
  const judged = { ...rest, term: state.terms.length - 1, ...(due !== undefined && { due }) };
  return { ...state, stops: [...state.stops!.slice(0, -1), judged] };
}

/** What is given up, and what begins at the change; a pause goes along. */
function restarted(state: ClockState, { at, by, attachment }: Retargeting, term: ClockTerm): [ClockState, ClockState] {
  const policy = attachment?.policy ?? state.policy;
  const { assignedTo } = state;
  const begun = { clock: state.clock, cycle: state.cycle + 1, from: at, terms: [term], ...(assignedTo && { assignedTo }) };
  return [
    { ...state, ...waitsClosed(state, at), ended: { at, why: 'restarted', by } },
    { ...begun, ...(policy && { policy }), ...waitTakenAlong(state, at) },
  ];
}

/** When the terms last changed in a way that counts differently; undefined before any attached. */
export function changedAt({ terms }: ClockState): string | undefined {
  const last = terms.findLastIndex((term, i) => i === 0 || !countedAlike(terms[i - 1]!, term) || term.how !== 'carry');
  return terms[last]?.at;
}
