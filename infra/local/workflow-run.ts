import { randomBytes } from 'node:crypto';
import { ExecutionError, StateMachine } from 'aws-local-stepfunctions';
import type { MovableClock } from './clock.js';
import type { Answer, Execution, Point } from './executions.js';
import type { Gate } from './gate.js';
import type { Outcome } from './state-machines.js';
import { type Call, LAMBDA_INVOKE, type Task, type WaitCall, type WorkflowDefinition } from './workflow-definition.js';

/** A function as a workflow calls it: its payload in, what it returns out, an error thrown by its name. */
export type TaskFunction = (input: never) => Promise<unknown>;

/** One stretch of an execution: from a start, a wait or a token to the next wait or the end. */
export class Run {
  #abort: () => void = () => undefined;
  #aborting = new AbortController();
  #calls = 0;
  #active = performance.now();
  #parked: Extract<Point, { after: string }> | undefined;
  #entered = '';
  #token = newToken();
  #resumed: Answer | 'late' | undefined;
  #waiting = new Map<string, (answer: Answer) => void>();
  #idle = 0;
  #over = false;

  constructor(private readonly options: RunOptions) {}

  /**
   * Whether it is doing something, rather than waiting for a token, in a branch, or to retry. The interpreter does not tell when
   * it waits to retry; between two states it takes no time, so a run that called nothing for a while must be doing that.
   */
  get isWorking(): boolean {
    return !this.#over && (this.#calls > 0 || (this.#idle === 0 && performance.now() - this.#active < 50));
  }

  /** Keeps the ending in the set of those to wait for, but only from when the run is over. */
  watch(ending: Promise<void>, endings: Set<Promise<void>>): void {
    this.#onOver = () => endings.add(ending);
  }
  #onOver: () => void = () => undefined;

  async go(from: 'start' | Point, input: string, answer?: Answer | 'late'): Promise<Outcome> {
    this.#resumed = answer;
    if (from !== 'start' && 'task' in from) {
      this.#entered = input;
      this.#token = from.token;
    }
    try {
      const machine = this.options.workflow.from(from);
      const execution = machine.run(JSON.parse(input), {
        context: this.#context(),
        overrides: { taskResourceLocalHandlers: this.#handlers() as never },
      });
      this.#abort = execution.abort;
      if (this.#aborting.signal.aborted) execution.abort();
      const output = await execution.result;
      return this.#parked ?? { status: 'SUCCEEDED', output: JSON.stringify(output ?? null) };
    } catch (error) {
      if (this.#aborting.signal.aborted) return 'aborted';
      return failure(error);
    } finally {
      this.#over = true;
      this.#onOver();
    }
  }

  abort(): void {
    this.#aborting.abort();
    this.#abort();
  }

  answer(token: string, answer: Answer): void {
    this.#waiting.get(token)?.(answer);
  }

  #context() {
    const { execution, clock, workflow } = this.options;
    const stateMachine = `arn:aws:states:local:000000000000:stateMachine:${workflow.name}`;
    const run = this;
    return {
      Run: {
        Id: `${stateMachine.replace(':stateMachine:', ':execution:')}:${execution.name}`,
        Input: JSON.parse(execution.input) as unknown,
        Name: execution.name,
        RoleArn: 'arn:aws:iam::000000000000:role/local',
        StartTime: execution.started,
      },
      StateMachine: { Id: stateMachine, Name: workflow.name },
      State: {
        get EnteredTime() {
          return clock.now().toISOString();
        },
      },
      Task: {
        get Token() {
          return run.#token;
        },
      },
    };
  }

  #handlers(): Record<string, (input: unknown) => unknown> {
    return Object.fromEntries([...this.options.workflow.tasks].map(([name, task]) => [name, this.#handler(task)]));
  }

  #handler(task: Task): (input: unknown) => unknown {
    switch (task.kind) {
      case 'waits':
        return (input) => this.#park(task.state, input as WaitCall);
      case 'sleeps':
        return (input) => this.#sleep(input as WaitCall);
      case 'entry':
        return (input) => {
          this.#entered = JSON.stringify(input);
          return input;
        };
      case 'invoke':
        return (input) => this.#invoke(task, input as Call);
    }
  }

  #park(state: string, call: WaitCall): unknown {
    this.#parked = { after: state, until: this.#until(call), input: JSON.stringify(call.output ?? null) };
    return call.output;
  }

  async #sleep(call: WaitCall): Promise<unknown> {
    await this.#idling(this.options.clock.sleepUntil(this.#until(call), this.#aborting.signal));
    return call.output;
  }

  #until({ seconds, timestamp }: WaitCall): number {
    if (timestamp !== undefined) return Date.parse(timestamp);
    return this.options.clock.millis() + (seconds ?? 0) * 1000;
  }

