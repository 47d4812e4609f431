import { type AnyEntity, keyPrefix } from './entity.js';
import type { Caller } from './permission.js';

/**
 * Where records of one noun are listed. Most stand in the open realm. A restricted record stands in the realm of auditors and in
 * one for each team of its circle; a record of a customer that is served apart stands once more in that customer's. Each realm
 * has index partitions of its own, so that a list is read from what its caller may see, and never filtered afterwards.
 */
export type Realm = string;

export const OPEN: Realm = '';
const RESTRICTED: Realm = 'restricted';
const circleOf = (teamId: string): Realm => `circle.${teamId}`;
const customersOwn = (customerId: string): Realm => `customer.${customerId}`;
/** A realm that repeats what the open one holds of a customer. */
export const isApart = (realm: Realm): boolean => realm.startsWith('customer.');
const within = (realm: Realm, customerId: string): Realm => `${realm}@${customerId}`;

/** The index partition in a realm: `INCIDENT#all#0` is `INCIDENT#@circle.<team>#all#0` for the members of a team. */
export const inRealm = (entity: AnyEntity, partition: string, realm: Realm): string => {
  const prefix = `${keyPrefix(entity)}#`;
  return realm === OPEN ? partition : `${prefix}@${realm}#${partition.slice(prefix.length)}`;
};

/** The realm of the record's own item, and those that it stands in besides. */
export function realmsOf(entity: AnyEntity, record: object): { readonly own: Realm; readonly also: readonly Realm[] } {
  const teams = entity.circle?.(record);
  const whose = entity.customer?.of(record);
  if (teams === undefined) {
    const apart = entity.apart?.(record);
    return { own: OPEN, also: apart === undefined ? [] : [customersOwn(apart)] };
  }
  const circles = teams.map(circleOf);
  return {
    own: RESTRICTED,
    also: whose === undefined ? circles : [...circles, ...[RESTRICTED, ...circles].map((realm) => within(realm, whose))],
  };
}

/** Every realm that holds each record once: what the system itself reads. */
export const everyRealm = (entity: AnyEntity): Realm[] => (entity.circle ? [OPEN, RESTRICTED] : [OPEN]);

/** The realms of restricted records that staff may see. */
const closedTo = (entity: AnyEntity, caller: Caller): Realm[] =>
  !entity.circle ? [] : caller.roles.includes('auditor') ? [RESTRICTED] : circlesOf(entity, caller).map(circleOf);

/** By what names this caller may stand in a circle. */
export const circlesOf = (entity: AnyEntity, { id, teamIds = [] }: Caller): readonly string[] =>
  entity.circleOfPeople ? [id, ...teamIds] : teamIds;

/** What staff that serves every customer reads. */
export const realmsSeen = (entity: AnyEntity, caller: Caller): Realm[] => [OPEN, ...closedTo(entity, caller)];

/** What people who serve this customer read of it, by a question whose partition does not name it. */
export const realmsWithin = (entity: AnyEntity, caller: Caller, customerId: string): Realm[] => [
  ...(entity.apart ? [customersOwn(customerId)] : []),
  ...closedTo(entity, caller).map((realm) => within(realm, customerId)),
];
