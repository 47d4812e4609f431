import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { executionName } from '../kernel/timer.js';
import type { FunctionEnv } from './env.js';
import type { Log } from './log.js';
import type { StartMessage } from './relay.js';

/**
 * Starts the workflow that serves a timer, one execution per generation. A name that is taken means that it was
 * started already. In strict order: after a failure the rest of the batch is left for the next time.
 */
export function starter(
  workflows: Readonly<Record<string, string>>,
  env: FunctionEnv,
  log: Log,
  client: Pick<SFNClient, 'send'> = new SFNClient({}),
) {
  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    for (const [i, { body }] of Records.entries()) {
      try {
        await start(JSON.parse(body) as StartMessage);
      } catch (error) {
        log.error('start', { error });
        return { batchItemFailures: Records.slice(i).map(({ messageId }) => ({ itemIdentifier: messageId })) };
      }
    }
    return { batchItemFailures: [] };
  };

  async function start({ entity, id, timer }: StartMessage): Promise<void> {
    const workflow = workflows[entity];
    if (workflow === undefined) throw new Error(`No workflow serves the timers of ${entity}.`);
    try {
      await client.send(
        new StartExecutionCommand({
          stateMachineArn: `${env.WORKFLOW_ARN_PREFIX}${workflow}`,
          name: executionName(entity, id, timer),
          input: JSON.stringify({ id, generation: timer.generation }),
        }),
      );
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
  }
}
