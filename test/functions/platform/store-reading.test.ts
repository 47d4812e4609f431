import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refusal } from '../../../functions/kernel/errors.js';
import { PageQuery } from '../../../functions/kernel/listing.js';
import type { Records } from '../../../functions/kernel/records.js';
import { repeatKey } from '../../../functions/platform/idempotency.js';
import { eventKey, storedFrom } from '../../../functions/platform/items.js';
import { startTable, type TestTable } from '../../support/table.js';
import { as, clientAt, historyOf, mark, NOW, type Note, notes, provenHistory, storeOn, walk, write } from './a-store.js';

let table: TestTable;
let records: Records;
beforeAll(async () => {
  table = await startTable();
  records = as(storeOn(clientAt(table.endpoint)));
});
afterAll(() => table.close());

const minutes = (count: number) => new Date(NOW.getTime() + count * 60_000);
const at = (count: number) => as(storeOn(clientAt(table.endpoint)), { now: minutes(count) });
const reason = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? error.reason : Promise.reject(error)),
  );

/** Ten thousand characters that nothing makes shorter. */
const noise = () => randomBytes(7_500).toString('base64');

describe('a walk through pages', () => {
  it('meets everything that stood there before it, and nothing twice, while others write', async () => {
    const retired = (title: string) => write(records, title, { status: 'retired' });
    const before = await Promise.all(Array.from({ length: 37 }, (_, i) => retired(`Before ${i}`)));
    const seen: string[] = [];
    let during = 0;
    let cursor: string | undefined;
    do {
      const page = await records.list(notes, 'byStatus', { status: 'retired' }, { limit: 5, ...(cursor && { cursor }) });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
      if (cursor !== undefined) expect(page.items).toHaveLength(5);
      if (during < 12) await Promise.all([retired(`During ${during++}`), retired(`During ${during++}`)]);
    } while (cursor !== undefined);
    expect(new Set(seen).size).toBe(seen.length);
    for (const { record } of before) expect(seen).toContain(record.id);
  });

  it('is in the order of the question over all shards, in pages of any size', async () => {
    const all = (await walk((page) => records.list(notes, 'all', {}, page))).map(({ number }) => number);
    expect(all.length).toBeGreaterThan(40);
    expect(all).toEqual([...all].sort((a, b) => Number(b.slice(5)) - Number(a.slice(5))));
    for (const limit of [1, 2, 7, 36, 100])
      expect((await walk((page) => records.list(notes, 'all', {}, page), limit)).map(({ number }) => number)).toEqual(all);
  });

  it('ends with a page that says so, also when the last one is just full', async () => {
    const four = as(storeOn(clientAt(table.endpoint)));
    const { record } = await write(four, 'Four events');
    for (let i = 1; i < 4; i++) await mark(four, record.id, i, `${i}`);
    const page = await four.history(notes, record.id, { limit: 4 });
    expect([page.items.length, page.nextCursor]).toEqual([4, null]);
    expect(await walk((asked) => four.history(notes, record.id, asked), 3)).toEqual(page.items);
  });

  it('goes on with a cursor that the API takes, over sixty-four shards', async () => {
    const wide = as(storeOn(clientAt(table.endpoint), 64));
    const made = await Promise.all(Array.from({ length: 150 }, (_, i) => write(wide, `Wide ${i}`)));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const asked = PageQuery.parse({ limit: '90', ...(cursor && { cursor }) });
      const page = await wide.list(notes, 'byStatus', { status: 'active' }, asked as { limit: number });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(new Set(seen).size).toBe(seen.length);
    for (const { record } of made) expect(seen).toContain(record.id);
  });

  it('refuses a cursor that was altered anywhere, or was given to somebody else', async () => {
    const { nextCursor } = await records.list(notes, 'all', {}, { limit: 2 });
    const list = (cursor: string, who = records) => reason(who.list(notes, 'all', {}, { limit: 2, cursor }));
    expect(await list(nextCursor!)).toBe('done');
    expect(await list(nextCursor!, as(storeOn(clientAt(table.endpoint)), { actor: 'somebody-else' }))).toBe('invalid');
    expect(await reason(records.list(notes, 'byStatus', { status: 'active' }, { limit: 2, cursor: nextCursor! }))).toBe(
      'invalid',
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(nextCursor!.length - 2), fc.constantFrom('A', 'b', '0', '-', '.', 'é', ''), async (i, other) => {
        const altered = nextCursor!.slice(0, i) + other + nextCursor!.slice(i + 1);
        fc.pre(altered.toLowerCase() !== nextCursor);
        expect(await list(altered)).toBe('invalid');
      }),
      { numRuns: 60 },
    );
  });
});

