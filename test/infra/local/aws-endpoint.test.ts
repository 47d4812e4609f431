import { statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { DescribeExecutionCommand, SendTaskSuccessCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { fetchSecrets } from '../../../functions/platform/secret.js';
import { AwsEndpoint, type AwsService } from '../../../infra/local/aws-endpoint.js';
import { Bus, type BusEvent, type NewEvent } from '../../../infra/local/bus.js';
import { MovableClock } from '../../../infra/local/clock.js';
import { eventBridge } from '../../../infra/local/event-bridge.js';
import { FifoQueue } from '../../../infra/local/fifo-queue.js';
import { Outbox } from '../../../infra/local/outbox.js';
import { openSecrets, secretsManager } from '../../../infra/local/secrets-manager.js';
import { ses } from '../../../infra/local/ses.js';
import { LOCAL_CREDENTIALS } from '../../../infra/local/signature.js';
import { sns } from '../../../infra/local/sns.js';
import { sqs } from '../../../infra/local/sqs.js';
import { StateMachines } from '../../../infra/local/state-machines.js';
import { stateMachineArn, stepFunctions } from '../../../infra/local/step-functions.js';
import { clientConfig } from './aws-clients.js';
import { closing, eventually, scratchFolder } from './scratch.js';

const now = () => new Date();
const serving = async (...services: AwsService[]) => closing(await AwsEndpoint.open({ services, fault: () => undefined }));

describe('SES and SNS', () => {
  it('keep a whole mail over a restart and list it newest first by recipient', async () => {
    const file = join(scratchFolder(), 'outbox.ndjson');
    const outbox = await Outbox.open({ file, now });
    const { url } = await serving(ses({ outbox }), sns(outbox));
    const client = new SESv2Client(clientConfig(url));
    const mail = (to: string, subject: string) =>
      new SendEmailCommand({
        FromEmailAddress: 'Desk <desk@example.com>',
        Destination: { ToAddresses: [to], CcAddresses: ['cc@example.com'] },
        Content: {
          Simple: {
            Subject: { Data: subject },
            Body: { Text: { Data: 'plain 你好' }, Html: { Data: '<b>rich</b>' } },
            Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
          },
        },
        EmailTags: [{ Name: 'kind', Value: 'received' }],
      });
    const { MessageId } = await client.send(mail('Anna <anna@example.com>', 'one'));
    await client.send(mail('bo@example.com', 'two'));
    await new SNSClient(clientConfig(url)).send(
      new PublishCommand({
        TopicArn: 'arn:aws:sns:eu-west-1:000000000000:pager',
        Subject: 'P1',
        Message: 'a & b < c',
        MessageAttributes: { level: { DataType: 'String', StringValue: '2' } },
      }),
    );
    await outbox.close();

    const again = closing(await Outbox.open({ file, now }));
    expect((await again.list()).map((entry) => (entry.kind === 'mail' ? entry.subject : entry.message))).toEqual([
      'a & b < c',
      'two',
      'one',
    ]);
    const [first, ...others] = await again.list({ to: 'ANNA@example.com' });
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      id: MessageId,
      from: 'Desk <desk@example.com>',
      text: 'plain 你好',
      html: '<b>rich</b>',
      headers: [{ name: 'Auto-Submitted', value: 'auto-generated' }],
      tags: { kind: 'received' },
    });
    expect(await again.list({ to: 'pager' })).toMatchObject([{ subject: 'P1', attributes: { level: '2' } }]);
    expect(await again.list({ since: new Date(Date.now() + 1000) })).toEqual([]);
  });

  it('tell what became of a mail, as the fate of its address decides', async () => {
    const outbox = closing(await Outbox.open({ file: join(scratchFolder(), 'o.ndjson'), now }));
    const events: NewEvent[] = [];
    const fateOf = (address: string) => (address.startsWith('gone@') ? ('bounced' as const) : ('delivered' as const));
    const { url } = await serving(ses({ outbox, publish: async (more) => events.push(...more), fateOf }));
    const { MessageId } = await new SESv2Client(clientConfig(url)).send(
      new SendEmailCommand({
        FromEmailAddress: 'desk@example.com',
        Destination: { ToAddresses: ['gone@example.com', 'here@example.com'] },
        Content: { Simple: { Subject: { Data: 's' }, Body: { Text: { Data: 't' } } } },
        ConfigurationSetName: 'steward',
      }),
    );
    expect(events.map(({ detailType }) => detailType)).toEqual(['Email Delivered', 'Email Bounced']);
    expect(events[1]!.detail).toMatchObject({
      eventType: 'Bounce',
      mail: { messageId: MessageId },
      bounce: { bounceType: 'Permanent', bouncedRecipients: [{ emailAddress: 'gone@example.com' }] },
    });
  });

  it('refuse a mail without anybody to go to and a header that breaks its line', async () => {
    const outbox = closing(await Outbox.open({ file: join(scratchFolder(), 'o.ndjson'), now }));
    const client = new SESv2Client(clientConfig((await serving(ses({ outbox }))).url));
    const Simple = { Subject: { Data: 's' }, Body: {} };
    await expect(client.send(new SendEmailCommand({ FromEmailAddress: 'a@b.c', Content: { Simple } }))).rejects.toMatchObject({
      name: 'BadRequestException',
    });
    const Headers = [{ Name: 'X-A', Value: 'a\r\nBcc: x@y.z' }];
    const Destination = { ToAddresses: ['a@b.c'] };
    await expect(
      client.send(new SendEmailCommand({ FromEmailAddress: 'a@b.c', Destination, Content: { Simple: { ...Simple, Headers } } })),
    ).rejects.toMatchObject({ name: 'BadRequestException' });
    expect(outbox.size).toBe(0);
  });
});

