import { setTimeout } from 'node:timers/promises';

/** A part that can say whether it has work in hand. Work that waits for an instant, a person or a retry does not count. */
export interface Settling {
  settled(): boolean | Promise<boolean>;
}

/**
 * Resolves when all parts were settled on two looks in a row, so that work handed from one to the next between looks is seen,
 * or after `patience` milliseconds of real time, so that one stuck part cannot hold the clock.
 */
export async function settle(parts: readonly Settling[], patience = 5_000): Promise<void> {
  const until = Date.now() + patience;
  for (let quiet = 0; quiet < 2 && Date.now() < until; ) {
    await setTimeout(1);
    quiet = (await allSettled(parts)) ? quiet + 1 : 0;
  }
}

async function allSettled(parts: readonly Settling[]): Promise<boolean> {
  for (const part of parts) if (!(await part.settled())) return false;
  return true;
}
