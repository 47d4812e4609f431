import type { AnyEntity } from '../../kernel/entity.js';
import { watcherKey } from '../../kernel/listing.js';
import { type Caller, isRequester } from '../../kernel/permission.js';
import { EVERYBODY } from '../../kernel/postings.js';
import { OPEN, realmsOf, realmsSeen, realmsWithin } from '../../kernel/realm.js';

/**
 * Row rules as scopes: those that a record stands in, and those that a caller sees. They are the realms of lists, where staff
 * that serves some customers finds each by its own scope; the customer's side has scopes of its own, with public words only.
 */
type Row = Readonly<Record<string, unknown>>;

const ofRealm = (realm: string): string => (realm === OPEN ? EVERYBODY : realm);
const ofCustomer = (id: string): string => `customer.${id}`;
const ofContact = (id: string): string => `contact.${id}`;
const ofWatcher = (id: string, customerId: string): string => `watcher.${watcherKey(id, customerId)}`;
const allOf = (customerId: string): string => `whole.${customerId}`;

/** The scopes in which staff finds a record, with all that it says. */
export function deskScopes(entity: AnyEntity, record: object): string[] {
  const { own, also } = realmsOf(entity, record);
  const whose = entity.customer?.of(record);
  // Where customers are not listed apart, a list of one customer's is asked for by name; here it has a scope.
  const named = own === OPEN && whose !== undefined && !entity.apart ? [ofCustomer(whose)] : [];
  return [...new Set([own, ...also].map(ofRealm).concat(named))];
}

/** The scopes in which the customer's side finds it, with what is public. A restricted record has none. */
export function theirScopes(entity: AnyEntity, record: Row): string[] {
  const { requesters } = entity;
  if (!requesters || entity.circle?.(record) !== undefined) return [];
  const [own, customerId] = [record[requesters.field], record['customerId']];
  return [
    ...(typeof own === 'string' ? [ofContact(own)] : []),
    ...(typeof customerId !== 'string'
      ? []
      : [
          ...(requesters.watched?.of(record) ?? []).map((id) => ofWatcher(id, customerId)),
          ...(requesters.wide ? [allOf(customerId)] : []),
        ]),
  ];
}

export interface Sight {
  readonly scopes: readonly string[];
  /** In scopes of the customer's side one posting holds all words of a record. */
  readonly byStem: boolean;
}

/** Where this caller finds records of a noun: what is in none of these scopes is never read. */
export function sightOf(entity: AnyEntity, caller: Caller): Sight {
  if (isRequester(caller)) return { scopes: requesterScopes(entity, caller), byStem: false };
  if (caller.customerScope === undefined || !entity.customer)
    return { scopes: realmsSeen(entity, caller).map(ofRealm), byStem: true };
  const { shared } = entity.customer;
  const served = caller.customerScope.flatMap((id) => [
    ...(entity.apart ? [] : [ofCustomer(id)]),
    ...realmsWithin(entity, caller, id).map(ofRealm),
  ]);
  return { scopes: [...new Set([...served, ...(shared === undefined ? [] : [ofCustomer(shared)])])], byStem: true };
}

function requesterScopes({ requesters }: AnyEntity, { id, customerId, grants }: Caller): string[] {
  if (!requesters) return [];
  return [
    ofContact(id),
    ...(requesters.watched && customerId !== undefined ? [ofWatcher(id, customerId)] : []),
    ...(requesters.wide && customerId !== undefined && grants?.includes('customer-wide') ? [allOf(customerId)] : []),
  ];
}
