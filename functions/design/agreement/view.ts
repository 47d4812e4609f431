import * as z from 'zod';
import { Instant } from '../../kernel/record.js';
import type { Calendars } from '../calendar/book.js';
import { MINUTE } from '../calendar/interval.js';
import { isOver, settle } from './clock.js';
import { type ClockState, ClockTerm } from './clock-state.js';
import { computedDue, elapsedAt, instantOr, instantText, lengthOf, stopOf, termOf, waitOf } from './reckoning.js';
import type { SelectionRule } from './selection.js';
import { ClockName } from './terms.js';
import { AssignedTo } from './underpinning.js';

/** What is shown of a clock. A clock runs outside hours too; it merely does not advance. */
export const ClockStatus = z.enum(['running', 'paused', 'stopped', 'ended']);
export type ClockStatus = z.infer<typeof ClockStatus>;

export const ClockView = z.object({
  clock: ClockName,
  cycle: z.int().min(1).describe('Of an assignment: which, counted through the ticket’s life'),
  promise: z
    .enum(['SLA', 'OLA', 'underpinning-contract'])
    .describe('Promised to the customer, or by the team or supplier that has the ticket'),
  assignedTo: AssignedTo.optional().describe('Of an assignment: whose it is'),
  status: ClockStatus,
  target: ClockTerm.shape.target.unwrap(),
  priority: ClockTerm.shape.priority,
  agreement: ClockTerm.shape.agreement,
  calendar: ClockTerm.shape.calendar,
  rule: ClockTerm.shape.rule,
  from: Instant.describe('Where counting began'),
  due: Instant.optional().describe('Absent while paused before it'),
  computedDue: Instant.optional().describe('Differs from due where a change put it in the past'),
  elapsedMinutes: z.number().describe('Working minutes, exact'),
  remainingMinutes: z.number().describe('Working minutes until due; below zero since it'),
  breached: z.boolean(),
  breachedAt: Instant.optional(),
  stoppedAt: Instant.optional(),
});
export type ClockView = z.infer<typeof ClockView>;

/** The current state of each clock: the last of its name. */
export const currentStates = (states: readonly ClockState[]): ClockState[] =>
  states.filter((state, i) => !states.slice(i + 1).some(({ clock }) => clock === state.clock));

export function statusOf(state: ClockState): ClockStatus {
  if (isOver(state)) return 'ended';
  if (stopOf(state)) return 'stopped';
  const wait = waitOf(state);
  return wait && termOf(state)?.pausing.includes(wait.reason) ? 'paused' : 'running';
}

/** The instant (epoch ms) up to which a state counts. */
export const countedUntil = (state: ClockState, now: number): number =>
  Math.min(now, instantOr(stopOf(state)?.at, now), instantOr(state.ended?.at, now));

/** The promised clocks of a ticket at `now`, which lies at or after everything that happened to them. */
export const viewClocks = (states: readonly ClockState[], calendars: Calendars, now: string): ClockView[] =>
  settle(currentStates(states), calendars, now).states.flatMap((state) => viewOf(state, calendars, Date.parse(now)) ?? []);

/** The same, with the assignments that are over. */
export function viewEveryClock(states: readonly ClockState[], calendars: Calendars, now: string): ClockView[] {
  const current = currentStates(states);
  const shown = states.filter((state) => current.includes(state) || (state.assignedTo && state.ended?.why !== 'restarted'));
  return settle(shown, calendars, now).states.flatMap((state) => viewOf(state, calendars, Date.parse(now)) ?? []);
}

const promiseOf = (rule: SelectionRule): ClockView['promise'] =>
  rule.startsWith('team') ? 'OLA' : rule.startsWith('supplier') ? 'underpinning-contract' : 'SLA';

function viewOf(state: ClockState, calendars: Calendars, now: number): ClockView | undefined {
  const term = termOf(state);
  if (term?.target === undefined) return undefined;
  const stop = stopOf(state);
  const until = countedUntil(state, now);
  const elapsed = elapsedAt(state, calendars, until);
  const computed = state.breach?.due ?? (stop ? stop.due : instantText(computedDue(state, calendars)));
  const due = state.breach?.at ?? computed;
  const remaining = state.breach
    ? elapsedAt(state, calendars, Date.parse(state.breach.at)) - elapsed
    : lengthOf(state, calendars)! - elapsed;
  return {
    clock: state.clock,
    cycle: state.cycle,
    promise: promiseOf(term.rule),
    ...(state.assignedTo && { assignedTo: state.assignedTo }),
    status: statusOf(state),
    target: term.target,
    priority: term.priority,
    agreement: term.agreement,
    calendar: term.calendar,
    rule: term.rule,
    from: state.from,
    ...(due !== undefined && { due, computedDue: computed }),
    elapsedMinutes: elapsed / MINUTE,
    remainingMinutes: remaining / MINUTE,
    breached: state.breach !== undefined,
    ...(state.breach && { breachedAt: state.breach.at }),
    ...(stop && { stoppedAt: stop.at }),
  };
}

/** The earliest due instant of the running clocks that are not breached: what a queue is ordered by. */
export function nextDue(states: readonly ClockState[], calendars: Calendars, now: string): string | undefined {
  const views = viewClocks(states, calendars, now).filter(({ status, breached }) => status === 'running' && !breached);
  return views.flatMap(({ due }) => due ?? []).sort((a, b) => Date.parse(a) - Date.parse(b))[0];
}
