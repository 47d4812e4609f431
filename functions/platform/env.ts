import * as z from 'zod';

/** What every function is given. `infra/` must supply exactly this, or it does not compile. */
export const FunctionEnv = z.object({
  TABLE_NAME: z.string().min(3),
  BUS_NAME: z.string().min(1),
  /** SQS FIFO: starts workflows in strict order per record. */
  STARTER_QUEUE_URL: z.string().min(1),
  /** SQS FIFO: what webhooks are told, in strict order per record. */
  WEBHOOK_QUEUE_URL: z.string().min(1),
  ATTACHMENTS_BUCKET: z.string().min(1),
  /** The bucket that SES writes received mail to. */
  MAIL_BUCKET: z.string().min(1),
  /** The bucket of signed roots, whose objects nobody can replace or remove. */
  ROOTS_BUCKET: z.string().min(1),
  /** KMS: the asymmetric key that signs them. */
  ROOT_KEY_ID: z.string().min(1),
  /** The sender of our letters, such as `desk@example.org`. */
  MAIL_FROM: z.string().min(3),
  /** The domain at which we receive mail; thread addresses are `reply+…@` it. */
  MAIL_DOMAIN: z.string().min(3),
  /** SES configuration set; its events are the receipts of the notification ledger. */
  MAIL_CONFIGURATION_SET: z.string(),
  /** The topic that hears of what reaches management. */
  MANAGEMENT_TOPIC_ARN: z.string().min(1),
  /** State machines are named `{prefix}{noun}-{purpose}`. */
  WORKFLOW_ARN_PREFIX: z.string().min(1),
  /** Secrets Manager: the keys of signed links, threads and cursors. */
  SECRET_ID: z.string().min(1),
  /** Where people and programs reach this deployment, without a slash at the end. */
  PUBLIC_URL: z.string().min(1),
  ORGANISATION: z.string().min(1),
  /** How many partitions each index by state or type is spread over: a whole number, 1 for a small desk. */
  SHARDS: z.string().regex(/^\d+$/),
  /** Days after resolution at which an incident closes by itself: a whole number. */
  AUTO_CLOSE_DAYS: z.string().regex(/^\d+$/),
  LOG_LEVEL: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']),
});
export type FunctionEnv = z.infer<typeof FunctionEnv>;

export const functionEnv = (given: Readonly<Record<string, string | undefined>> = process.env): FunctionEnv =>
  FunctionEnv.parse(given);
