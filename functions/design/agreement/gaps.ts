import { type Candidate, selectAgreement } from './selection.js';

/**
 * What is promised to nobody: the services in use that a customer may have, and for which no agreement is in force
 * (ISO/IEC 20000-1:2018, 8.3.3). A gap is reported, and is no error. Pure: no storage, no time of day.
 */
export interface Offered {
  readonly id: string;
  readonly status: string;
  /** Whom it is for; empty: everybody. */
  readonly customerIds: readonly string[];
}

/** The services of `offered` that the customer has no agreement about at an instant (epoch ms). */
export const unpromised = <S extends Offered>(
  customer: { readonly id: string; readonly status: string },
  offered: readonly S[],
  candidates: readonly Candidate[],
  at: number,
): S[] =>
  customer.status !== 'active'
    ? []
    : offered.filter(
        ({ id, status, customerIds }) =>
          status === 'live' &&
          (customerIds.length === 0 || customerIds.includes(customer.id)) &&
          !selectAgreement(candidates, { customerId: customer.id, serviceId: id, at }).found,
      );