  /** The token was read while the parameters were made, just before: no other task can have come between. */
  async #invoke(task: Extract<Task, { kind: 'invoke' }>, { call, timeout }: Call): Promise<unknown> {
    const token = this.#token;
    const resumed = this.#resumed;
    this.#token = newToken();
    this.#resumed = undefined;
    if (resumed !== undefined) return resumed === 'late' ? this.#late() : given(resumed);
    const deadline = timeout === undefined ? undefined : this.options.clock.millis() + timeout * 1000;
    const answer = task.token ? this.#answerTo(token) : undefined;
    try {
      const result = await this.#before(deadline, this.#call(task.resource, call));
      if (answer === undefined) return result;
      if (task.top) await this.#standAt(task.state, token, deadline);
      return given(await this.#idling(this.#before(deadline, answer)));
    } finally {
      this.#waiting.delete(token);
      this.options.forgets(token);
    }
  }

  /** Expected before the function is called, since the answer may come before the function returns. */
  #answerTo(token: string): Promise<Answer> {
    this.options.expects(token);
    return new Promise((resolve) => this.#waiting.set(token, resolve));
  }

  async #standAt(task: string, token: string, deadline: number | undefined): Promise<void> {
    if (!this.#waiting.has(token)) return;
    await this.options.stands({ task, input: this.#entered, token, ...(deadline !== undefined && { deadline }) });
  }

  async #call(resource: string, call: Record<string, unknown>): Promise<unknown> {
    this.#calls++;
    try {
      return await this.options.gate.pass(() => this.#callNow(resource, call));
    } finally {
      this.#calls--;
      this.#active = performance.now();
    }
  }

  async #callNow(resource: string, call: Record<string, unknown>): Promise<unknown> {
    if (resource !== LAMBDA_INVOKE) return plain(await this.options.integrations[resource]!(call as never));
    const named = String(call['FunctionName']);
    const invoked = this.options.functions[named] ?? this.options.functions[named.split(':').at(-1)!];
    if (!invoked) throw namedError('Lambda.ResourceNotFoundException', `Function not found: ${named}`);
    try {
      return {
        ExecutedVersion: '$LATEST',
        Payload: plain(await invoked(plain(call['Payload'] ?? {}) as never)),
        StatusCode: 200,
      };
    } catch (error) {
      throw asLambdaError(error);
    }
  }

  /** Rejects with a time-out at the deadline, by the clock; epoch milliseconds. */
  async #before<T>(deadline: number | undefined, work: Promise<T>): Promise<T> {
    if (deadline === undefined) return work;
    let cancel: () => void = () => undefined;
    const late = new Promise<never>((_, reject) => {
      cancel = this.options.clock.at(deadline, () => this.#late().catch(reject));
    });
    return Promise.race([work, late]).finally(cancel);
  }

  async #late(): Promise<never> {
    throw new (await timeoutError())();
  }

  async #idling<T>(wait: Promise<T>): Promise<T> {
    this.#idle++;
    try {
      return await wait;
    } finally {
      this.#idle--;
      this.#active = performance.now();
    }
  }
}

export interface RunOptions {
  workflow: WorkflowDefinition;
  execution: Execution;
  functions: Readonly<Record<string, TaskFunction>>;
  integrations: Readonly<Record<string, TaskFunction>>;
  clock: MovableClock;
  gate: Gate;
  /** Notes where the execution stands. */
  stands: (point: Point) => Promise<void>;
  /** A token is awaited from now on, or no longer. */
  expects: (token: string) => unknown;
  forgets: (token: string) => unknown;
}

const newToken = (): string => randomBytes(32).toString('base64url');

/** As it would be after its way through a function's answer. */
const plain = (value: unknown): unknown => (value === undefined ? null : (JSON.parse(JSON.stringify(value)) as unknown));

function given(answer: Answer): unknown {
  if ('output' in answer) return JSON.parse(answer.output);
  throw namedError(answer.error, answer.cause);
}

function namedError(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}

/** Lambda reports a function's error by its name, with a JSON text as the cause. */
function asLambdaError(error: unknown): Error {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return namedError(name, JSON.stringify({ errorType: name, errorMessage: message, trace: stack?.split('\n') ?? [] }));
}

function failure(error: unknown): Outcome {
  const reason = error instanceof ExecutionError && error.cause instanceof Error ? error.cause : error;
  if (!(reason instanceof Error)) return { status: 'FAILED', error: 'States.Runtime', cause: String(reason) };
  return { status: 'FAILED', error: reason.name, cause: reason.message };
}

type TimeoutError = new () => Error;
let known: Promise<TimeoutError> | undefined;

/**
 * The interpreter's own time-out error: `States.TaskFailed` must not catch it, which it tells by the class, and it exports none.
 * So a machine is let run into its time-out once, and the class taken from what it throws.
 */
function timeoutError(): Promise<TimeoutError> {
  known ??= new StateMachine(
    { StartAt: 'Late', States: { Late: { Type: 'Task', Resource: 'late', TimeoutSeconds: 0.001, End: true } } },
    { validationOptions: { noValidate: true } },
  )
    .run({}, { overrides: { taskResourceLocalHandlers: { Late: () => new Promise<never>(() => undefined) } } })
    .result.then(
      () => {
        throw new Error('A machine that must time out did not.');
      },
      (error: ExecutionError) => (error.cause as Error).constructor as TimeoutError,
    );
  return known;
}
