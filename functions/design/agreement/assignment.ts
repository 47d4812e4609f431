import type { Calendars } from '../calendar/book.js';
import type { ClockFact } from './clock-fact.js';
import type { Assigned, ClockState, Happening, Stop, Wait } from './clock-state.js';
import { stopOf } from './reckoning.js';
import { retarget } from './retarget.js';
import { stopped } from './stopping.js';

/**
 * The clocks of assignments: an operational level agreement, or a supplier's contract, promises how long a team may have what it
 * is given. Each assignment that is promised something has a clock of its own; it starts when the team gets the ticket, ends when
 * another team gets it or it is resolved, goes on when it is reopened, and pauses as its agreement says. Pure.
 */

/** The clock of the assignment that stands, while it runs. */
const running = (states: readonly ClockState[]): ClockState | undefined => {
  const last = states.findLast(({ clock }) => clock === 'assignment');
  return last && last.ended === undefined && stopOf(last) === undefined ? last : undefined;
};

/** The states after a ticket was given to a team, or after what the team promises was selected again. */
export function reassigned(
  states: readonly ClockState[],
  happening: Extract<Happening, Assigned>,
  calendars: Calendars,
  facts: ClockFact[],
): ClockState[] {
  const held = running(states);
  const { at, by, why, attachment, to } = happening;
  const change = { kind: 'retargeted', at, by, why, ...(attachment && { attachment }) } as const;
  if (held?.assignedTo?.teamId === to.teamId)
    return states.flatMap((state) => (state === held ? retarget(state, change, calendars, facts) : [state]));
  const passedOn = states.map((state) =>
    state === held ? stopped(state, { at, why: 'reassigned', by }, calendars, facts) : state,
  );
  if (attachment?.targets.assignment === undefined) return passedOn;
  return [...passedOn, ...retarget(begun(passedOn, happening), change, calendars, facts)];
}

/** A clock from where the team got the ticket; what held it up since then is taken from the ticket's own. */
function begun(states: readonly ClockState[], { since, to }: Extract<Happening, Assigned>): ClockState {
  const own = states.filter(({ clock }) => clock === 'resolution');
  const waits = own.flatMap((state) => state.waits ?? []).flatMap((wait) => waitSince(wait, since));
  const stops = own.flatMap((state) => state.stops ?? []).flatMap((stop) => stopSince(stop, since));
  const cycles = states.filter(({ clock }) => clock === 'assignment').map(({ cycle }) => cycle);
  return {
    clock: 'assignment',
    cycle: Math.max(0, ...cycles) + 1 + stops.length,
    from: since,
    assignedTo: to,
    terms: [],
    ...(waits.length > 0 && { waits }),
    ...(stops.length > 0 && { stops }),
  };
}

const later = (a: string, b: string): string => (Date.parse(a) > Date.parse(b) ? a : b);

const waitSince = (wait: Wait, since: string): Wait[] =>
  wait.to !== undefined && Date.parse(wait.to) <= Date.parse(since) ? [] : [{ ...wait, from: later(wait.from, since) }];

/** Only those that a reopening ended: a ticket is given to nobody while it is resolved. */
const stopSince = ({ at, why, by, until }: Stop, since: string): Stop[] =>
  until === undefined || Date.parse(until) <= Date.parse(since) ? [] : [{ at: later(at, since), why, by, until }];
