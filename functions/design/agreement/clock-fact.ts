import type { ClockState } from './clock-state.js';
import { instantText } from './reckoning.js';
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
}

/** A fact about a state as it now is; `due` in epoch milliseconds, absent when there is none. */
export function factOf(
  { clock, cycle }: ClockState,
  what: ClockFact['what'],
  at: string,
  more: { readonly due?: number | undefined; readonly before?: string | undefined; readonly why?: string } = {},
): ClockFact {
  const due = instantText(more.due);
  const { before, why } = more;
  return { what, clock, cycle, at, ...(due && { due }), ...(before && { before }), ...(why && { why }) };
}
