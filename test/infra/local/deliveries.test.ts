import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Deliveries, type DeliveryOptions } from '../../../infra/local/deliveries.js';
import { closing, eventually, scratchFolder } from './scratch.js';

const quiet = { backoff: () => 5, fault: () => undefined };
const start = async (options: DeliveryOptions<string>) => closing(await Deliveries.open<string>({ ...quiet, ...options }));

describe('deliveries', () => {
  it('keep the order of a lane while others go on', async () => {
    const seen: string[] = [];
    const file = join(scratchFolder(), 'd.ndjson');
    const deliveries = await start({
      file,
      deliver: async ([item], attempt) => {
        if (item!.body === 'a1' && attempt < 3) throw new Error('not yet');
        seen.push(item!.body);
        return undefined;
      },
    });
    await deliveries.accept([
      { lane: 'a', body: 'a1' },
      { lane: 'a', body: 'a2' },
      { lane: 'b', body: 'b1' },
      { lane: 'a', body: 'a3' },
    ]);
    await eventually(() => seen.length === 4);
    expect(seen[0]).toBe('b1');
    expect(seen.slice(1)).toEqual(['a1', 'a2', 'a3']);
  });

  it('give up after the attempts, keep the dead letter over a restart, and drive it again', async () => {
    const file = join(scratchFolder(), 'd.ndjson');
    const first = await Deliveries.open<string>({
      ...quiet,
      file,
      attempts: 3,
      deliver: async () => Promise.reject(new TypeError('no')),
    });
    await first.accept([{ id: '1', lane: 'a', body: 'poor' }]);
    await eventually(() => first.deadLetters().length === 1);
    await first.close();

    const seen: string[] = [];
    const second = await start({ file, deliver: async ([item]) => void seen.push(item!.body) });
    expect(second.deadLetters()).toEqual([{ id: '1', lane: 'a', body: 'poor', attempts: 3, reason: 'TypeError: no' }]);
    expect(seen).toEqual([]);
    expect(await second.redrive()).toBe(1);
    await eventually(() => seen.length === 1);
    expect(second.deadLetters()).toEqual([]);
  });

  it('take up after a restart what had not been taken', async () => {
    const file = join(scratchFolder(), 'd.ndjson');
    const first = await Deliveries.open<string>({
      ...quiet,
      file,
      backoff: () => 60_000,
      deliver: async () => Promise.reject(new Error('down')),
    });
    await first.accept([
      { lane: 'x', body: 'one' },
      { lane: 'x', body: 'two' },
    ]);
    await first.close();
    const seen: string[] = [];
    const second = await start({ file, deliver: async ([item]) => void seen.push(item!.body) });
    await eventually(() => seen.length === 2);
    expect(seen).toEqual(['one', 'two']);
    expect(second.pending).toBe(0);
  });

  it('remove from a batch what was taken and repeat the rest in order', async () => {
    const batches: string[][] = [];
    let refusing = true;
    const deliveries = await start({
      file: join(scratchFolder(), 'd.ndjson'),
      batch: 10,
      deliver: async (items) => {
        batches.push(items.map(({ body }) => body));
        if (!refusing) return undefined;
        refusing = false;
        return items.slice(1).map(({ id }) => id);
      },
    });
    await deliveries.accept(['1', '2', '3'].map((body) => ({ lane: 'x', body })));
    await eventually(() => batches.flat().length === 5);
    expect(batches).toEqual([['1', '2', '3'], ['2'], ['3']]);
  });

  it('forget on disk what is done', async () => {
    const file = join(scratchFolder(), 'd.ndjson');
    let seen = 0;
    const first = await Deliveries.open<string>({ ...quiet, file, deliver: async () => void seen++ });
    for (let round = 0; round < 30; round++) {
      await first.accept(Array.from({ length: 100 }, () => ({ body: 'x'.repeat(200) })));
    }
    await eventually(() => seen === 3_000 && first.settled());
    await first.close();
    const { statSync } = await import('node:fs');
    expect(statSync(file).size).toBeLessThan(600_000);
  });
});
