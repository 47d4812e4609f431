import '../../infra/local/promise-with-resolvers.js';
import { StateMachine } from 'aws-local-stepfunctions';
import { describe, expect, it } from 'vitest';
import { workflows } from './definitions.js';
import { start } from './run.js';

const LOOK = 'Look at the clocks';
const TELL = 'Tell management that nobody watches';
const INPUT = { id: 'incident-1', generation: 3 };
const HOUR = 3_600_000;

describe('the escalation of an incident', () => {
  it('looks, waits until the next instant, looks again, and ends when nothing is left to watch', async () => {
    const asked: unknown[] = [];
    const looked: number[] = [];
    let began = 0;
    const wakes = [1, 60, 24 * 7];
    const running = await start('incident-escalation', INPUT, {
      functions: {
        OperationTasksArn: async (input, now) => {
          asked.push(input);
          began ||= now;
          looked.push(Math.round((now - began) / HOUR));
          const next = wakes.shift();
          return next === undefined
            ? { state: 'ended', why: 'nothing-runs' }
            : { state: 'wait', wakeAt: new Date(began + next * HOUR).toISOString() };
        },
      },
    });
    expect(running.outcome().status).toBe('RUNNING');
    await running.clock.advance(24 * 8 * 60);
    expect(looked).toEqual([0, 1, 60, 24 * 7]);
    expect(new Set(asked.map((input) => JSON.stringify(input)))).toEqual(
      new Set([JSON.stringify({ task: 'escalate', ...INPUT })]),
    );
    expect(running.outcome()).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('ends at once when another execution took its place', async () => {
    const running = await start('incident-escalation', INPUT, {
      functions: { OperationTasksArn: async () => ({ state: 'ended', why: 'superseded' }) },
    });
    expect(running.outcome()).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('goes on at once when the instant has passed already', async () => {
    let looks = 0;
    const running = await start('incident-escalation', INPUT, {
      functions: {
        OperationTasksArn: async () =>
          ++looks < 3 ? { state: 'wait', wakeAt: '2020-01-01T00:00:00.000Z' } : { state: 'ended', why: 'nothing-runs' },
      },
    });
    await running.clock.advance(0);
    await running.settled();
    expect(looks).toBe(3);
    expect(running.outcome().status).toBe('SUCCEEDED');
  });

  it('carries what it was started with through every wait, whatever the answers say', async () => {
    const asked: object[] = [];
    const answers = [{ state: 'wait', wakeAt: '2020-01-01T00:00:00.000Z', id: 'another', generation: 9 }, { state: 'ended' }];
    const { visited } = await run({
      [LOOK]: (input: object) => {
        asked.push(input);
        return { Payload: answers.shift() };
      },
    });
    expect(visited).toEqual([LOOK, LOOK]);
    expect(asked).toEqual([0, 1].map(() => expect.objectContaining({ Payload: { task: 'escalate', ...INPUT } })));
  });

  it('recovers from faults that pass, and tells nobody of them', async () => {
    let failures = 0;
    const { visited, error } = await run({
      [LOOK]: () => {
        if (++failures <= 6) throw named('ServiceUnavailable');
        return { Payload: { state: 'ended' } };
      },
    });
    expect(visited).toEqual(Array.from({ length: 7 }, () => LOOK));
    expect(error).toBeUndefined();
  });

  it('tells management when looking fails for good, and fails by name', async () => {
    const told: unknown[] = [];
    const { visited, error } = await run({
      [LOOK]: () => {
        throw named('TypeError');
      },
      [TELL]: (message) => told.push(message),
    });
    expect(visited).toEqual([...Array.from({ length: 7 }, () => LOOK), TELL]);
    expect(told).toEqual([
      { TopicArn: 'ManagementTopicArn', Subject: 'An escalation stopped working', Message: expect.stringContaining(INPUT.id) },
    ]);
    expect(error).toContain('management was told');
  });

  it('tries to tell management again when the topic fails', async () => {
    let failures = 0;
    const { visited, error } = await run({
      [LOOK]: () => {
        throw named('TypeError');
      },
      [TELL]: () => {
        if (++failures <= 4) throw named('InternalError');
        return {};
      },
    });
    expect(visited.filter((state) => state === TELL)).toHaveLength(5);
    expect(error).toContain('management was told');
  });

  it('fails, and does not claim that management was told, when the topic fails for good', async () => {
    const { visited, error } = await run({
      [LOOK]: () => {
        throw named('TypeError');
      },
      [TELL]: () => {
        throw named('InternalError');
      },
    });
    expect(visited.filter((state) => state === TELL)).toHaveLength(5);
    expect(error).toBeDefined();
    expect(error).not.toContain('management was told');
  });
});

const named = (name: string): Error => Object.assign(new Error(name), { name });

/** Runs the file in the interpreter alone: every task given, no time lost in retries and waits. */
async function run(tasks: Record<string, (input: object) => unknown>): Promise<{ visited: string[]; error?: string }> {
  const { text } = workflows.find(({ name }) => name === 'incident-escalation')!;
  const definition = JSON.parse(text.replace(/\$\{(\w+)\}/g, '$1'));
  const visited: string[] = [];
  const given = Object.entries(tasks).map(([state, task]) => [
    state,
    async (input: object) => {
      visited.push(state);
      return task(input);
    },
  ]);
  const execution = new StateMachine(definition, { validationOptions: { checkArn: false } }).run(INPUT, {
    overrides: {
      taskResourceLocalHandlers: Object.fromEntries(given),
      retryIntervalOverrides: Object.fromEntries(Object.keys(tasks).map((state) => [state, 0])),
      waitTimeOverrides: { 'Wait for the next instant': 0 },
    },
  });
  try {
    await execution.result;
    return { visited };
  } catch (error) {
    return { visited, error: String(error) };
  }
}
