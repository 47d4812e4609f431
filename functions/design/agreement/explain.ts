import * as z from 'zod';
import { Instant } from '../../kernel/record.js';
import type { Calendars } from '../calendar/book.js';
import { MINUTE, type Span } from '../calendar/interval.js';
import { settle } from './clock.js';
import { type ClockState, ClockTerm } from './clock-state.js';
import { instantOr, spansOf } from './reckoning.js';
import type { ClockName } from './terms.js';
import { ClockView, countedUntil, currentStates, viewClocks } from './view.js';

/**
 * Why a clock shows what it shows: a ledger of segments without gaps from the
 * beginning to now (or to where it stopped). The minutes of the running ones sum to
 * the elapsed time; each names the term, and so the calendar version, that counted it.
 */
const Segment = z.object({
  from: Instant,
  to: Instant,
  kind: z.enum(['running', 'paused', 'stopped', 'closed']),
  milliseconds: z.int().min(0).describe('Working time counted; none unless running'),
  minutes: z.number().min(0).describe('The same in minutes'),
  reason: z.string().optional().describe('Why it was pending or stopped'),
  by: z.string().optional().describe('Who set it so'),
  term: z.int().min(0).describe('Index into terms'),
});
export type Segment = z.infer<typeof Segment>;

export const ClockExplanation = ClockView.extend({
  terms: z.array(ClockTerm).describe('What attached or changed the target, oldest first'),
  segments: z.array(Segment),
  elapsedMilliseconds: z.int().describe('The sum of the segments'),
});
export type ClockExplanation = z.infer<typeof ClockExplanation>;

/** The current state of a clock, or that of a cycle; undefined when nothing is promised for it. */
export function explainClock(
  states: readonly ClockState[],
  clock: ClockName,
  calendars: Calendars,
  now: string,
  cycle?: number,
): ClockExplanation | undefined {
  const asked = cycle === undefined ? currentStates(states) : states.filter((state) => state.cycle === cycle);
  const state = settle(asked, calendars, now).states.find((each) => each.clock === clock);
  const view = state && viewClocks([state], calendars, now)[0];
  if (!view) return undefined;
  const segments = segmentsOf(state, calendars, countedUntil(state, Date.parse(now)));
  const elapsedMilliseconds = segments.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return { ...view, terms: state.terms, segments, elapsedMilliseconds };
}

interface Held {
  readonly span: Span;
  readonly kind: 'paused' | 'stopped';
  readonly reason: string;
  readonly by: string;
}

function segmentsOf(state: ClockState, calendars: Calendars, until: number): Segment[] {
  return spansOf(state).flatMap(({ from, to: end, term }) => {
    const to = Math.min(until, end);
    if (from >= to) return [];
    const time = calendars(state.terms[term]!.calendar);
    const open = time.openIntervals(from, to);
    return pieces(from, to, open, heldDuring(state, term)).map((piece) => ({ ...piece, term }));
  });
}

/** Stops come first: where a stop and a pause meet, the stop is the reason. */
function heldDuring(state: ClockState, term: number): Held[] {
  const { pausing } = state.terms[term]!;
  const stops = (state.stops ?? []).map(
    ({ at, until, why, by }): Held => ({ span: [Date.parse(at), instantOr(until, Infinity)], kind: 'stopped', reason: why, by }),
  );
  const waits = (state.waits ?? []).filter(({ reason }) => pausing.includes(reason));
  return [
    ...stops,
    ...waits.map(
      ({ from, to, reason, by }): Held => ({ span: [Date.parse(from), instantOr(to, Infinity)], kind: 'paused', reason, by }),
    ),
  ];
}

function pieces(from: number, to: number, open: readonly Span[], held: readonly Held[]): Omit<Segment, 'term'>[] {
  const edges = [...open.flat(), ...held.flatMap(({ span }) => span)].filter((edge) => edge > from && edge < to);
  const cuts = [...new Set([from, ...edges, to])].sort((a, b) => a - b);
  let next = 0;
  return cuts.slice(1).map((end, i) => {
    const start = cuts[i]!;
    while (next < open.length && open[next]![1] <= start) next++;
    const isOpen = next < open.length && open[next]![0] <= start;
    return piece(
      start,
      end,
      isOpen,
      held.find(({ span: [a, b] }) => a <= start && start < b),
    );
  });
}

function piece(from: number, to: number, open: boolean, held: Held | undefined): Omit<Segment, 'term'> {
  const milliseconds = open && !held ? to - from : 0;
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    kind: !open ? 'closed' : (held?.kind ?? 'running'),
    milliseconds,
    minutes: milliseconds / MINUTE,
    ...(open && held && { reason: held.reason, by: held.by }),
  };
}
