import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MovableClock } from '../../../infra/local/clock.js';
import { settle } from '../../../infra/local/settling.js';
import { StateMachines, type StateMachinesOptions } from '../../../infra/local/state-machines.js';
import { closing, eventually, scratchFolder } from './scratch.js';

const HOUR = 3_600_000;
const task = (payload: object, more: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: `\${Tasks}`, Payload: payload },
  ...more,
});
const asking = (payload: object, more: object) => ({
  ...task(payload, more),
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
});
const definition = (StartAt: string, States: object, more: object = {}) => JSON.stringify({ StartAt, States, ...more });

const REMIND = definition('Load', {
  Load: task(
    { what: 'load', 'id.$': '$.id' },
    { ResultSelector: { 'at.$': '$.Payload.at' }, ResultPath: '$.next', Next: 'Any left?' },
  ),
  'Any left?': { Type: 'Choice', Choices: [{ Variable: '$.next.at', IsNull: true, Next: 'Done' }], Default: 'Wait' },
  Wait: { Type: 'Wait', TimestampPath: '$.next.at', Next: 'Tell' },
  Tell: task(
    { what: 'tell', 'id.$': '$.id', 'name.$': '$$.Execution.Name', 'input.$': '$$.Execution.Input' },
    { ResultPath: null, Next: 'Load' },
  ),
  Done: { Type: 'Succeed' },
});

/** Whatever the definitions of these tests send. */
type Payload = { what: string; step: string; token: string; name: string; input: unknown; n: number };

async function machines(
  definitions: Record<string, string>,
  tasks: (input: Payload) => unknown,
  more: Partial<StateMachinesOptions> = {},
) {
  const clock = more.clock ?? closing(await MovableClock.open());
  const file = more.file ?? join(scratchFolder(), 'executions.ndjson');
  const open = async () => {
    const opened = await StateMachines.open({
      definitions,
      file,
      functions: { Tasks: async (input) => tasks(input) },
      clock,
      fault: () => undefined,
      ...more,
    });
    clock.settleWith(() => settle([opened]));
    return opened;
  };
  return { clock, open, state: closing(await open()) };
}

