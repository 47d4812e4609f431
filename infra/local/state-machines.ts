import { createHash, randomBytes } from 'node:crypto';
import { AwsError } from './aws-error.js';
import type { MovableClock } from './clock.js';
import { type Answer, type End, type Execution, Executions, type Point, type TokenPoint } from './executions.js';
import { type Fault, logFault } from './fault.js';
import { Gate } from './gate.js';
import { WorkflowDefinition } from './workflow-definition.js';
import { Run, type TaskFunction } from './workflow-run.js';

/**
 * Runs the state machine files as Step Functions would: executions by name, waits by the movable clock, task tokens. An
 * execution that waits costs one entry of the clock and its line in the book. After a restart each goes on behind its last
 * wait, at the task whose token it awaits (the token stays good), or else from its start with the same name and input.
 */
export class StateMachines {
  #runs = new Map<Execution, Run>();
  #alarms = new Map<Execution, Set<() => void>>();
  #tokens = new Map<string, Execution>();
  #ending = new Set<Promise<void>>();
  #gate: Gate;
  #closed = false;

  private constructor(
    private readonly options: Required<StateMachinesOptions>,
    private readonly workflows: ReadonlyMap<string, WorkflowDefinition>,
    private readonly executions: Executions,
  ) {
    this.#gate = new Gate(options.concurrency);
  }

  /** Loads the definitions and takes up what an earlier run left. Throws a sentence for a definition that cannot be run here. */
  static async open(given: StateMachinesOptions): Promise<StateMachines> {
    const options = { substitutions: {}, integrations: {}, concurrency: 16, fault: logFault, ...given };
    const resources = new Set(Object.keys(options.integrations));
    const workflows = Object.entries(given.definitions).map(
      ([name, text]) => [name, WorkflowDefinition.parse(name, text, options.substitutions, resources)] as const,
    );
    const executions = await Executions.open({ file: given.file, now: given.clock.now });
    const machines = new StateMachines(options, new Map(workflows), executions);
    for (const execution of [...executions.running()]) machines.#takeUp(execution);
    return machines;
  }

  /**
   * Starts an execution; resolves when it is on disk. The same name with the same input while it runs is the same execution;
   * otherwise a taken name is an `ExecutionAlreadyExists`.
   */
  async start({ machine, name = randomBytes(16).toString('hex'), input = '{}' }: Start): Promise<Execution> {
    this.#workflow(machine);
    checkName(name);
    checkJson(input, 'InvalidExecutionInput');
    const known = this.executions.get(machine, name);
    if (known) {
      if (known.status === 'RUNNING' && known.input === input) {
        await this.executions.synced();
        return known;
      }
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${machine}:${name}'`);
    }
    const execution: Execution = { machine, name, input, status: 'RUNNING', started: this.#now() };
    await this.executions.start(execution);
    this.#takeUp(execution);
    return execution;
  }

  describe(machine: string, name: string): Execution {
    const execution = this.executions.get(machine, name);
    if (execution) return execution;
    throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${machine}:${name}'`);
  }

  /** Those that run, in the order they were started. */
  running(): Execution[] {
    return [...this.executions.running()];
  }

  async stop(machine: string, name: string, error?: string, cause?: string): Promise<Execution> {
    const execution = this.describe(machine, name);
    if (execution.status !== 'RUNNING') return execution;
    await this.#end(execution, { status: 'ABORTED', stopped: this.#now(), ...(error && { error }), ...(cause && { cause }) });
    return this.describe(machine, name);
  }

  /** Answers a task's token; resolves when the answer is on disk. A token is good for one answer. */
  async answer(token: string, answer: Answer): Promise<void> {
    if (!/^[\w-]{43}$/.test(token)) throw new AwsError('InvalidToken', 'Invalid Token');
    if ('output' in answer) checkJson(answer.output, 'InvalidOutput');
    const execution = this.#tokens.get(token);
    if (!execution) throw new AwsError('TaskTimedOut', 'Task Timed Out: the task is no longer waiting for this token.');
    this.#tokens.delete(token);
    if (execution.point && 'task' in execution.point && execution.point.token === token) {
      await this.executions.stands(execution, { ...execution.point, answer });
    }
    const run = this.#runs.get(execution);
    if (run) run.answer(token, answer);
    else this.#takeUp(execution);
  }

  /** True when no execution is between two waits. */
  settled(): boolean {
    return this.#ending.size === 0 && ![...this.#runs.values()].some((run) => run.isWorking);
  }

  /** Stops where each execution stands; all go on with the next opening. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const alarms of this.#alarms.values()) for (const cancel of alarms) cancel();
    for (const run of this.#runs.values()) run.abort();
    await Promise.all(this.#ending);
    await this.executions.close();
  }

  #takeUp(execution: Execution): void {
    const workflow = this.#workflow(execution.machine);
    this.#limitWhole(execution, workflow);
    const { point } = execution;
    if (point === undefined) this.#run(execution, 'start', execution.input);
    else if ('after' in point) this.#sleep(execution, point);
    else if (point.answer) this.#run(execution, point, point.input, point.answer);
    else this.#awaitToken(execution, point);
  }

  #sleep(execution: Execution, point: Extract<Point, { after: string }>): void {
    this.#alarm(execution, point.until, () => this.#run(execution, point, point.input));
  }

  #awaitToken(execution: Execution, point: TokenPoint): void {
    this.#tokens.set(point.token, execution);
    if (point.deadline === undefined) return;
    this.#alarm(execution, point.deadline, () => {
      if (this.#tokens.delete(point.token)) this.#run(execution, point, point.input, 'late');
    });
  }

  #run(execution: Execution, from: 'start' | Point, input: string, answer?: Answer | 'late'): void {
    const workflow = this.#workflow(execution.machine);
    const run = new Run({
      workflow,
      execution,
      ...this.options,
      gate: this.#gate,
      stands: (point) => this.executions.stands(execution, point),
      expects: (token) => this.#tokens.set(token, execution),
      forgets: (token) => this.#tokens.delete(token),
    });
    this.#runs.set(execution, run);
    const ending = run
      .go(from, input, answer)
      .then((outcome) => this.#after(execution, run, outcome))
      .catch((error: unknown) => this.options.fault(`running ${execution.machine} ${execution.name}`, error))
      .finally(() => this.#ending.delete(ending));
    run.watch(ending, this.#ending);
  }

  async #after(execution: Execution, run: Run, outcome: Outcome): Promise<void> {
    if (this.#runs.get(execution) === run) this.#runs.delete(execution);
    if (this.#closed || outcome === 'aborted' || !this.#isOpen(execution)) return;
    if ('after' in outcome) {
      await this.executions.stands(execution, outcome);
      if (!this.#closed && this.#isOpen(execution)) this.#sleep(execution, outcome);
      return;
    }
    await this.#end(execution, { ...outcome, stopped: this.#now() });
  }

  async #end(execution: Execution, end: End): Promise<void> {
    for (const cancel of this.#alarms.get(execution) ?? []) cancel();
    this.#alarms.delete(execution);
    if (execution.point && 'task' in execution.point) this.#tokens.delete(execution.point.token);
    const run = this.#runs.get(execution);
    this.#runs.delete(execution);
    await this.executions.end(execution, end);
    run?.abort();
  }

  /** The book holds another object once an execution has ended. */
  #isOpen(execution: Execution): boolean {
    return this.executions.get(execution.machine, execution.name) === execution;
  }

