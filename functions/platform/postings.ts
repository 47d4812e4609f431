import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { canonical } from '../kernel/canonical.js';
import { type Findable, isSpread, type NewPosting, type Posting, type Postings, type Stretch } from '../kernel/postings.js';
import type { Documents, Write } from './documents.js';
import { type Item, packed, shardOf, unpacked } from './items.js';

/**
 * The inverted index of the search, in the one table.
 *
 *   pk                                   sk        what
 *   SEARCH#<noun>#<scope>#<shard>#<stem>  <id>     the words of one record that begin so, for those who see the scope
 *   SEARCH#RECORD#<noun>#<id>             STATE    what is found of the record, and up to which event it was read
 *
 * What changed of a record is written in one transaction with its state, or, where it is more than one holds, in several on the
 * condition that nobody else writes it: the state then names what stood and what will stand until all is done.
 */
export interface PostingsWriter extends Postings {
  /**
   * Makes the index say what `read` says of a record, unless a later event of it was read already. `read` answers the record's
   * sequence with what is found of it; it is asked again when somebody else was faster.
   */
  settle(noun: string, id: string, read: () => Promise<Reading | undefined>): Promise<void>;
}

export interface Reading {
  readonly sequence: number;
  readonly found: Findable;
  readonly postings: (found: Findable) => readonly NewPosting[];
}

const TRIES = 20;
/** Milliseconds after which what is being written by others is looked at again. */
const PATIENCE = 250;
/** What one transaction holds, beside the state. */
const MOST = 99;

interface State {
  readonly revision: number;
  readonly sequence: number;
  /** False while it is being written: any of what is said to stand may, or may not. */
  readonly settled: boolean;
  readonly stands: readonly Findable[];
}

export function postingsOver(documents: Documents, table: string, shards: number): PostingsWriter {
  const stateKey = (noun: string, id: string) => ({ pk: `SEARCH#RECORD#${noun}#${id}`, sk: 'STATE' });

  async function stateOf(noun: string, id: string): Promise<State | undefined> {
    const { Item: found } = await documents.get({ TableName: table, Key: stateKey(noun, id), ConsistentRead: true });
    return found && { ...(found as unknown as State), stands: unpacked(found['stands']) as unknown as Findable[] };
  }

  const putState = (
    noun: string,
    id: string,
    before: State | undefined,
    { stands, ...next }: Omit<State, 'revision'>,
  ): Write => ({
    Put: {
      TableName: table,
      Item: { ...stateKey(noun, id), ...next, revision: (before?.revision ?? 0) + 1, stands: packed(stands) },
      ...unchanged(before),
    },
  });

  async function attempt(noun: string, id: string, reading: Reading, before: State | undefined): Promise<void> {
    const { sequence, found, postings } = reading;
    const itemsOf = (each: Findable) => itemsFor(noun, id, postings(each), shards);
    const writes = changes((before?.stands ?? []).map(itemsOf), before?.settled ?? false, itemsOf(found), table);
    const next = { sequence, settled: true, stands: [found] };
    if (writes.length <= MOST) return send([putState(noun, id, before, next), ...writes]);
    const standing = before?.stands ?? [];
    const under = { sequence: before?.sequence ?? 0, settled: false, stands: [...standing, found] };
    await send([putState(noun, id, before, under)]);
    const claimed: State = { ...under, revision: (before?.revision ?? 0) + 1 };
    const mine: Write = { ConditionCheck: { TableName: table, Key: stateKey(noun, id), ...unchanged(claimed) } as never };
    for (let from = 0; from < writes.length; from += MOST) await send([mine, ...writes.slice(from, from + MOST)]);
    await send([putState(noun, id, claimed, next)]);
  }

  const send = async (writes: readonly Write[]): Promise<void> => {
    await documents.transactWrite({ TransactItems: writes });
  };

  async function settle(noun: string, id: string, read: () => Promise<Reading | undefined>): Promise<void> {
    let under: number | undefined;
    for (let tried = 1; ; tried++) {
      const [before, reading] = [await stateOf(noun, id), await read()];
      if (reading === undefined || isDone(before, reading)) return;
      // Whoever is writing it is given a moment to end; whoever was cut short has left the same revision behind.
      if (before?.settled === false && before.revision !== under) {
        under = before.revision;
        await pause(PATIENCE);
        continue;
      }
      try {
        return await attempt(noun, id, reading, before);
      } catch (error) {
        // Somebody else is at work on the same record; what they leave is looked at again.
        if (!(error instanceof TransactionCanceledException) || tried >= TRIES) throw error;
        await pause(Math.random() * Math.min(20 * 2 ** tried, PATIENCE));
      }
    }
  }

  async function read(stretch: Stretch, below: string, limit: number) {
    const { Items = [], LastEvaluatedKey } = await documents.query({
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND sk < :below',
      ExpressionAttributeValues: { ':pk': partitionOf(stretch), ':below': below },
      ScanIndexForward: false,
      Limit: limit,
    });
    const postings = Items.map(
      (item): Posting => ({ id: String(item['sk']), words: unpacked(item['words']) as Posting['words'] }),
    );
    return { postings, more: LastEvaluatedKey !== undefined };
  }

  return { shards, settle, read };
}

/** Also where nothing changes is the sequence written: whoever read an earlier one must not come after. */
const isDone = (before: State | undefined, { sequence }: Reading): boolean =>
  before?.settled === true && before.sequence >= sequence;

const pause = (milliseconds: number): Promise<void> => new Promise((resume) => setTimeout(resume, milliseconds));

const unchanged = (before: State | undefined) =>
  before === undefined
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: '#revision = :revision',
        ExpressionAttributeNames: { '#revision': 'revision' },
        ExpressionAttributeValues: { ':revision': before.revision },
      };

const partitionOf = ({ noun, scope, shard, stem }: Stretch): string =>
  `SEARCH#${noun}#${scope}#${shard}${stem === undefined ? '' : `#${stem}`}`;

/** Items by partition: all of one record's have its id as their sort key. */
function itemsFor(noun: string, id: string, postings: readonly NewPosting[], shards: number): Map<string, Item> {
  return new Map(
    postings.map(({ words, ...stretch }) => {
      const pk = partitionOf({ ...stretch, noun, shard: isSpread(stretch.scope) ? shardOf(id, shards) : 0 });
      return [pk, { pk, sk: id, words: packed(words) }];
    }),
  );
}

/** What has to be written so that `next` stands, where `standing` does, or, when it is not settled, any mixture of it. */
function changes(standing: readonly Map<string, Item>[], settled: boolean, next: Map<string, Item>, table: string): Write[] {
  const [only] = standing;
  const stands = (pk: string, item: Item): boolean =>
    settled && canonical(unpackedOf(only?.get(pk))) === canonical(unpackedOf(item));
  const gone = new Map(standing.flatMap((items) => [...items]).filter(([pk]) => !next.has(pk)));
  return [
    ...[...next].filter(([pk, item]) => !stands(pk, item)).map(([, Item]): Write => ({ Put: { TableName: table, Item } })),
    ...[...gone.values()].map(({ pk, sk }): Write => ({ Delete: { TableName: table, Key: { pk, sk } } })),
  ];
}

const unpackedOf = (item: Item | undefined): unknown => item && unpacked(item['words']);
