import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { changesWords, findingEvents } from '../../functions/finding/hearing.js';
import { governanceTasks } from '../../functions/governance/working.js';
import { ALARMS } from '../../functions/kernel/area.js';
import { TABLE } from '../../functions/kernel/table.js';
import { operationEvents } from '../../functions/operation/hearing.js';
import { operationSignals } from '../../functions/operation/listening.js';
import { operationTasks } from '../../functions/operation/working.js';
import { type Dependencies, dependenciesFor } from '../../functions/platform/dependencies.js';
import type { FunctionEnv } from '../../functions/platform/env.js';
import { journalOver } from '../../functions/platform/journal.js';
import { jsonLog } from '../../functions/platform/log.js';
import { mailerFor } from '../../functions/platform/mailer.js';
import { postWithin } from '../../functions/platform/outgoing.js';
import { noteIn, relay, type ThinEvent } from '../../functions/platform/relay.js';
import { keyFrom } from '../../functions/platform/root-key.js';
import { secretsFrom } from '../../functions/platform/signer.js';
import { starter } from '../../functions/platform/starting.js';
import { dispatcher } from '../../functions/support/dispatching.js';
import { supportEvents } from '../../functions/support/hearing.js';
import { intake, mailStoreOf } from '../../functions/support/intake.js';
import { supportTasks } from '../../functions/support/working.js';
import { areas } from '../areas.js';
import { AwsEndpoint } from './aws-endpoint.js';
import { Bus, type NewEvent } from './bus.js';
import { type Hearing, rulesOf } from './bus-rules.js';
import { MovableClock } from './clock.js';
import { Dynoxide } from './dynoxide.js';
import { engineClient } from './engine-client.js';
import { eventBridge } from './event-bridge.js';
import { FifoQueue } from './fifo-queue.js';
import { atLeisure } from './leisure.js';
import { LOCAL_RECEIVERS } from './local-receivers.js';
import { lockFolder } from './lock.js';
import { MailIn, type MailInOptions } from './mail-in.js';
import { ObjectStore } from './object-store.js';
import { Outbox } from './outbox.js';
import { openRootKey } from './root-key-file.js';
import { s3 } from './s3.js';
import { Schedules } from './schedules.js';
import { openSecrets, secretsManager } from './secrets-manager.js';
import { serviceClient } from './service-client.js';
import { ses } from './ses.js';
import { settle } from './settling.js';
import { LOCAL_CREDENTIALS } from './signature.js';
import { sns } from './sns.js';
import { sqs } from './sqs.js';
import { StateMachines } from './state-machines.js';
import { stateMachineArn, stepFunctions } from './step-functions.js';
import { Stream } from './stream.js';
import { ensureTable } from './table.js';

/** The names of one machine's parts; a deployment's own are made by CloudFormation. */
const TABLE_NAME = 'steward';
const QUEUE = 'starter.fifo';
const WEBHOOKS = 'webhooks.fifo';
const BUS = 'steward';
const MAIL_DOMAIN = 'desk.localhost.test';
const TOPIC = 'arn:aws:sns:local:000000000000:management';

export interface HomeOptions {
  readonly folder: string;
  /** Where people reach the gateway. */
  readonly url: string;
  readonly organisation?: string;
  /** Where mail is to be received; another free one when it is taken. */
  readonly smtpPort?: number;
}

/**
 * Everything behind the gateway on one machine: the same functions as in AWS, the parts that stand in for its services,
 * and one clock that all of them follow.
 */