  #limitWhole(execution: Execution, { timeoutSeconds }: WorkflowDefinition): void {
    if (timeoutSeconds === undefined) return;
    this.#alarm(execution, Date.parse(execution.started) + timeoutSeconds * 1000, () => {
      const ending = this.#end(execution, { status: 'TIMED_OUT', stopped: this.#now() })
        .catch((error: unknown) => this.options.fault(`ending ${execution.name}`, error))
        .finally(() => this.#ending.delete(ending));
      this.#ending.add(ending);
    });
  }

  #alarm(execution: Execution, at: number, ring: () => void): void {
    const alarms = this.#alarms.get(execution) ?? new Set();
    this.#alarms.set(execution, alarms);
    const cancel = this.options.clock.at(at, () => {
      alarms.delete(cancel);
      if (alarms.size === 0) this.#alarms.delete(execution);
      if (!this.#closed) ring();
    });
    alarms.add(cancel);
  }

  #workflow(machine: string): WorkflowDefinition {
    const workflow = this.workflows.get(machine);
    if (workflow) return workflow;
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${machine}'`);
  }

  #now(): string {
    return this.options.clock.now().toISOString();
  }
}

/** How a run went: to the end, to a wait, or nowhere because it was stopped from outside. */
export type Outcome = Omit<End, 'stopped'> | Extract<Point, { after: string }> | 'aborted';

export interface Start {
  machine: string;
  name?: string;
  /** JSON text. */
  input?: string;
}

export interface StateMachinesOptions {
  file: string;
  /** The text of each definition by the machine's name. */
  definitions: Readonly<Record<string, string>>;
  substitutions?: Readonly<Record<string, string>>;
  /** By the FunctionName of the definitions after substitution, or by the name at the end of such an ARN. */
  functions: Readonly<Record<string, TaskFunction>>;
  /** Other service integrations by their resource, without `.waitForTaskToken`; given the state's parameters. */
  integrations?: Readonly<Record<string, TaskFunction>>;
  clock: MovableClock;
  /** Most functions called by workflows at the same time. */
  concurrency?: number;
  fault?: Fault;
}

function checkName(name: string): void {
  if (/^[\w-]{1,80}$/.test(name)) return;
  throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
}

function checkJson(text: string, code: string): void {
  if (Buffer.byteLength(text) > 262_144) throw new AwsError(code, 'It is longer than 262144 bytes.');
  try {
    JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new AwsError(code, `It is not JSON: ${createHash('sha256').update(text).digest('hex').slice(0, 8)}`);
  }
}
