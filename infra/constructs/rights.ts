import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { type AnyEntity, leadingKeys } from '../../functions/kernel/entity.js';

/**
 * What a function's role may do, each right as narrow as IAM can say it. A partition of the table is named by the first
 * part of its key. `Null` stands beside `ForAllValues`, which is true of a request that names no key at all.
 */
const onPartitions = (table: ITable, entities: readonly AnyEntity[], actions: readonly string[]): PolicyStatement[] =>
  entities.length === 0
    ? []
    : [
        new PolicyStatement({
          actions: actions.map((action) => `dynamodb:${action}`),
          resources: [table.tableArn, `${table.tableArn}/index/*`],
          conditions: {
            'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': entities.flatMap(leadingKeys) },
            Null: { 'dynamodb:LeadingKeys': 'false' },
          },
        }),
      ];

/** Write; a transaction is allowed what its parts are. */
export const keepRecords = (table: ITable, entities: readonly AnyEntity[]): PolicyStatement[] =>
  onPartitions(table, entities, ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem']);

/** Read: in one statement, own partitions and others', since one batch asks for both and a statement must cover all its keys. */
export const readRecords = (table: ITable, entities: readonly AnyEntity[]): PolicyStatement[] =>
  onPartitions(table, entities, ['GetItem', 'BatchGetItem', 'Query']);

const objectsOf = (bucket: IBucket, entities: readonly AnyEntity[]): string[] =>
  entities.map(({ name }) => bucket.arnForObjects(`${name}/*`));

/** Links and forms for files carry the rights of the role that signed them. */
export const keepFiles = (bucket: IBucket, entities: readonly AnyEntity[]): PolicyStatement[] => [
  new PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: objectsOf(bucket, entities) }),
];

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
