import './promise-with-resolvers.js';
import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';

/**
 * A state machine file made fit for the interpreter on one machine, meaning the same:
 * - A Wait at the top level becomes the end of one run and the start of the next, so that a sleeper is a line on disk and an
 *   entry in the clock's heap, survives a restart where it stood, and may be as long as it likes. Inside Parallel and Map it
 *   becomes a task that sleeps by the clock, for at most 24 days of real time.
 * - A task gets its time-out by the clock instead of a timer of the runtime.
 * - A top-level task that waits for a token is entered through a state that notes its input, so that it can be taken up again.
 * - `$$.Execution` and `$$.State` are given by us, since the interpreter's follow neither the clock nor the whole execution.
 * Refused when loaded, with a sentence: JSONata, heartbeats, and resources that nobody here serves.
 */
export class WorkflowDefinition {
  #machines = new Map<string, StateMachine>();

  private constructor(
    readonly name: string,
    /** Of the whole execution. */
    readonly timeoutSeconds: number | undefined,
    readonly tasks: ReadonlyMap<string, Task>,
    private readonly definition: Definition,
  ) {}

  /** `substitutions` fill the `${…}` of the file, as CDK's definitionSubstitutions do; what is not given keeps its name. */
  static parse(name: string, text: string, substitutions: Readonly<Record<string, string>>, resources: ReadonlySet<string>) {
    const filled = text.replace(/\$\{(\w+)\}/g, (_, variable: string) => substitutions[variable] ?? variable);
    const given = JSON.parse(filled) as Definition;
    new StateMachine(given as unknown as StateMachineDefinition, { validationOptions: { checkArn: false } });
    const ours = JSON.parse(filled.replace(/\$\$\.Execution\b/g, '$$$$.Run')) as Definition;
    const tasks = new Map<string, Task>();
    const rewriting = new Rewriting(name, resources, tasks);
    const { TimeoutSeconds, ...definition } = ours;
    return new WorkflowDefinition(name, TimeoutSeconds, tasks, { ...definition, States: rewriting.states(ours.States, true) });
  }

  /** The machine that begins at a point: the start, after a wait, or at a task that waits for its token. */
  from(point: 'start' | { after: string } | { task: string }): StateMachine {
    const StartAt =
      point === 'start' ? this.definition.StartAt : 'after' in point ? afterName(point.after) : callName(point.task);
    const known = this.#machines.get(StartAt);
    if (known) return known;
    if (!this.definition.States[StartAt]) throw new Error(`The workflow ${this.name} has no state to go on from: ${StartAt}.`);
    const definition = { ...this.definition, StartAt } as unknown as StateMachineDefinition;
    const machine = new StateMachine(definition, { validationOptions: { noValidate: true } });
    this.#machines.set(StartAt, machine);
    return machine;
  }
}

/** What the handler of a rewritten state is. `waits` and `sleeps` are the two kinds of Wait. */
export type Task =
  | { kind: 'invoke'; resource: string; token: boolean; state: string; top: boolean }
  | { kind: 'entry'; state: string }
  | { kind: 'waits' | 'sleeps'; state: string };

/** The input that a handler of kind `invoke` is given. */
export interface Call {
  call: Record<string, unknown>;
  /** Seconds. */
  timeout?: number;
}

/** The input that a handler of a Wait is given. */
export interface WaitCall {
  output: unknown;
  seconds?: number;
  timestamp?: string;
}

export const LAMBDA_INVOKE = 'arn:aws:states:::lambda:invoke';

interface Definition {
  StartAt: string;
  States: Record<string, State>;
  TimeoutSeconds?: number;
  [field: string]: unknown;
}
type State = Record<string, unknown> & { Type: string };

const afterName = (state: string): string => `${state} · afterwards`;
const callName = (state: string): string => `${state} · call`;

/** The interpreter times every task by a timer of the runtime; this is the longest that such a timer can be, in seconds. */
const LONGEST = 2_147_483;

class Rewriting {
  constructor(
    private readonly workflow: string,
    private readonly resources: ReadonlySet<string>,
    private readonly tasks: Map<string, Task>,
  ) {}

