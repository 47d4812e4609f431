import * as z from 'zod';
import { Id, LocalDate } from '../../kernel/record.js';
import { TimeZone } from '../calendar/calendar.js';

/**
 * What an agreement promises (ISO/IEC 20000-1, 8.3.3): targets by priority, the
 * calendar they are counted in, what lets a clock pause and what happens when
 * a target changes under a running clock. Parties, review and penalties belong
 * to the record, not here.
 */

/** What a customer is promised about a ticket. */
export const CLOCKS = ['response', 'resolution', 'update'] as const;
/** What a team or supplier promises about what it is assigned. */
export const UNDERPINNING = ['assignment'] as const;
export const ClockName = z.enum([...CLOCKS, ...UNDERPINNING]);
export type ClockName = z.infer<typeof ClockName>;

/** A length of working time; the unit is kept as written, as a working day is neither 24 hours nor a day's open time. */
export const Target = z
  .union([
    z.strictObject({ minutes: z.int().min(0).max(1_000_000).describe('Working minutes') }),
    z.strictObject({ days: z.int().min(0).max(1000).describe('Working days') }),
  ])
  .describe('Either working minutes or working days');
export type Target = z.infer<typeof Target>;

/** A clock left out is not promised. */
export const PriorityTargets = z.strictObject({
  response: Target.optional(),
  resolution: Target.optional(),
  update: Target.optional(),
  assignment: Target.optional().describe('How long a team may have it; of an OLA or underpinning contract, and nothing else'),
});
export type PriorityTargets = z.infer<typeof PriorityTargets>;

export const Priority = z.enum(['1', '2', '3', '4', '5']).describe('1 is the most urgent');
export type Priority = z.infer<typeof Priority>;

/** Why a ticket waits; the agreement says which of these stop the clocks. */
export const PendingReason = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[a-z][a-z0-9-]*$/, 'A word such as customer or third-party.');

/** `carry` keeps elapsed time, `restart` begins at the change, `retroactive` recomputes everything from the beginning. */
export const RetargetPolicy = z.enum(['carry', 'restart', 'retroactive']);
export type RetargetPolicy = z.infer<typeof RetargetPolicy>;

const Targets = z.strictObject({
  '1': PriorityTargets,
  '2': PriorityTargets,
  '3': PriorityTargets,
  '4': PriorityTargets,
  '5': PriorityTargets.optional(),
});

export const AgreementTerms = z
  .strictObject({
    calendarId: Id.describe('The calendar that the targets are counted in'),
    timezone: TimeZone.describe('Zone in which the dates and reporting periods of this agreement are meant'),
    targets: Targets,
    pausingReasons: z.array(PendingReason).max(20).default(['customer']).describe('Pending reasons for which clocks pause'),
    retarget: RetargetPolicy.default('carry'),
    availabilityPercent: z.number().min(0).max(100).optional().describe('Share of agreed service time, in percent'),
    reportingPeriod: z.enum(['week', 'month', 'quarter', 'year']).default('month'),
    validFrom: LocalDate,
    validTo: LocalDate.optional().describe('Last date on which it holds'),
  })
  .refine(({ validFrom, validTo }) => validTo === undefined || validFrom <= validTo, {
    message: 'An agreement ends on or after the date on which it begins.',
    path: ['validTo'],
  })
  .refine(({ targets }) => Object.values(targets).some((target) => Object.keys(target).length > 0), {
    message: 'An agreement promises at least one target.',
    path: ['targets'],
  });
export type AgreementTerms = z.infer<typeof AgreementTerms>;
export type ReportingPeriod = AgreementTerms['reportingPeriod'];
