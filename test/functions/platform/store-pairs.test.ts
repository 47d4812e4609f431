import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Decision } from '../../../functions/kernel/decision.js';
import { Refusal } from '../../../functions/kernel/errors.js';
import type { Records } from '../../../functions/kernel/records.js';
import { repeatKey } from '../../../functions/platform/idempotency.js';
import { Repeated, type Store } from '../../../functions/platform/store.js';
import { chanceFrom } from '../../fuzz/chance.js';
import { type Fault, withFaults } from '../../support/faults.js';
import { startTable, type TestTable } from '../../support/table.js';
import { as, clientAt, type Note, notes, provenHistory, storeOn, write } from './a-store.js';

/** Two records that are decided on together: both are written as they were seen, or neither is. */

let table: TestTable;
let stores: Store[];
beforeAll(async () => {
  table = await startTable();
  stores = Array.from({ length: 4 }, () => storeOn(clientAt(table.endpoint)));
});
afterAll(() => table.close());

const add = (note: Note, sign: string): Decision<Note> => ({
  next: { ...note, marks: [...note.marks, sign] },
  event: 'note.marked',
  detail: { sign },
});
/** Moves the last mark from one to the other; refuses when there is none. */
const pass = (records: Records, from: string, to: string, expected?: number) =>
  records.decideBoth(notes, [{ key: from, expected }, { key: to }], ({ record: giver }, { record: taker }) => {
    const sign = giver.marks.at(-1);
    if (sign === undefined) throw new Refusal('conflict', 'Nothing to give.');
    return [{ next: { ...giver, marks: giver.marks.slice(0, -1) }, event: 'note.gave', detail: { sign } }, add(taker, sign)];
  });
const outcome = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: Error) => (error instanceof Refusal ? error.reason : error instanceof Repeated ? 'repeated' : error.name),
  );
const marksOf = async (ids: readonly string[]): Promise<string[]> =>
  (await Promise.all(ids.map((id) => as(stores[0]!).read(notes, id)))).flatMap(({ record }) => record.marks);
const aFew = async (count: number, marks: (i: number) => string[]) =>
  Promise.all(
    Array.from({ length: count }, async (_, i) => (await write(as(stores[0]!), `Pair ${i}`, { marks: marks(i) })).record.id),
  );

describe('two records decided on together', () => {
  it('are both written, with a history each that says who did it', async () => {
    const [from, to] = (await aFew(2, (i) => (i === 0 ? ['ball'] : []))) as [string, string];
    const [giver, taker] = await pass(as(stores[0]!), from, to, 1);
    expect([giver.record.marks, giver.record.version, taker.record.marks, taker.record.version]).toEqual([[], 2, ['ball'], 2]);
    for (const id of [from, to])
      expect((await provenHistory(as(stores[0]!), id)).at(-1)).toMatchObject({ actor: 'somebody', sequence: 2 });
  });

  it('are both left as they are when either was changed, or the rule refuses', async () => {
    const [from, to] = (await aFew(2, (i) => (i === 0 ? ['ball'] : []))) as [string, string];
    expect(await outcome(pass(as(stores[0]!), from, to, 7))).toBe('stale');
    expect(await outcome(pass(as(stores[0]!), to, from))).toBe('conflict');
    expect(await outcome(pass(as(stores[0]!), from, '00000000-0000-7000-8000-000000000000'))).toBe('not-found');
    for (const id of [from, to]) expect(await provenHistory(as(stores[0]!), id)).toHaveLength(1);
  });

  it('lose nothing and double nothing, however many pass things round at once', async () => {
    const ids = await aFew(5, (i) => [`mark-${i}`]);
    const chance = chanceFrom(3);
    await Promise.all(
      Array.from({ length: 30 }, (_, writer) => {
        const [from, to] = [ids[writer % 5]!, ids[(writer + 1 + Math.floor(chance.next() * 4)) % 5]!];
        return from === to ? undefined : outcome(pass(as(stores[writer % 4]!, { actor: `writer-${writer}` }), from, to));
      }),
    );
    expect((await marksOf(ids)).sort()).toEqual(['mark-0', 'mark-1', 'mark-2', 'mark-3', 'mark-4']);
    for (const id of ids) await provenHistory(as(stores[0]!), id);
  });

  it('are written once under one key, whoever sends it how often', async () => {
    const [from, to] = (await aFew(2, (i) => (i === 0 ? ['a', 'b', 'c'] : []))) as [string, string];
    const repeat = repeatKey('caller', 'POST /v1/notes/{id}/pass', 'pair-1', '/v1/notes/x/pass', '{}');
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, (_, i) => outcome(pass(as(stores[i % 4]!, { repeat }), from, to))),
    );
    expect(outcomes.filter((one) => one === 'done')).toHaveLength(1);
    expect((await as(stores[0]!).read(notes, to)).record.marks).toEqual(['c']);
  });

  it('are found again when the answer was lost, and written by half under no fault', async () => {
    const client = clientAt(table.endpoint, { maxAttempts: 3 });
    const faults = withFaults(client);
    const chance = chanceFrom(11);
    const faulty = storeOn(client);
    const ids = await aFew(4, (i) => [`f-${i}`]);
    faults.plan = ({ command }) =>
      command === 'TransactWriteItemsCommand' && chance.happens(0.5)
        ? chance.pick<Fault>(['answer-lost', 'answer-lost', 'conflict', 'throttled', 'request-lost'])
        : undefined;
    const done = await Promise.all(
      Array.from({ length: 24 }, (_, i) => outcome(pass(as(i % 2 ? faulty : stores[1]!), ids[i % 4]!, ids[(i + 1) % 4]!))),
    );
    expect(faults.attempts.filter(({ fault }) => fault === 'answer-lost').length).toBeGreaterThan(3);
    expect(done).toContain('done');
    expect((await marksOf(ids)).sort()).toEqual(['f-0', 'f-1', 'f-2', 'f-3']);
    const events = (await Promise.all(ids.map((id) => provenHistory(as(stores[0]!), id)))).flat();
    const count = (name: string) => events.filter(({ event }) => event === name).length;
    expect(count('note.gave')).toBe(count('note.marked'));
  });
});
