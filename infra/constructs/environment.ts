import { Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { FunctionEnv } from '../../functions/platform/env.js';
import { type DeploymentConfig, nameOf } from '../config.js';
import type { DataStack } from '../stacks/data.js';
import type { EventSpine } from './event-spine.js';
import type { OutgoingMail } from './outgoing-mail.js';
import { workflowArn } from './rights.js';
import type { ServiceApi } from './service-api.js';

export interface Parts {
  readonly table: ITable;
  readonly data: DataStack;
  readonly spine: EventSpine;
  readonly management: ITopic;
  readonly sending: OutgoingMail;
  readonly api: ServiceApi;
}

/** What every function is told: exactly what the runtime reads, or it does not compile. */
export const environmentOf = (config: DeploymentConfig, parts: Parts): FunctionEnv => ({
  TABLE_NAME: parts.table.tableName,
  BUS_NAME: parts.spine.bus.eventBusName,
  STARTER_QUEUE_URL: parts.spine.starterQueue.queueUrl,
  WEBHOOK_QUEUE_URL: parts.spine.webhookQueue.queueUrl,
  ATTACHMENTS_BUCKET: parts.data.files.attachments.bucketName,
  MAIL_BUCKET: parts.data.files.mail.bucketName,
  ROOTS_BUCKET: parts.data.roots.bucket.bucketName,
  ROOT_KEY_ID: parts.data.roots.key.keyArn,
  MAIL_FROM: config.mail.from,
  MAIL_DOMAIN: config.mail.domain,
  MAIL_CONFIGURATION_SET: parts.sending.set,
  MANAGEMENT_TOPIC_ARN: parts.management.topicArn,
  WORKFLOW_ARN_PREFIX: workflowArn(Stack.of(parts.api), `${nameOf(config)}-`),
  SECRET_ID: parts.data.secret.secretArn,
  PUBLIC_URL: parts.api.url,
  ORGANISATION: config.organisation,
  SHARDS: String(config.shards),
  AUTO_CLOSE_DAYS: String(config.autoCloseDays),
  LOG_LEVEL: 'INFO',
});
