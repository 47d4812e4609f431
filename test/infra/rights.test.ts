import { runSimulation } from '@cloud-copilot/iam-simulate';
import { describe, expect, it } from 'vitest';
import { leadingKeys } from '../../functions/kernel/entity.js';
import { areas } from '../../infra/areas.js';
import { bundle } from '../../infra/bundling.js';
import { erasable } from '../../infra/constructs/rights.js';
import { entryOf, type Kind, kindsOf, SPINE } from '../../infra/entries.js';
import { resolver } from './support/intrinsics.js';
import { synthesised } from './support/synthesised.js';

const { templates, all } = synthesised();
const resolve = resolver(templates);
const application = templates.find(({ name }) => name.endsWith('application'))!;
const id = (type: string, like: RegExp): string => all(type).find((each) => like.test(each.id))!.id;
const TABLE = `arn:aws:dynamodb:eu-west-1:123456789012:table/${id('AWS::DynamoDB::Table', /./)}`;
const ATTACHMENTS = `arn:aws:s3:::${id('AWS::S3::Bucket', /Attachments/)}`;
const MAIL = `arn:aws:s3:::${id('AWS::S3::Bucket', /^FilesMail/)}`;
const arnHere = (service: string, rest: string) => `arn:aws:${service}:eu-west-1:123456789012:${rest}`;

/** Everything that a function's role may do, as its policies say once deployed. */
function policiesOf(called: string) {
  const role = all('AWS::Lambda::Function').find(({ Properties }) => Properties.FunctionName === `steward-test-${called}`)!
    .Properties.Role;
  const roleId = role['Fn::GetAtt'][0] as string;
  return all('AWS::IAM::Policy')
    .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(`"${roleId}"`))
    .map(({ id: name, Properties }) => ({ name, policy: resolve(application, Properties.PolicyDocument) }));
}

async function may(
  called: string,
  action: string,
  resource: string,
  context: Record<string, string | string[]> = {},
  resourcePolicy?: object,
): Promise<boolean> {
  const answer = await runSimulation(
    {
      request: {
        principal: 'arn:aws:iam::123456789012:role/Role',
        action,
        resource: { resource, accountId: '123456789012' },
        contextVariables: context,
      },
      identityPolicies: policiesOf(called),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy,
    } as unknown as Parameters<typeof runSimulation>[0],
    {},
  );
  const said = answer as unknown as { resultType: string; overallResult?: string; errors?: unknown };
  if (said.resultType === 'error') throw new Error(`${action}: ${JSON.stringify(said.errors)}`);
  return said.overallResult === 'Allowed';
}

const keys = (...pks: string[]) => ({ 'dynamodb:LeadingKeys': pks });
const keyOf = (prefix: string) => prefix.replace('*', '0190');
const every = areas.flatMap(({ entities }) => entities);
const projections = areas.flatMap(({ projections: computed = [] }) => computed);
const working: [string, Kind][] = areas.flatMap((area) =>
  kindsOf(area).flatMap((kind): [string, Kind][] => (kind === 'starter' ? [] : [[area.name, kind]])),
);

