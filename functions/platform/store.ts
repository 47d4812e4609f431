import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { v7 } from 'uuid';
import { canonical } from '../kernel/canonical.js';
import { type AnyEntity, type Entity, keyPrefix, numberKey, partitionOf } from '../kernel/entity.js';
import { Refusal } from '../kernel/errors.js';
import { everyRealm } from '../kernel/realm.js';
import { Id, type RecordBase } from '../kernel/record.js';
import type { HistoryEvent, Records, Rule, Stored, Target, TimedDecision } from '../kernel/records.js';
import type { Signer } from '../kernel/route.js';
import type { Timer } from '../kernel/timer.js';
import { type Attributes, plainOfAll } from './attribute-value.js';
import type { Documents } from './documents.js';
import { guardKey, type Remembered, type RepeatKey } from './idempotency.js';
import {
  eventKey,
  type Item,
  listed,
  RECORD,
  storedFrom,
  timerKeys,
  unpacked,
  upgraded,
  versionKey,
  wakePartition,
} from './items.js';
import { listsOf, sourcesOf } from './lists.js';
import { numberLease } from './numbers.js';
import { readPage } from './pages.js';
import { pointReads } from './point-reads.js';
import { stoodAt } from './standing.js';
import { talliesIn } from './tallies.js';
import { transact } from './transaction.js';
import { assemble, type Setting, uniqueKey, type Writer } from './writing.js';

/** How often a write that lost a race is decided again before the caller is told. */
const TRIES = 20;

/** Thrown inside a request whose `Idempotency-Key` was used while it ran; the edge replays the first answer. */
export class Repeated extends Error {
  override readonly name = 'Repeated';
}

/** The only module that reads and writes records. */
export interface Store {
  for(writer: Writer): Records;
  /** What an earlier request left under this key, unless it has expired. */
  remembered(entities: readonly AnyEntity[], key: RepeatKey, now: Date): Promise<(Remembered & { entity: string }) | undefined>;
  /** One event of a history, to answer a repeated request as it was answered first. */
  event(entity: AnyEntity, id: string, sequence: number): Promise<HistoryEvent | undefined>;
  /** The id that holds a unique value. */
  holder(entity: AnyEntity, name: string, value: string): Promise<string | undefined>;
}

