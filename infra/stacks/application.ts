import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { type ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { ALARMS, type Area } from '../../functions/kernel/area.js';
import { TABLE } from '../../functions/kernel/table.js';
import { type DeploymentConfig, nameOf } from '../config.js';
import { AreaFunctions, type Ground } from '../constructs/area-functions.js';
import { Clients } from '../constructs/clients.js';
import { environmentOf } from '../constructs/environment.js';
import { EventSpine } from '../constructs/event-spine.js';
import type { House, HouseFunction } from '../constructs/house-function.js';
import { OutgoingMail } from '../constructs/outgoing-mail.js';
import { Portal } from '../constructs/portal.js';
import { ReceiptRule } from '../constructs/receipt-rule.js';
import { Schedules } from '../constructs/schedules.js';
import { ServiceApi } from '../constructs/service-api.js';
import { Workflow } from '../constructs/workflow.js';
import type { DataStack } from './data.js';

export interface ApplicationStackProps extends StackProps {
  readonly config: DeploymentConfig;
  readonly areas: readonly Area[];
  readonly data: DataStack;
}

/** What runs: one function for each area and kind, the API, the event spine, workflows, schedules and mail. All it keeps is in the data stack. */
export class ApplicationStack extends Stack {
  readonly functions: HouseFunction[] = [];
  readonly workflows: Workflow[] = [];
  readonly spine: EventSpine;
  readonly api: ServiceApi;
  private readonly house: House;
  private readonly clients: Clients;
  private readonly sending: OutgoingMail;

  constructor(scope: Construct, id: string, { config, areas, data, ...props }: ApplicationStackProps) {
    super(scope, id, props);
    const name = nameOf(config);
    const table = this.tableOf(config, data);
    const management = new Topic(this, 'Management', { topicName: `${name}-management`, enforceSSL: true });
    if (config.managementEmail) management.addSubscription(new EmailSubscription(config.managementEmail));
    this.spine = new EventSpine(this, 'Spine', { name });
    this.sending = new OutgoingMail(this, 'OutgoingMail', { name, mail: config.mail });
    this.api = new ServiceApi(this, 'Api', {
      name,
      logRetention: config.logRetentionDays,
      throttle: config.throttle,
      address: config.address,
    });
    this.clients = new Clients(this, 'Clients', { signIn: data.signIn, url: this.api.url, machine: config.machineClient });
    const { spine, sending, api } = this;
    const environment = environmentOf(config, { table, data, spine, management, sending, api });
    this.house = { name, environment, logRetention: config.logRetentionDays };
    const takenIn = areas.flatMap(({ intake, entities }) => (intake ? entities : []));
    const every = areas.flatMap(({ entities }) => entities);
    const { bus } = spine;
    const ground: Ground = { house: this.house, table, data, mail: config.mail, management, every, bus, takenIn };
    for (const area of areas) this.run(new AreaFunctions(this, area, ground), ground);
    this.functions.push(this.spine.relay(this.house, table, data.files.failures));
    this.present();
    if (config.mail.inbound) this.receive(config, data);
    this.say();
  }

  /** After a restore, the table that was restored; otherwise the one in the data stack. */
  private tableOf({ restoredTable }: DeploymentConfig, data: DataStack): ITable {
    if (!restoredTable) return data.table;
    const { name: tableName, streamArn: tableStreamArn } = restoredTable;
    return Table.fromTableAttributes(this, 'RestoredTable', {
      tableName,
      tableStreamArn,
      globalIndexes: TABLE.indexes.map(({ name }) => name),
    });
  }

  /** Connects an area's functions to what calls them. */
  private run(functions: AreaFunctions, { data, management }: Ground): void {
    const { area } = functions;
    const [api, tasks, events, signals, starter, webhooks, intake] = (
      ['api', 'tasks', 'events', 'signals', 'starter', 'webhooks', 'intake'] as const
    ).map((kind) => functions.of(kind)?.function);
    this.functions.push(...functions.all);
    if (api) this.api.serve(area, api, this.clients.authorizer);
    if (tasks) {
      this.spine.keepFailures(tasks);
      const { deadLetters } = this.spine;
      const { schedules } = area.tasks!;
      new Schedules(this, `Schedules-${area.name}`, { name: `${this.house.name}-${area.name}`, schedules, tasks, deadLetters });
    }
    if (events) {
      this.spine.keepFailures(events);
      this.spine.hear(area.name, events, area.events!.rules);
      if (area.events!.receipts) this.spine.route(`${area.name}-receipts`, events, this.sending.receipts);
    }
    if (signals) {
      this.spine.keepFailures(signals);
      this.spine.hear(area.name, signals, area.signals!.rules);
      this.spine.route(`${area.name}-alarms`, signals, { source: [ALARMS.source], detailType: [ALARMS.detailType] });
    }
    if (intake) {
      this.spine.keepFailures(intake);
      this.spine.route(`${area.name}-intake`, intake, receivedIn(data.files.mail.bucketName));
    }
    if (starter) this.spine.start(starter);
    if (webhooks) this.spine.tell(webhooks);
    for (const file of area.starter?.workflows ?? []) {
      const calls = tasks ? { [`${capitalised(area.name)}TasksArn`]: tasks } : {};
      this.workflows.push(new Workflow(this, file, { house: this.house, file, calls, management, impact: area.starter!.impact }));
    }
  }

  private present(): void {
    const portal = new Portal(this, 'Portal', { house: this.house });
    this.functions.push(portal.function);
    this.api.present(portal.function.function);
  }

  private receive({ mail }: DeploymentConfig, data: DataStack): void {
    const rule = new ReceiptRule(this, 'IncomingMail', { house: this.house, mail, bucket: data.files.mail });
    this.functions.push(rule.maker);
  }

  /** What whoever deployed needs next. */
  private say(): void {
    const outputs: Record<string, string | undefined> = {
      Url: this.api.url,
      ApiId: this.api.http.apiId,
      BusName: this.spine.bus.eventBusName,
      AddressTarget: this.api.target,
      UserPoolClientId: this.clients.people.userPoolClientId,
      ProgramsClientId: this.clients.machine?.userPoolClientId,
    };
    for (const [key, value] of Object.entries(outputs)) if (value !== undefined) new CfnOutput(this, key, { value });
  }
}

const receivedIn = (bucket: string) => ({
  source: ['aws.s3'],
  detailType: ['Object Created'],
  detail: { bucket: { name: [bucket] }, object: { key: [{ prefix: 'inbound/' }] } },
});

const capitalised = (word: string): string => word[0]!.toUpperCase() + word.slice(1);
