import type { AwsService } from './aws-endpoint.js';
import { AwsError } from './aws-error.js';
import { jsonService } from './aws-json.js';
import type { Execution } from './executions.js';
import type { StateMachines } from './state-machines.js';

const STATES = 'arn:aws:states:local:000000000000';

/** The ARN that a machine has here; requests may name it by any ARN that ends the same. */
export const stateMachineArn = (machine: string): string => `${STATES}:stateMachine:${machine}`;

/** The operations of Step Functions that functions call, over the machines that run here. */
export function stepFunctions(machines: StateMachines): AwsService {
  return jsonService('AWSStepFunctions', {
    StartExecution: async ({
      stateMachineArn: arn,
      name,
      input,
    }: {
      stateMachineArn?: string;
      name?: string;
      input?: string;
    }) => {
      const machine = partsOf(arn, 'stateMachine')[0]!;
      const execution = await machines.start({
        machine,
        ...(name !== undefined && { name }),
        ...(input !== undefined && { input }),
      });
      return { executionArn: executionArn(execution), startDate: seconds(execution.started) };
    },
    DescribeExecution: async ({ executionArn: arn }: { executionArn?: string }) => {
      const [machine, name] = partsOf(arn, 'execution');
      return described(machines.describe(machine!, name!));
    },
    StopExecution: async ({ executionArn: arn, error, cause }: { executionArn?: string; error?: string; cause?: string }) => {
      const [machine, name] = partsOf(arn, 'execution');
      const { stopped } = await machines.stop(machine!, name!, error, cause);
      return { stopDate: seconds(stopped!) };
    },
    SendTaskSuccess: async ({ taskToken = '', output = '' }: { taskToken?: string; output?: string }) => {
      await machines.answer(taskToken, { output });
      return {};
    },
    SendTaskFailure: async ({
      taskToken = '',
      error = 'TaskFailed',
      cause = '',
    }: {
      taskToken?: string;
      error?: string;
      cause?: string;
    }) => {
      await machines.answer(taskToken, { error, cause });
      return {};
    },
  });
}

/** What follows the kind in an ARN: the machine, and for an execution its name. */
function partsOf(arn = '', kind: 'stateMachine' | 'execution'): string[] {
  const [before, after] = arn.split(`:${kind}:`);
  const parts = after?.split(':') ?? [];
  if (!before?.startsWith('arn:') || parts.length < (kind === 'execution' ? 2 : 1))
    throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
  return parts;
}

const executionArn = ({ machine, name }: Execution): string => `${STATES}:execution:${machine}:${name}`;

const seconds = (instant: string): number => Date.parse(instant) / 1000;

const described = (execution: Execution): object => {
  const { machine, name, status, started, stopped, input, output, error, cause } = execution;
  return {
    executionArn: executionArn(execution),
    stateMachineArn: stateMachineArn(machine),
    name,
    status,
    startDate: seconds(started),
    ...(stopped !== undefined && { stopDate: seconds(stopped) }),
    input,
    ...(output !== undefined && { output }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  };
};
