import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Ability, Area } from '../../functions/kernel/area.js';
import type { AnyEntity } from '../../functions/kernel/entity.js';
import type { DeploymentConfig } from '../config.js';
import { entryOf, type Kind, kindsOf } from '../entries.js';
import type { DataStack } from '../stacks/data.js';
import { WEBHOOK_SECONDS } from './event-spine.js';
import { type House, HouseFunction } from './house-function.js';
import {
  erasePeople,
  keepFiles,
  keepRecords,
  readFiles,
  readReceivedMail,
  readRecords,
  readRoots,
  republishEvents,
  sealRoots,
  sendMail,
  startWorkflows,
  tellTopic,
} from './rights.js';

/** What the functions of areas work on. */
export interface Ground {
  readonly house: House;
  readonly table: ITable;
  readonly data: DataStack;
  readonly mail: DeploymentConfig['mail'];
  readonly management: ITopic;
  /** All nouns of all areas. */
  readonly every: readonly AnyEntity[];
  readonly bus: IEventBus;
  /** Nouns whose files came with received mail, and stay there when another area's record shows them. */
  readonly takenIn: readonly AnyEntity[];
}

/** Seconds and megabytes of each kind; mail is parsed whole, with its attachments. */
const SIZES: Record<Kind, { readonly seconds: number; readonly memory: number }> = {
  api: { seconds: 10, memory: 512 },
  tasks: { seconds: 60, memory: 512 },
  events: { seconds: 30, memory: 512 },
  signals: { seconds: 30, memory: 512 },
  starter: { seconds: 30, memory: 256 },
  webhooks: { seconds: WEBHOOK_SECONDS, memory: 512 },
  intake: { seconds: 60, memory: 1024 },
};

/** One area's functions, each with the least that it can work with: its own partitions, and reading what it declares. */
export class AreaFunctions extends Construct {
  private readonly made = new Map<Kind, HouseFunction>();

  constructor(
    scope: Construct,
    readonly area: Area,
    private readonly ground: Ground,
  ) {
    super(scope, `Area-${area.name}`);
    for (const kind of kindsOf(area)) this.made.set(kind, this.make(kind));
  }

  get all(): HouseFunction[] {
    return [...this.made.values()];
  }

  of(kind: Kind): HouseFunction | undefined {
    return this.made.get(kind);
  }

  private make(kind: Kind): HouseFunction {
    const { area, ground } = this;
    const { seconds, memory } = SIZES[kind];
    return new HouseFunction(this, kind, {
      house: ground.house,
      called: `${area.name}-${kind}`,
      entry: entryOf(area, kind),
      impact: kind === 'api' ? area.impact : area[kind]!.impact,
      may: this.rightsOf(kind),
      timeout: Duration.seconds(seconds),
      memory,
    });
  }

  private rightsOf(kind: Kind): PolicyStatement[] {
    const { area, ground } = this;
    const workflows = (area.starter?.workflows ?? []).map((file) => `${ground.house.name}-${file}`);
    if (kind === 'starter') return startWorkflows(this, workflows);
    const abilities = kind === 'tasks' || kind === 'events' ? area[kind]!.can : [];
    const can: Record<Ability, () => PolicyStatement[]> = {
      mail: () => sendMail(this, { ...ground.mail, set: ground.house.name }),
      topics: () => tellTopic(ground.management),
      files: () => keepFiles(ground.data.files.attachments, area.entities),
      workflows: () => (workflows.length === 0 ? [] : startWorkflows(this, workflows)),
      'inbound-mail': () => readReceivedMail(ground.data.files.mail),
      seal: () => sealRoots(ground.table, ground.data.roots),
      republish: () => republishEvents(ground.table, ground.every, ground.bus),
      erase: () => erasePeople(ground.table, ground.every, ground.data.files),
    };
    return [...this.recordRights(kind), ...abilities.flatMap((ability) => can[ability]())];
  }

  /** What everything that works on the area's records needs. Only who takes mail in, or shows it, reads received mail. */
  private recordRights(kind: Kind): PolicyStatement[] {
    const { area, ground } = this;
    const { attachments, mail } = ground.data.files;
    const kept = [...area.entities, ...(area.projections ?? [])];
    const readsMail = area.intake !== undefined && (kind === 'intake' || kind === 'api');
    return [
      ...keepRecords(ground.table, kept),
      ...readRecords(ground.table, [...kept, ...area.reads]),
      ...(kind === 'api' && area.tasks?.can.includes('seal') ? readRoots(ground.data.roots) : []),
      ...(kind === 'api' || kind === 'intake'
        ? [
            ...keepFiles(attachments, area.entities),
            ...readFiles(
              attachments,
              // What computes from everybody's records has no use for their files.
              area.projections ? [] : area.reads.filter((entity) => ground.takenIn.includes(entity)),
            ),
          ]
        : []),
      ...(readsMail ? readReceivedMail(mail) : []),
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [ground.data.secret.secretArn] }),
    ];
  }
}
