import { join } from 'node:path';
import { MovableClock } from '../../infra/local/clock.js';
import { settle } from '../../infra/local/settling.js';
import { StateMachines } from '../../infra/local/state-machines.js';
import { closing, scratchFolder } from '../infra/local/scratch.js';
import { workflows } from './definitions.js';

/** One execution of a workflow file, its tasks given, on a clock that can be moved. */
export interface Running {
  readonly clock: MovableClock;
  /** Lets everything happen that is due. */
  settled(): Promise<void>;
  outcome(): { status: string; output?: unknown; error?: string; cause?: string };
}

export interface Parts {
  /** By the substitution that names the function; each is told the time as well. */
  readonly functions: Readonly<Record<string, (input: object, now: number) => Promise<unknown>>>;
  readonly publish?: (message: { TopicArn: string; Subject: string; Message: string }) => Promise<unknown>;
}

/** Starts a workflow as one machine does; closed with the test. */
export async function start(name: string, input: object, { functions, publish = async () => ({}) }: Parts): Promise<Running> {
  const clock = closing(await MovableClock.open());
  const machines = closing(
    await StateMachines.open({
      file: join(scratchFolder(), 'executions.ndjson'),
      definitions: { [name]: workflows.find((workflow) => workflow.name === name)!.text },
      functions: Object.fromEntries(
        Object.entries(functions).map(([called, carryOut]) => [called, (input: never) => carryOut(input, clock.millis())]),
      ),
      integrations: { 'arn:aws:states:::sns:publish': publish },
      clock,
      fault: () => undefined, // Faults are what these tests make; what follows from them is looked at.
    }),
  );
  clock.settleWith(() => settle([machines], 1_000));
  await machines.start({ machine: name, name: 'one', input: JSON.stringify(input) });
  await settle([machines], 1_000);
  return {
    clock,
    settled: () => settle([machines], 1_000),
    outcome: () => {
      const { status, output, error, cause } = machines.describe(name, 'one');
      return {
        status,
        ...(output !== undefined && { output: JSON.parse(output) as unknown }),
        ...(error !== undefined && { error }),
        ...(cause !== undefined && { cause }),
      };
    },
  };
}