  states(states: Record<string, State>, top: boolean): Record<string, State> {
    return Object.fromEntries(Object.entries(states).flatMap(([name, state]) => this.#state(name, withNames(name, state), top)));
  }

  #state(name: string, state: State, top: boolean): [string, State][] {
    if (state['QueryLanguage'] === 'JSONata') throw this.#refusal(name, 'uses JSONata');
    switch (state.Type) {
      case 'Wait':
        return top ? this.#parking(name, state) : this.#sleeping(name, state);
      case 'Task':
        return this.#task(name, state, top);
      case 'Parallel':
        return [[name, { ...state, Branches: (state['Branches'] as Definition[]).map((branch) => this.#nested(branch)) }]];
      case 'Map': {
        const field = 'ItemProcessor' in state ? 'ItemProcessor' : 'Iterator';
        return [[name, { ...state, [field]: this.#nested(state[field] as Definition) }]];
      }
      default:
        return [[name, state]];
    }
  }

  #nested(definition: Definition): Definition {
    return { ...definition, States: this.states(definition.States, false) };
  }

  #parking(name: string, { InputPath, OutputPath, Next, End, ...wait }: State): [string, State][] {
    this.tasks.set(name, { kind: 'waits', state: name });
    const asked = {
      Type: 'Task',
      Resource: 'waits',
      ...defined({ InputPath }),
      Parameters: waitParameters(wait),
      TimeoutSeconds: LONGEST,
    };
    return [
      [name, { ...asked, End: true }],
      [afterName(name), { Type: 'Pass', ...defined({ OutputPath, Next, End }) }],
    ];
  }

  #sleeping(name: string, { InputPath, OutputPath, Next, End, ...wait }: State): [string, State][] {
    this.tasks.set(name, { kind: 'sleeps', state: name });
    const asked = { Type: 'Task', Resource: 'sleeps', Parameters: waitParameters(wait), TimeoutSeconds: LONGEST };
    return [[name, { ...asked, ...defined({ InputPath, OutputPath, Next, End }) }]];
  }

  #task(name: string, { TimeoutSeconds, TimeoutSecondsPath, ...state }: State, top: boolean): [string, State][] {
    if ('HeartbeatSeconds' in state || 'HeartbeatSecondsPath' in state) throw this.#refusal(name, 'uses a heartbeat');
    const { resource, token } = this.#resourceOf(name, state);
    const call = 'Parameters' in state ? { call: state['Parameters'] } : { 'call.$': '$' };
    const timeout = defined({ timeout: TimeoutSeconds, 'timeout.$': TimeoutSecondsPath });
    const asked: State = { ...state, Parameters: { ...call, ...timeout }, TimeoutSeconds: LONGEST };
    if (!top || !token) {
      this.tasks.set(name, { kind: 'invoke', resource, token, state: name, top });
      return [[name, asked]];
    }
    this.tasks.set(name, { kind: 'entry', state: name });
    this.tasks.set(callName(name), { kind: 'invoke', resource, token, state: name, top });
    return [
      [name, { Type: 'Task', Resource: 'entry', Next: callName(name) }],
      [callName(name), asked],
    ];
  }

  #resourceOf(name: string, state: State): { resource: string; token: boolean } {
    const given = String(state['Resource']);
    const token = given.endsWith('.waitForTaskToken');
    const resource = token ? given.slice(0, -'.waitForTaskToken'.length) : given;
    if (resource === LAMBDA_INVOKE || this.resources.has(resource)) return { resource, token };
    throw this.#refusal(name, `uses ${given}, which is not served`);
  }

  #refusal(state: string, what: string): Error {
    return new Error(`The state "${state}" of workflow ${this.workflow} ${what} on one machine.`);
  }
}

/** Fills `$$.State.Name` in, which the interpreter does not know. */
function withNames(name: string, state: State): State {
  const fill = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, inner]) =>
      inner === '$$.State.Name' && key.endsWith('.$') ? [key.slice(0, -2), name] : [key, fill(inner)],
    );
    return Object.fromEntries(entries);
  };
  return 'Parameters' in state ? { ...state, Parameters: fill(state['Parameters']) } : state;
}

function waitParameters({ Seconds, SecondsPath, Timestamp, TimestampPath }: Record<string, unknown>): object {
  const until = { seconds: Seconds, 'seconds.$': SecondsPath, timestamp: Timestamp, 'timestamp.$': TimestampPath };
  return { 'output.$': '$', ...defined(until) };
}

const defined = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
