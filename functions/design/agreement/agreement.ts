import * as z from 'zod';
import type { Decision } from '../../kernel/decision.js';
import { type FieldError, Refusal } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';
import { Id, Instant, LocalDate, type Minted, recordShape } from '../../kernel/record.js';
import type { Moving } from '../../kernel/write-routes.js';
import { AgreementTerms } from './terms.js';

/**
 * An agreement as a record: with a customer (ISO/IEC 20000-1:2018, 8.3.3), or, underpinning that, with a team of our own or
 * with a supplier (8.3.4). What it says is open while
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
  kind: z
    .enum(['SLA', 'OLA', 'underpinning-contract'])
    .default('SLA')
    .describe(
      'An OLA binds a team of ours, an underpinning contract a supplier: for what the team, or a team of the supplier, is assigned',
    ),
  customerId: Id.optional().describe(
    'Of an SLA. Absent: the default of its services, for every customer without an agreement of its own',
  ),
  teamId: Id.optional().describe('Of an OLA: the team that it binds'),
  supplierId: Id.optional().describe('Of an underpinning contract: the supplier that it binds'),
  serviceIds: z.array(Id).max(500).default([]).describe('Empty: all services of the customer, team or supplier'),
  escalationPolicyId: Id.optional().describe(
    'Of an OLA or underpinning contract: who is told when its clocks run out; otherwise the policy of the service',
  ),
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
  const other = (['kind', 'customerId', 'teamId', 'supplierId'] as const).find((name) => given[name] !== current[name]);
  if (other)
    throw new Refusal('invalid', `A revision stays with its ${PARTY[current.kind]}; draft another agreement instead.`, {
      errors: [
        { pointer: `/${other}`, message: `Not the ${other === 'kind' ? 'kind' : PARTY[current.kind]} of this agreement.` },
      ],
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
  const errors: FieldError[] = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => ({ pointer: path.map((step) => `/${String(step)}`).join(''), message }));
  errors.push(...unfitParties(given), ...unfitTargets(given));
  if (errors.length > 0) throw new Refusal('invalid', errors[0]!.message, { errors });
}

const PARTY = { SLA: 'customer', OLA: 'team', 'underpinning-contract': 'supplier' } as const;

/** Each kind names its own party, and nobody else's. */
function unfitParties({ kind, customerId, teamId, supplierId, serviceIds, escalationPolicyId }: Facts): FieldError[] {
  const named = { customer: customerId, team: teamId, supplier: supplierId };
  const own = PARTY[kind];
  const errors: FieldError[] = Object.entries(named).flatMap(([party, id]) =>
    id === undefined || party === own ? [] : [{ pointer: `/${party}Id`, message: `This kind of agreement names a ${own}.` }],
  );
  if (kind === 'SLA' && customerId === undefined && serviceIds.length === 0)
    errors.push({ pointer: '/serviceIds', message: 'Name a customer, or the services that this is the default of.' });
  if (kind !== 'SLA' && named[own] === undefined)
    errors.push({ pointer: `/${own}Id`, message: `Name the ${own} that it binds.` });
  if (kind === 'SLA' && escalationPolicyId !== undefined)
    errors.push({
      pointer: '/escalationPolicyId',
      message: 'What is promised to customers is escalated by the policy of the service.',
    });
  return errors;
}

/** A customer is promised answers and solutions; a team promises how long it has what it is assigned. */
const unfitTargets = ({ kind, targets }: Facts): FieldError[] =>
  Object.entries(targets).flatMap(([priority, clocks]) =>
    Object.keys(clocks ?? {}).flatMap((clock) =>
      (kind === 'SLA') === (clock !== 'assignment')
        ? []
        : [{ pointer: `/targets/${priority}/${clock}`, message: `No ${kind} promises this.` }],
    ),
  );
