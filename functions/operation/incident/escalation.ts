import * as z from 'zod';
import { ClockName } from '../../design/agreement/terms.js';
import { Audience, Step } from '../../design/escalation-policy/policy.js';
import { Instant } from '../../kernel/record.js';

/** What an incident remembers of its escalation: which steps have fired, and which pages wait for an answer. */
export const Page = z.strictObject({
  clock: ClockName,
  cycle: z.int().min(1),
  step: Step,
  rung: z.int().min(0),
  to: z.array(Audience),
  at: Instant,
  acknowledgedAt: Instant.optional(),
});

export const Escalation = z.strictObject({
  /** `clock#cycle#step`: each fires at most once per cycle. */
  fired: z.array(z.string()),
  pages: z.array(Page),
});
export type Escalation = z.infer<typeof Escalation>;

export const NO_ESCALATION: Escalation = { fired: [], pages: [] };

/** Answers every open page: whoever acknowledges stops the climb. */
export const answered = (escalation: Escalation, at: string): Escalation => ({
  ...escalation,
  pages: escalation.pages.map((page) => (page.acknowledgedAt === undefined ? { ...page, acknowledgedAt: at } : page)),
});
