import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TABLE } from '../../functions/kernel/table.js';
import { FunctionEnv } from '../../functions/platform/env.js';
import { areas } from '../../infra/areas.js';
import { collectionsOf, openRoutesOf } from '../../infra/constructs/service-routes.js';
import { allEntries } from '../../infra/entries.js';
import { WATCHED_BY } from '../../infra/stacks/monitoring.js';
import { ALARMS } from '../cost/prices.js';
import { synthesised } from './support/synthesised.js';

const deployed = synthesised();
const { templates, all, deployment } = deployed;
const functions = all('AWS::Lambda::Function');
const statements = all('AWS::IAM::Policy').flatMap(({ id, Properties }) =>
  Properties.PolicyDocument.Statement.map((statement: any) => ({ id, statement })),
);

describe('every stack', () => {
  it('stays far below 500 resources', () => {
    for (const { resources } of templates) expect(Object.keys(resources).length).toBeLessThan(300);
    expect(templates).toHaveLength(3);
  });

  it('knows nothing of one machine', () => {
    for (const { text } of templates) expect(text).not.toMatch(/\/local[/"]|local-?receiver/i);
  });
});

describe('every function', () => {
  it('is one that is declared, and no other', () => {
    expect(functions).toHaveLength(allEntries(areas).length);
    expect(functions.length).toBeGreaterThan(8);
  });

  it('is given exactly what the runtime reads', () => {
    for (const { Properties } of functions)
      expect(Object.keys(Properties.Environment.Variables).sort()).toEqual(Object.keys(FunctionEnv.shape).sort());
  });

  it('runs Node 24 on arm64, traced, with JSON logs in a log of its own that ends', () => {
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], TracingConfig: { Mode: 'Active' } });
      expect(Properties.LoggingConfig).toMatchObject({ LogFormat: 'JSON', LogGroup: { Ref: expect.any(String) } });
    }
    expect(new Set(functions.map(({ Properties }) => Properties.LoggingConfig.LogGroup.Ref)).size).toBe(functions.length);
    for (const { Properties } of all('AWS::Logs::LogGroup')) expect(Properties.RetentionInDays).toBe(90);
  });

  it('has a role of its own', () => {
    expect(new Set(functions.map(({ Properties }) => JSON.stringify(Properties.Role))).size).toBe(functions.length);
  });

  it('has an alarm that says what people cannot do, and where to read on', () => {
    const alarms = all('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
    for (const { called, impact } of deployment.application.functions) {
      if (called in WATCHED_BY) continue;
      const alarm = alarms.find(({ AlarmName }) => AlarmName === `steward-test-${called}`);
      expect(alarm?.AlarmDescription).toContain(impact);
    }
    for (const { AlarmDescription, AlarmActions, TreatMissingData } of alarms) {
      expect(AlarmDescription).toMatch(/^[A-Z][^.]{10,}.* Runbook: infra\/README\.md#when-an-alarm-says-[a-z-]+$/);
      expect(AlarmActions).toHaveLength(1);
      expect(TreatMissingData).toBe('notBreaching');
    }
  });
});

describe('every alarm', () => {
  it('is counted in what an idle month costs', () => {
    expect(all('AWS::CloudWatch::Alarm')).toHaveLength(ALARMS);
  });

  it('leads to a place in the runbook that exists', () => {
    const runbook = readFileSync('infra/README.md', 'utf8');
    for (const { Properties } of all('AWS::CloudWatch::Alarm')) {
      const anchor = /#when-an-alarm-says-([a-z-]+)$/.exec(Properties.AlarmDescription)![1];
      expect(runbook).toContain(`### When an alarm says ${anchor}\n`);
    }
  });
});

