import { happen, openClocks, settle } from '../../design/agreement/clock.js';
import type { ClockFact, ClockState, Happening } from '../../design/agreement/clock-state.js';
import { currentStates, nextDue } from '../../design/agreement/view.js';
import type { Calendars, VersionRef } from '../../design/calendar/book.js';
import { isLive, lookAtClocks } from '../../design/escalation-policy/checkpoints.js';
import type { Reachable } from '../../design/escalation-policy/ladder.js';
import { type Page, passOn } from '../../design/escalation-policy/pages.js';
import type { Audience, EscalationPolicy } from '../../design/escalation-policy/policy.js';
import type { Companion, Decision } from '../../kernel/decision.js';
import type { Notice } from '../../kernel/notice.js';
import type { Stored, TimedDecision } from '../../kernel/records.js';
import { nextTimer } from '../../kernel/timer.js';
import { type Incident, phaseOf } from './incident.js';
import { released } from './monitoring.js';

/** The versions that the clocks of an incident are bound to; they throw for one that was not loaded. */
export interface Bound {
  readonly calendars: Calendars;
  readonly policies: (policy: VersionRef) => EscalationPolicy;
}

/** What a command decided, before its clocks are moved. */
export interface Change {
  readonly next: Incident;
  readonly event: Decision<Incident>['event'];
  readonly detail?: Readonly<Record<string, unknown>>;
  /** What happened, as far as clocks are concerned, in order. */
  readonly happenings?: readonly Happening[];
  readonly notices?: readonly Notice[];
  readonly companions?: readonly Companion[];
  readonly quiet?: boolean;
}

/**
 * Moves the clocks of a change and completes it to what one transaction writes: the facts that followed in the event,
 * the next due instant that queues are ordered by, the month's list for attainment, and the timer of the escalation.
 */
export function clocked(
  change: Change,
  before: Stored<Incident> | undefined,
  bound: Bound,
  now: string,
): TimedDecision<Incident> {
  const start = before ? change.next.clocks : openClocks(change.next.receivedAt);
  const { states, facts } = moveClocks(start, change.happenings ?? [], bound.calendars, now);
  const next = withDue(unwatched({ ...change.next, clocks: states }), bound, now);
  const detail = {
    ...change.detail,
    ...(facts.length > 0 && { clocks: facts }),
    ...(change.notices?.length && { notices: change.notices }),
  };
  const timer = nextTimer(before?.timer, wakeOf(next, bound, now));
  return {
    next,
    event: change.event,
    ...(Object.keys(detail).length > 0 && { detail }),
    companions: [...(change.companions ?? []), ...countedIn(next, facts)],
    ...(change.quiet && { quiet: true }),
    ...(timer && { timer }),
  };
}

function moveClocks(states: readonly ClockState[], happenings: readonly Happening[], calendars: Calendars, now: string) {
  let moved: readonly ClockState[] = states;
  const facts: ClockFact[] = [];
  for (const happening of happenings) {
    const outcome = happen(moved, happening, calendars);
    moved = outcome.states;
    facts.push(...outcome.facts);
  }
  const settled = settle(moved, calendars, now);
  return { states: [...settled.states], facts: [...facts, ...settled.facts] };
}

/** What is over gives its alerts' correlation up, so that the next of them opens an incident of its own. */
const unwatched = (incident: Incident): Incident =>
  incident.monitoring?.correlation !== undefined && phaseOf(incident) === 'done'
    ? { ...incident, monitoring: released(incident.monitoring) }
    : incident;

/** What queues are ordered by: the first breach of a clock that still runs, else the next due instant. */
function withDue(incident: Incident, { calendars }: Bound, now: string): Incident {
  const { nextDue: _due, overdueSince: _since, ...rest } = incident;
  const due = nextDue(incident.clocks, calendars, now);
  const breaches = currentStates(incident.clocks).flatMap((state) =>
    state.breach && !state.assignedTo && isLive(state) ? [state.breach.at] : [],
  );
  const since = breaches.sort()[0];
  return { ...rest, ...(due !== undefined && { nextDue: due }), ...(since !== undefined && { overdueSince: since }) };
}

/** When the escalation must look again: at once where a step lies in the past, else at the next step, breach or unanswered page. */
export function wakeOf(
  { clocks, escalation, monitoring }: Incident,
  { calendars, policies }: Bound,
  now: string,
): string | undefined {
  const look = lookAtClocks({ states: clocks, calendars, policies, fired: new Set(escalation.fired), now });
  if (look.notices.length > 0) return now;
  const pages = passPages(escalation.pages, clocks, NOBODY, policies, now);
  if (pages.pages.length > 0) return now;
  const wakes = [look.wake, pages.wake, monitoring?.settlesAt].filter((wake) => wake !== undefined);
  return wakes.length > 0 ? wakes.sort()[0] : undefined;
}

/** When a page goes up does not depend on who then stands there. */
const NOBODY = { assignee: false, levels: [], serviceOwner: false, relationshipOwner: false };

/** The recipient that always exists: the policy's own, else management. An assignment may have a policy of its own. */
export function terminalOf(clocks: readonly ClockState[], policies: Bound['policies'], clock?: string): Audience {
  const bound = currentStates(clocks).filter((state) => state.policy);
  const policy = ((clock === 'assignment' && bound.find((state) => state.assignedTo)) || bound[0])?.policy;
  return policy ? policies(policy).terminal : { kind: 'topic', topic: 'management' };
}

/** The pages that are passed on, each towards the terminal recipient of its own policy, and when to look again. */
export function passPages(
  pages: readonly Page[],
  clocks: readonly ClockState[],
  reachable: Reachable,
  policies: Bound['policies'],
  now: string,
): ReturnType<typeof passOn> {
  const own = (underpinning: boolean) => pages.filter(({ clock }) => (clock === 'assignment') === underpinning);
  const [first, second] = [own(false), own(true)].map((some) =>
    passOn(some, clocks, reachable, terminalOf(clocks, policies, some[0]?.clock), now),
  );
  const wake = [first!.wake, second!.wake].filter((each) => each !== undefined).sort()[0];
  return { pages: [...first!.pages, ...second!.pages], ...(wake !== undefined && { wake }) };
}

/** Facts by which a cycle counts, or ceases to count, in a month's attainment. */
const COUNTING = new Set<ClockFact['what']>([
  'attached',
  'retargeted',
  'stopped',
  'breached',
  'ended',
  'reopened',
  'interval-begun',
]);

/** `INCIDENT#ATTAINMENT#<agreement>#2026-03#7`: which incidents a month's attainment is computed from, spread by the end of their ids. */
const attainment = (agreementId: string, month: string, part: string): string =>
  `INCIDENT#ATTAINMENT#${agreementId}#${month}#${part}`;
export const attainmentPartition = (agreementId: string, month: string, incidentId: string): string =>
  attainment(agreementId, month, incidentId.at(-1)!);
export const attainmentPartitions = (agreementId: string, month: string): string[] =>
  [...'0123456789abcdef'].map((part) => attainment(agreementId, month, part));

function countedIn({ id, number, agreement }: Incident, facts: readonly ClockFact[]): Companion[] {
  const partitions = facts.flatMap((fact) => {
    const counting = COUNTING.has(fact.what) ? (fact.agreement ?? agreement?.id) : undefined;
    return counting === undefined ? [] : [attainmentPartition(counting, fact.at.slice(0, 7), id)];
  });
  return [...new Set(partitions)].map((pk) => ({ operation: 'put', pk, sk: id, body: { id, number } }));
}
