import type { AnyEntity } from './entity.js';
import { Refusal } from './errors.js';
import { type Caller, isRequester } from './permission.js';
import { circlesOf } from './realm.js';
import type { RecordBase } from './record.js';
import type { Stored } from './records.js';
import type { Reply } from './route.js';

type Shown = Record<string, unknown>;

/** A record as this caller may see it: never hidden fields, and for the customer's side only those declared for it. */
export function shown(entity: AnyEntity, record: Readonly<Record<string, unknown>>, caller: Caller): Shown {
  const hidden = new Set<string>(entity.hidden ?? []);
  const visible = isRequester(caller) ? new Set<string>(entity.requesters?.shows ?? []) : undefined;
  return Object.fromEntries(Object.entries(record).filter(([name]) => !hidden.has(name) && (visible?.has(name) ?? true)));
}

/** The answer that carries one record and its `ETag`. */
export const recordReply = <T extends RecordBase>(
  entity: AnyEntity,
  { record }: Stored<T>,
  caller: Caller,
  status = 200,
): Reply => ({
  status,
  body: shown(entity, record, caller),
  etag: record.version,
  ...(status === 201 && { location: `/v1/${entity.plural}/${record.id}` }),
});

/** True when row rules let this caller see this record. */
export function maySee(entity: AnyEntity, record: object, caller: Caller): boolean {
  if (caller.kind === 'system') return true;
  const circle = entity.circle?.(record);
  const within = circlesOf(entity, caller);
  if (circle && !caller.roles.includes('auditor') && !circle.some((one) => within.includes(one))) return false;
  if (isRequester(caller)) return isTheirs(entity, record as Shown, caller);
  if (caller.customerScope === undefined || !entity.customer) return true;
  const whose = entity.customer.of(record);
  return whose !== undefined && (whose === entity.customer.shared || caller.customerScope.includes(whose));
}

/** The customer's side sees what is its own, what it watches, and, where it was granted, what is its customer's. */
function isTheirs({ requesters }: AnyEntity, record: Shown, { id, customerId, grants }: Caller): boolean {
  if (!requesters) return false;
  if (record[requesters.field] === id) return true;
  if (customerId === undefined || record['customerId'] !== customerId) return false;
  return (
    (requesters.watched?.of(record).includes(id) ?? false) ||
    (requesters.wide !== undefined && (grants?.includes('customer-wide') ?? false))
  );
}

/** Nobody makes or turns a record into one that it may not see: people who serve some customers write for those only. */
export function refuseBeyond(entity: AnyEntity, next: object, caller: Caller): void {
  if (maySee(entity, next, caller)) return;
  const field = entity.customer?.field ?? 'customerId';
  throw new Refusal('forbidden', 'You serve some customers only: name one of those.', {
    errors: [{ pointer: `/${field}`, message: 'Not a customer that you serve.' }],
  });
}
