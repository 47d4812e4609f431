import { canonical } from '../kernel/canonical.js';
import type { Companion } from '../kernel/decision.js';
import { type AnyEntity, type Entity, keyPrefix, partitionOf } from '../kernel/entity.js';
import { noticesOf } from '../kernel/notice.js';
import type { RecordBase } from '../kernel/record.js';
import type { HistoryEvent, Stored, TimedDecision } from '../kernel/records.js';
import { commit, GENESIS, hashOf } from './chain.js';
import { guardItem, type RepeatKey } from './idempotency.js';
import { eventKey, type Item, packed, pointerItems, recordItem, versionKey } from './items.js';
import type { Part } from './transaction.js';

/** On whose word, when, and under which request a transaction is written. */
export interface Writer {
  readonly actor: string;
  readonly now: Date;
  /** Ties records, events and logs of one request together. */
  readonly correlation: string;
  readonly repeat?: RepeatKey;
}

export interface Setting {
  readonly table: string;
  readonly shards: number;
}

export interface Written<T extends RecordBase> {
  readonly stored: Stored<T>;
  readonly parts: readonly Part[];
}

interface Before<T> {
  readonly record: T;
  readonly sequence: number;
  readonly head: string;
  readonly lastAt: string;
  readonly timer?: Stored<RecordBase>['timer'];
}

/** Puts a decision together as the parts of one transaction: record, event, guards, companions. */
export function assemble<T extends RecordBase>(
  entity: Entity<T>,
  before: Before<T> | undefined,
  decision: TimedDecision<T>,
  writer: Writer,
  setting: Setting,
  /** Stands on the event, so that a writer who never heard the answer finds its own write again. */
  token: string,
): Written<T> {
  const now = writer.now.toISOString();
  const at = before && before.lastAt > now ? before.lastAt : now;
  const record = settled(entity, before?.record, decision, writer.actor, at);
  const event = eventOf(entity, before, record, decision, writer.actor, at);
  const timer = decision.timer ?? before?.timer;
  const stored: Stored<T> = { record, sequence: event.sequence, head: event.hash, ...(timer && { timer }) };
  const { table, shards } = setting;
  const pk = partitionOf(entity, record.id);
  const put = (item: Item, means: Part['means'], condition?: object, about?: string): Part => ({
    write: { Put: { TableName: table, Item: item, ...condition } },
    means,
    ...(about !== undefined && { about }),
  });
  const absent = { ConditionExpression: 'attribute_not_exists(pk)' };
  const parts = [
    put(recordItem(entity, record, { ...stored, lastAt: at }, shards), 'raced', before ? seenAs(before) : absent),
    put({ ...eventItem(entity, record, event, writer.correlation), token }, 'raced', absent),
    ...(entity.versioned && !decision.quiet
      ? [put({ pk, sk: versionKey(record.version), schema: entity.schemaVersion, record: packed(record) }, 'raced', absent)]
      : []),
    ...pointerParts(entity, before?.record, record, setting),
    ...uniqueParts(entity, before?.record, record, table),
    ...(decision.companions ?? []).map((companion) => companionPart(companion, pk, table)),
  ];
  if (writer.repeat) parts.push(repeatPart(entity, stored, decision, writer, writer.repeat, table));
  return { stored, parts };
}

/** Evidence and outbox in one: what is asked of it without the record stands beside what is packed. */
function eventItem(entity: AnyEntity, record: RecordBase, event: HistoryEvent, correlation: string): Item {
  const { record: became, commitments, detail, ...facts } = event;
  return {
    pk: partitionOf(entity, record.id),
    sk: eventKey(event.sequence),
    entity: entity.name,
    id: record.id,
    ...facts,
    body: packed({ detail, record: became, commitments }),
    ...(noticesOf(detail).length > 0 && { tells: true }),
    correlation,
    schema: entity.schemaVersion,
    ...outline(entity, record),
  };
}

/** The record as it will stand: version and dates are the store's, and what is written always fits its schema. */
function settled<T extends RecordBase>(
  entity: Entity<T>,
  before: T | undefined,
  { next, quiet }: TimedDecision<T>,
  actor: string,
  at: string,
): T {
  if (before === undefined || quiet) return entity.schema.parse(next);
  return entity.schema.parse({ ...next, version: before.version + 1, updatedAt: at, updatedBy: actor });
}

function eventOf<T extends RecordBase>(
  entity: Entity<T>,
  before: Before<T> | undefined,
  record: T,
  decision: TimedDecision<T>,
  actor: string,
  at: string,
): HistoryEvent {
  const facts = {
    sequence: (before?.sequence ?? 0) + 1,
    version: record.version,
    event: decision.event,
    actor,
    at,
    changed: changedFields(before?.record, record),
    detail: decision.detail ?? {},
    record: present(record),
    commitments: commit(record, entity.personal),
    previous: before?.head ?? GENESIS,
  };
  return { ...facts, hash: hashOf(entity.name, record.id, facts) };
}