export interface Home {
  readonly clock: MovableClock;
  readonly outbox: Outbox;
  readonly store: ObjectStore;
  readonly dependencies: Dependencies;
  readonly stream: Stream;
  readonly client: DynamoDBClient;
  readonly machines: StateMachines;
  /** The functions of areas that schedules and operators ask, by area. */
  readonly tasks: Readonly<Record<string, (input: any) => Promise<object>>>;
  /** Where mail is received, on the loopback. */
  readonly smtpPort: number;
  /** While true, what the table says is passed over: history that is being loaded concerns nobody. */
  quiet: boolean;
  /** What an AWS service would say on the account's default bus. */
  raise(event: NewEvent): Promise<string[]>;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export async function openHome({
  folder,
  url,
  organisation = 'Lighthouse Service Desk',
  smtpPort = 0,
}: HomeOptions): Promise<Home> {
  await mkdir(folder, { recursive: true });
  const lock = lockFolder(folder);
  const file = (name: string) => join(folder, name);
  const clock = await MovableClock.open(file('clock.json'));
  const { now } = clock;
  const log = jsonLog(process.env['LOG_LEVEL'] === 'INFO' ? 'INFO' : 'ERROR', (line) => process.stderr.write(`${line}\n`));

  const external = process.env['DYNAMODB_ENDPOINT'];
  const engine = external === undefined ? await Dynoxide.start({ folder: file('table') }) : undefined;
  const client = new DynamoDBClient({
    endpoint: external ?? engine!.endpoint,
    region: 'local',
    credentials: LOCAL_CREDENTIALS,
    maxAttempts: 8,
  });
  const documents = engine && engineClient(engine.endpoint);
  const indexes = TABLE.indexes.map(({ name, partitionKey, sortKey, projects }) => ({
    name,
    partition: partitionKey,
    sort: sortKey,
    projection: projects,
  }));
  const table = await ensureTable(client, { name: TABLE_NAME, indexes, timeToLive: TABLE.timeToLive });

  const outbox = await Outbox.open({ file: file('outbox.ndjson'), now });
  const store = new ObjectStore(file('objects'), ['attachments', 'mail', 'roots'], now, ['roots']);
  const secrets = await openSecrets(file('secrets.json'), { steward: () => randomBytes(48).toString('base64url') });

  const buses = new Map<string, Pick<Bus, 'put'>>();
  const queues = new Map<string, FifoQueue>();
  const [queueing, eventing] = [sqs(queues), eventBridge(buses)];
  const services = [
    ses({ outbox, publish: (events) => buses.get('default')!.put(events) }),
    sns(outbox),
    queueing,
    eventing,
    secretsManager(secrets),
    s3(store),
  ];
  const endpoint = await AwsEndpoint.open({ services });
  const config = { endpoint: endpoint.url, region: 'local', credentials: LOCAL_CREDENTIALS };
  const env: FunctionEnv = {
    TABLE_NAME,
    BUS_NAME: BUS,
    STARTER_QUEUE_URL: `${endpoint.url}/000000000000/${QUEUE}`,
    WEBHOOK_QUEUE_URL: `${endpoint.url}/000000000000/${WEBHOOKS}`,
    ATTACHMENTS_BUCKET: 'attachments',
    MAIL_BUCKET: 'mail',
    ROOTS_BUCKET: 'roots',
    ROOT_KEY_ID: 'root-key.pem',
    MAIL_FROM: `desk@${MAIL_DOMAIN}`,
    MAIL_DOMAIN,
    MAIL_CONFIGURATION_SET: 'steward',
    MANAGEMENT_TOPIC_ARN: TOPIC,
    WORKFLOW_ARN_PREFIX: stateMachineArn('steward-'),
    SECRET_ID: 'steward',
    PUBLIC_URL: url,
    ORGANISATION: organisation,
    SHARDS: '1',
    AUTO_CLOSE_DAYS: '5',
    LOG_LEVEL: 'ERROR',
  };
  const dependencies = dependenciesFor({
    env,
    clock: now,
    log,
    client,
    ...(documents && { documents }),
    secrets: async () => secretsFrom(secrets.get('steward')!),
    filesEndpoint: endpoint.url,
    localReceivers: true,
  });
  const mailer = mailerFor(env, new SESv2Client(config), new SNSClient(config));
  const toBus = serviceClient(eventing, 'AWSEvents');
  const tasks: Readonly<Record<string, (input: any) => Promise<object>>> = {
    operation: operationTasks(dependencies, mailer),
    support: supportTasks(dependencies),
    governance: governanceTasks(dependencies, { key: keyFrom(await openRootKey(folder)), bus: toBus }),
  };
  const hear = operationEvents(dependencies, mailer);
  const hearing = {
    operation: hear,
    support: supportEvents(dependencies, mailer),
    finding: atLeisure(findingEvents(dependencies)) as Hearing,
  } as Readonly<Record<string, Hearing>>;

  const listening = { operation: operationSignals(dependencies) } as Readonly<Record<string, Hearing>>;
  const rules = rulesOf(hearing, listening);
  const isIndexing = ({ name }: { name: string }) => name.startsWith('finding-');
  const bus = await Bus.open({ file: file('bus.ndjson'), now, rules: rules.filter((rule) => !isIndexing(rule)) });
  // Words wait in a line of their own, so that letters and clocks never wait behind them.
  const words = await Bus.open({ file: file('bus-words.ndjson'), now, rules: rules.filter(isIndexing), concurrency: 1 });
  const defaultBus = await Bus.open({
    file: file('bus-default.ndjson'),
    now,
    rules: [
      { name: 'receipts', pattern: { source: ['aws.ses'] }, target: (event) => hear(event as never) },
      {
        name: 'alarms',
        pattern: { source: [ALARMS.source], 'detail-type': [ALARMS.detailType] },
        target: (event) => listening['operation']!(event as never),
      },
    ],
  });
  const both: Pick<Bus, 'put'> = {
    put: async (events) => {
      await words.put(events.filter(({ detailType, detail }) => changesWords(detailType, detail as ThinEvent)));
      return bus.put(events);
    },
  };
  buses.set(BUS, both).set('default', defaultBus);
  const machines = await StateMachines.open({
    file: file('executions.ndjson'),
    definitions: await definitions(),
    substitutions: { OperationTasksArn: 'operation-tasks', ManagementTopicArn: TOPIC },
    functions: { 'operation-tasks': (input) => tasks['operation']!(input) },
    integrations: {
      'arn:aws:states:::sns:publish': async (parameters) =>
        outbox.keep({ kind: 'publication', topic: TOPIC, ...publicationOf(parameters) } as never),
    },
    clock,
  });
  const stepping = stepFunctions(machines);
  services.unshift(stepping);
  const queue = await FifoQueue.open({
    name: QUEUE,
    file: file('starter.ndjson'),
    now,
    handler: starter({ incident: 'incident-escalation' }, env, log, serviceClient(stepping, 'AWSStepFunctions')),
  });
  const hooks = await FifoQueue.open({
    name: WEBHOOKS,
    file: file('webhooks.ndjson'),
    now,
    clock,
    attempts: 500,
    handler: dispatcher(dependencies, serviceClient(queueing, 'AmazonSQS'), postWithin(LOCAL_RECEIVERS)),
  });
  queues.set(QUEUE, queue).set(WEBHOOKS, hooks);

  const noting = { journal: journalOver(dependencies.documents, TABLE_NAME), clock: now };
  const passOn = relay(env, log, { bus: toBus, queue: serviceClient(queueing, 'AmazonSQS') }, noting);
  /** What concerns nobody has happened all the same. */
  const passOver = async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    await noteIn(noting, event);
    return { batchItemFailures: [] };
  };
  const stream = await Stream.open({
    endpoint: external ?? engine!.endpoint,
    streamArn: table.LatestStreamArn!,
    folder,
    relay: async (event) => (home.quiet ? passOver(event) : passOn(event)),
  });
  const schedules = await Schedules.open({
    file: file('schedules.json'),
    clock,
    schedules: areas.flatMap(({ name, tasks: declared }) =>
      (declared?.schedules ?? []).map((schedule) => ({
        name: `${name}-${schedule.name}`,
        expression: schedule.expression,
        input: { task: schedule.task },
        target: (input: unknown) => tasks[name]!(input),
      })),
    ),
  });
  const intakeMail = intake(dependencies, mailStoreOf(dependencies));
  const mailIn = await mailInAt(smtpPort, {
    file: file('mail-in.ndjson'),
    store,
    bucket: env.MAIL_BUCKET,
    prefix: 'inbound/',
    accepts: (address) => address.endsWith(`@${MAIL_DOMAIN}`),
    receive: ({ s3: event }) => intakeMail(event),
    now,
  });
  const parts = [mailIn, stream, bus, words, defaultBus, queue, hooks, machines, schedules];
  clock.settleWith(() => settle(parts));

