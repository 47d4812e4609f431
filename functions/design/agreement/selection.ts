import * as z from 'zod';
import type { VersionRef } from '../calendar/book.js';
import { localDate } from './period.js';
import type { AgreementTerms } from './terms.js';

/**
 * Which agreement holds for a ticket: the customer's own for that service, else
 * the customer's for all services, else the service's default, else none. None
 * is a gap to be reported, never an error.
 */

export const SelectionRule = z.enum([
  'customer-service',
  'customer',
  'service-default',
  'team-service',
  'team',
  'supplier-service',
  'supplier',
]);
export type SelectionRule = z.infer<typeof SelectionRule>;

/** An active version of an agreement, with whom it is for: no customer means anybody, no services means all of them. */
export interface Candidate extends VersionRef {
  readonly customerId?: string | undefined;
  readonly serviceIds: readonly string[];
  readonly terms: Pick<AgreementTerms, 'timezone' | 'validFrom' | 'validTo'>;
}

export type Selection<C extends Candidate> =
  | { readonly found: true; readonly agreement: C; readonly rule: SelectionRule; readonly because: string }
  | { readonly found: false; readonly gap: 'no-customer' | 'no-service' | 'no-agreement'; readonly because: string };

const BECAUSE = {
  'customer-service': 'The customer has an agreement of its own for this service.',
  customer: 'The customer has an agreement for all services.',
  'service-default': 'The service has a default agreement.',
} as const;

const RULES: readonly [
  keyof typeof BECAUSE,
  (candidate: Candidate, ticket: { customerId: string; serviceId: string }) => boolean,
][] = [
  ['customer-service', (c, ticket) => c.customerId === ticket.customerId && c.serviceIds.includes(ticket.serviceId)],
  ['customer', (c, ticket) => c.customerId === ticket.customerId && c.serviceIds.length === 0],
  ['service-default', (c, ticket) => c.customerId === undefined && c.serviceIds.includes(ticket.serviceId)],
];

/** `at` in epoch ms. Of several by the same rule the one that came into force last is chosen, then the greater id. */
export function selectAgreement<C extends Candidate>(
  candidates: readonly C[],
  ticket: { readonly customerId?: string | undefined; readonly serviceId?: string | undefined; readonly at: number },
): Selection<C> {
  const { customerId, serviceId, at } = ticket;
  if (customerId === undefined) return { found: false, gap: 'no-customer', because: 'The customer is not known yet.' };
  if (serviceId === undefined) return { found: false, gap: 'no-service', because: 'The service is not known yet.' };
  const valid = candidates.filter(({ terms }) => holds(terms, at)).sort(latestFirst);
  for (const [rule, applies] of RULES) {
    const agreement = valid.find((candidate) => applies(candidate, { customerId, serviceId }));
    if (agreement) return { found: true, agreement, rule, because: BECAUSE[rule] };
  }
  return { found: false, gap: 'no-agreement', because: 'No agreement covers this customer and service at that time.' };
}

/** Whether an agreement is in force at an instant (epoch ms), by the dates of its own zone. */
export function holds({ timezone, validFrom, validTo }: Candidate['terms'], at: number): boolean {
  const date = localDate(timezone, at);
  return validFrom <= date && (validTo === undefined || date <= validTo);
}

type Dated = Omit<Candidate, 'customerId'>;

export const latestFirst = (a: Dated, b: Dated): number =>
  compare(b.terms.validFrom, a.terms.validFrom) || compare(b.id, a.id) || b.version - a.version;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
