import * as z from 'zod';
import type { Decision } from '../../kernel/decision.js';
import { Refusal } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';
import { Id, Instant, LocalDate, type Minted, recordShape } from '../../kernel/record.js';
import type { Moving } from '../../kernel/write-routes.js';

/**
 * A complaint about a service (ISO/IEC 20000-1:2018, 8.3.2): logged,
 * investigated, acted upon, and closed with the customer. It goes to the
 * customer's relationship owner unless somebody is named, and is escalated
 * when it is not settled. Pure: no storage, no clock.
 */
export const lifecycle = defineLifecycle({
  states: ['logged', 'investigating', 'acted-upon', 'closed', 'withdrawn'],
  moves: {
    investigate: { from: ['logged'], to: 'investigating' },
    act: { from: ['investigating'], to: 'acted-upon' },
    close: { from: ['acted-upon'], to: 'closed' },
    reopen: { from: ['acted-upon', 'closed'], to: 'investigating' },
    withdraw: { from: ['logged', 'investigating', 'acted-upon'], to: 'withdrawn' },
  },
});

export const facts = {
  title: recordShape.title,
  description: z.string().trim().min(1).max(20_000),
  severity: z.enum(['low', 'medium', 'high']).default('medium'),
  serviceId: Id.optional(),
  dueOn: LocalDate.optional().describe('When the customer expects an answer (a date in the customer’s zone)'),
} as const;

export const Complaint = z.strictObject({
  ...recordShape,
  ...facts,
  status: z.enum(lifecycle.states),
  customerId: Id,
  contactId: Id.optional().describe('Who complained'),
  handlerId: Id.optional().describe('Who answers for settling it'),
  escalatedTo: z.array(z.strictObject({ personId: Id, at: Instant, reason: z.string() })).default([]),
  findings: z.string().optional(),
  action: z.string().optional(),
  closure: z.strictObject({ agreedWith: z.string(), satisfied: z.boolean(), at: Instant }).optional(),
});
export type Complaint = z.infer<typeof Complaint>;

export interface Logging {
  readonly customerId: string;
  readonly contactId?: string | undefined;
  readonly handlerId?: string | undefined;
}

export const log = (minted: Minted, given: z.infer<z.ZodObject<typeof facts>>, whose: Logging): Decision<Complaint> => ({
  next: { ...minted, ...given, ...whose, status: 'logged', escalatedTo: [] },
  event: 'complaint.logged',
});

export function investigate(complaint: Complaint, handlerId: string | undefined, { caller }: Moving): Decision<Complaint> {
  const status = lifecycle.next(complaint.status, 'investigate');
  return {
    next: { ...complaint, status, handlerId: handlerId ?? complaint.handlerId ?? caller.id },
    event: 'complaint.investigated',
  };
}

export const act = (complaint: Complaint, findings: string, action: string): Decision<Complaint> => ({
  next: { ...complaint, status: lifecycle.next(complaint.status, 'act'), findings, action },
  event: 'complaint.acted-upon',
});

/** Closing needs the customer's word, and a dissatisfied customer's complaint stays open. */
export function close(complaint: Complaint, agreedWith: string, satisfied: boolean, { now }: Moving): Decision<Complaint> {
  const status = lifecycle.next(complaint.status, 'close');
  if (!satisfied)
    throw new Refusal(
      'not-ready',
      'The customer is not satisfied: reopen the complaint, or escalate it, rather than closing it.',
    );
  return { next: { ...complaint, status, closure: { agreedWith, satisfied, at: now } }, event: 'complaint.closed' };
}

export function reopen(complaint: Complaint, reason: string): Decision<Complaint> {
  const { closure: _, ...rest } = complaint;
  return {
    next: { ...rest, status: lifecycle.next(complaint.status, 'reopen') },
    event: 'complaint.reopened',
    detail: { reason },
  };
}

export const withdraw = (complaint: Complaint, reason: string): Decision<Complaint> => ({
  next: { ...complaint, status: lifecycle.next(complaint.status, 'withdraw') },
  event: 'complaint.withdrawn',
  detail: { reason },
});

/** Whoever is not settled in time goes up; the state stays, the next person answers. */
export function escalate(complaint: Complaint, personId: string, reason: string, { now }: Moving): Decision<Complaint> {
  if (complaint.status === 'closed' || complaint.status === 'withdrawn')
    throw new Refusal('illegal-move', `Cannot escalate while ${complaint.status}.`);
  const escalatedTo = [...complaint.escalatedTo, { personId, at: now, reason }];
  return { next: { ...complaint, handlerId: personId, escalatedTo }, event: 'complaint.escalated', detail: { personId, reason } };
}
