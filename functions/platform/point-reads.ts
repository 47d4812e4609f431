import type { Documents } from './documents.js';
import type { Item } from './items.js';

type Key = { readonly pk: string; readonly sk: string };

interface Asked {
  readonly key: Key;
  readonly answer: Promise<Item | undefined>;
  resolve(item: Item | undefined): void;
  reject(error: unknown): void;
}

/** What DynamoDB takes in one BatchGetItem. */
const MOST = 100;
/** Turns without a single item after which a table that is throttled is left alone. */
const PATIENCE = 5;

/**
 * Reads single items, consistently. What is asked for in the same turn of the event loop goes in one request, each key once:
 * a rule that looks at five records waits for one answer, and costs the function one call of the SDK rather than five.
 */
export function pointReads(documents: Documents, table: string) {
  let asked = new Map<string, Asked>();

  return (pk: string, sk: string): Promise<Item | undefined> => {
    const name = nameOf({ pk, sk });
    const same = asked.get(name);
    if (same) return same.answer;
    if (asked.size === 0) setImmediate(() => flush());
    let settle: Pick<Asked, 'resolve' | 'reject'>;
    const answer = new Promise<Item | undefined>((resolve, reject) => {
      settle = { resolve, reject };
    });
    asked.set(name, { key: { pk, sk }, answer, ...settle! });
    return answer;
  };

  function flush(): void {
    const all = [...asked.values()];
    asked = new Map();
    for (let from = 0; from < all.length; from += MOST) void answer(all.slice(from, from + MOST));
  }

  async function answer(group: readonly Asked[]): Promise<void> {
    try {
      const found = group.length === 1 ? await one(group[0]!.key) : await several(group.map(({ key }) => key));
      for (const { key, resolve } of group) resolve(found.get(nameOf(key)));
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  async function one(key: Key): Promise<Map<string, Item>> {
    const { Item: found } = await documents.get({ TableName: table, Key: key, ConsistentRead: true });
    return new Map(found && [[nameOf(key), found]]);
  }

  /** Keys may come back unprocessed: the answer grew beyond 16 MB, or a partition is throttled. */
  async function several(keys: readonly Key[]): Promise<Map<string, Item>> {
    const found = new Map<string, Item>();
    let left: readonly Key[] = keys;
    for (let idle = 0; left.length > 0; ) {
      const { Responses, UnprocessedKeys } = await documents.batchGet({
        RequestItems: { [table]: { Keys: [...left], ConsistentRead: true } },
      });
      const items = Responses?.[table] ?? [];
      for (const item of items) found.set(nameOf(item as unknown as Key), item);
      left = (UnprocessedKeys?.[table]?.Keys ?? []) as unknown as Key[];
      if (left.length === 0 || items.length > 0) continue;
      if (++idle === PATIENCE) throw throttled(left.length);
      await new Promise((resume) => setTimeout(resume, Math.random() * 25 * 2 ** idle));
    }
    return found;
  }
}

const nameOf = ({ pk, sk }: Key): string => `${pk}\n${sk}`;

const throttled = (keys: number): Error =>
  Object.assign(new Error(`${keys} items stayed unprocessed.`), { name: 'ThrottlingException' });