export function storeOver(documents: Documents, setting: Setting, signer: Signer): Store {
  const { table, shards } = setting;
  const mintNumber = numberLease(documents, table);
  const tallies = talliesIn(documents, table);
  const lists = listsOf(documents, setting, signer);

  const item = pointReads(documents, table);

  async function idOf(entity: AnyEntity, key: string): Promise<string> {
    if (!/^[A-Z]+-\d{1,10}$/.test(key)) return key;
    if (!key.startsWith(`${entity.prefix}-`)) throw noSuch(entity, key);
    const read = await Promise.all(
      everyRealm(entity)
        .flatMap((realm) => sourcesOf(entity, entity.access['all']!, {}, shards, realm))
        .map((source) =>
          readPage(documents, table, signer, {
            sources: [{ ...source, exactly: numberKey(key) }],
            page: { limit: 1 },
            binding: '',
          }),
        ),
    );
    const found = read.flatMap(({ items }) => items)[0];
    if (!found) throw noSuch(entity, key);
    return String(listed(found)['id']);
  }

  /** A record's own item; the guards and the counter that share its key space are no records. */
  async function recordOf(entity: AnyEntity, id: string): Promise<Item | undefined> {
    if (!Id.safeParse(id).success) return undefined;
    const found = await item(partitionOf(entity, id), RECORD);
    return found?.['list'] === undefined ? undefined : found;
  }

  async function itemOf(entity: AnyEntity, key: string): Promise<Item> {
    const found = await recordOf(entity, await idOf(entity, key));
    if (!found) throw noSuch(entity, key);
    return found;
  }

  /** Decides on what stands and writes on the condition that it still stands; a lost race decides again, unseen. */
  async function decide<T extends RecordBase>(
    entity: Entity<T>,
    target: Target,
    rule: Rule<T>,
    writer: Writer,
  ): Promise<Stored<T>> {
    const [stored] = await decideAll<T>(entity, [target], ([only]) => [rule(only!.record, only!)], writer);
    return stored!;
  }

  /** The same over several records in one transaction: all stand as they were seen, or nothing is written. */
  async function decideAll<T extends RecordBase>(
    entity: Entity<T>,
    targets: readonly Target[],
    rule: (all: readonly Stored<T>[]) => readonly TimedDecision<T>[],
    writer: Writer,
  ): Promise<readonly Stored<T>[]> {
    const ids = await Promise.all(targets.map(({ key }) => idOf(entity, key)));
    const token = v7();
    let tried: readonly Stored<T>[] | undefined;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const found = await Promise.all(ids.map((id) => itemOf(entity, id)));
      const before = found.map((item) => storedFrom<T>(entity, item));
      // A try whose answer was lost may have been refused when the SDK sent it again: then what we lost against is our own write.
      if (tried && tried[0]!.sequence <= before[0]!.sequence && (await wrote(entity, ids[0]!, tried[0]!.sequence, token)))
        return tried;
      for (const [i, { expected }] of targets.entries())
        if (expected !== undefined && before[i]!.record.version !== expected) throw stale(entity, before[i]!.record);
      const written = rule(before).map((decision, i) => {
        // One key answers one request, so it is remembered once.
        const { repeat, ...others } = writer;
        const as = i === 0 && repeat ? { ...others, repeat } : others;
        return assemble(entity, { ...before[i]!, lastAt: String(found[i]!['lastAt']) }, decision, as, setting, token);
      });
      const parts = written.flatMap((each) => each.parts);
      const outcome = await transact(documents, parts, `${token.replaceAll('-', '')}-${attempt}`);
      tried = written.map(({ stored }) => stored);
      if (outcome.done) return tried;
      if (outcome.means === 'repeated') throw new Repeated();
      if (outcome.means !== 'raced') throw refused(entity, outcome.means, outcome.about);
      await pause(attempt);
    }
    const keys = targets.map(({ key }) => key).join(' or ');
    throw new Refusal('conflict', `${entity.name} ${keys} is being changed by many at once; try again.`, { retryAfter: 1 });
  }

  const wrote = async (entity: AnyEntity, id: string, sequence: number, token: string): Promise<boolean> =>
    (await item(partitionOf(entity, id), eventKey(sequence)))?.['token'] === token;

  async function create<T extends RecordBase>(
    entity: Entity<T>,
    rule: Parameters<Records['create']>[1],
    writer: Writer,
  ): Promise<Stored<T>> {
    const at = writer.now.toISOString();
    const minted = {
      id: v7({ msecs: writer.now.getTime() }),
      number: await mintNumber(entity),
      version: 1,
      createdAt: at,
      createdBy: writer.actor,
      updatedAt: at,
      updatedBy: writer.actor,
    };
    const token = v7();
    const { stored, parts } = assemble(entity, undefined, rule(minted) as never, writer, setting, token);
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const outcome = await transact(documents, parts, token);
      if (outcome.done) return stored as Stored<T>;
      if (outcome.means === 'repeated') throw new Repeated();
      if (outcome.means !== 'raced' || outcome.seen) throw refused(entity, outcome.means, outcome.about);
      await pause(attempt);
    }
    throw new Refusal('conflict', `The ${entity.name} could not be written now; try again.`, { retryAfter: 1 });
  }

  async function asOf<T extends RecordBase>(entity: Entity<T>, key: string, at: string): Promise<T> {
    const stored = storedFrom<T>(entity, await itemOf(entity, key));
    const then = await stoodAt(item, entity, { id: stored.record.id, sequence: stored.sequence }, at);
    if (!then) throw new Refusal('not-found', `${stored.record.number} did not exist at ${at}.`);
    return then as unknown as T;
  }

  async function holder(entity: AnyEntity, name: string, value: string): Promise<string | undefined> {
    const { pk, sk } = uniqueKey(entity, name, value);
    return (await item(pk, sk))?.['id'] as string | undefined;
  }

  async function rearm(entity: AnyEntity, id: string, seen: Timer | undefined, timer: Timer | undefined): Promise<boolean> {
    const fields: Item = { timer: undefined, gsi7pk: undefined, gsi7sk: undefined, ...timerKeys(entity, id, timer, shards) };
    const set = Object.entries(fields).filter(([, value]) => value !== undefined);
    const remove = Object.keys(fields).filter((name) => fields[name] === undefined);
    const sets = set.length > 0 ? `SET ${set.map(([name]) => `#${name} = :${name}`).join(', ')}` : '';
    const removes = remove.length > 0 ? ` REMOVE ${remove.map((name) => `#${name}`).join(', ')}` : '';
    try {
      await documents.update({
        TableName: table,
        Key: { pk: partitionOf(entity, id), sk: RECORD },
        UpdateExpression: sets + removes,
        ConditionExpression: seen ? '#timer = :seen' : 'attribute_exists(pk) AND attribute_not_exists(#timer)',
        ExpressionAttributeNames: Object.fromEntries(Object.keys(fields).map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: {
          ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
          ...(seen && { ':seen': seen }),
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      // What we want may stand there already: our own write, sent again because its answer was lost.
      return error.Item !== undefined && canonical(plainOfAll(error.Item as Attributes)['timer']) === canonical(timer);
    }
  }

  async function overdue(entity: AnyEntity, until: string, limit: number): Promise<{ id: string; timer: Timer }[]> {
    const sources = Array.from({ length: shards }, (_, shard) => ({ index: 'gsi7', pk: wakePartition(entity, shard) }));
    const { items } = await readPage(documents, table, signer, { sources, page: { limit }, binding: '' });
    return items.flatMap((found) => {
      const id = String(found['pk']).slice(keyPrefix(entity).length + 1);
      return String(found['gsi7sk']) <= until ? [{ id, timer: found['timer'] as Timer }] : [];
    });
  }

  const records = (writer: Writer): Records => ({
    read: async (entity, key) => storedFrom(entity, await itemOf(entity, key)),
    async find(entity, id) {
      const found = await recordOf(entity, id);
      return found && storedFrom(entity, found);
    },
    asOf,
    async version(entity, id, version) {
      const found = await item(partitionOf(entity, id), versionKey(version));
      if (!found) throw new Refusal('not-found', `There is no version ${version} of ${entity.name} ${id}.`);
      return upgraded(entity, unpacked(found['record']), Number(found['schema'])) as never;
    },
    list: (entity, question, values, page) => lists.all(entity, [{ question, values }], page, writer) as never,
    listAll: (entity, asked, page) => lists.all(entity, asked, page, writer) as never,
    listAsOf: (entity, asked, at, page) => lists.asOf(entity, asked, at, page, writer, asOf) as never,
    mintId: () => v7({ msecs: writer.now.getTime() }),
    create: (entity, rule) => create(entity, rule as never, writer),
    decide: (entity, key, expected, rule) => decide(entity, { key, expected }, rule, writer),
    async decideBoth(entity, targets, rule) {
      const [first, second] = await decideAll(entity, targets, ([one, other]) => rule(one!, other!), writer);
      return [first!, second!];
    },
    history: (entity, id, page) =>
      lists.page(
        [{ pk: partitionOf(entity, id), prefix: 'EVENT#' }],
        page,
        JSON.stringify([writer.actor, entity.name, id, 'history']),
        historyEvent,
        { consistent: true },
      ),
    companions: (_, pk, prefixes, page, descending = false) =>
      lists.page(
        prefixes.map((prefix) => ({ pk, prefix })),
        page,
        JSON.stringify([writer.actor, pk, prefixes]),
        (found) => found['body'] as Item,
        { consistent: true, descending },
      ),
    companion: async (_, pk, sk) => (await item(pk, sk))?.['body'] as Item | undefined,
    pointing: (pk, page) => lists.page([{ index: 'gsi1', pk }], page, JSON.stringify([writer.actor, pk]), listed),
    holder,
    count: (key, added, hours) => tallies.count(key, added, hours, writer.now),
    note: (key, body, hours) => tallies.note(key, body, hours, writer.now),
    counted: (partition, limit) => tallies.counted(partition, limit),
    lineUp: (key, names, hours) => tallies.lineUp(key, names, hours, writer.now),
    rearm,
    overdue,
  });

  return {
    for: records,
    async remembered(entities, key, now) {
      for (const entity of entities) {
        const { pk, sk } = guardKey(entity, key);
        const found = await item(pk, sk);
        if (found && Number(found['ttl']) >= Math.floor(now.getTime() / 1000)) return found as unknown as Remembered;
      }
      return undefined;
    },
    async event(entity, id, sequence) {
      const found = await item(partitionOf(entity, id), eventKey(sequence));
      return found && historyEvent(found);
    },
    holder,
  };
}

const FACTS = ['sequence', 'version', 'event', 'actor', 'at', 'changed', 'previous', 'hash'] as const;

export const historyEvent = (found: Item): HistoryEvent =>
  ({ ...Object.fromEntries(FACTS.map((name) => [name, found[name]])), ...unpacked(found['body']) }) as unknown as HistoryEvent;

const noSuch = (entity: AnyEntity, key: string): Refusal => new Refusal('not-found', `There is no ${entity.name} ${key}.`);

const stale = (entity: AnyEntity, { number, version }: RecordBase): Refusal =>
  new Refusal('stale', `${number} was changed by someone else: it is at version ${version} now. Read it again, then repeat.`, {
    facts: { entity: entity.name, version },
  });

const refused = (entity: AnyEntity, means: string, about = ''): Refusal =>
  means === 'taken'
    ? new Refusal('conflict', `Another ${entity.name} has this ${about} already.`, {
        errors: [{ pointer: `/${about}`, message: 'Taken.' }],
      })
    : new Refusal('conflict', `${about.split('#')[0]!.toLowerCase()} stands, or is gone, already; read it again.`);

/** Full jitter: a lost race means that somebody else is at work right now. */
const pause = (attempt: number): Promise<void> =>
  new Promise((resume) => setTimeout(resume, Math.random() * Math.min(20 * 2 ** attempt, 400)));
