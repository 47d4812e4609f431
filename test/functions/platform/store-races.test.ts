import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refusal } from '../../../functions/kernel/errors.js';
import { repeatKey } from '../../../functions/platform/idempotency.js';
import { Repeated, type Store } from '../../../functions/platform/store.js';
import { startTable, type TestTable } from '../../support/table.js';
import { as, clientAt, mark, notes, provenHistory, storeOn, walk, write } from './a-store.js';

/** Writers at once, and what each writes; the suite of reliability raises both. */
const WRITERS = 50;
const UPDATES = Number(process.env['RACE_UPDATES'] ?? 6);

let table: TestTable;
let stores: Store[];
beforeAll(async () => {
  table = await startTable();
  stores = Array.from({ length: 5 }, () => storeOn(clientAt(table.endpoint)));
});
afterAll(() => table.close());

const outcome = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (error instanceof Refusal) return error.reason;
    if (error instanceof Repeated) return 'repeated';
    throw error;
  }
};
const writers = <T>(count: number, work: (writer: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, writer) => work(writer)));
const tally = (outcomes: readonly string[]) =>
  Object.fromEntries([...new Set(outcomes)].sort().map((one) => [one, outcomes.filter((other) => other === one).length]));

describe('writers at once on one record', () => {
  it('lose no acknowledged update, and write none twice, when each names the version it saw', async () => {
    const { record } = await write(as(stores[0]!), 'Contested');
    const acknowledged = await writers(WRITERS, async (writer) => {
      const records = as(stores[writer % stores.length]!, { actor: `writer-${writer}` });
      const done: string[] = [];
      for (let update = 0; update < UPDATES; update++) {
        const seen = await records.read(notes, record.id);
        const sign = `${writer}/${update}`;
        const how = await outcome(mark(records, record.id, seen.record.version, sign));
        expect(['done', 'stale']).toContain(how);
        if (how === 'done') done.push(sign);
      }
      return done;
    });
    const events = await provenHistory(as(stores[0]!), record.id);
    const written = events.slice(1).map(({ detail }) => String(detail['sign']));
    expect([...written].sort()).toEqual(acknowledged.flat().sort());
    expect(new Set(written).size).toBe(written.length);
    expect(events.map(({ version }) => version)).toEqual(events.map((_, i) => i + 1));
    for (const own of acknowledged) expect(written.filter((sign) => own.includes(sign))).toEqual(own);
    expect(written.length).toBeGreaterThanOrEqual(UPDATES);
  });

  it('are decided again unseen when they name no version, or told to try again', async () => {
    const { record } = await write(as(stores[0]!), 'Busy');
    const outcomes = await writers(20, async (writer) => {
      const said: [string, string][] = [];
      for (let update = 0; update < 3; update++) {
        const sign = `${writer}/${update}`;
        said.push([sign, await outcome(mark(as(stores[writer % stores.length]!), record.id, undefined, sign))]);
      }
      return said;
    });
    const done = outcomes.flat().flatMap(([sign, how]) => (how === 'done' ? [sign] : []));
    const events = await provenHistory(as(stores[0]!), record.id);
    expect(
      events
        .slice(1)
        .map(({ detail }) => detail['sign'])
        .sort(),
    ).toEqual(done.sort());
    expect(new Set(outcomes.flat().map(([, how]) => how))).not.toContain('stale');
    expect(done.length).toBeGreaterThan(30);
  });

  it('keep every version where others pin them', async () => {
    const { record } = await write(as(stores[0]!), 'Pinned');
    await writers(10, (writer) => outcome(mark(as(stores[writer % stores.length]!), record.id, undefined, `${writer}`)));
    const records = as(stores[0]!);
    const events = await provenHistory(records, record.id);
    expect(events.length).toBeGreaterThan(1);
    for (const { version, record: then } of events) expect(await records.version(notes, record.id, version)).toEqual(then);
    expect(await outcome(records.version(notes, record.id, events.length + 1))).toBe('not-found');
  });
});

describe('what there may be only one of', () => {
  it('is won by one of fifty, and taken to the others', async () => {
    const outcomes = await writers(WRITERS, (writer) =>
      outcome(write(as(stores[writer % stores.length]!), `Claim ${writer}`, { label: 'crown' })),
    );
    expect(tally(outcomes)).toEqual({ conflict: WRITERS - 1, done: 1 });
    const holder = await stores[0]!.holder(notes, 'label', 'crown');
    expect((await as(stores[0]!).read(notes, holder!)).record.label).toBe('crown');
  });

  it('passes from one to another, and is never held by two', async () => {
    const all = await writers(6, (writer) => write(as(stores[0]!), `Passing ${writer}`, writer === 0 ? { label: 'baton' } : {}));
    const give = (id: string, label: string | undefined) =>
      as(stores[0]!).decide(notes, id, undefined, (current) => {
        const { label: _, ...rest } = current;
        return { next: { ...rest, ...(label !== undefined && { label }) }, event: 'note.labelled' };
      });
    for (let round = 0; round < 3; round++) {
      await Promise.all(all.map(({ record }, i) => outcome(give(record.id, i % 2 === round % 2 ? 'baton' : undefined))));
      const labels = await Promise.all(all.map(async ({ record }) => (await as(stores[0]!).read(notes, record.id)).record));
      const holders = labels.filter(({ label }) => label === 'baton');
      expect(holders.length).toBeLessThanOrEqual(1);
      expect(await stores[0]!.holder(notes, 'label', 'baton')).toBe(holders[0]?.id);
    }
  });

  it('is a number: none is given twice, whatever the process', async () => {
    const made = await writers(WRITERS, (writer) => write(as(stores[writer % stores.length]!), `Number ${writer}`));
    const numbers = made.map(({ record }) => record.number);
    expect(new Set(numbers).size).toBe(WRITERS);
    for (const number of numbers) expect(number).toMatch(/^NOTE-\d+$/);
    const found = await Promise.all(numbers.map((number) => as(stores[1]!).read(notes, number)));
    expect(found.map(({ record }) => record.number)).toEqual(numbers);
  });
});

