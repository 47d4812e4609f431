import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';

/** Share of the time in which the process is busy, from which on it is left to those who wait for an answer. */
const BUSY = 0.6;
const STEP = 100;
/** Milliseconds after which work is done however busy it is. */
const PATIENCE = 2_000;

/**
 * Puts work off while the process is busy, and never for long: one machine has one process for what AWS runs beside each other,
 * and who asks for something comes first.
 */
export function atLeisure<I>(work: (input: I) => Promise<unknown>): (input: I) => Promise<unknown> {
  let before = performance.eventLoopUtilization();
  const isBusy = (): boolean => {
    const { utilization } = performance.eventLoopUtilization(before);
    before = performance.eventLoopUtilization();
    return utilization > BUSY;
  };
  return async (input) => {
    for (let waited = 0; waited < PATIENCE && isBusy(); waited += STEP) await setTimeout(STEP);
    return work(input);
  };
}
