import * as z from 'zod';
import { ClockName } from '../agreement/terms.js';

/**
 * An escalation policy: who is told what about a clock, and when (ISO/IEC
 * 20000-1, 8.6.1). Versions are immutable; the version that held when a clock's
 * cycle started stays with the cycle. It names roles, never persons.
 */

export const Audience = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('assignee') }),
  z.strictObject({
    kind: z.literal('team-level'),
    level: z.int().min(1).max(9).describe('Escalation level of the assigned team'),
  }),
  z.strictObject({ kind: z.literal('service-owner') }),
  z.strictObject({ kind: z.literal('relationship-owner') }),
  z.strictObject({ kind: z.literal('topic'), topic: z.string().trim().min(1).max(100) }),
]);
export type Audience = z.infer<typeof Audience>;

/** Working time of the clock's own calendar, as the target is. */
export const StepInstant = z.union([
  z.strictObject({ percent: z.number().gt(0).max(1000).describe('Of the target, in working time') }),
  z.strictObject({
    minutesBefore: z.int().min(1).max(1_000_000).describe('Working minutes before due; at the start when the target is shorter'),
  }),
  z.strictObject({ minutesAfter: z.int().min(0).max(1_000_000).describe('Working minutes after due') }),
]);
export type StepInstant = z.infer<typeof StepInstant>;

export const Step = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'A short name such as half-time, unique in the policy.'),
  clock: ClockName,
  at: StepInstant,
  audience: z.array(Audience).min(1).max(10),
  channels: z
    .array(z.enum(['email', 'topic']))
    .min(1)
    .max(2),
  acknowledgeWithinMinutes: z
    .int()
    .min(1)
    .max(10_080)
    .optional()
    .describe('Minutes of real time after which an unacknowledged page goes to the next level'),
});
export type Step = z.infer<typeof Step>;

export const EscalationPolicy = z
  .strictObject({
    steps: z.array(Step).min(1).max(50),
    terminal: z
      .strictObject({ kind: z.literal('topic'), topic: z.string().trim().min(1).max(100) })
      .describe('Who is told when nobody else is there'),
  })
  .superRefine(({ steps }, context) => {
    steps.forEach(({ id }, i) => {
      if (steps.findIndex((step) => step.id === id) < i) {
        context.addIssue({ code: 'custom', path: ['steps', i, 'id'], message: `Another step is called ${id} already.` });
      }
    });
  });
export type EscalationPolicy = z.infer<typeof EscalationPolicy>;
