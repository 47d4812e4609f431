import type { AnyEntity } from './entity.js';
import type { Route } from './route.js';

/** What an area's code may do beyond the table; `infra/` grants exactly this. */
export type Ability = 'mail' | 'topics' | 'files' | 'workflows' | 'inbound-mail' | 'seal' | 'republish' | 'erase';

/** Something that runs by itself. */
export interface Schedule {
  readonly name: string;
  /** EventBridge Scheduler's words: `rate(5 minutes)`, `cron(0 6 * * ? *)`. */
  readonly expression: string;
  /** What `tasks.ts` is asked: `{ task }`. */
  readonly task: string;
}

/**
 * One component of the framework: the unit of deployment. `infra/` and the
 * runtime of one machine both read it, and nothing else, to know what to run.
 */
export interface Area {
  readonly name: string;
  /** Said in its alarm, for whoever is woken by it: what can people not do? */
  readonly impact: string;
  readonly entities: readonly AnyEntity[];
  /** Entities of other areas that it may read, never write. */
  readonly reads: readonly AnyEntity[];
  /** What it computes from records and can compute again, by the name that its partitions begin with in capitals. */
  readonly projections?: readonly Pick<AnyEntity, 'name'>[];
  readonly routes: readonly Route[];
  /** `tasks.ts` exists: called by workflows and schedules with `{ task, … }`. */
  readonly tasks?: { readonly schedules: readonly Schedule[]; readonly impact: string; readonly can: readonly Ability[] };
  /** `events.ts` exists: called with events of the bus, each once or more. */
  readonly events?: {
    readonly rules: readonly EventRule[];
    /** Also called with what SES reports of our mails (source `aws.ses`, on the default bus). */
    readonly receipts?: boolean;
    readonly impact: string;
    readonly can: readonly Ability[];
  };
  /** `signals.ts` exists: called with events of the bus that become incidents, and with CloudWatch's alarms on the default bus. */
  readonly signals?: { readonly rules: readonly EventRule[]; readonly impact: string };
  /** `starter.ts` exists: called from a FIFO queue, in strict order per record; starts the area's workflows (`workflows/*.asl.json`). */
  readonly starter?: { readonly workflows: readonly string[]; readonly impact: string };
  /** `webhooks.ts` exists: called from a FIFO queue with every event, in strict order per record; tells other software. */
  readonly webhooks?: { readonly impact: string };
  /** `intake.ts` exists: called when the mail bucket has received a message. */
  readonly intake?: { readonly impact: string };
}

/** CloudWatch's own alarms, on the account's default bus. */
export const ALARMS = { source: 'aws.cloudwatch', detailType: 'CloudWatch Alarm State Change' } as const;

/** Which events of the bus a function hears; `tells` narrows to those that carry notices. */
export interface EventRule {
  /** Exact, such as `message.accepted`, or a prefix that ends in a dot, such as `incident.`. */
  readonly detailType: string;
  readonly tells?: true;
}

export const defineArea = (area: Area): Area => area;
