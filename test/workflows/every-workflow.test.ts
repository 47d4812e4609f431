import validator from 'asl-validator';
import { describe, expect, it } from 'vitest';
import { successors, workflows } from './definitions.js';

it('finds the workflows', () => {
  expect(workflows.map(({ name }) => name)).toContain('incident-escalation');
});

describe.each(workflows)('the workflow $name', ({ name, text, StartAt, Comment, States }) => {
  const states = Object.entries(States);
  const ofType = (type: string) => states.filter(([, { Type }]) => Type === type);

  it('is valid Amazon States Language', () => {
    const filled = text.replace(/\$\{(\w+)\}/g, 'arn:aws:lambda:eu-west-1:000000000000:function:$1');
    const { isValid, errors } = validator(JSON.parse(filled));
    expect(errors).toEqual([]);
    expect(isValid).toBe(true);
  });

  it('is named by noun and purpose, says what it is for, and names its states in words', () => {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)+$/);
    expect(Comment?.length ?? 0).toBeGreaterThan(40);
    for (const [state] of states) expect(state).toMatch(/^[A-Z][\p{L} ’,-]+\??$/u);
    for (const [state] of ofType('Choice')) expect(state).toMatch(/\?$/);
  });

  it('reaches each of its states, and leads to no other', () => {
    const reached = new Set([StartAt]);
    for (const state of reached) for (const next of successors(States[state]!)) reached.add(next);
    expect([...reached].sort()).toEqual(states.map(([state]) => state).sort());
  });

  it('ends from everywhere', () => {
    const ending = new Set(
      states.filter(([, { Type, End }]) => End || Type === 'Succeed' || Type === 'Fail').map(([state]) => state),
    );
    for (let size = -1; size !== ending.size; ) {
      size = ending.size;
      for (const [state, definition] of states) if (successors(definition).some((next) => ending.has(next))) ending.add(state);
    }
    expect([...ending].sort()).toEqual(states.map(([state]) => state).sort());
  });

  it('gives every task a time-out, and retries or catches its faults', () => {
    for (const [state, { TimeoutSeconds, Retry = [], Catch = [] }] of ofType('Task')) {
      expect({ state, TimeoutSeconds }).toEqual({ state, TimeoutSeconds: expect.any(Number) });
      expect({ state, handlers: Retry.length + Catch.length }).not.toEqual({ state, handlers: 0 });
      for (const { MaxAttempts } of Retry) expect(MaxAttempts).toBeLessThanOrEqual(10);
    }
  });

  it('waits for something, always until a known instant', () => {
    for (const [state, { Seconds, SecondsPath, Timestamp, TimestampPath }] of ofType('Wait')) {
      const given = [Seconds, SecondsPath, Timestamp, TimestampPath].filter((value) => value !== undefined);
      expect({ state, given: given.length }).toEqual({ state, given: 1 });
    }
  });

  it('says of each failure what it is called and what follows', () => {
    for (const [state, { Error: called, Cause }] of ofType('Fail')) {
      expect({ state, called }).toEqual({ state, called: expect.stringMatching(/^[A-Z]\w+$/) });
      expect(Cause?.length ?? 0).toBeGreaterThan(20);
    }
  });

  it('keeps accounts and regions out', () => {
    expect(text).not.toMatch(/arn:aws:(?!states:::)/);
    expect(text).not.toMatch(/\b\d{12}\b/);
  });
});