const present = (record: object) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));

const BOOKKEEPING = new Set(['version', 'updatedAt', 'updatedBy']);

function changedFields(before: object | undefined, after: object): string[] {
  if (before === undefined) return [];
  const [old, fresh] = [before as Item, after as Item];
  return [...new Set([...Object.keys(old), ...Object.keys(fresh)])].filter(
    (name) => !BOOKKEEPING.has(name) && canonical(old[name]) !== canonical(fresh[name]),
  );
}

/** What thin events on the bus say beside the ids. */
const outline = (entity: AnyEntity, record: RecordBase): Item => ({
  number: record.number,
  status: record.status,
  ...('customerId' in record && { customerId: record.customerId }),
  ...(entity.circle?.(record) !== undefined && { restricted: true }),
});

const seenAs = ({ record, sequence }: Before<RecordBase>) => ({
  ConditionExpression: '#version = :version AND #sequence = :sequence',
  ExpressionAttributeNames: { '#version': 'version', '#sequence': 'sequence' },
  ExpressionAttributeValues: { ':version': record.version, ':sequence': sequence },
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
});

function companionPart({ operation, pk: own, sk, when, body, list, index }: Companion, pk: string, table: string): Part {
  const condition = when && { ConditionExpression: when === 'absent' ? 'attribute_not_exists(pk)' : 'attribute_exists(pk)' };
  const key = { pk: own ?? pk, sk };
  return {
    means: 'companion',
    about: sk,
    write:
      operation === 'put'
        ? {
            Put: {
              TableName: table,
              Item: { ...key, body, ...(list && { list: JSON.stringify(list) }), ...index },
              ...condition,
            },
          }
        : { Delete: { TableName: table, Key: key, ...condition } },
  };
}

export const uniqueKey = (entity: AnyEntity, name: string, value: string) => ({
  pk: `${keyPrefix(entity)}#UNIQUE#${name}#${value}`,
  sk: '#',
});

/** Guards of the values that no two records may share: taken and given up within the transaction. */
function uniqueParts<T extends RecordBase>(entity: Entity<T>, before: T | undefined, after: T, table: string): Part[] {
  return Object.entries(entity.unique ?? {}).flatMap(([name, of]): Part[] => {
    const old = new Set(before ? [of(before) ?? []].flat() : []);
    const fresh = new Set([of(after) ?? []].flat());
    const take = [...fresh]
      .filter((value) => !old.has(value))
      .map(
        (value): Part => ({
          means: 'taken',
          about: name,
          write: {
            Put: {
              TableName: table,
              Item: { ...uniqueKey(entity, name, value), id: after.id },
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
        }),
      );
    const leave = [...old]
      .filter((value) => !fresh.has(value))
      .map(
        (value): Part => ({
          means: 'raced',
          write: {
            Delete: {
              TableName: table,
              Key: uniqueKey(entity, name, value),
              ConditionExpression: 'id = :id',
              ExpressionAttributeValues: { ':id': after.id },
            },
          },
        }),
      );
    return [...take, ...leave];
  });
}

/** What stands beside the record so that it is found once more: only what the decision changed is written. */
function pointerParts<T extends RecordBase>(
  entity: Entity<T>,
  before: T | undefined,
  after: T,
  { table, shards }: Setting,
): Part[] {
  const old = before ? pointerItems(entity, before, shards) : new Map<string, Item>();
  const fresh = pointerItems(entity, after, shards);
  return [
    ...[...fresh.values()]
      .filter((item) => canonical(item) !== canonical(old.get(String(item['sk']))))
      .map((Item): Part => ({ means: 'raced', write: { Put: { TableName: table, Item } } })),
    ...[...old.values()]
      .filter(({ sk }) => !fresh.has(String(sk)))
      .map(({ pk, sk }): Part => ({ means: 'raced', write: { Delete: { TableName: table, Key: { pk, sk } } } })),
  ];
}

function repeatPart<T extends RecordBase>(
  entity: Entity<T>,
  { record, sequence }: Stored<T>,
  decision: TimedDecision<T>,
  { now }: Writer,
  key: RepeatKey,
  table: string,
): Part {
  const companion = decision.companions?.find(({ operation, pk }) => operation === 'put' && pk === undefined)?.sk;
  const quiet = decision.quiet ?? false;
  return guardPart(
    guardItem(entity, key, { id: record.id, sequence, quiet, ...(companion !== undefined && { companion }) }, now),
    now,
    table,
  );
}

/** A key that many writes of one request share. */
export const sharePart = (entity: AnyEntity, key: RepeatKey, now: Date, table: string): Part =>
  guardPart(guardItem(entity, key, { shared: true }, now), now, table);

const guardPart = (Item: Item, now: Date, table: string): Part => ({
  means: 'repeated',
  write: {
    Put: {
      TableName: table,
      Item,
      ConditionExpression: 'attribute_not_exists(pk) OR #ttl < :now',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':now': Math.floor(now.getTime() / 1000) },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  },
});
