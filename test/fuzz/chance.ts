/** Chance that can be repeated: the same seed gives the same run (mulberry32). */
export interface Chance {
  /** 0 ≤ x < 1 */
  next(): number;
  below(count: number): number;
  happens(probability: number): boolean;
  pick<T>(choices: readonly T[]): T;
}

export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (count: number) => Math.floor(next() * count);
  return { next, below, happens: (probability) => next() < probability, pick: (choices) => choices[below(choices.length)]! };
}
