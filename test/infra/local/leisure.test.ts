import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { atLeisure } from '../../../infra/local/leisure.js';

it('does work at once while little is to do, and later, but not never, while much is', async () => {
  const done: number[] = [];
  const work = atLeisure(async (n: number) => done.push(n));
  await setTimeout(200);
  await work(1);
  expect(done).toEqual([1]);
  let busy = true;
  const load = (async () => {
    while (busy) {
      for (const until = performance.now() + 40; performance.now() < until; );
      await new Promise(setImmediate);
    }
  })();
  await setTimeout(100);
  const began = performance.now();
  await work(2);
  busy = false;
  await load;
  expect(done).toEqual([1, 2]);
  expect(performance.now() - began).toBeGreaterThan(500);
}, 20_000);
