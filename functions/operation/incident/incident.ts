import * as z from 'zod';
import { ClockState } from '../../design/agreement/clock-state.js';
import { SelectionRule } from '../../design/agreement/selection.js';
import { PendingReason } from '../../design/agreement/terms.js';
import { Refusal } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';
import { Id, Instant, recordShape } from '../../kernel/record.js';
import { Escalation } from './escalation.js';
import { Monitoring } from './monitoring.js';

/**
 * An incident: an unplanned interruption or reduction of a service (ISO/IEC 20000-1:2018, 8.6.1).
 * This file says what one is and which states it moves through; `commands.ts` says what may be done to it,
 * `clocking.ts` what that does to its clocks. Pure: no storage, no time of day.
 */
export const lifecycle = defineLifecycle({
  states: ['new', 'in-progress', 'pending', 'resolved', 'closed', 'cancelled', 'merged'],
  moves: {
    begin: { from: ['new'], to: 'in-progress' },
    pend: { from: ['new', 'in-progress'], to: 'pending' },
    resume: { from: ['pending'], to: 'in-progress' },
    resolve: { from: ['new', 'in-progress', 'pending'], to: 'resolved' },
    reopen: { from: ['resolved', 'closed'], to: 'in-progress' },
    close: { from: ['resolved'], to: 'closed' },
    cancel: { from: ['new', 'in-progress', 'pending'], to: 'cancelled' },
    merge: { from: ['new', 'in-progress', 'pending', 'resolved'], to: 'merged' },
    unmerge: { from: ['merged'], to: 'in-progress' },
  },
});

export const RESOLUTION_CODES = [
  'fixed',
  'workaround',
  'no-fault-found',
  'duplicate',
  'user-guided',
  'not-reproducible',
  'resolved-itself',
] as const;

const Version = z.strictObject({ id: Id, version: z.int().min(1) });
const Level = z.int().min(1).max(5);

/** What is reported, and may be amended while the incident is live. */
export const report = {
  title: recordShape.title,
  description: z.string().trim().max(20_000).default(''),
  category: z
    .string()
    .trim()
    .min(1)
    .max(60)
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} /-]*$/u, 'Words, such as network/vpn.')
    .optional(),
} as const;

export const Resolution = z.strictObject({ code: z.enum(RESOLUTION_CODES), text: z.string().trim().min(1).max(20_000) });

/** What an incident waits for, and until when. */
export const Waiting = z.strictObject({
  reason: z.enum(['customer', 'supplier', 'third-party', 'change', 'parts', 'other']),
  until: Instant.optional(),
  note: z.string().trim().max(2000).optional(),
});

/** Somebody who follows an incident: staff, or a contact of its customer. */
export const Watcher = z.strictObject({
  id: Id,
  kind: z.enum(['person', 'contact']),
  customerId: Id.optional().describe('Of a contact'),
  because: Id.optional().describe('The incident that was merged into this one, whose follower this was'),
});
export type Watcher = z.infer<typeof Watcher>;

/** Each is told of what happens, and has a place of its own in the index. */
export const MOST_WATCHERS = 20;
/** Each team of a restricted incident reads it in lists of its own. */
export const MOST_TEAMS = 5;

export const Incident = z.strictObject({
  ...recordShape,
  ...report,
  status: z.enum(lifecycle.states),
  impact: Level,
  urgency: Level,
  priority: Level.describe('From impact and urgency by the priority matrix; 1 is the most urgent'),
  matrix: Version.optional().describe('The priority matrix that it was judged by; absent: the common one'),
  source: z.enum(['api', 'mail', 'monitoring']),
  receivedAt: Instant.describe('When the system received it; clocks count from here'),
  customerId: Id.optional(),
  requesterId: Id.optional().describe('The contact who reported it, or for whom it was reported'),
  serviceId: Id.optional(),
  teamId: Id.optional(),
  assignedAt: Instant.optional().describe('When its team got it; what the team promised counts from here'),
  assigneeId: Id.optional(),
  messageId: Id.optional().describe('The mail that opened it'),
  pending: z
    .strictObject({ reason: PendingReason, since: Instant, until: Instant.optional(), note: z.string().optional() })
    .optional(),
  acknowledgedAt: Instant.optional(),
  acknowledgedBy: z.string().optional(),
  resolution: Resolution.optional(),
  resolvedAt: Instant.optional(),
  closedAt: Instant.optional(),
  reopenings: z.int().min(0),
  restricted: z.boolean().optional().describe('Seen by the members of the teams named, and by auditors, only'),
  restrictedTo: z.array(Id).min(1).max(MOST_TEAMS).optional().describe('The teams whose members see it while it is restricted'),
  watchers: z.array(Watcher).max(MOST_WATCHERS).optional(),
  mergedInto: z
    .strictObject({ id: Id, number: z.string(), at: Instant, from: z.string().describe('The status before') })
    .optional()
    .describe('The incident that goes on in its place'),
  parentId: Id.optional().describe('The incident that it is resolved with'),
  children: z.int().min(0).optional().describe('How many are resolved with it'),
  resolvedWith: Id.optional().describe('The parent whose resolution resolved it'),
  servedApart: z.boolean().optional().describe('Its customer is served by people of its own, who have queues of their own'),
  minutesSpent: z.int().min(0).describe('Minutes of work, from the worklog'),
  agreement: z
    .strictObject({ ...Version.shape, rule: SelectionRule })
    .optional()
    .describe('The version that its clocks count by'),
  gap: z.string().optional().describe('Why no agreement holds'),
  nextDue: Instant.optional().describe('The next due instant of its running clocks'),
  overdueSince: Instant.optional().describe('The first breach among the clocks promised to the customer that still run'),
  monitoring: Monitoring.optional().describe('The alerts that it is about, where monitoring opened it'),
  clocks: z.array(ClockState),
  escalation: Escalation,
});
export type Incident = z.infer<typeof Incident>;

/** As the API shows it. */
export const Shown = Incident.omit({ clocks: true, escalation: true, watchers: true, servedApart: true });

/** `live` while somebody has to do something, `resolved` until it closes, then `done`. */
export const phaseOf = ({ status }: Pick<Incident, 'status'>): 'live' | 'resolved' | 'done' =>
  status === 'resolved' ? 'resolved' : status === 'closed' || status === 'cancelled' || status === 'merged' ? 'done' : 'live';

export function refuseUnlessLive(incident: Incident, what: string): void {
  if (phaseOf(incident) === 'live') return;
  throw new Refusal('illegal-move', `Cannot ${what} while ${incident.status}.`, {
    facts: { status: incident.status, moves: lifecycle.movesFrom(incident.status) },
  });
}
