import type { Calendars } from '../calendar/book.js';
import { type ClockFact, factOf } from './clock-fact.js';
import type { ClockState, Stop } from './clock-state.js';
import { computedDue, instantText } from './reckoning.js';
import { waitsClosed } from './wait.js';

/** A running clock that stops, and is judged by the term that then holds. */
export function stopped(
  state: ClockState,
  { at, why, by }: Pick<Stop, 'at' | 'why' | 'by'>,
  calendars: Calendars,
  facts: ClockFact[],
): ClockState {
  const due = computedDue(state, calendars);
  const dueText = instantText(due);
  const judged = { ...(dueText && { due: dueText }), ...(state.terms.length > 0 && { term: state.terms.length - 1 }) };
  facts.push(factOf(state, 'stopped', at, { due, why }));
  return { ...state, ...waitsClosed(state, at), stops: [...(state.stops ?? []), { at, why, by, ...judged }] };
}
