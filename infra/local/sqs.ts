import { createHash } from 'node:crypto';
import type { AwsService } from './aws-endpoint.js';
import { AwsError } from './aws-error.js';
import { jsonService } from './aws-json.js';
import type { FifoQueue, MessageAttributes } from './fifo-queue.js';

interface Send {
  MessageBody?: string;
  MessageGroupId?: string;
  MessageDeduplicationId?: string;
  MessageAttributes?: MessageAttributes;
}
interface Hiding {
  QueueUrl?: string;
  ReceiptHandle?: string;
  /** Seconds. */
  VisibilityTimeout?: number;
}
type Queue = Pick<FifoQueue, 'send' | 'hide' | 'pending'>;

/**
 * SQS by its JSON protocol: SendMessage, SendMessageBatch, ChangeMessageVisibility and GetQueueAttributes for FIFO queues. A queue's URL ends with its
 * name. Where no deduplication id is given, the body's digest serves, as content-based deduplication does.
 */
export function sqs(queues: ReadonlyMap<string, Queue>): AwsService {
  const queueOf = (url = ''): Queue => {
    const queue = queues.get(url.split('/').at(-1) ?? '');
    if (queue) return queue;
    throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
  };
  return jsonService('AmazonSQS', {
    SendMessage: async ({ QueueUrl, ...message }: Send & { QueueUrl?: string }) => send(queueOf(QueueUrl), message),
    SendMessageBatch: async ({ QueueUrl, Entries = [] }: { QueueUrl?: string; Entries?: (Send & { Id: string })[] }) => {
      const queue = queueOf(QueueUrl);
      refuseOversized(Entries);
      return sendAll(queue, Entries);
    },
    ChangeMessageVisibility: async ({ QueueUrl, ReceiptHandle = '', VisibilityTimeout = 0 }: Hiding) => {
      queueOf(QueueUrl).hide(ReceiptHandle, VisibilityTimeout);
      return {};
    },
    GetQueueAttributes: async ({ QueueUrl }: { QueueUrl?: string }) => ({
      Attributes: { ApproximateNumberOfMessages: String(queueOf(QueueUrl).pending) },
    }),
  });
}

async function send(queue: Queue, { MessageBody: body, MessageGroupId: group, ...rest }: Send): Promise<object> {
  if (body === undefined || body === '')
    throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  if (!group) throw new AwsError('MissingParameter', 'The request must contain the parameter MessageGroupId.');
  if (Buffer.byteLength(body) > LIMIT)
    throw new AwsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${LIMIT} bytes.`,
    );
  const deduplicationId = rest.MessageDeduplicationId ?? createHash('sha256').update(body).digest('hex');
  const attributes = rest.MessageAttributes ?? {};
  const { messageId, sequenceNumber } = await queue.send({ body, group, deduplicationId, attributes });
  const MD5OfMessageBody = createHash('md5').update(body).digest('hex');
  return { MessageId: messageId, SequenceNumber: sequenceNumber, MD5OfMessageBody };
}

/** Started in order, so that entries of one group keep it; each is taken or refused by itself. */
async function sendAll(queue: Queue, entries: (Send & { Id: string })[]): Promise<object> {
  const Successful: object[] = [];
  const Failed: object[] = [];
  const sends = entries.map(async ({ Id, ...message }) => {
    try {
      Successful.push({ Id, ...(await send(queue, message)) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  });
  await Promise.all(sends);
  return { Successful, Failed };
}

const LIMIT = 1024 * 1024;

function refuseOversized(entries: readonly (Send & { Id: string })[]): void {
  if (entries.length === 0) throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > 10) throw new AwsError('TooManyEntriesInBatchRequest', 'Maximum number of entries per request are 10.');
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries have the same Id.');
  }
}
