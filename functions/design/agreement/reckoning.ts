import { type Calendars, sameVersion } from '../calendar/book.js';
import { clip, MINUTE, type Span, unite } from '../calendar/interval.js';
import type { WorkingTime } from '../calendar/working-time.js';
import type { ClockState, ClockTerm, Stop, Wait } from './clock-state.js';

/**
 * What a clock's state amounts to, in epoch milliseconds and milliseconds of
 * working time. A stretch is time counted by one calendar; under `carry` a
 * clock has several, and what remains of its target runs under the last.
 */
interface Stretch {
  readonly from: number;
  /** `Infinity` for the last. */
  readonly to: number;
  readonly time: WorkingTime;
  readonly pauses: readonly Span[];
}

/** The term in force; of a stopped clock the one that it was judged by. */
export const termOf = (state: ClockState): ClockTerm | undefined => state.terms.at(stopOf(state)?.term ?? -1);

/** The stop that still holds. */
export function stopOf({ stops }: ClockState): Stop | undefined {
  const last = stops?.at(-1);
  return last?.until === undefined ? last : undefined;
}

/** The wait that has not ended. */
export function waitOf({ waits }: ClockState): Wait | undefined {
  const last = waits?.at(-1);
  return last?.to === undefined ? last : undefined;
}

/** From when to when (epoch ms) each term, by its index, is counted by; a retroactive one counts from the beginning. */
export function spansOf({ from, terms }: ClockState): { readonly from: number; readonly to: number; readonly term: number }[] {
  const first = Math.max(
    0,
    terms.findLastIndex(({ how }) => how === 'retroactive'),
  );
  const starts = terms.slice(first).map(({ at }, i) => Date.parse(i === 0 ? from : at));
  return starts
    .map((start, i) => ({ from: start, to: starts[i + 1] ?? Infinity, term: first + i }))
    .filter((span) => span.from < span.to);
}

/** Working time elapsed up to an instant. */
export const elapsedAt = (state: ClockState, calendars: Calendars, at: number): number =>
  elapsedIn(stretches(state, calendars), at);

/** The target in force as milliseconds of working time, counted from the clock's beginning. */
export function lengthOf(state: ClockState, calendars: Calendars): number | undefined {
  const term = termOf(state);
  if (term?.target === undefined) return undefined;
  if ('minutes' in term.target) return term.target.minutes * MINUTE;
  const from = Date.parse(state.from);
  const time = calendars(term.calendar);
  return time.elapsed(from, time.dueDays(from, term.target.days));
}

/**
 * The due instant as it follows from the state; `Infinity` while a pause or stop
 * stands before it, undefined when nothing is promised. Fixed once reached,
 * as later pauses lie behind it.
 */
export function computedDue(state: ClockState, calendars: Calendars): number | undefined {
  const length = lengthOf(state, calendars);
  if (length === undefined) return undefined;
  const { target } = termOf(state)!;
  const found = stretches(state, calendars);
  if ('days' in target! && found.length === 1) return found[0]!.time.dueDays(found[0]!.from, target.days, found[0]!.pauses);
  return reachIn(found, length);
}

/** The first instant by which so much working time elapsed, or will if nothing more happens; `Infinity` while held up. */
export const reach = (state: ClockState, calendars: Calendars, length: number): number =>
  reachIn(stretches(state, calendars), length);

/** The first instant by which so much working time follows upon another instant. */
export function reachFrom(state: ClockState, calendars: Calendars, from: number, length: number): number {
  const later = stretches(state, calendars).filter(({ to }) => to > from);
  return reachIn(
    later.map((stretch) => ({ ...stretch, from: Math.max(from, stretch.from) })),
    length,
  );
}

function elapsedIn(found: readonly Stretch[], at: number): number {
  return found.reduce((sum, { from, to, time, pauses }) => sum + time.elapsed(from, Math.min(to, at), pauses), 0);
}

function reachIn(found: readonly Stretch[], length: number): number {
  let left = length;
  for (const { from, to, time, pauses } of found) {
    const here = to === Infinity ? Infinity : time.elapsed(from, to, pauses);
    if (left <= here) return time.due(from, left, pauses);
    left -= here;
  }
  return Infinity;
}

/** Where a clock stands still: pending for a reason that the term in force lets pause, and between stop and reopening. */
function stretches(state: ClockState, calendars: Calendars): Stretch[] {
  const stopped = (state.stops ?? []).map(({ at, until }): Span => [Date.parse(at), instantOr(until, Infinity)]);
  const merged: { from: number; to: number; calendar: ClockTerm['calendar']; held: Span[] }[] = [];
  for (const { from, to, term } of spansOf(state)) {
    const { calendar, pausing } = state.terms[term]!;
    const waits = (state.waits ?? []).filter(({ reason }) => pausing.includes(reason));
    const held = clip(
      [...waits.map((wait): Span => [Date.parse(wait.from), instantOr(wait.to, Infinity)]), ...stopped],
      from,
      to,
    );
    const last = merged.at(-1);
    if (last && sameVersion(last.calendar, calendar)) Object.assign(last, { to, held: [...last.held, ...held] });
    else merged.push({ from, to, calendar, held });
  }
  return merged.map(({ from, to, calendar, held }) => ({ from, to, time: calendars(calendar), pauses: unite(held) }));
}

export const instantOr = (text: string | undefined, otherwise: number): number =>
  text === undefined ? otherwise : Date.parse(text);

/** RFC 3339 of an instant; absent for none and for `Infinity`. */
export const instantText = (instant: number | undefined): string | undefined =>
  instant === undefined || instant === Infinity ? undefined : new Date(instant).toISOString();
