import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { type AnyEntity, leadingKeys } from '../../functions/kernel/entity.js';
import { JOURNAL_KEYS } from '../../functions/kernel/table.js';
import type { FileStore } from './file-store.js';
import type { RootStore } from './root-store.js';

/** A noun, or something computed, whose name begins its partitions. */
type Owner = Pick<AnyEntity, 'name'>;

/**
 * What a function's role may do, each right as narrow as IAM can say it. A partition of the table is named by the first
 * part of its key. `Null` stands beside `ForAllValues`, which is true of a request that names no key at all.
 */
const onPartitions = (table: ITable, entities: readonly Owner[], actions: readonly string[]): PolicyStatement[] =>
  onKeys(table, entities.flatMap(leadingKeys), actions);

const onKeys = (table: ITable, keys: readonly string[], actions: readonly string[]): PolicyStatement[] =>
  keys.length === 0
    ? []
    : [
        new PolicyStatement({
          actions: actions.map((action) => `dynamodb:${action}`),
          resources: [table.tableArn, `${table.tableArn}/index/*`],
          conditions: {
            'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...keys] },
            Null: { 'dynamodb:LeadingKeys': 'false' },
          },
        }),
      ];

/** Write; a transaction is allowed what its parts are. */
export const keepRecords = (table: ITable, entities: readonly Owner[]): PolicyStatement[] =>
  onPartitions(table, entities, ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem']);

/** Read: in one statement, own partitions and others', since one batch asks for both and a statement must cover all its keys. */
export const readRecords = (table: ITable, entities: readonly Owner[]): PolicyStatement[] =>
  onPartitions(table, entities, ['GetItem', 'BatchGetItem', 'Query']);

/** The relay notes what it has heard of; nobody changes what is noted. */
export const noteEvents = (table: ITable): PolicyStatement[] => onKeys(table, [JOURNAL_KEYS], ['PutItem']);

/** Signs a root of what the journal lists, and lays it where nobody can replace it: only ever something new. */
export const sealRoots = (table: ITable, { bucket, key }: RootStore): PolicyStatement[] => [
  ...onKeys(table, [JOURNAL_KEYS], ['Query']),
  new PolicyStatement({
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects('roots/*')],
    conditions: { Null: { 's3:if-none-match': 'false' } },
  }),
  new PolicyStatement({ actions: ['s3:GetObject'], resources: [bucket.arnForObjects('roots/*')] }),
  new PolicyStatement({ actions: ['kms:Sign', 'kms:GetPublicKey'], resources: [key.keyArn] }),
];

/** Links to roots carry the rights of the role that signed them. */
export const readRoots = ({ bucket }: RootStore): PolicyStatement[] => [
  new PolicyStatement({ actions: ['s3:GetObject'], resources: [bucket.arnForObjects('roots/*')] }),
];

/** Reads any event that the journal lists, and tells the bus again. */
export const republishEvents = (table: ITable, every: readonly AnyEntity[], bus: IEventBus): PolicyStatement[] => [
  ...onKeys(table, [JOURNAL_KEYS], ['Query']),
  ...onPartitions(table, every, ['GetItem']),
  new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] }),
];

/** Nouns of which something may have to be erased: about people, or holding what is theirs. */
export const erasable = (every: readonly AnyEntity[]): AnyEntity[] =>
  every.filter(({ subject, about }) => subject !== undefined || about !== undefined);

/** Blanks people and what is theirs, whatever area it belongs to; and removes their files and mail, but reads neither. */
export const erasePeople = (table: ITable, every: readonly AnyEntity[], { attachments, mail }: FileStore): PolicyStatement[] => [
  ...keepRecords(table, erasable(every)),
  new PolicyStatement({
    actions: ['s3:DeleteObject'],
    resources: [...objectsOf(attachments, erasable(every)), mail.arnForObjects('inbound/*')],
  }),
];

const objectsOf = (bucket: IBucket, entities: readonly AnyEntity[]): string[] =>
  entities.map(({ name }) => bucket.arnForObjects(`${name}/*`));

/** Links and forms for files carry the rights of the role that signed them. */
export const keepFiles = (bucket: IBucket, entities: readonly AnyEntity[]): PolicyStatement[] =>
  entities.length === 0
    ? []
    : [new PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: objectsOf(bucket, entities) })];

export const readFiles = (bucket: IBucket, entities: readonly AnyEntity[]): PolicyStatement[] =>
  entities.length === 0 ? [] : [new PolicyStatement({ actions: ['s3:GetObject'], resources: objectsOf(bucket, entities) })];

export const readReceivedMail = (bucket: IBucket): PolicyStatement[] => [
  new PolicyStatement({ actions: ['s3:GetObject'], resources: [bucket.arnForObjects('inbound/*')] }),
];

/** As one sender, through one configuration set. The raw form of SendEmail is checked as SendRawEmail. */
export function sendMail(scope: Construct, mail: { readonly domain: string; readonly from: string; readonly set: string }) {
  const arn = (resource: string, resourceName: string) => Stack.of(scope).formatArn({ service: 'ses', resource, resourceName });
  return [
    new PolicyStatement({
      actions: ['ses:SendEmail', 'ses:SendRawEmail'],
      resources: [arn('identity', mail.domain), arn('configuration-set', mail.set)],
      conditions: { StringEquals: { 'ses:FromAddress': mail.from } },
    }),
  ];
}

export const tellTopic = (topic: ITopic): PolicyStatement[] => [
  new PolicyStatement({ actions: ['sns:Publish'], resources: [topic.topicArn] }),
];

/** State machines by name, because a machine that calls a function that starts it has no order to be made in. */
export const startWorkflows = (scope: Construct, names: readonly string[]): PolicyStatement[] => [
  new PolicyStatement({
    actions: ['states:StartExecution'],
    resources: names.map((name) => workflowArn(scope, name)),
  }),
];

export const workflowArn = (scope: Construct, name: string): string =>
  Stack.of(scope).formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: name,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
