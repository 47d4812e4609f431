import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MovableClock } from '../../../infra/local/clock.js';
import { TimerHeap } from '../../../infra/local/timer-heap.js';
import { closing, scratchFolder } from './scratch.js';

const MINUTE = 60_000;

describe('the movable clock', () => {
  it('runs at real speed from where it was moved to', async () => {
    const clock = closing(await MovableClock.open());
    expect(Math.abs(clock.millis() - Date.now())).toBeLessThan(50);
    await clock.set('2040-01-01T00:00:00Z');
    const first = clock.millis();
    await clock.sleepUntil(first + 30);
    expect(clock.millis() - first).toBeGreaterThanOrEqual(30);
    expect(clock.now().getUTCFullYear()).toBe(2040);
  });

  it('wakes sleepers in order, each at its own instant', async () => {
    const clock = closing(await MovableClock.open());
    const start = clock.millis();
    const woken: [number, number][] = [];
    for (const minutes of [300, 5, 60, 5, 10_080]) {
      clock.at(start + minutes * MINUTE, () => woken.push([minutes, Math.floor((clock.millis() - start) / MINUTE)]));
    }
    await clock.advance(20_000);
    expect(woken).toEqual([
      [5, 5],
      [5, 5],
      [60, 60],
      [300, 300],
      [10_080, 10_080],
    ]);
  });

  it('lets the woken work settle, and wakes what that work put on the way', async () => {
    const clock = closing(await MovableClock.open());
    const start = clock.millis();
    const seen: number[] = [];
    const again = (): void => {
      seen.push(Math.round((clock.millis() - start) / MINUTE));
      if (seen.length < 5) clock.at(start + (seen.length + 1) * 60 * MINUTE, again);
    };
    clock.at(start + 60 * MINUTE, again);
    await clock.advance(7 * 24 * 60);
    expect(seen).toEqual([60, 120, 180, 240, 300]);
  });

  it('keeps its offset, and never goes back', async () => {
    const path = join(scratchFolder(), 'clock.json');
    const clock = await MovableClock.open(path);
    await clock.advance(90);
    await clock.close();
    const again = closing(await MovableClock.open(path));
    expect(again.millis() - Date.now()).toBeGreaterThan(89 * MINUTE);
    await expect(again.set(new Date())).rejects.toThrow(/only moves forward/);
    await expect(again.advance(-1)).rejects.toThrow(/forward/);
    await expect(again.set('soon')).rejects.toThrow(/not an instant/);
  });

  it('does not wake a sleeper whose signal was aborted', async () => {
    const clock = closing(await MovableClock.open());
    const stop = new AbortController();
    const sleep = clock.sleepUntil(clock.millis() + 1000, stop.signal);
    stop.abort(new Error('enough'));
    await expect(sleep).rejects.toThrow('enough');
    await clock.advance(1);
  });

  it('takes ten thousand sleepers through a week in seconds', async () => {
    const clock = closing(await MovableClock.open());
    const start = clock.millis();
    let woken = 0;
    for (let n = 0; n < 10_000; n++) clock.at(start + ((n * 7919) % 10_000) * MINUTE, () => woken++);
    const began = performance.now();
    await clock.advance(10_080);
    expect(woken).toBe(10_000);
    expect(performance.now() - began).toBeLessThan(15_000);
  });
});

describe('the heap of timers', () => {
  it('gives what was not cancelled by instant, then by order of adding', () => {
    const steps = fc.array(fc.record({ at: fc.integer({ min: 0, max: 50 }), cancelled: fc.boolean() }), { maxLength: 300 });
    fc.assert(
      fc.property(steps, (timers) => {
        const heap = new TimerHeap();
        const added = timers.map(({ at }, index) => ({ index, timer: heap.add(at, () => undefined) }));
        for (const { index, timer } of added) if (timers[index]!.cancelled) heap.cancel(timer);
        const taken: number[] = [];
        for (let next = heap.take(); next; next = heap.take()) taken.push(next.order);
        const expected = added
          .filter(({ index }) => !timers[index]!.cancelled)
          .sort((a, b) => a.timer.at - b.timer.at || a.index - b.index)
          .map(({ index }) => index);
        expect(taken).toEqual(expected);
      }),
    );
  });

  it('clears cancelled timers away when they are most of it', () => {
    const heap = new TimerHeap();
    const timers = Array.from({ length: 5_000 }, (_, at) => heap.add(at, () => undefined));
    for (const timer of timers.slice(1)) heap.cancel(timer);
    expect(heap.size).toBeLessThan(2_000);
    expect(heap.take()?.at).toBe(0);
    expect(heap.take()).toBeUndefined();
  });
});
