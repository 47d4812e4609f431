import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type AnyEntity, fill, keyPrefix, keyValues, partitionOf, pointingTo, type Question } from '../kernel/entity.js';
import { Refusal } from '../kernel/errors.js';
import { inRealm, OPEN, type Realm, realmsOf } from '../kernel/realm.js';
import type { RecordBase } from '../kernel/record.js';
import type { Stored } from '../kernel/records.js';
import type { Timer } from '../kernel/timer.js';

/**
 * How a record lies in the table.
 *
 *   pk              sk                    what
 *   INCIDENT#<id>   #                     the record as it stands: version, sequence, head, timer,
 *                                         `list` (what indexes project) and `body` (the rest, packed)
 *   INCIDENT#<id>   EVENT#000003          its third event: evidence and outbox in one
 *   INCIDENT#<id>   VERSION#000002        its second version, where others pin versions
 *   INCIDENT#<id>   COMMENT#public#<id>   companions: comments, links, files, ledger entries
 *   INCIDENT#<id>   REALM#…, EACH#…, POINT#…    where it is found once more: in another realm, under one of many values
 *   INCIDENT#UNIQUE#…, INCIDENT#IDEMPOTENCY#…, INCIDENT#NUMBER    guards and the number lease
 */
export const RECORD = '#';
export const eventKey = (sequence: number): string => `EVENT#${String(sequence).padStart(6, '0')}`;
export const versionKey = (version: number): string => `VERSION#${String(version).padStart(6, '0')}`;

export type Item = Record<string, unknown>;

/** A window that records fit into; the usual one takes longer to clear than to fill. */
const FOR_RECORDS = { windowBits: 13, memLevel: 9 };

/** Bytes of text from which on deflating saves a write unit more often than not. */
const WORTH_DEFLATING = 600;

/**
 * What nobody asks the table about is kept as one JSON text, deflated where that is worth it: engines take each nested
 * attribute apart and put it together again for the item, its indexes and its stream, and bill every byte of it.
 */
export function packed(value: unknown): string | Uint8Array {
  const text = JSON.stringify(value);
  return text.length < WORTH_DEFLATING ? text : deflateRawSync(text, FOR_RECORDS);
}

export const unpacked = (kept: unknown): Item =>
  JSON.parse(typeof kept === 'string' ? kept : inflateRawSync(kept as Uint8Array).toString('utf8')) as Item;

/** The fields that indexes project: text, never deflated, since a list unpacks a hundred of them. */
export const listed = (item: Item): Item => JSON.parse(String(item['list'])) as Item;

/** FNV-1a over the id: spreads one state or type over the configured number of partitions. */
export function shardOf(id: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % shards;
}

const ALWAYS_LISTED = ['id', 'number', 'version', 'title', 'status', 'createdAt', 'updatedAt'];

export interface Standing {
  readonly sequence: number;
  readonly head: string;
  /** Instant of the latest event: history never runs backwards. */
  readonly lastAt: string;
  readonly timer?: Timer;
}

/** What indexes show of a record, and the rest of it. */
function listOf(entity: AnyEntity, record: RecordBase): { list: Item; body: Item } {
  const shown = new Set<string>([...ALWAYS_LISTED, ...entity.list]);
  const [list, body]: [Item, Item] = [{}, {}];
  for (const [name, value] of Object.entries(record)) if (value !== undefined) (shown.has(name) ? list : body)[name] = value;
  return { list, body };
}

/** What lists show of a record. */
export const listFields = (entity: AnyEntity, record: RecordBase): Item => listOf(entity, record).list;

export function recordItem(entity: AnyEntity, record: RecordBase, standing: Standing, shards: number): Item {
  const { list, body } = listOf(entity, record);
  const { sequence, head, lastAt, timer } = standing;
  return {
    pk: partitionOf(entity, record.id),
    sk: RECORD,
    version: record.version,
    sequence,
    head,
    lastAt,
    schema: entity.schemaVersion,
    list: JSON.stringify(list),
    body: packed(body),
    ...indexKeys(entity, record, shards, realmsOf(entity, record).own),
    ...timerKeys(entity, record.id, timer, shards),
  };
}

