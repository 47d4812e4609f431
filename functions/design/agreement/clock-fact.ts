import type { ClockState } from './clock-state.js';
import { instantText, termOf } from './reckoning.js';
import type { ClockName } from './terms.js';

/** What followed for one clock: kept in the ticket's history, told to others. Instants are RFC 3339 in UTC. */
export interface ClockFact {
  readonly what:
    | 'attached'
    | 'paused'
    | 'resumed'
    | 'stopped'
    | 'breached'
    | 'reopened'
    | 'retargeted'
    | 'interval-begun'
    | 'ended';
  readonly clock: ClockName;
  readonly cycle: number;
  readonly at: string;
  /** The due instant after it, where there is one. */
  readonly due?: string;
  /** Of a change of target: the due instant before it. */
  readonly before?: string;
  readonly why?: string;
  /** Of an assignment's clock: the agreement that it counts for. */
  readonly agreement?: string;
}

/** A fact about a state as it now is; `due` in epoch milliseconds, absent when there is none. */
export function factOf(
  state: ClockState,
  what: ClockFact['what'],
  at: string,
  more: { readonly due?: number | undefined; readonly before?: string | undefined; readonly why?: string } = {},
): ClockFact {
  const { clock, cycle, assignedTo } = state;
  const due = instantText(more.due);
  const { before, why } = more;
  const agreement = assignedTo && termOf(state)?.agreement.id;
  const said = { ...(due && { due }), ...(before && { before }), ...(why && { why }), ...(agreement && { agreement }) };
  return { what, clock, cycle, at, ...said };
}
