import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../functions/kernel/errors.js';
import { defineLifecycle } from '../../../functions/kernel/lifecycle.js';
import { areas } from '../../../infra/areas.js';

const door = defineLifecycle({
  states: ['open', 'shut', 'bricked'],
  moves: {
    shut: { from: ['open'], to: 'shut' },
    open: { from: ['shut'], to: 'open' },
    brick: { from: ['open', 'shut'], to: 'bricked' },
  },
});

const refusal = (act: () => unknown): Refusal => {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('It was not refused.');
};

describe('a lifecycle', () => {
  it('says where a move leads', () => expect(door.next('open', 'shut')).toBe('shut'));

  it('refuses a move that is not open, naming those that are', () => {
    const refused = refusal(() => door.next('shut', 'shut'));
    expect(refused.message).toBe('Cannot shut while shut. What is open: open, brick.');
    expect(refused.more.facts).toEqual({ status: 'shut', moves: ['open', 'brick'] });
    expect(refusal(() => door.next('bricked', 'open')).message).toContain('It is final.');
  });

  it('leads everywhere from its first state, for every noun', () => {
    const entities = areas.flatMap((area) => area.entities);
    expect(entities.length).toBeGreaterThan(5);
    for (const { name, lifecycle } of entities) {
      const reached = new Set<string>([lifecycle.states[0]]);
      for (const state of reached) for (const move of lifecycle.movesFrom(state)) reached.add(lifecycle.next(state, move));
      expect([...reached].sort(), name).toEqual([...lifecycle.states].sort());
    }
  });
});