function indexKeys(entity: AnyEntity, record: RecordBase, shards: number, realm: Realm): Item {
  const values = { ...keyValues(entity, record), shard: shardOf(record.id, shards) };
  return Object.fromEntries(
    Object.values(entity.access).flatMap((question) => (question.each ? [] : keysOf(entity, question, values, realm))),
  );
}

function keysOf(entity: AnyEntity, { index, partition, sort }: Question, values: Item, realm: Realm): [string, string][] {
  const [pk, sk] = [fill(partition, values), fill(sort, values)];
  return pk === undefined || sk === undefined
    ? []
    : [
        [`${index}pk`, inRealm(entity, pk, realm)],
        [`${index}sk`, sk],
      ];
}

/**
 * The items beside a record under which it is found once more, by their sort keys: `REALM#…` in another realm, `EACH#…` under one
 * of many values, `POINT#…` by its id alone. They follow from the record, and are written with it.
 */
export function pointerItems(entity: AnyEntity, record: RecordBase, shards: number): Map<string, Item> {
  const pk = partitionOf(entity, record.id);
  const { own, also } = realmsOf(entity, record);
  const values = { ...keyValues(entity, record), shard: shardOf(record.id, shards) };
  const list = JSON.stringify(listOf(entity, record).list);
  const items: Item[] = also.map((realm) => ({ pk, sk: `REALM#${realm}`, list, ...indexKeys(entity, record, shards, realm) }));
  for (const [name, question] of Object.entries(entity.access))
    for (const value of own === OPEN ? (question.each?.of(record) ?? []) : []) {
      const keys = keysOf(entity, question, { ...values, [question.each!.field]: value }, own);
      if (keys.length > 0) items.push({ pk, sk: `EACH#${name}#${value}`, list, ...Object.fromEntries(keys) });
    }
  for (const [name, of] of Object.entries(entity.points ?? {}))
    for (const value of new Set(of(record)))
      items.push({
        pk,
        sk: `POINT#${name}#${value}`,
        list: JSON.stringify({ id: record.id }),
        gsi1pk: pointingTo(entity, name, value),
        gsi1sk: record.id,
      });
  return new Map(items.map((item) => [String(item['sk']), item]));
}

/** Where records wait for their timers; the sweep reads it. */
export const wakePartition = (entity: AnyEntity, shard: number): string => `${keyPrefix(entity)}#wake#${shard}`;

export const timerKeys = (entity: AnyEntity, id: string, timer: Timer | undefined, shards: number): Item => ({
  ...(timer && { timer }),
  ...(timer?.wakeAt !== undefined && { gsi7pk: wakePartition(entity, shardOf(id, shards)), gsi7sk: timer.wakeAt }),
});

/** Reads an item back, lifting what older versions of the software wrote; refuses what a newer one wrote. */
export function storedFrom<T extends RecordBase>(entity: AnyEntity, item: Item): Stored<T> {
  const timer = item['timer'] as Timer | undefined;
  return {
    record: upgraded(entity, { ...listed(item), ...unpacked(item['body']) }, Number(item['schema'])) as unknown as T,
    sequence: Number(item['sequence']),
    head: String(item['head']),
    ...(timer && { timer }),
  };
}

export function upgraded(entity: AnyEntity, record: Item, from: number): Item {
  if (from > entity.schemaVersion) {
    throw new Refusal(
      'conflict',
      `This ${entity.name} was written by a newer version of the software (schema ${from}, here ${entity.schemaVersion}); a downgrade is not possible.`,
    );
  }
  let lifted = record;
  for (let version = from; version < entity.schemaVersion; version++) {
    const lift = entity.upgrades?.[version];
    if (!lift) throw new Error(`${entity.name} has no upgrade from schema ${version}`);
    lifted = lift(lifted);
  }
  return lifted;
}
