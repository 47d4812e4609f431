import * as z from 'zod';
import { Id, Instant } from '../../kernel/record.js';
import { SelectionRule } from './selection.js';
import { ClockName, PendingReason, Priority, PriorityTargets, RetargetPolicy, Target } from './terms.js';
import { AssignedTo } from './underpinning.js';

/**
 * What a ticket keeps of its service-level clocks: plain JSON inside its own
 * record (`clocks: ClockState[]`), the same for every noun. It holds what
 * happened, not what follows from it: elapsed time and due instants are
 * computed from it (`reckoning.ts`), except those that are facts for good.
 * All three clocks of a ticket are kept from the instant of opening, also while no agreement
 * promises anything, so that one that attaches later counts from the opening. An
 * assignment has a clock of its own when its team or supplier promises something.
 */

const Version = z.strictObject({ id: Id, version: z.int().min(1) });

/** What an agreement asks of one ticket: the chosen version, its calendar, and the targets of the ticket's priority. */
export const Attachment = z.strictObject({
  agreement: Version,
  calendar: Version,
  policy: Version.optional().describe('Escalation policy'),
  rule: SelectionRule,
  priority: Priority,
  targets: PriorityTargets,
  pausing: z.array(PendingReason),
  retarget: RetargetPolicy,
});
export type Attachment = z.infer<typeof Attachment>;

/** One attachment as a clock keeps it; without a target the clock is not promised. */
export const ClockTerm = z.strictObject({
  at: Instant.describe('When it was attached'),
  by: z.string(),
  why: z.string().optional(),
  how: z.enum(['attached', 'carry', 'restart', 'retroactive', 'detached']),
  agreement: Version,
  calendar: Version,
  rule: SelectionRule,
  priority: Priority,
  target: Target.optional(),
  pausing: z.array(PendingReason),
});
export type ClockTerm = z.infer<typeof ClockTerm>;

const Wait = z.strictObject({ from: Instant, to: Instant.optional(), reason: PendingReason, by: z.string() });
export type Wait = z.infer<typeof Wait>;

const Stop = z.strictObject({
  at: Instant,
  why: z.enum(['acknowledged', 'replied', 'resolved', 'reassigned']),
  by: z.string(),
  due: Instant.optional().describe('The due instant that it was judged by'),
  term: z.int().min(0).optional().describe('The term that it was judged by'),
  until: Instant.optional().describe('When it was reopened'),
});
export type Stop = z.infer<typeof Stop>;

/** An interval of the update clock that is over. */
const PastInterval = z.strictObject({
  cycle: z.int().min(1),
  from: Instant,
  to: Instant,
  due: Instant.optional(),
  breachedAt: Instant.optional(),
  agreement: Version,
  priority: Priority,
});
export type PastInterval = z.infer<typeof PastInterval>;

export const ClockState = z.strictObject({
  clock: ClockName,
  cycle: z.int().min(1).describe('Counts starts, reopenings and restarts of this clock; of the update clock its intervals'),
  cycleFrom: Instant.optional().describe('When the cycle began, if it was reopened; else as from'),
  from: Instant.describe('Where counting began: the opening, the restart, the last update'),
  policy: Version.optional().describe('Escalation policy of this cycle'),
  assignedTo: AssignedTo.optional().describe('Of an assignment: whose it is'),
  terms: z.array(ClockTerm).describe('Oldest first; the last one holds'),
  waits: z.array(Wait).optional().describe('While the ticket was pending, for whatever reason'),
  stops: z.array(Stop).optional(),
  breach: z
    .strictObject({ at: Instant, due: Instant.describe('As computed; before `at` when a change put it in the past') })
    .optional(),
  ended: z.strictObject({ at: Instant, why: z.enum(['cancelled', 'merged', 'restarted']), by: z.string() }).optional(),
  past: z.array(PastInterval).optional(),
});
export type ClockState = z.infer<typeof ClockState>;

/** Something that happened to a ticket and may concern its clocks, at an instant; in the order in which it happened. */
export type Happening = { readonly at: string; readonly by: string } & (
  | { readonly kind: 'acknowledged' }
  /** A public comment by an agent; never a requester's or an automatic one. */
  | { readonly kind: 'replied' }
  | { readonly kind: 'pended'; readonly reason: string }
  | { readonly kind: 'resumed' }
  | { readonly kind: 'resolved' }
  /** `policy`: the escalation policy version that binds the new cycle; without it the old one. */
  | { readonly kind: 'reopened'; readonly policy?: Attachment['policy'] }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'merged' }
  /** The merging was undone: clocks that it ended go on, and what passed meanwhile counts. */
  | { readonly kind: 'unmerged' }
  /**
   * Priority, customer, service or agreement changed, or current versions were re-applied;
   * without an attachment nothing is promised any more.
   */
  | { readonly kind: 'retargeted'; readonly attachment?: Attachment | undefined; readonly why: string }
  | Assigned
);

/**
 * The ticket was given to a team, or what underpins that was selected again; without an attachment the team promises nothing.
 * `since`: when the team got it, which a promise that attaches later counts from.
 */
export interface Assigned {
  readonly kind: 'assigned';
  readonly to: AssignedTo;
  readonly since: string;
  readonly attachment?: Attachment | undefined;
  readonly why: string;
}

export type { ClockFact } from './clock-fact.js';
