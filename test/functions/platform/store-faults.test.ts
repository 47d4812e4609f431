import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyChain } from '../../../functions/platform/chain.js';
import { documentsOf } from '../../../functions/platform/documents.js';
import { storeOver } from '../../../functions/platform/store.js';
import { chanceFrom } from '../../fuzz/chance.js';
import { type Wire, type WireAnswer, type WireRequest, wireTo } from '../../fuzz/gateway-call.js';
import { startDesk, type TestDesk } from '../../support/desk.js';
import { type Attempt, type Fault, type Faults, withFaults } from '../../support/faults.js';
import { as, clientAt, mark, notes, provenHistory, storeOn, write } from './a-store.js';

/** What becomes of writes when the table throttles, fails, clashes, or answers and is not heard. */

let desk: TestDesk;
let client: DynamoDBClient;
let faults: Faults;
let wire: Wire;
let quiet: Wire;
beforeAll(async () => {
  desk = await startDesk();
  client = clientAt(desk.table.endpoint, { maxAttempts: 3 });
  faults = withFaults(client);
  const documents = documentsOf(client);
  const store = storeOver(documents, { table: 'steward', shards: 2 }, desk.dependencies.signer);
  const silent = { debug() {}, info() {}, warn() {}, error() {}, with: () => silent };
  wire = wireTo({ ...desk.dependencies, documents, store, log: silent });
  quiet = wireTo(desk.dependencies);
});
beforeEach(() => {
  faults.plan = () => undefined;
  faults.attempts.length = 0;
});
afterAll(() => desk.close());

const WRITE = 'TransactWriteItemsCommand';
/** The fault for the first so many attempts to write, or for all of them. */
const onWrites = (fault: Fault, times = Number.POSITIVE_INFINITY) => {
  let left = times;
  faults.plan = ({ command }: Attempt) => (command === WRITE && left-- > 0 ? fault : undefined);
};
const create = (title: string, headers: Record<string, string> = {}): WireRequest => ({
  method: 'POST',
  path: '/v1/suppliers',
  body: JSON.stringify({ title }),
  headers,
});
const amend = (id: string, version: number, title: string, headers: Record<string, string> = {}): WireRequest => ({
  method: 'PATCH',
  path: `/v1/suppliers/${id}`,
  body: JSON.stringify({ title }),
  headers: { 'if-match': `"${version}"`, ...headers },
});
const called = async (title: string) => {
  const { json } = await quiet({ method: 'GET', path: '/v1/suppliers', query: { limit: '100' } });
  expect(json.nextCursor).toBeNull();
  return json.items.filter((item: { title: string }) => item.title === title);
};
const historyOf = async (id: string) => {
  const { json } = await quiet({ method: 'GET', path: `/v1/suppliers/${id}/history`, query: { limit: '100' } });
  expect(verifyChain('supplier', id, json.items)).toMatchObject({ whole: true });
  return json.items as { event: string; record: { title: string } }[];
};
const busy = (answer: WireAnswer) =>
  expect([answer.status, answer.headers['retry-after'], answer.json.type]).toEqual([503, '1', 'urn:steward:busy']);