  const home: Home = {
    clock,
    outbox,
    store,
    dependencies,
    stream,
    client,
    machines,
    tasks,
    smtpPort: mailIn.port,
    quiet: false,
    raise: (event) => defaultBus.put([event]),
    settled: () => settle(parts),
    async close() {
      await mailIn.close();
      await schedules.close();
      await stream.close();
      for (const part of [machines, queue, hooks, bus, words, defaultBus, endpoint, outbox, clock]) await part.close();
      documents?.destroy();
      client.destroy();
      await engine?.close();
      lock.release();
    },
  };
  return home;
}

async function mailInAt(port: number, options: MailInOptions): Promise<MailIn> {
  try {
    return await MailIn.open({ ...options, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return MailIn.open({ ...options, port: 0 });
  }
}

const WORKFLOWS = join(import.meta.dirname, '../../workflows');

async function definitions(): Promise<Record<string, string>> {
  const files = (await readdir(WORKFLOWS)).filter((name) => name.endsWith('.asl.json'));
  return Object.fromEntries(
    await Promise.all(
      files.map(async (name) => [`steward-${name.replace('.asl.json', '')}`, await readFile(join(WORKFLOWS, name), 'utf8')]),
    ),
  );
}

const publicationOf = (parameters: unknown) => {
  const { Subject: subject, Message: message } = parameters as { Subject?: string; Message?: string };
  return { subject, message, attributes: {} };
};
