import * as z from 'zod';
import type { Decision } from '../../kernel/decision.js';
import { Refusal } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';
import { Id, Instant, LocalDate, type Minted, recordShape } from '../../kernel/record.js';
import type { Moving } from '../../kernel/write-routes.js';
import { AgreementTerms } from './terms.js';

/**
 * A service level agreement as a record (ISO/IEC 20000-1:2018, 8.3.3). What it says is open while
 * it is a draft; once active, a version never changes, and revising it makes the next one. Tickets
 * keep the version of their cycle until somebody re-applies the current one.
 */
export const lifecycle = defineLifecycle({
  states: ['draft', 'active', 'ended'],
  moves: {
    activate: { from: ['draft'], to: 'active' },
    revise: { from: ['active'], to: 'active' },
    end: { from: ['active'], to: 'ended' },
    discard: { from: ['draft'], to: 'ended' },
  },
});

export const facts = {
  title: recordShape.title,
  kind: z.enum(['SLA']).default('SLA'),
  customerId: Id.optional().describe('Absent: the default of its services, for every customer without an agreement of its own'),
  serviceIds: z.array(Id).max(500).default([]).describe('Empty: all services of the customer'),
  ...AgreementTerms.shape,
  reviewOn: LocalDate.optional().describe('When it is next to be looked at (a date)'),
  notes: z.string().max(10_000).optional(),
} as const;

export const Facts = z.strictObject(facts);
export type Facts = z.infer<typeof Facts>;

export const Agreement = z.strictObject({
  ...recordShape,
  ...facts,
  status: z.enum(lifecycle.states),
  activatedAt: Instant.optional(),
  endedAt: Instant.optional(),
});
export type Agreement = z.infer<typeof Agreement>;

export function draft(minted: Minted, given: Facts): Decision<Agreement> {
  refuseUnfit(given);
  return { next: { ...minted, ...given, status: 'draft' }, event: 'agreement.drafted' };
}

/** Only a draft is amended; what is active is revised. */
export function amend(current: Agreement, next: Agreement): Decision<Agreement> {
  if (current.status !== 'draft')
    throw new Refusal(
      'illegal-move',
      `${current.number} is ${current.status}: its terms stand. Revise it to make the next version.`,
      { facts: { status: current.status, moves: lifecycle.movesFrom(current.status) } },
    );
  refuseUnfit(next);
  return { next, event: 'agreement.amended' };
}

export const activate = (current: Agreement, { now }: Moving): Decision<Agreement> => ({
  next: { ...current, status: lifecycle.next(current.status, 'activate'), activatedAt: now },
  event: 'agreement.activated',
});

/** The next version, in force at once for what opens or is re-applied from now on. */
export function revise(current: Agreement, given: Facts, reason: string): Decision<Agreement> {
  const status = lifecycle.next(current.status, 'revise');
  refuseUnfit(given);
  if (given.customerId !== current.customerId)
    throw new Refusal('invalid', 'A revision stays with its customer; draft another agreement instead.', {
      errors: [{ pointer: '/customerId', message: 'Not the customer of this agreement.' }],
    });
  const { id, number, version, createdAt, createdBy, updatedAt, updatedBy, activatedAt } = current;
  return {
    next: {
      id,
      number,
      version,
      createdAt,
      createdBy,
      updatedAt,
      updatedBy,
      ...(activatedAt !== undefined && { activatedAt }),
      ...given,
      status,
    },
    event: 'agreement.revised',
    detail: { reason },
  };
}

export const end = (current: Agreement, reason: string, { now }: Moving): Decision<Agreement> => ({
  next: { ...current, status: lifecycle.next(current.status, 'end'), endedAt: now },
  event: 'agreement.ended',
  detail: { reason },
});

export const discard = (current: Agreement): Decision<Agreement> => ({
  next: { ...current, status: lifecycle.next(current.status, 'discard') },
  event: 'agreement.discarded',
});

/** Rules across fields, which stand on the whole set of terms. */
function refuseUnfit(given: Facts): void {
  const terms = Object.fromEntries(Object.keys(AgreementTerms.shape).map((name) => [name, given[name as keyof Facts]]));
  const parsed = AgreementTerms.safeParse(terms);
  const errors = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => ({ pointer: path.map((step) => `/${String(step)}`).join(''), message }));
  if (given.customerId === undefined && given.serviceIds.length === 0)
    errors.push({ pointer: '/serviceIds', message: 'Name a customer, or the services that this is the default of.' });
  if (errors.length > 0) throw new Refusal('invalid', errors[0]!.message, { errors });
}
