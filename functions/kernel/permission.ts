/** The roles of the product, as the identity provider's groups name them. */
export const ROLES = [
  'requester',
  'agent',
  'service-owner',
  'change-manager',
  'approver',
  'relationship-manager',
  'sms-manager',
  'auditor',
  'admin',
] as const;
export type Role = (typeof ROLES)[number];

/** Everybody who works here; `requester` is the customer's side. */
export const STAFF: readonly Role[] = ROLES.filter((role) => role !== 'requester');

/** Those who run the desk day by day. */
export const DESK: readonly Role[] = ['agent', 'service-owner', 'change-manager', 'relationship-manager', 'sms-manager', 'admin'];

/** Who is asking, as far as the token and the records that it leads to say. */
export interface Caller {
  /** The person's, contact's or machine client's id: what history records as `actor`. */
  readonly id: string;
  readonly kind: 'person' | 'contact' | 'client' | 'system';
  readonly roles: readonly Role[];
  /** Contacts only: the organisation they belong to. */
  readonly customerId?: string;
  /** Contacts only: what they may do beyond their own records. */
  readonly grants?: readonly Grant[];
  /** Staff only: the customers that they serve, and no others; absent: all. */
  readonly customerScope?: readonly string[];
  /** Staff only: the teams that they are members of. */
  readonly teamIds?: readonly string[];
}

/** What a contact may be granted: to see all of its customer's incidents, and to report for its colleagues. */
export const GRANTS = ['customer-wide', 'on-behalf'] as const;
export type Grant = (typeof GRANTS)[number];

/** True when the caller acts for the customer's side only, and row rules narrow what it sees. */
export const isRequester = (caller: Caller): boolean => !caller.roles.some((role) => STAFF.includes(role));
