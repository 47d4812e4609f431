import { type DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';

/** What may go wrong between the SDK and the table, once for one attempt of one command. */
export type Fault =
  /** Refused before it took effect, for want of capacity. */
  | 'throttled'
  /** It took effect, and the answer was lost on the way. */
  | 'answer-lost'
  /** It never arrived. */
  | 'request-lost'
  /** The service failed before it took effect. */
  | 'internal-error'
  /** Another transaction held an item. */
  | 'conflict'
  /** The transaction was cancelled, because a partition takes no more just now. */
  | 'cancelled-throttled';

export interface Attempt {
  /** `TransactWriteItemsCommand`, `GetItemCommand`, … */
  readonly command: string;
  /** Counts attempts of all commands from 1. */
  readonly count: number;
}

export interface Faults {
  /** Every attempt that was made, with what befell it. */
  readonly attempts: (Attempt & { readonly fault: Fault | undefined })[];
  /** Decides what befalls each attempt from now on; by default nothing does. */
  plan: (attempt: Attempt) => Fault | undefined;
}

/** Lets a client meet faults below its own retries, where the network is. */
export function withFaults(client: DynamoDBClient): Faults {
  const faults: Faults = { attempts: [], plan: () => undefined };
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const attempt = { command: commandName, count: faults.attempts.length + 1 };
        const fault = faults.plan(attempt);
        faults.attempts.push({ ...attempt, fault });
        if (fault === undefined) return next(args);
        if (fault === 'answer-lost') await next(args);
        throw errorOf(fault);
      },
    { step: 'deserialize', priority: 'high', name: 'faults' },
  );
  return faults;
}

function errorOf(fault: Fault): Error {
  switch (fault) {
    case 'throttled':
      return named('ThrottlingException', 'Rate exceeded');
    case 'answer-lost':
    case 'request-lost':
      return named('TimeoutError', 'socket hang up');
    case 'internal-error':
      return Object.assign(named('InternalServerError', 'Internal server error'), { $metadata: { httpStatusCode: 500 } });
    case 'conflict':
      return cancelled('TransactionConflict', 'Transaction is ongoing for the item');
    case 'cancelled-throttled':
      return cancelled('ThrottlingError', 'Throughput exceeds the current capacity');
  }
}

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

const cancelled = (Code: string, Message: string): Error =>
  new TransactionCanceledException({
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${Code}, None]`,
    $metadata: { httpStatusCode: 400 },
    CancellationReasons: [{ Code, Message }, { Code: 'None' }],
  });