describe('EventBridge', () => {
  it('hands events to the targets whose patterns match, and refuses what is malformed one by one', async () => {
    const seen: [string, BusEvent][] = [];
    const rule = (name: string, pattern: object) => ({
      name,
      pattern: { ...pattern },
      target: async (event: BusEvent) => void seen.push([name, event]),
    });
    const bus = closing(
      await Bus.open({
        file: join(scratchFolder(), 'bus.ndjson'),
        now,
        rules: [
          rule('incidents', { source: ['steward'], 'detail-type': [{ prefix: 'incident.' }] }),
          rule('p1', { detail: { priority: [1] } }),
        ],
      }),
    );
    const { url } = await serving(eventBridge(new Map([['steward', bus]])));
    const entry = { EventBusName: 'steward', Source: 'steward' };
    const { FailedEntryCount, Entries } = await new EventBridgeClient(clientConfig(url)).send(
      new PutEventsCommand({
        Entries: [
          { ...entry, DetailType: 'incident.opened', Detail: '{"priority":1}', Time: new Date('2026-01-02T03:04:05Z') },
          { ...entry, DetailType: 'supplier.retired', Detail: '{"priority":2}' },
          { ...entry, DetailType: 'incident.opened', Detail: 'not json' },
          { ...entry, EventBusName: 'other', DetailType: 'x', Detail: '{}' },
        ],
      }),
    );
    expect(FailedEntryCount).toBe(2);
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      undefined,
      'MalformedDetail',
      'ResourceNotFoundException',
    ]);
    await eventually(() => seen.length === 2);
    expect(new Set(seen.map(([name]) => name))).toEqual(new Set(['incidents', 'p1']));
    expect(seen[0]![1]).toMatchObject({
      'detail-type': 'incident.opened',
      time: '2026-01-02T03:04:05Z',
      detail: { priority: 1 },
      id: Entries![0]!.EventId,
    });
  });
});

