import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { Documents, Write } from '../../../functions/platform/documents.js';

type Item = Record<string, unknown>;
interface Waiting {
  readonly writes: readonly Write[];
  readonly done: (answer: object) => void;
  readonly failed: (error: unknown) => void;
}

/** What one transaction may hold. */
const MOST = 100;

/**
 * The table while a single process loads much at once. It remembers what it wrote and read, as nobody else writes meanwhile,
 * and sends transactions that wait for the table at the same time as one: each stays whole, with its conditions. Where such
 * a one is refused, each of its parts is sent by itself and gets its own answer. Answers updates, reads and transactions of
 * records; other commands go to the table as they are.
 */
export class LoadingTable {
  #items = new Map<string, Item | undefined>();
  #pages = new Map<string, Map<string, Awaited<ReturnType<Documents['query']>>>>();
  #waiting: Waiting[] = [];
  #isSending = false;

  constructor(
    private readonly documents: Documents,
    private readonly table: string,
  ) {}

  /** The table as the store asks it. */
  get asked(): Documents {
    return {
      ...this.documents,
      get: async ({ Key }) => itemIn(await this.#item(Key!)),
      batchGet: async ({ RequestItems }) => {
        const [[table, { Keys }]] = Object.entries(RequestItems) as [[string, { Keys: Item[] }]];
        const items = await Promise.all(Keys.map((key) => this.#item(key)));
        return { Responses: { [table]: items.filter((item) => item !== undefined) } };
      },
      query: (input) => this.#query(input),
      update: (input) => {
        this.#items.delete(nameOf(input.Key!));
        return this.documents.update(input);
      },
      transactWrite: ({ TransactItems }) => this.#write(TransactItems),
    };
  }

  async #item(key: Item): Promise<Item | undefined> {
    const name = nameOf(key);
    if (!this.#items.has(name)) {
      const { Item: found } = await this.documents.get({ TableName: this.table, Key: { ...key }, ConsistentRead: true });
      this.#items.set(name, found);
    }
    return this.#items.get(name);
  }

  async #query(input: Parameters<Documents['query']>[0]): ReturnType<Documents['query']> {
    const noun = nounOf(Object.values(input.ExpressionAttributeValues ?? {}).find((value) => nounOf(value) !== ''));
    const pages = this.#pages.get(noun) ?? new Map<string, Awaited<ReturnType<Documents['query']>>>();
    this.#pages.set(noun, pages);
    const asked = JSON.stringify(input);
    const page = pages.get(asked) ?? (await this.documents.query(input));
    pages.set(asked, page);
    return page;
  }

  #write(writes: readonly Write[]): Promise<object> {
    const answer = new Promise<object>((done, failed) => this.#waiting.push({ writes, done, failed }));
    if (!this.#isSending) {
      this.#isSending = true;
      setImmediate(() => void this.#sendAll());
    }
    return answer;
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const together = this.#next();
      try {
        await this.#sendOne(together.flatMap(({ writes }) => writes));
        for (const { done } of together) done({});
      } catch (error) {
        await this.#separately(together, error);
      }
    }
    this.#isSending = false;
  }

  #next(): Waiting[] {
    let [end, count] = [0, 0];
    for (; end < this.#waiting.length; end++) {
      count += this.#waiting[end]!.writes.length;
      if (count > MOST) break;
    }
    return this.#waiting.splice(0, Math.max(end, 1));
  }

  async #separately(together: readonly Waiting[], error: unknown): Promise<void> {
    if (together.length === 1 || !(error instanceof TransactionCanceledException)) {
      for (const { failed } of together) failed(error);
      return;
    }
    for (const { writes, done, failed } of together) await this.#sendOne(writes).then(() => done({}), failed);
  }

  async #sendOne(writes: readonly Write[]): Promise<void> {
    try {
      await this.documents.transactWrite({ TransactItems: writes });
      for (const { Put, Delete } of writes) if (Put || Delete) this.#keep(Put?.Item, Put?.Item ?? Delete!.Key!);
    } catch (error) {
      for (const { Put, Delete } of writes) this.#items.delete(nameOf(Put?.Item ?? Delete?.Key ?? {}));
      throw error;
    }
  }

  /** As the table would give it back: without what is undefined. Events of histories are not read again. */
  #keep(item: Item | undefined, key: Item): void {
    if (String(key['sk']).startsWith('EVENT#')) return;
    this.#items.set(nameOf(key), item && structuredClone(item));
    for (const [name, value] of Object.entries(item ?? {})) if (name.endsWith('pk')) this.#pages.delete(nounOf(value));
  }
}

const itemIn = (found: Item | undefined) => (found === undefined ? {} : { Item: { ...found } });

const nameOf = ({ pk, sk }: Item): string => `${String(pk)}\n${String(sk)}`;

/** `AGREEMENT#party#…` → `AGREEMENT`; empty for what is no key. */
const nounOf = (value: unknown): string => (typeof value === 'string' ? (/^([A-Z-]+)#/.exec(value)?.[1] ?? '') : '');