describe('what is kept', () => {
  it('is one table with point-in-time recovery, deletion protection, a stream and the indexes of the kernel', () => {
    const [table, ...others] = all('AWS::DynamoDB::Table');
    expect(others).toEqual([]);
    expect(table).toMatchObject({ DeletionPolicy: 'Retain' });
    expect(table!.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: TABLE.timeToLive, Enabled: true },
    });
    expect(
      table!.Properties.GlobalSecondaryIndexes.map((index: { IndexName: string; Projection: { NonKeyAttributes: string[] } }) => [
        index.IndexName,
        index.Projection.NonKeyAttributes,
      ]),
    ).toEqual(TABLE.indexes.map(({ name, projects }) => [name, projects]));
  });

  it('survives its stack: bucket, secret, signing key, sign-ins', () => {
    const kept = ['AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::SecretsManager::Secret', 'AWS::Cognito::UserPool'].flatMap(all);
    expect(kept.length).toBeGreaterThan(5);
    for (const { DeletionPolicy } of kept) expect(DeletionPolicy).toBe('Retain');
  });

  it('locks daily roots for years, and for a day where data may be lost anyway', () => {
    const lockOf = ({ all }: Pick<typeof deployed, 'all'>) =>
      all('AWS::S3::Bucket').flatMap(({ Properties }) => Properties.ObjectLockConfiguration?.Rule.DefaultRetention ?? []);
    expect(lockOf(deployed)).toEqual([{ Mode: 'COMPLIANCE', Days: 3650 }]);
    expect(lockOf(synthesised({ retainData: false }))).toEqual([{ Mode: 'GOVERNANCE', Days: 1 }]);
    const [key] = all('AWS::KMS::Key');
    expect(key!.Properties).toMatchObject({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  });

  it('cannot be read from outside', () => {
    for (const { Properties } of all('AWS::S3::Bucket')) {
      expect(Object.values(Properties.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
      expect(Properties.BucketEncryption).toBeDefined();
    }
  });
});

describe('every queue', () => {
  it('gives what it cannot deliver to another, unless it is the last', () => {
    const queues = all('AWS::SQS::Queue').map(({ Properties }) => Properties);
    const last = queues.filter(({ RedrivePolicy }) => !RedrivePolicy);
    expect(last.map(({ QueueName }) => QueueName)).toEqual([
      'steward-test-dead-letters',
      'steward-test-starter-dead-letters.fifo',
      'steward-test-webhooks-dead-letters.fifo',
    ]);
    expect(queues.length).toBeGreaterThan(last.length);
  });

  it('takes what rules, schedules and functions give up', () => {
    const rules = all('AWS::Events::Rule').flatMap(({ Properties }) => Properties.Targets);
    const schedules = all('AWS::Scheduler::Schedule').map(({ Properties }) => Properties.Target);
    expect(rules.length).toBeGreaterThan(2);
    expect(schedules.length).toBeGreaterThan(1);
    for (const { DeadLetterConfig } of [...rules, ...schedules]) expect(DeadLetterConfig.Arn).toBeDefined();
    const asynchronous = all('AWS::Lambda::EventInvokeConfig');
    expect(asynchronous).toHaveLength(
      areas.flatMap(({ tasks, events, signals, intake }) => [tasks, events, signals, intake].filter(Boolean)).length,
    );
    for (const { Properties } of asynchronous) expect(Properties.DestinationConfig.OnFailure.Destination).toBeDefined();
  });

  it('is read in order, and a stream is repeated from the first record that failed', () => {
    const mappings = all('AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties);
    expect(mappings).toHaveLength(3);
    for (const { FunctionResponseTypes } of mappings) expect(FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
    const stream = mappings.find(({ StartingPosition }) => StartingPosition);
    expect(stream).toMatchObject({
      BisectBatchOnFunctionError: true,
      DestinationConfig: { OnFailure: {} },
      MaximumRecordAgeInSeconds: 21600,
    });
    expect(stream.ParallelizationFactor ?? 1).toBe(1);
  });
});

describe('the API', () => {
  const routes = all('AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties);

  it('has two routes for each collection, behind a token', () => {
    const wanted = areas.flatMap(collectionsOf).flatMap((name) => [`ANY /v1/${name}`, `ANY /v1/${name}/{proxy+}`]);
    const closed = routes.filter(({ AuthorizationType }) => AuthorizationType === 'JWT');
    expect(closed.map(({ RouteKey }) => RouteKey).sort()).toEqual(wanted.sort());
  });

  it('is open only where routes are declared open, and for the page', () => {
    const open = routes.filter(({ AuthorizationType }) => AuthorizationType !== 'JWT').map(({ RouteKey }) => RouteKey);
    const declared = areas.flatMap(openRoutesOf).map(({ method, path }) => `${method} ${path}`);
    const page = ['/', '/docs', '/v1/openapi.json', '/assets/{proxy+}'].flatMap((path) => [`GET ${path}`, `HEAD ${path}`]);
    expect(open.sort()).toEqual([...declared, ...page].sort());
  });

  it('throttles, and logs neither token, query nor body', () => {
    const [stage] = all('AWS::ApiGatewayV2::Stage');
    expect(stage!.Properties.DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 });
    expect(stage!.Properties.AccessLogSettings.Format).not.toMatch(/header|query|body|context\.path/i);
  });
});

describe('rights', () => {
  it('never name an action by a wildcard', () => {
    const actions = statements.flatMap(({ statement }) => [statement.Action].flat());
    expect(actions.length).toBeGreaterThan(40);
    expect(actions.filter((action: string) => action.includes('*'))).toEqual([]);
    expect(actions.filter((action: string) => /Scan|PartiQL/.test(action))).toEqual([]);
  });

  it('stand beside a bare * only where the action knows no resources', () => {
    const bare = statements.filter(({ statement }) => [statement.Resource].flat().includes('*'));
    const actions = new Set(bare.flatMap(({ statement }) => [statement.Action].flat()));
    expect([...actions].filter((action) => !WITHOUT_RESOURCES.test(action))).toEqual([]);
  });

  it('come from no managed policy', () => {
    for (const { Properties } of all('AWS::IAM::Role')) expect(Properties.ManagedPolicyArns).toBeUndefined();
  });
});

/** By the service authorisation reference: actions that take no resource. */
const WITHOUT_RESOURCES =
  /^(xray:(PutTraceSegments|PutTelemetryRecords|GetSampling(Rules|Targets))|dynamodb:ListStreams|ses:\w+ReceiptRule(Set)?|logs:(\w+LogDelivery|ListLogDeliveries|(Put|Describe)ResourcePolic\w+|DescribeLogGroups))$/;

describe('without inbound mail', () => {
  it('nothing is changed in the account beyond the stacks', () => {
    const without = synthesised({ mail: { ...{ domain: 'desk.example.org', from: 'service@desk.example.org' } } });
    expect(without.all('Custom::ReceiptRule')).toEqual([]);
    expect(without.all('AWS::Lambda::Function')).toHaveLength(functions.length - 1);
  });
});