describe('SQS', () => {
  it('delivers a group strictly in order while its first message fails, and others meanwhile', async () => {
    const seen: string[] = [];
    let failures = 2;
    const file = join(scratchFolder(), 'q.ndjson');
    const queue = closing(
      await FifoQueue.open({
        name: 'starts.fifo',
        file,
        now,
        backoff: () => 20,
        handler: async ({ Records }: SQSEvent) => {
          if (Records[0]!.body === 'a1' && failures-- > 0)
            return { batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
          seen.push(...Records.map(({ body }) => body));
          return { batchItemFailures: [] };
        },
      }),
    );
    const { url } = await serving(sqs(new Map([['starts.fifo', queue]])));
    const client = new SQSClient(clientConfig(url));
    const QueueUrl = `${url}/000000000000/starts.fifo`;
    const Entries = ['a1', 'a2', 'b1', 'a3'].map((MessageBody, n) => ({
      Id: String(n),
      MessageBody,
      MessageGroupId: MessageBody[0]!,
      MessageDeduplicationId: MessageBody,
    }));
    const { Successful } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(Successful).toHaveLength(4);
    const repeat = await client.send(
      new SendMessageCommand({ QueueUrl, MessageBody: 'a1', MessageGroupId: 'a', MessageDeduplicationId: 'a1' }),
    );
    expect(repeat.MessageId).toBe(Successful!.find(({ Id }) => Id === '0')!.MessageId);
    await eventually(() => seen.length === 4);
    expect(seen[0]).toBe('b1');
    expect(seen.slice(1)).toEqual(['a1', 'a2', 'a3']);
    await expect(
      client.send(new SendMessageCommand({ QueueUrl: `${url}/0/none.fifo`, MessageBody: 'x', MessageGroupId: 'x' })),
    ).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
  });
});

describe('Step Functions', () => {
  it('speak to the SDK: start, name taken, token answered, described', async () => {
    const tokens: string[] = [];
    const ask = {
      StartAt: 'Ask',
      States: {
        Ask: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
          Parameters: {
            FunctionName: 'arn:aws:lambda:eu-west-1:000000000000:function:tasks',
            Payload: { 'token.$': '$$.Task.Token' },
          },
          End: true,
        },
      },
    };
    const machines = closing(
      await StateMachines.open({
        definitions: { 'change-approval': JSON.stringify(ask) },
        file: join(scratchFolder(), 'e.ndjson'),
        clock: closing(await MovableClock.open()),
        functions: { tasks: async ({ token }: { token: string }) => void tokens.push(token) },
      }),
    );
    const client = new SFNClient(clientConfig((await serving(stepFunctions(machines))).url));
    const start = (input: string) =>
      client.send(new StartExecutionCommand({ stateMachineArn: stateMachineArn('change-approval'), name: 'c-1', input }));
    const { executionArn } = await start('{}');
    expect((await start('{}')).executionArn).toBe(executionArn);
    await expect(start('{"other":1}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await eventually(() => tokens.length === 1);
    await client.send(new SendTaskSuccessCommand({ taskToken: tokens[0], output: '{"outcome":"approved"}' }));
    await expect(client.send(new SendTaskSuccessCommand({ taskToken: tokens[0], output: '{}' }))).rejects.toMatchObject({
      name: 'TaskTimedOut',
    });
    const description = () => client.send(new DescribeExecutionCommand({ executionArn }));
    await eventually(async () => (await description()).status === 'SUCCEEDED');
    const { startDate, stopDate, output } = await description();
    expect(output).toBe('{"outcome":"approved"}');
    expect(stopDate!.getTime()).toBeGreaterThanOrEqual(startDate!.getTime());
    await expect(client.send(new StartExecutionCommand({ stateMachineArn: stateMachineArn('none') }))).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
    });
  });
});

describe('the endpoint', () => {
  it('makes secrets once, keeps them for their owner only, and gives them by name or ARN', async () => {
    const path = join(scratchFolder(), 'secrets.json');
    let made = 0;
    const open = () => openSecrets(path, { 'steward/links': () => `secret-${++made}` });
    await open();
    const { url } = await serving(secretsManager(await open()));
    expect(made).toBe(1);
    expect(statSync(path).mode & 0o077).toBe(0);
    const client = new SecretsManagerClient(clientConfig(url));
    expect((await client.send(new GetSecretValueCommand({ SecretId: 'steward/links' }))).SecretString).toBe('secret-1');
    await expect(client.send(new GetSecretValueCommand({ SecretId: 'x' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(client.send(new ListSecretsCommand({}))).rejects.toMatchObject({ name: 'UnknownOperationException' });
    const account = { region: async () => 'local', credentials: async () => LOCAL_CREDENTIALS };
    const setting = { ...account, clock: () => new Date(), endpoint: url };
    expect((await fetchSecrets('steward/links', setting)()).byId[1]).toEqual(Buffer.from('secret-1'));
    await expect(fetchSecrets('x', setting)()).rejects.toThrow("can't find the specified secret");
  });

  it('refuses other host names, unknown services and bodies beyond its limit', async () => {
    const { url } = closing(await AwsEndpoint.open({ services: [secretsManager(new Map())], limit: 1000 }));
    const post = (headers: Record<string, string>, body: string) =>
      new Promise<number>((resolve, reject) => {
        request(url, { method: 'POST', headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode!);
        })
          .once('error', reject)
          .end(body);
      });
    const target = { 'x-amz-target': 'secretsmanager.GetSecretValue' };
    expect(await post({ host: 'evil.example', ...target }, '{}')).toBe(403);
    expect(await post({ 'x-amz-target': 'Other.Thing' }, '{}')).toBe(404);
    expect(await post(target, 'x'.repeat(2000))).toBe(413);
    expect(await post(target, 'not json')).toBe(400);
  });
});