describe('state machines', () => {
  it('go through a week of waits in moments, each at its instant', async () => {
    const told: { at: string; name: string; input: unknown }[] = [];
    let clock!: MovableClock;
    const checkpoints = [1, 24, 72, 168];
    let start = 0;
    const made = await machines({ remind: REMIND }, ({ what, name, input }) => {
      if (what === 'load') return { at: checkpoints.length > 0 ? new Date(start + checkpoints[0]! * HOUR).toISOString() : null };
      checkpoints.shift();
      told.push({ at: clock.now().toISOString().slice(0, 16), name, input });
      return {};
    });
    clock = made.clock;
    start = clock.millis();
    const { state } = made;
    await state.start({ machine: 'remind', name: 'INC-1-1', input: '{"id":"INC-1"}' });
    const began = performance.now();
    await clock.advance(7 * 24 * 60 + 1);
    expect(performance.now() - began).toBeLessThan(10_000);
    const at = (hours: number) => new Date(start + hours * HOUR).toISOString().slice(0, 16);
    expect(told.map((one) => one.at)).toEqual([at(1), at(24), at(72), at(168)]);
    expect(told[3]).toMatchObject({ name: 'INC-1-1', input: { id: 'INC-1' } });
    expect(state.describe('remind', 'INC-1-1')).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('go on behind the wait where a restart found them', async () => {
    const seen: string[] = [];
    const waiting = definition('First', {
      First: task({ step: 'first' }, { ResultPath: null, Next: 'Wait' }),
      Wait: { Type: 'Wait', Seconds: 30 * 24 * 3600, Next: 'Second' },
      Second: task({ step: 'second' }, { OutputPath: '$.Payload', End: true }),
    });
    const { state, open, clock } = await machines({ waiting }, ({ step }) => {
      seen.push(step);
      return { step };
    });
    await state.start({ machine: 'waiting', name: 'one', input: '{}' });
    await eventually(() => seen.length === 1 && state.settled());
    await state.close();
    const again = closing(await open());
    expect(again.running().map(({ name }) => name)).toEqual(['one']);
    await clock.advance(29 * 24 * 60);
    expect(seen).toEqual(['first']);
    await clock.advance(2 * 24 * 60);
    expect(seen).toEqual(['first', 'second']);
    expect(again.describe('waiting', 'one')).toMatchObject({ status: 'SUCCEEDED', output: '{"step":"second"}' });
  });

  it('start again with the same name and input when they had not come to a wait', async () => {
    const seen: unknown[] = [];
    let stuck = true;
    const plain = definition('Do', { Do: task({ 'name.$': '$$.Execution.Name', 'n.$': '$.n' }, { End: true }) });
    const { state, open } = await machines({ plain }, (input) => {
      seen.push(input);
      return stuck ? new Promise(() => undefined) : 'done';
    });
    await state.start({ machine: 'plain', name: 'again', input: '{"n":7}' });
    await eventually(() => seen.length === 1);
    await state.close();
    stuck = false;
    const again = closing(await open());
    await eventually(() => again.describe('plain', 'again').status === 'SUCCEEDED');
    expect(seen).toEqual([
      { name: 'again', n: 7 },
      { name: 'again', n: 7 },
    ]);
  });

  it('take a name once, and the same start twice for one', async () => {
    const { state } = await machines(
      { plain: definition('Wait', { Wait: { Type: 'Wait', Seconds: 60, End: true } }) },
      () => null,
    );
    const start = () => state.start({ machine: 'plain', name: 'one', input: '{"a":1}' });
    expect(await start()).toBe(await start());
    await expect(state.start({ machine: 'plain', name: 'one', input: '{}' })).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
    });
    await state.stop('plain', 'one');
    await expect(start()).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await expect(state.start({ machine: 'plain', name: 'a b' })).rejects.toMatchObject({ name: 'InvalidName' });
    await expect(state.start({ machine: 'none' })).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
    expect(() => state.describe('plain', 'two')).toThrow(expect.objectContaining({ name: 'ExecutionDoesNotExist' }));
  });

  it('refuse definitions that could not mean the same here', async () => {
    const late = definition('A', { A: asking({}, { HeartbeatSeconds: 5, End: true }) });
    await expect(machines({ late }, () => null)).rejects.toThrow(/"A" of workflow late uses a heartbeat/);
    const odd = definition('A', { A: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', End: true } });
    await expect(machines({ odd }, () => null)).rejects.toThrow(/sqs:sendMessage, which is not served/);
    await expect(machines({ bad: definition('A', { B: { Type: 'Succeed' } }) }, () => null)).rejects.toThrow(/invalid/);
  });

  it('call other integrations through what they are given', async () => {
    const read = definition('Get', {
      Get: {
        Type: 'Task',
        Resource: 'arn:aws:states:::dynamodb:getItem',
        Parameters: { 'Key.$': '$.key' },
        OutputPath: '$.Item',
        End: true,
      },
    });
    const integrations = { 'arn:aws:states:::dynamodb:getItem': async ({ Key }: { Key: string }) => ({ Item: { Key } }) };
    const { state } = await machines({ read }, () => null, { integrations });
    await state.start({ machine: 'read', name: 'x', input: '{"key":"k"}' });
    await eventually(() => state.describe('read', 'x').output === '{"Key":"k"}');
  });
});

describe('faults in workflows', () => {
  const failing = (handling: object, more: object = {}) =>
    definition('Do', { Do: task({}, { ...handling, End: true }), ...more });

  it('are retried as the definition says', async () => {
    let calls = 0;
    const Retry = [{ ErrorEquals: ['Busy'], IntervalSeconds: 1, MaxAttempts: 1 }];
    const { state } = await machines({ failing: failing({ Retry }) }, () => {
      if (++calls < 2) throw Object.assign(new Error('try later'), { name: 'Busy' });
      return 'ok';
    });
    await state.start({ machine: 'failing', name: 'x' });
    await eventually(() => state.describe('failing', 'x').status === 'SUCCEEDED', 8_000);
    expect(calls).toBe(2);
  });

  it('are caught by their name with the cause that Lambda reports', async () => {
    const Catch = [{ ErrorEquals: ['TypeError'], ResultPath: '$.failure', Next: 'Told' }];
    const { state } = await machines({ failing: failing({ Catch }, { Told: { Type: 'Pass', End: true } }) }, () => {
      throw new TypeError('nothing there');
    });
    await state.start({ machine: 'failing', name: 'x', input: '{"id":1}' });
    await eventually(() => state.describe('failing', 'x').status === 'SUCCEEDED');
    const { id, failure } = JSON.parse(state.describe('failing', 'x').output!);
    expect({ id, error: failure.Error, cause: JSON.parse(failure.Cause).errorMessage }).toEqual({
      id: 1,
      error: 'TypeError',
      cause: 'nothing there',
    });
  });

  it('that nobody catches end the execution with error and cause', async () => {
    const { state } = await machines({ failing: failing({}) }, () => {
      throw new TypeError('nothing there');
    });
    await state.start({ machine: 'failing', name: 'x' });
    await eventually(() => state.describe('failing', 'x').status === 'FAILED');
    expect(state.describe('failing', 'x')).toMatchObject({ error: 'TypeError', cause: expect.stringContaining('nothing there') });
  });

  it('of time are told from those of the task', async () => {
    const Catch = [
      { ErrorEquals: ['States.TaskFailed'], Next: 'Wrong' },
      { ErrorEquals: ['States.Timeout'], Next: 'Right' },
    ];
    const slow = definition('Do', {
      Do: task({}, { TimeoutSeconds: 3600, Catch, End: true }),
      Wrong: { Type: 'Fail' },
      Right: { Type: 'Succeed' },
    });
    const { state, clock } = await machines({ slow }, () => new Promise(() => undefined));
    clock.settleWith(async () => undefined);
    await state.start({ machine: 'slow', name: 'x' });
    await clock.advance(59);
    expect(state.describe('slow', 'x').status).toBe('RUNNING');
    await clock.advance(2);
    await eventually(() => state.describe('slow', 'x').status === 'SUCCEEDED');
  });

  it('end an execution that outlasts its whole time', async () => {
    const whole = definition('Wait', { Wait: { Type: 'Wait', Seconds: 7200, End: true } }, { TimeoutSeconds: 3600 });
    const { state, clock } = await machines({ whole }, () => null);
    await state.start({ machine: 'whole', name: 'x' });
    await clock.advance(61);
    expect(state.describe('whole', 'x').status).toBe('TIMED_OUT');
  });
});

describe('task tokens', () => {
  const ask = definition('Ask', {
    Ask: asking(
      { 'token.$': '$$.Task.Token', 'id.$': '$.id' },
      {
        TimeoutSeconds: 3 * 24 * 3600,
        ResultPath: '$.decision',
        Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Late' }],
        Next: 'Done',
      },
    ),
    Done: { Type: 'Succeed' },
    Late: { Type: 'Fail', Error: 'NoDecision', Cause: 'Nobody decided.' },
  });
  const asked = async (file?: string) => {
    const tokens: string[] = [];
    const made = await machines({ ask }, ({ token }) => void tokens.push(token), file === undefined ? {} : { file });
    await made.state.start({ machine: 'ask', name: 'x', input: '{"id":1}' });
    await eventually(() => tokens.length === 1 && made.state.settled());
    return { ...made, tokens };
  };

  it('bring the answer in', async () => {
    const { state, tokens } = await asked();
    await state.answer(tokens[0]!, { output: '{"outcome":"approved"}' });
    await eventually(() => state.describe('ask', 'x').status === 'SUCCEEDED');
    expect(JSON.parse(state.describe('ask', 'x').output!)).toEqual({ id: 1, decision: { outcome: 'approved' } });
    await expect(state.answer(tokens[0]!, { output: '{}' })).rejects.toMatchObject({ name: 'TaskTimedOut' });
    await expect(state.answer('guess', { output: '{}' })).rejects.toMatchObject({ name: 'InvalidToken' });
  });

  it('bring a failure in', async () => {
    const { state, tokens } = await asked();
    await state.answer(tokens[0]!, { error: 'Refused', cause: 'No.' });
    await eventually(() => state.describe('ask', 'x').status === 'FAILED');
    expect(state.describe('ask', 'x')).toMatchObject({ error: 'Refused', cause: 'No.' });
  });

  it('run out by the clock', async () => {
    const { state, clock } = await asked();
    await clock.advance(3 * 24 * 60 + 1);
    await eventually(() => state.describe('ask', 'x').status === 'FAILED');
    expect(state.describe('ask', 'x')).toMatchObject({ error: 'NoDecision' });
  });

  it('stay good over a restart, without asking again, and run out then too', async () => {
    const first = await asked();
    await first.state.close();
    const again = closing(await first.open());
    await again.answer(first.tokens[0]!, { output: '{"outcome":"rejected"}' });
    await eventually(() => again.describe('ask', 'x').status === 'SUCCEEDED');
    expect(JSON.parse(again.describe('ask', 'x').output!)).toEqual({ id: 1, decision: { outcome: 'rejected' } });
    expect(first.tokens).toHaveLength(1);

    const second = await asked();
    await second.state.close();
    const later = closing(await second.open());
    await second.clock.advance(4 * 24 * 60);
    await eventually(() => later.describe('ask', 'x').status === 'FAILED');
  });

  it('are each their own in parallel branches and maps', async () => {
    const seen: { token: string; n: number }[] = [];
    const many = definition('All', {
      All: {
        Type: 'Map',
        ItemProcessor: { StartAt: 'One', States: { One: asking({ 'token.$': '$$.Task.Token', 'n.$': '$' }, { End: true }) } },
        End: true,
      },
    });
    const { state } = await machines({ many }, (input) => void seen.push({ token: input.token, n: input.n }));
    await state.start({ machine: 'many', name: 'x', input: '[1,2,3]' });
    await eventually(() => seen.length === 3);
    for (const { token, n } of [...seen].reverse()) await state.answer(token, { output: String(n * 10) });
    await eventually(() => state.describe('many', 'x').output === '[10,20,30]');
  });
});

describe('waits inside branches', () => {
  it('follow the clock too', async () => {
    const branches = definition('Both', {
      Both: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'W1',
            States: {
              W1: { Type: 'Wait', Seconds: 3600, Next: 'T1' },
              T1: task({ n: 1 }, { OutputPath: '$.Payload', End: true }),
            },
          },
          { StartAt: 'T2', States: { T2: task({ n: 2 }, { OutputPath: '$.Payload', End: true }) } },
        ],
        End: true,
      },
    });
    const { state, clock } = await machines({ branches }, ({ n }) => n);
    await state.start({ machine: 'branches', name: 'x' });
    await eventually(() => state.settled());
    await clock.advance(61);
    await eventually(() => state.describe('branches', 'x').output === '[1,2]');
  });
});
