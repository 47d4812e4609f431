import { ChangeMessageVisibilityCommand, SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Dependencies } from '../platform/dependencies.js';
import type { Post } from '../platform/outgoing.js';
import type { HookMessage } from '../platform/relay.js';
import { type DeliveryMessage, deliver, type Outbound, tellWebhooks } from './webhook/delivering.js';
import { webhooks } from './webhook/entity.js';

/** Seconds: what fails otherwise is tried again after a while, and a queue hides nothing for longer than twelve hours. */
const SOON = 30;
const LONGEST = 12 * 3600 - 60;
const BATCH = 10;

/**
 * The consumer of the webhooks' queue. Groups go side by side, each in strict order: where one message has to wait, the queue hides
 * it, and with it everything behind it in its group, until its time has come.
 */
export function dispatcher(dependencies: Dependencies, queue: Pick<SQSClient, 'send'>, post: Post) {
  const { env, clock, store, vault, log } = dependencies;
  const QueueUrl = env.WEBHOOK_QUEUE_URL;

  async function enqueue(messages: readonly DeliveryMessage[]): Promise<void> {
    for (let start = 0; start < messages.length; start += BATCH) {
      const Entries = messages.slice(start, start + BATCH).map((message, i) => ({
        Id: String(i),
        MessageBody: JSON.stringify(message),
        MessageGroupId: `${message.webhook}~${message.event.id}`,
        MessageDeduplicationId: `${message.webhook}-${message.event.id}-${message.event.sequence}-${message.again ?? 0}`,
      }));
      const { Failed = [] } = await queue.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      if (Failed.length > 0) throw new Error(`The webhooks' queue refused ${Failed.length}: ${Failed[0]!.Code}`);
    }
  }

  function outbound(correlation: string): Outbound {
    const now = clock();
    return {
      records: store.for({ actor: 'system', now, correlation }),
      vault,
      now,
      post,
      queue: enqueue,
      event: (id, sequence) => store.event(webhooks, id, sequence),
    };
  }

  /** Seconds after which the message must come again; undefined when it is done with. */
  async function take({ body, messageId }: SQSRecord): Promise<number | undefined> {
    const message = JSON.parse(body) as HookMessage | DeliveryMessage;
    try {
      if (message.kind === 'event')
        return void (await tellWebhooks(outbound(message.event.correlation), message.type, message.event));
      const until = await deliver(outbound(message.delivery), message);
      if (until === undefined) return undefined;
      return Math.min(LONGEST, Math.max(1, Math.ceil((Date.parse(until) - clock().getTime()) / 1000)));
    } catch (error) {
      log.error('webhook', { error, messageId });
      return SOON;
    }
  }

  /** In order; what follows one that waits, waits with it. Answers those that are not done with. */
  async function inOrder(records: readonly SQSRecord[]): Promise<string[]> {
    for (const [i, record] of records.entries()) {
      const wait = await take(record);
      if (wait === undefined) continue;
      const rest = records.slice(i);
      for (const { receiptHandle } of rest)
        await queue.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: wait }));
      return rest.map(({ messageId }) => messageId);
    }
    return [];
  }

  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const groups = new Map<string, SQSRecord[]>();
    for (const record of Records) {
      const group = record.attributes.MessageGroupId ?? record.messageId;
      groups.set(group, [...(groups.get(group) ?? []), record]);
    }
    const left = (await Promise.all([...groups.values()].map(inOrder))).flat();
    return { batchItemFailures: left.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}
