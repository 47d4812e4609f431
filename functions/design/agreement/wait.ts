import type { ClockState } from './clock-state.js';
import { waitOf } from './reckoning.js';

/** The waits of a clock whose ticket no longer waits; none where there were none. */
export const waitsClosed = ({ waits }: ClockState, at: string): Pick<ClockState, 'waits'> =>
  waits ? { waits: waits.map((each) => (each.to === undefined ? { ...each, to: at } : each)) } : {};

/** The wait that goes on in what begins at an instant. */
export function waitTakenAlong(state: ClockState, at: string): Pick<ClockState, 'waits'> {
  const open = waitOf(state);
  return open ? { waits: [{ ...open, from: at }] } : {};
}