describe('one request sent many times at once', () => {
  it('takes effect once', async () => {
    const repeat = repeatKey('caller', 'POST /v1/notes', 'key-1', '/v1/notes', '{}');
    const outcomes = await writers(30, (writer) => outcome(write(as(stores[writer % stores.length]!, { repeat }), 'Only once')));
    expect(tally(outcomes)).toEqual({ done: 1, repeated: 29 });
    const records = as(stores[0]!);
    const all = await walk((page) => records.list(notes, 'all', {}, page));
    expect(all.filter(({ title }) => title === 'Only once')).toHaveLength(1);
  });

  it('takes effect once on a record that others change meanwhile', async () => {
    const { record } = await write(as(stores[0]!), 'Repeated mark');
    const repeat = repeatKey('caller', 'POST /v1/notes/{id}/mark', 'key-2', '/v1/notes/x/mark', '{}');
    await writers(24, (writer) =>
      outcome(
        writer % 3 === 0
          ? mark(as(stores[writer % stores.length]!), record.id, undefined, `other ${writer}`)
          : mark(as(stores[writer % stores.length]!, { repeat }), record.id, undefined, 'mine'),
      ),
    );
    const events = await provenHistory(as(stores[0]!), record.id);
    expect(events.filter(({ detail }) => detail['sign'] === 'mine')).toHaveLength(1);
  });
});

describe('a timer that many move at once', () => {
  it('is moved by one of those that saw it as it was', async () => {
    const { record } = await write(as(stores[0]!), 'Timed');
    const first = { generation: 1, wakeAt: '2026-03-02T11:00:00.000Z' };
    const armed = await writers(10, (writer) =>
      as(stores[writer % stores.length]!).rearm(notes, record.id, undefined, { ...first, generation: writer + 1 }),
    );
    expect(armed.filter(Boolean)).toHaveLength(1);
    const standing = (await as(stores[0]!).read(notes, record.id)).timer!;
    const moved = await writers(10, (writer) =>
      as(stores[writer % stores.length]!).rearm(notes, record.id, standing, { generation: 100 + writer, wakeAt: first.wakeAt }),
    );
    expect(moved.filter(Boolean)).toHaveLength(1);
    expect(await as(stores[0]!).rearm(notes, record.id, standing, undefined)).toBe(false);
  });

  it('does not touch the record, its version or its history', async () => {
    const records = as(stores[0]!);
    const before = await write(records, 'Untouched');
    await records.rearm(notes, before.record.id, undefined, { generation: 1, wakeAt: '2026-03-02T11:00:00.000Z' });
    const { timer, ...after } = await records.read(notes, before.record.id);
    expect({ ...after, record: { ...after.record } }).toEqual(before);
    expect(timer).toEqual({ generation: 1, wakeAt: '2026-03-02T11:00:00.000Z' });
  });

  it('is found once overdue, and not before, and not when it is put down', async () => {
    const records = as(stores[0]!);
    const wakeAt = '2027-01-01T00:00:00.000Z';
    const made = await writers(7, (writer) => write(records, `Overdue ${writer}`));
    await Promise.all(made.map(({ record }) => records.rearm(notes, record.id, undefined, { generation: 1, wakeAt })));
    const ids = async (until: string) =>
      (await records.overdue(notes, until, 100)).filter(({ timer }) => timer.wakeAt === wakeAt).map(({ id }) => id);
    expect(await ids('2026-12-31T23:59:59.999Z')).toEqual([]);
    expect((await ids(wakeAt)).sort()).toEqual(made.map(({ record }) => record.id).sort());
    await records.rearm(notes, made[0]!.record.id, { generation: 1, wakeAt }, { generation: 1 });
    expect(await ids(wakeAt)).not.toContain(made[0]!.record.id);
  });

  it('survives an amendment that says nothing of it', async () => {
    const records = as(stores[0]!);
    const { record } = await write(records, 'Kept timer');
    const timer = { generation: 4, wakeAt: '2026-03-02T11:00:00.000Z' };
    await records.rearm(notes, record.id, undefined, timer);
    await mark(records, record.id, 1, 'x');
    expect((await records.read(notes, record.id)).timer).toEqual(timer);
  });
});
