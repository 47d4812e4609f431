import type { AnyEntity } from './entity.js';
import { type Caller, isRequester } from './permission.js';
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
export function maySee(entity: AnyEntity, record: Readonly<Record<string, unknown>>, caller: Caller): boolean {
  if (!isRequester(caller)) return true;
  return entity.requesters !== undefined && record[entity.requesters.field] === caller.id;
}