describe('a write whose answer is lost', () => {
  it.each([1, 2])('%i times is written once, and acknowledged', async (times) => {
    onWrites('answer-lost', times);
    const made = await wire(create(`Lost ${times}`));
    expect(made.status).toBe(201);
    expect(await called(`Lost ${times}`)).toHaveLength(1);
    expect(await historyOf(made.json.id)).toHaveLength(1);
  });

  it.each<Fault>(['conflict', 'cancelled-throttled'])(
    'and that is refused (%s) when it is sent again is written once',
    async (fault) => {
      const inTurn = (...planned: Fault[]) => {
        faults.plan = ({ command }) => (command === WRITE ? planned.shift() : undefined);
      };
      inTurn('answer-lost', fault);
      const made = await wire(create(`Lost, then ${fault}`));
      expect(made.status).toBe(201);
      expect(await called(`Lost, then ${fault}`)).toHaveLength(1);
      inTurn('answer-lost', fault);
      const amended = await wire(amend(made.json.id, 1, `Amended, then ${fault}`));
      expect([amended.status, amended.json.version]).toEqual([200, 2]);
      const records = as(storeOn(client));
      const { record } = await write(records, `Marked, then ${fault}`);
      inTurn('answer-lost', fault);
      // Others write in between, so that what stands is no longer what this writer wrote.
      const marked = mark(records, record.id, undefined, 'lost');
      await mark(as(storeOn(clientAt(desk.table.endpoint))), record.id, undefined, 'other');
      expect((await marked).record.marks).toContain('lost');
      const signs = (await provenHistory(records, record.id)).slice(1).map(({ detail }) => detail['sign']);
      expect(signs.sort()).toEqual(['lost', 'other']);
      expect(await historyOf(made.json.id)).toHaveLength(2);
    },
  );

  it('every time says that it may have taken effect, and is found by its Idempotency-Key', async () => {
    onWrites('answer-lost');
    const request = create('Unheard', { 'idempotency-key': 'unheard' });
    busy(await wire(request));
    faults.plan = () => undefined;
    const again = await wire(request);
    expect([again.status, again.headers['etag']]).toEqual([201, '"1"']);
    expect(await called('Unheard')).toHaveLength(1);
  });

  it('is an amendment that is made once', async () => {
    const { json } = await quiet(create('Amended once'));
    onWrites('answer-lost', 2);
    const answer = await wire(amend(json.id, 1, 'Amended'));
    expect([answer.status, answer.json.version]).toEqual([200, 2]);
    expect((await historyOf(json.id)).map(({ event }) => event)).toEqual(['supplier.created', 'supplier.amended']);
  });

  it('is an amendment that a repetition with its key finds made, not stale', async () => {
    const { json } = await quiet(create('Repeated amendment'));
    onWrites('answer-lost');
    const request = amend(json.id, 1, 'Made', { 'idempotency-key': 'amend-1' });
    busy(await wire(request));
    faults.plan = () => undefined;
    expect(await wire(request)).toMatchObject({ status: 200, json: { title: 'Made', version: 2 } });
    expect((await wire(amend(json.id, 1, 'Made'))).status).toBe(412);
    expect(await historyOf(json.id)).toHaveLength(2);
  });

  it('is a timer that its mover is told of as moved', async () => {
    const records = as(storeOn(client));
    const { record } = await write(records, 'Timer unheard');
    const timer = { generation: 1, wakeAt: '2026-03-02T11:00:00.000Z' };
    let once = true;
    faults.plan = ({ command }) => {
      const lost = command === 'UpdateItemCommand' && once;
      once = once && !lost;
      return lost ? 'answer-lost' : undefined;
    };
    expect(await records.rearm(notes, record.id, undefined, timer)).toBe(true);
    expect(await records.rearm(notes, record.id, undefined, { ...timer, generation: 2 })).toBe(false);
    expect((await records.read(notes, record.id)).timer).toEqual(timer);
  });
});

describe('a write that is throttled, fails or does not arrive', () => {
  it.each<Fault>(['throttled', 'internal-error', 'request-lost'])('for a moment (%s) is made all the same', async (fault) => {
    onWrites(fault, 1);
    const made = await wire(create(`For a moment ${fault}`));
    expect(made.status).toBe(201);
    expect(await called(`For a moment ${fault}`)).toHaveLength(1);
  });

  it.each<Fault>(['throttled', 'internal-error', 'request-lost'])(
    'for good (%s) says so, and nothing is written',
    async (fault) => {
      onWrites(fault);
      busy(await wire(create(`For good ${fault}`)));
      expect(faults.attempts.filter(({ command }) => command === WRITE)).toHaveLength(3);
      faults.plan = () => undefined;
      expect(await called(`For good ${fault}`)).toEqual([]);
    },
  );

  it('shows nothing of what went wrong inside', async () => {
    onWrites('internal-error');
    const { text } = await wire(create('Inside'));
    expect(text).not.toMatch(/internal server|dynamodb|transact|stack/i);
  });
});