describe('a record as of an instant', () => {
  it('is what replaying its history up to then gives, at every instant', async () => {
    const { record } = await write(records, 'Through time');
    let version = 1;
    for (const count of [1, 1, 4, 9, 9, 9, 30]) await mark(at(count), record.id, version++, `at ${count}`);
    const events = await provenHistory(records, record.id);
    for (const offset of [-1, 0, 1]) {
      for (const { at: instant } of events) {
        const asked = new Date(Date.parse(instant) + offset).toISOString();
        const last = events.findLast((event) => event.at <= asked);
        if (last) expect(await records.asOf(notes, record.id, asked)).toEqual(last.record);
        else expect(await reason(records.asOf(notes, record.id, asked))).toBe('not-found');
      }
    }
  });

  it('never runs backwards when a clock does', async () => {
    const { record } = await write(at(60), 'Ahead');
    await mark(at(0), record.id, 1, 'from a clock that is behind');
    const instants = (await provenHistory(records, record.id)).map((event) => event.at);
    expect(instants).toEqual([...instants].sort());
  });
});

describe('what else lies in a noun’s partitions', () => {
  it.each(
    ['NUMBER', 'UNIQUE#label#keeper', 'note', '', '#', 'x'.repeat(65), 'x'.repeat(3000), '../etc', 'a b', 'é'].map(
      (key) => [key.slice(0, 20), key] as const,
    ),
  )('is not a record called %j', async (_, key) => {
    await reason(write(records, 'The keeper', { label: 'keeper' }));
    expect(await reason(records.read(notes, key))).toBe('not-found');
    expect(await records.find(notes, key)).toBeUndefined();
    expect(await reason(mark(records, key, undefined, 'x'))).toBe('not-found');
    expect(await reason(records.asOf(notes, key, NOW.toISOString()))).toBe('not-found');
  });

  it('is not a record under the guard of an idempotency key', async () => {
    const repeat = repeatKey('caller', 'POST /v1/notes', 'guarded', '/v1/notes', '{}');
    await write(as(storeOn(clientAt(table.endpoint)), { repeat }), 'Guarded');
    expect(await reason(records.read(notes, `IDEMPOTENCY#${repeat.scope}`))).toBe('not-found');
  });

  it('is not found by a number of another noun, or one not given yet', async () => {
    for (const number of ['INC-1001', 'NOTE-999999999', 'NOTE-0', 'NOTE-99999999999'])
      expect(await reason(records.read(notes, number)), number).toBe('not-found');
  });
});

describe('what is written', () => {
  it('names the fields that changed, whatever order the table gives their members back in', async () => {
    const { record } = await write(records, 'Shaped', { shape: { width: 1, height: 2 } });
    const after = await records.decide(notes, record.id, 1, (current) => ({
      next: { ...current, title: 'Shaped anew', shape: { height: 2, width: 1 } },
      event: 'note.amended',
    }));
    const [, event] = await historyOf(records, after.record.id);
    expect(event?.changed).toEqual(['title']);
  });

  it('is refused when it would outgrow an item, and nothing of it is kept', async () => {
    const { record } = await write(records, 'Growing', { marks: Array.from({ length: 30 }, () => noise()) });
    const grow = records.decide(notes, record.id, 1, (current) => ({
      next: { ...current, marks: [...current.marks, ...Array.from({ length: 30 }, () => noise())] },
      event: 'note.marked',
    }));
    expect(await reason(grow)).toBe('too-large');
    expect((await records.read(notes, record.id)).record).toEqual(record);
    expect(await provenHistory(records, record.id)).toHaveLength(1);
    expect(await reason(write(records, 'Too large', { label: 'huge', marks: Array.from({ length: 60 }, () => noise()) }))).toBe(
      'too-large',
    );
    expect(await records.holder(notes, 'label', 'huge')).toBeUndefined();
  });

  it('comes back as it was, whatever it says', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme', minLength: 0, maxLength: 20 }), { maxLength: 5 }),
        fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
        fc.record({
          width: fc.double({ noNaN: true, min: -1e15, max: 1e15 }).filter((value) => value === 0 || Math.abs(value) > 1e-100),
          height: fc.integer(),
        }),
        async (marks, secret, shape) => {
          const facts: Partial<Note> = { marks, shape, ...(secret !== undefined && { secret }) };
          const { record } = await write(records, 'Anything', facts);
          const plain = JSON.parse(JSON.stringify(record));
          expect((await records.read(notes, record.id)).record).toEqual(plain);
          expect((await provenHistory(records, record.id))[0]!.record).toEqual(plain);
        },
      ),
      { numRuns: 40 },
    ));

  it('is lifted when an older version of the software wrote it, and refused when a newer one did', async () => {
    const { record } = await write(records, 'Old');
    const item = { list: JSON.stringify({ ...record, title: 'old' }), body: '{}', sequence: 1, head: 'x', schema: 1 };
    const lifted = {
      ...notes,
      schemaVersion: 3,
      upgrades: {
        1: (old: object) => ({ ...old, title: 'two' }),
        2: (old: { title?: string }) => ({ ...old, title: `${old.title} three` }),
      },
    };
    expect(storedFrom(lifted as never, item).record.title).toBe('two three');
    expect(() => storedFrom(notes, { ...item, schema: 2 })).toThrow('a downgrade is not possible');
    expect(() => storedFrom({ ...lifted, upgrades: {} } as never, item)).toThrow('no upgrade from schema 1');
  });

  it('sorts its events as numbers', () =>
    fc.assert(
      fc.property(fc.nat(999_999), fc.nat(999_999), (a, b) => {
        expect(eventKey(a) < eventKey(b)).toBe(a < b);
      }),
    ));
});
