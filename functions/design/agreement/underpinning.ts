import * as z from 'zod';
import { Id } from '../../kernel/record.js';
import { type Candidate, holds, latestFirst, type SelectionRule } from './selection.js';

/**
 * What underpins a promise to a customer (ISO/IEC 20000-1:2018, 8.3.4 and 8.3.5): the operational level agreement of the team
 * that has the ticket, else the contract of the supplier whose team it is. For each the one about that service comes
 * before the one about all. None is no gap: teams need not promise anything.
 */

/** Whose an assignment is. */
export const AssignedTo = z.strictObject({ teamId: Id, supplierId: Id.optional().describe('Whose team it is') });
export type AssignedTo = z.infer<typeof AssignedTo>;

/** The party of an agreement that binds a team or a supplier, as agreements are asked for by it. */
export const teamParty = (teamId: string): string => `team.${teamId}`;
export const supplierParty = (supplierId: string): string => `supplier.${supplierId}`;

export interface Underpinning extends Omit<Candidate, 'customerId'> {
  readonly teamId?: string | undefined;
  readonly supplierId?: string | undefined;
}

export interface Given extends AssignedTo {
  readonly serviceId?: string | undefined;
  /** Epoch ms. */
  readonly at: number;
}

type Rule = readonly [SelectionRule, (candidate: Underpinning, given: Given) => boolean];

const isTeams = (candidate: Underpinning, { teamId }: Given): boolean => candidate.teamId === teamId;
const isSuppliers = (candidate: Underpinning, { supplierId }: Given): boolean =>
  supplierId !== undefined && candidate.supplierId === supplierId;
const isFor = ({ serviceIds }: Underpinning, { serviceId }: Given): boolean =>
  serviceId !== undefined && serviceIds.includes(serviceId);
const isForAll = ({ serviceIds }: Underpinning): boolean => serviceIds.length === 0;

const RULES: readonly Rule[] = [
  ['team-service', (candidate, given) => isTeams(candidate, given) && isFor(candidate, given)],
  ['team', (candidate, given) => isTeams(candidate, given) && isForAll(candidate)],
  ['supplier-service', (candidate, given) => isSuppliers(candidate, given) && isFor(candidate, given)],
  ['supplier', (candidate, given) => isSuppliers(candidate, given) && isForAll(candidate)],
];

/** Of several by the same rule the one that came into force last, then the greater id. */
export function selectUnderpinning<U extends Underpinning>(
  candidates: readonly U[],
  given: Given,
): { readonly agreement: U; readonly rule: SelectionRule } | undefined {
  const valid = candidates.filter(({ terms }) => holds(terms, given.at)).sort(latestFirst);
  for (const [rule, applies] of RULES) {
    const agreement = valid.find((candidate) => applies(candidate, given));
    if (agreement) return { agreement, rule };
  }
  return undefined;
}