describe.each(working)('the role of %s-%s', (name, kind) => {
  const called = `${name}-${kind}`;
  const area = areas.find((each) => each.name === name)!;
  const own = [...area.entities, ...(area.projections ?? [])].flatMap(leadingKeys).map(keyOf);
  const can = kind === 'tasks' ? area.tasks!.can : [];
  /** What was told is told again from any noun's events, which it reads one by one. */
  const byKey = can.includes('republish') ? every.flatMap(leadingKeys).map(keyOf) : [];
  const readable = area.reads.flatMap(leadingKeys).map(keyOf);
  /** Who erases people does so wherever something of them is kept, and nowhere else. */
  const erased = can.includes('erase') ? erasable(every).flatMap(leadingKeys).map(keyOf) : [];
  const foreign = [...every, ...projections]
    .flatMap(leadingKeys)
    .map(keyOf)
    .filter((key) => !own.includes(key) && !erased.includes(key));
  const unread = foreign.filter((key) => !readable.includes(key));

  it('writes the partitions of its own area, in parts of transactions too', async () => {
    expect(own.length).toBeGreaterThan(0);
    for (const action of ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem', 'Query'])
      for (const key of own)
        expect([action, key, await may(called, `dynamodb:${action}`, TABLE, keys(key))]).toEqual([action, key, true]);
  });

  it('writes no partition of another area, nor its own together with one', async () => {
    expect(foreign.length).toBeGreaterThan(0);
    for (const key of foreign) {
      expect([key, await may(called, 'dynamodb:PutItem', TABLE, keys(key))]).toEqual([key, false]);
      expect([key, await may(called, 'dynamodb:DeleteItem', TABLE, keys(own[0]!, key))]).toEqual([key, false]);
    }
  });

  it('reads what its area declares, also by index, and nothing else', async () => {
    for (const key of readable) {
      expect([key, await may(called, 'dynamodb:GetItem', TABLE, keys(key))]).toEqual([key, true]);
      expect([key, await may(called, 'dynamodb:Query', `${TABLE}/index/gsi3`, keys(key))]).toEqual([key, true]);
    }
    expect(await may(called, 'dynamodb:BatchGetItem', TABLE, keys(...own, ...readable))).toBe(true);
    for (const key of unread) {
      expect([key, await may(called, 'dynamodb:BatchGetItem', TABLE, keys(own[0]!, key))]).toEqual([key, false]);
      expect([key, await may(called, 'dynamodb:GetItem', TABLE, keys(key))]).toEqual([key, byKey.includes(key)]);
      expect([key, await may(called, 'dynamodb:Query', `${TABLE}/index/gsi1`, keys(key))]).toEqual([key, false]);
    }
  });

  it('asks nothing without naming a partition, and never scans', async () => {
    for (const action of ['GetItem', 'PutItem', 'Query']) expect(await may(called, `dynamodb:${action}`, TABLE)).toBe(false);
    for (const action of ['Scan', 'PartiQLSelect', 'DeleteTable', 'UpdateTable'])
      expect(await may(called, `dynamodb:${action}`, TABLE, keys(own[0]!))).toBe(false);
  });

  it('reads the keys of signed links', async () => {
    const secret = arnHere('secretsmanager', `secret:${id('AWS::SecretsManager::Secret', /./)}`);
    expect(await may(called, 'secretsmanager:GetSecretValue', secret)).toBe(true);
    expect(await may(called, 'secretsmanager:PutSecretValue', secret)).toBe(false);
  });
});

describe('files', () => {
  it('are signed for by the area that they belong to', async () => {
    const file = (noun: string) => `${ATTACHMENTS}/${noun}/1/2`;
    expect(await may('operation-api', 's3:PutObject', file('incident'))).toBe(true);
    expect(await may('operation-api', 's3:GetObject', file('incident'))).toBe(true);
    expect(await may('operation-api', 's3:DeleteObject', file('incident'))).toBe(false);
    expect(await may('relationship-api', 's3:GetObject', file('incident'))).toBe(false);
    expect(await may('operation-tasks', 's3:GetObject', file('incident'))).toBe(false);
  });

  it('that were received by mail are read only by who takes them in', async () => {
    expect(await may('support-intake', 's3:GetObject', `${MAIL}/inbound/x`)).toBe(true);
    expect(await may('support-intake', 's3:GetObject', `${MAIL}/other/x`)).toBe(false);
    expect(await may('operation-events', 's3:GetObject', `${MAIL}/inbound/x`)).toBe(false);
  });
});

describe('letters', () => {
  const identity = arnHere('ses', 'identity/desk.example.org');
  const from = (address: string) => ({ 'ses:FromAddress': address });

  it('go out from one sender', async () => {
    expect(await may('operation-events', 'ses:SendEmail', identity, from('service@desk.example.org'))).toBe(true);
    expect(await may('operation-events', 'ses:SendEmail', identity, from('boss@desk.example.org'))).toBe(false);
    expect(await may('operation-events', 'ses:SendEmail', identity)).toBe(false);
  });

  it('are not sent by who answers requests', async () => {
    expect(await may('operation-api', 'ses:SendEmail', identity, from('service@desk.example.org'))).toBe(false);
  });
});

describe('evidence', () => {
  const ROOTS = `arn:aws:s3:::${id('AWS::S3::Bucket', /^Roots/)}/roots/2026-03-02.json`;
  const signingKey = arnHere('kms', `key/${id('AWS::KMS::Key', /^Roots/)}`);
  const journal = keys('JOURNAL#2026-03-02#1');
  const everybody = [...working.map(([name, kind]) => `${name}-${kind}`), 'spine-relay', 'portal-api'];

  it('is noted by the relay alone, read by who seals, and changed by nobody', async () => {
    for (const called of everybody) {
      expect([called, await may(called, 'dynamodb:PutItem', TABLE, journal)]).toEqual([called, called === 'spine-relay']);
      expect([called, await may(called, 'dynamodb:Query', TABLE, journal)]).toEqual([called, called === 'governance-tasks']);
      for (const action of ['UpdateItem', 'DeleteItem'])
        expect([called, await may(called, `dynamodb:${action}`, TABLE, journal)]).toEqual([called, false]);
    }
  });

  it('is signed by one function, with a key that it can neither change nor hand on', async () => {
    const data = templates.find(({ name }) => name.endsWith('data'))!;
    const policy = resolve(data, all('AWS::KMS::Key')[0]!.Properties.KeyPolicy);
    const mayWithKey = (called: string, action: string) => may(called, action, signingKey, {}, policy);
    for (const called of everybody)
      expect([called, await mayWithKey(called, 'kms:Sign')]).toEqual([called, called === 'governance-tasks']);
    expect(await mayWithKey('governance-tasks', 'kms:GetPublicKey')).toBe(true);
    for (const action of ['ScheduleKeyDeletion', 'DisableKey', 'PutKeyPolicy', 'CreateGrant'])
      expect([action, await mayWithKey('governance-tasks', `kms:${action}`)]).toEqual([action, false]);
  });

  it('is stored once: roots are put where nothing lies, and neither removed nor unlocked', async () => {
    const asNew = { 's3:if-none-match': '*' };
    for (const called of everybody)
      expect([called, await may(called, 's3:PutObject', ROOTS, asNew)]).toEqual([called, called === 'governance-tasks']);
    expect(await may('governance-tasks', 's3:PutObject', ROOTS)).toBe(false);
    expect(await may('governance-api', 's3:GetObject', ROOTS)).toBe(true);
    for (const action of ['DeleteObject', 'DeleteObjectVersion', 'PutObjectRetention', 'BypassGovernanceRetention'])
      expect([action, await may('governance-tasks', `s3:${action}`, ROOTS, asNew)]).toEqual([action, false]);
  });

  it('is told again to the bus by one function beside the relay', async () => {
    const bus = arnHere('events', `event-bus/${id('AWS::Events::EventBus', /./)}`);
    for (const called of everybody)
      expect([called, await may(called, 'events:PutEvents', bus)]).toEqual([
        called,
        called === 'spine-relay' || called === 'governance-tasks',
      ]);
  });
});

describe('who erases people', () => {
  it('removes their files and received mail, and reads neither', async () => {
    for (const object of [`${ATTACHMENTS}/message/1/2`, `${ATTACHMENTS}/incident/1/2`, `${MAIL}/inbound/x`]) {
      expect([object, await may('support-tasks', 's3:DeleteObject', object)]).toEqual([object, true]);
      expect([object, await may('support-tasks', 's3:GetObject', object)]).toEqual([object, false]);
      expect([object, await may('support-api', 's3:DeleteObject', object)]).toEqual([object, false]);
    }
    expect(await may('support-tasks', 's3:DeleteObjectVersion', `${MAIL}/inbound/x`)).toBe(false);
    expect(await may('support-tasks', 's3:DeleteObject', `${ATTACHMENTS}/supplier/1/2`)).toBe(false);
  });

  it('writes what is kept of people, and nothing else', async () => {
    for (const noun of ['INCIDENT', 'MESSAGE', 'COMPLAINT', 'CONTACT', 'PERSON'])
      expect([noun, await may('support-tasks', 'dynamodb:UpdateItem', TABLE, keys(`${noun}#1`))]).toEqual([noun, true]);
    for (const noun of ['AGREEMENT', 'ROOT', 'JOURNAL', 'SUPPLIER'])
      expect([noun, await may('support-tasks', 'dynamodb:UpdateItem', TABLE, keys(`${noun}#1`))]).toEqual([noun, false]);
  });
});

describe('the spine', () => {
  const bus = arnHere('events', `event-bus/${id('AWS::Events::EventBus', /./)}`);
  const queue = arnHere('sqs', id('AWS::SQS::Queue', /StarterQueue/));
  const machine = arnHere('states', 'stateMachine:steward-test-incident-escalation');

  it('relays, and reads no record otherwise', async () => {
    expect(await may('spine-relay', 'events:PutEvents', bus)).toBe(true);
    expect(await may('spine-relay', 'sqs:SendMessage', queue)).toBe(true);
    expect(await may('spine-relay', 'dynamodb:GetItem', TABLE, keys('INCIDENT#1'))).toBe(false);
    expect(await may('operation-api', 'events:PutEvents', bus)).toBe(false);
  });

  it('puts what webhooks are told in their queue, which only they read, and they read no other', async () => {
    const hooks = arnHere('sqs', id('AWS::SQS::Queue', /WebhookQueue/));
    expect(await may('spine-relay', 'sqs:SendMessage', hooks)).toBe(true);
    expect(await may('spine-relay', 'sqs:ReceiveMessage', hooks)).toBe(false);
    for (const action of ['SendMessage', 'ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility']) {
      expect([action, await may('support-webhooks', `sqs:${action}`, hooks)]).toEqual([action, true]);
      expect([action, await may('support-webhooks', `sqs:${action}`, queue)]).toEqual([action, false]);
      expect([action, await may('support-api', `sqs:${action}`, hooks)]).toEqual([action, false]);
    }
  });

  it('starts the workflows of the area, and touches no record', async () => {
    expect(await may('operation-starter', 'states:StartExecution', machine)).toBe(true);
    expect(await may('operation-starter', 'states:StartExecution', machine.replace('incident', 'change'))).toBe(false);
    expect(await may('operation-starter', 'dynamodb:GetItem', TABLE, keys('INCIDENT#1'))).toBe(false);
  });

  it('lets the page do nothing at all', async () => {
    expect(await may('portal-api', 'dynamodb:GetItem', TABLE, keys('INCIDENT#1'))).toBe(false);
    expect(await may('portal-api', 'secretsmanager:GetSecretValue', arnHere('secretsmanager', 'secret:x'))).toBe(false);
  });
});

describe('what a function is built with', () => {
  const CLIENTS: Record<string, string> = {
    'client-sesv2': 'ses:SendEmail',
    'client-sns': 'sns:Publish',
    'client-sfn': 'states:StartExecution',
    'client-sqs': 'sqs:SendMessage',
    'client-eventbridge': 'events:PutEvents',
    'client-s3': 's3:GetObject',
    'client-secrets-manager': 'secretsmanager:GetSecretValue',
  };
  const entries = areas.flatMap((area) => kindsOf(area).map((kind) => [`${area.name}-${kind}`, entryOf(area, kind)] as const));

  it.each([...entries, ['spine-relay', SPINE.relay] as const])('%s may use', async (called, entry) => {
    const parts = Object.keys((await bundle(entry)).inputs).join('\n');
    const needed = Object.entries(CLIENTS).flatMap(([client, action]) => (parts.includes(`@aws-sdk/${client}/`) ? [action] : []));
    const granted = JSON.stringify(policiesOf(called));
    expect(needed.filter((action) => !granted.includes(`"${action}"`))).toEqual([]);
  });
});