describe('a transaction that clashes', () => {
  it.each<Fault>(['conflict', 'cancelled-throttled'])('with others (%s) is made again, unseen', async (fault) => {
    onWrites(fault, 4);
    expect((await wire(create(`Clashing ${fault}`))).status).toBe(201);
    const { json } = await quiet(create(`Clashing amendment ${fault}`));
    onWrites(fault, 4);
    expect((await wire(amend(json.id, 1, 'After'))).json).toMatchObject({ title: 'After', version: 2 });
    expect(await historyOf(json.id)).toHaveLength(2);
  });

  it('without end is told to try again in a second', async () => {
    const { json } = await quiet(create('Clashing without end'));
    onWrites('conflict');
    const answer = await wire(amend(json.id, 1, 'Never'));
    expect([answer.status, answer.headers['retry-after']]).toEqual([409, '1']);
    faults.plan = () => undefined;
    expect(await historyOf(json.id)).toHaveLength(1);
  });
});

describe('reads', () => {
  it('that are throttled for good say so, on every route of a record', async () => {
    const { json } = await quiet(create('Unread'));
    faults.plan = ({ command }) => (/^(GetItem|BatchGetItem|Query)Command$/.test(command) ? 'throttled' : undefined);
    for (const path of ['', `/${json.id}`, `/${json.id}/history`, `/${json.id}/comments`]) {
      const answer = await wire({ method: 'GET', path: `/v1/suppliers${path}`, sub: `reader${path}` });
      busy(answer);
    }
  });
});

describe('any mixture of faults', () => {
  it('loses nothing that was acknowledged, and writes nothing twice', async () => {
    const chance = chanceFrom(Number(process.env['FUZZ_SEED'] ?? 5));
    // A fault, and the roll below which it befalls.
    const ODDS: readonly [Fault, number][] = [
      ['answer-lost', 0.15],
      ['throttled', 0.25],
      ['request-lost', 0.3],
      ['internal-error', 0.35],
      ['conflict', 0.45],
      ['cancelled-throttled', 0.5],
    ];
    faults.plan = ({ command }) => {
      if (/GetItemCommand$/.test(command)) return chance.happens(0.05) ? 'throttled' : undefined;
      if (command !== WRITE) return undefined;
      const roll = chance.next();
      return ODDS.find(([, below]) => roll < below)?.[0];
    };
    /** As a careful client does it: again with the same key, until it is answered. */
    const insist = async (request: WireRequest): Promise<WireAnswer> => {
      for (let tries = 0; tries < 50; tries++) {
        const answer = await wire(request);
        if (![503, 409].includes(answer.status)) return answer;
      }
      throw new Error('It was never answered.');
    };
    const made = await Promise.all(
      Array.from({ length: 12 }, async (_, who) => {
        const { json } = await insist(create(`Mixture ${who}`, { 'idempotency-key': `mixture-${who}` }));
        for (let version = 1; version <= 3; version++) {
          const request = amend(json.id, version, `Mixture ${who}.${version}`, {
            'idempotency-key': `mixture-${who}-${version}`,
          });
          expect(await insist(request)).toMatchObject({ status: 200, json: { version: version + 1 } });
        }
        return json.id as string;
      }),
    );
    faults.plan = () => undefined;
    expect(faults.attempts.filter(({ fault }) => fault !== undefined).length).toBeGreaterThan(20);
    expect(new Set(made).size).toBe(12);
    for (const [who, id] of made.entries()) {
      const titles = (await historyOf(id)).map(({ record }) => record.title);
      expect(titles).toEqual([`Mixture ${who}`, ...[1, 2, 3].map((version) => `Mixture ${who}.${version}`)]);
    }
    const { json } = await quiet({ method: 'GET', path: '/v1/suppliers', query: { limit: '100' } });
    expect(json.items.filter(({ title }: { title: string }) => title.startsWith('Mixture'))).toHaveLength(12);
  }, 90_000);

  it('leaves every chain of the store whole', async () => {
    const chance = chanceFrom(9);
    faults.plan = ({ command }) =>
      command === WRITE && chance.happens(0.4) ? chance.pick<Fault>(['answer-lost', 'conflict', 'throttled']) : undefined;
    const records = as(storeOn(client));
    const plain = as(storeOn(clientAt(desk.table.endpoint)));
    const { record } = await write(plain, 'Faulty');
    const signs = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        mark(records, record.id, undefined, `${i}`).then(
          () => [`${i}`],
          () => [],
        ),
      ),
    );
    const written = (await provenHistory(plain, record.id)).slice(1).map(({ detail }) => String(detail['sign']));
    expect(new Set(written).size).toBe(written.length);
    expect(written).toEqual(expect.arrayContaining(signs.flat()));
  }, 90_000);
});
