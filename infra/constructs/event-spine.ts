import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus, type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FilterCriteria, FilterRule, type IEventSourceDlq, type IFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { DynamoEventSource, SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { EventRule } from '../../functions/kernel/area.js';
import { SPINE } from '../entries.js';
import { type House, HouseFunction } from './house-function.js';
import { noteEvents } from './rights.js';

/** How often and how long a delivery is tried before it waits in the dead letters. */
const DELIVERY = { retryAttempts: 10, maxEventAge: Duration.hours(6) };
/** Seconds that the starter may take; its queue hides a message for six times as long. */
const STARTING = 30;

/** Seconds that telling webhooks may take: a batch of five, each with a receiver that does not answer. */
export const WEBHOOK_SECONDS = 90;
const WEBHOOK_BATCH = 5;
/** How many are told at a time: receivers that hang hold as many functions, and the account has others to run. */
const WEBHOOK_CONCURRENCY = 20;

/**
 * How everything hears of what happened: the table's stream → the relay → the bus, at least once and in no order; and →
 * the starter's queue, in strict order per record. What cannot be delivered waits, whole, where an alarm sees it.
 */
export class EventSpine extends Construct {
  readonly bus: EventBus;
  readonly starterQueue: Queue;
  /** Deliveries that were given up: the event, and what was said against it. */
  readonly deadLetters: Queue;
  readonly starterDeadLetters: Queue;
  readonly webhookQueue: Queue;
  readonly webhookDeadLetters: Queue;

  constructor(scope: Construct, id: string, { name }: { readonly name: string }) {
    super(scope, id);
    const kept = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14) };
    this.bus = new EventBus(this, 'Bus', { eventBusName: name });
    this.deadLetters = new Queue(this, 'DeadLetters', { ...kept, queueName: `${name}-dead-letters` });
    this.starterDeadLetters = new Queue(this, 'StarterDeadLetters', {
      ...kept,
      fifo: true,
      queueName: `${name}-starter-dead-letters.fifo`,
    });
    this.starterQueue = new Queue(this, 'StarterQueue', {
      ...kept,
      fifo: true,
      queueName: `${name}-starter.fifo`,
      visibilityTimeout: Duration.seconds(6 * STARTING),
      deadLetterQueue: { queue: this.starterDeadLetters, maxReceiveCount: 10 },
    });
    this.webhookDeadLetters = new Queue(this, 'WebhookDeadLetters', {
      ...kept,
      fifo: true,
      queueName: `${name}-webhooks-dead-letters.fifo`,
    });
    this.webhookQueue = new Queue(this, 'WebhookQueue', {
      ...kept,
      fifo: true,
      // Groups by the thousand, each blocked by itself: limits are then those of a group, not of the queue.
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      queueName: `${name}-webhooks.fifo`,
      visibilityTimeout: Duration.seconds(6 * WEBHOOK_SECONDS),
      // Waiting counts as receiving: those behind one that is tried for hours are received as often as it, and more.
      deadLetterQueue: { queue: this.webhookDeadLetters, maxReceiveCount: 500 },
    });
  }

  /** The one reader of the table's stream. An outage of up to six hours is waited out in order; later batches are kept in `failures`. */
  relay(house: House, table: ITable, failures: IBucket): HouseFunction {
    const relay = new HouseFunction(this, 'Relay', {
      house,
      called: 'spine-relay',
      entry: SPINE.relay,
      impact:
        'Nothing that happens is told to anybody: no mail goes out, no escalation starts. It is told late once this works again.',
      may: [
        ...noteEvents(table),
        new PolicyStatement({ actions: ['events:PutEvents'], resources: [this.bus.eventBusArn] }),
        new PolicyStatement({
          actions: ['sqs:SendMessage'],
          resources: [this.starterQueue.queueArn, this.webhookQueue.queueArn],
        }),
        new PolicyStatement({ actions: ['s3:PutObject'], resources: [failures.arnForObjects('aws/lambda/*')] }),
        new PolicyStatement({ actions: ['s3:ListBucket'], resources: [failures.bucketArn] }),
      ],
      timeout: Duration.seconds(60),
      memory: 512,
    });
    const keptWhole: IEventSourceDlq = { bind: () => ({ destination: failures.bucketArn }) };
    const sortKey = (rule: unknown) => ({ dynamodb: { Keys: { sk: { S: rule } } } });
    relay.function.addEventSource(
      new DynamoEventSource(table, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        reportBatchItemFailures: true,
        bisectBatchOnError: true,
        maxRecordAge: Duration.hours(6),
        onFailure: keptWhole,
        filters: [
          FilterCriteria.filter({ eventName: FilterRule.isEqual('INSERT'), ...sortKey(FilterRule.beginsWith('EVENT#')) }),
          FilterCriteria.filter(sortKey(FilterRule.isEqual('#'))),
        ],
      }),
    );
    return relay;
  }

  /** Calls a function with events of the bus that an area has asked for. */
  hear(called: string, hearer: IFunction, rules: readonly EventRule[]): void {
    for (const { detailType, tells } of rules) {
      const wanted = detailType.endsWith('.') ? ({ prefix: detailType } as unknown as string) : detailType;
      this.route(
        `${called}-${detailType}`,
        hearer,
        {
          source: ['steward'],
          detailType: [wanted],
          ...(tells && { detail: { tells: ['people'] } }),
        },
        this.bus,
      );
    }
  }

  /** Calls a function with events of AWS services, which come on the default bus, or of a given one. */
  route(id: string, hearer: IFunction, eventPattern: EventPattern, eventBus?: EventBus): void {
    new Rule(this, id, {
      ...(eventBus && { eventBus }),
      eventPattern,
      targets: [new LambdaFunction(hearer, { deadLetterQueue: this.deadLetters, ...DELIVERY })],
    });
  }

  /** What a function throws at an event is tried twice more by Lambda; then the event waits in the dead letters. */
  keepFailures(hearer: IFunction): void {
    hearer.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: DELIVERY.maxEventAge,
      onFailure: new SqsDestination(this.deadLetters),
    });
  }

  /** In strict order per record and webhook: who waits is hidden, and holds back only what follows it there. */
  tell(webhooks: IFunction): void {
    webhooks.addEventSource(
      new SqsEventSource(this.webhookQueue, {
        batchSize: WEBHOOK_BATCH,
        maxConcurrency: WEBHOOK_CONCURRENCY,
        reportBatchItemFailures: true,
      }),
    );
    this.webhookQueue.grantSendMessages(webhooks);
  }

  /** In strict order per record: a message that fails holds back those behind it. */
  start(starter: IFunction): void {
    starter.addEventSource(new SqsEventSource(this.starterQueue, { batchSize: 10, reportBatchItemFailures: true }));
  }
}
