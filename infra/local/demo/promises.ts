import type { CalendarKey } from './calendars.js';
import type { CustomerKey, StaffKey, TeamKey } from './people.js';

/** What the demo organisation offers and promises: services, agreements, the priority matrix and who is told when. */

export const services = {
  warehouse: {
    title: 'Warehouse management',
    description: 'Receiving, picking and dispatch at the customers’ warehouses, with handheld scanners.',
    team: 'applications',
    owner: 'owner',
    criticality: 1,
    calendar: 'always',
    policy: 'critical',
  },
  network: {
    title: 'Network and connectivity',
    description: 'Site networks, wireless in the halls, lines between sites and remote access.',
    team: 'network',
    owner: 'owner',
    criticality: 1,
    calendar: 'always',
    policy: 'critical',
  },
  customs: {
    title: 'Customs and shipping documents',
    description: 'Export and import declarations, delivery notes and bills of lading.',
    team: 'applications',
    owner: 'gao',
    criticality: 2,
    calendar: 'hamburg',
    policy: 'ordinary',
  },
  mail: {
    title: 'E-mail and collaboration',
    description: 'Mailboxes, shared calendars, meetings and file shares.',
    team: 'desk',
    owner: 'owner',
    criticality: 2,
    calendar: 'hamburg',
    policy: 'ordinary',
  },
  workplace: {
    title: 'Workplace and printing',
    description: 'Notebooks, phones, label and office printers.',
    team: 'desk',
    owner: 'gao',
    criticality: 3,
    calendar: 'hamburg',
    policy: 'ordinary',
  },
} as const satisfies Record<string, ServiceFacts>;

interface ServiceFacts {
  readonly title: string;
  readonly description: string;
  readonly team: TeamKey;
  readonly owner: StaffKey;
  readonly criticality: number;
  readonly calendar: CalendarKey;
  readonly policy: PolicyKey;
}

export type ServiceKey = keyof typeof services;

type Target = { readonly minutes: number } | { readonly days: number };
export interface Targets {
  readonly response: Target;
  readonly resolution: Target;
  readonly update?: Target;
}
type Priority = '1' | '2' | '3' | '4' | '5';

export interface Promised {
  readonly title: string;
  readonly customer?: CustomerKey;
  /** None: all services of the customer. */
  readonly services: readonly ServiceKey[];
  readonly calendar: CalendarKey;
  readonly timezone: string;
  readonly retarget: 'carry' | 'restart' | 'retroactive';
  readonly targets: Readonly<Record<Priority, Targets>>;
}

const minutes = (response: number, resolution: number, update?: number): Targets => ({
  response: { minutes: response },
  resolution: { minutes: resolution },
  ...(update !== undefined && { update: { minutes: update } }),
});
const days = (response: number, resolution: number): Targets => ({
  response: { minutes: response },
  resolution: { days: resolution },
});

const AROUND_THE_CLOCK = {
  '1': minutes(15, 240, 60),
  '2': minutes(30, 480, 120),
  '3': minutes(120, 1440),
  '4': minutes(480, 2880),
  '5': minutes(480, 4320),
};

export const agreements = {
  harbour: {
    title: 'Harbour Logistics: all services',
    customer: 'harbour',
    services: [],
    calendar: 'hamburg',
    timezone: 'Europe/Berlin',
    retarget: 'carry',
    targets: { '1': minutes(15, 240, 60), '2': minutes(30, 480, 240), '3': days(120, 2), '4': days(240, 4), '5': days(480, 8) },
  },
  harbourCritical: {
    title: 'Harbour Logistics: warehouse and network, around the clock',
    customer: 'harbour',
    services: ['warehouse', 'network'],
    calendar: 'always',
    timezone: 'Europe/Berlin',
    retarget: 'carry',
    targets: AROUND_THE_CLOCK,
  },
  jade: {
    title: '玉河贸易：仓储与办公 (Jade River Trading: warehouse and office)',
    customer: 'jade',
    services: ['warehouse', 'customs', 'workplace'],
    calendar: 'shanghai',
    timezone: 'Asia/Shanghai',
    retarget: 'retroactive',
    targets: { '1': minutes(20, 240, 60), '2': minutes(45, 480, 240), '3': days(120, 2), '4': days(240, 4), '5': days(480, 8) },
  },
  jadeNetwork: {
    title: '玉河贸易：网络全天候 (Jade River Trading: network around the clock)',
    customer: 'jade',
    services: ['network'],
    calendar: 'always',
    timezone: 'Asia/Shanghai',
    retarget: 'carry',
    targets: AROUND_THE_CLOCK,
  },
  mailDefault: {
    title: 'E-mail and collaboration: default for every customer',
    services: ['mail'],
    calendar: 'hamburg',
    timezone: 'Europe/Berlin',
    retarget: 'carry',
    targets: { '1': minutes(30, 480, 120), '2': minutes(60, 600, 300), '3': days(240, 3), '4': days(480, 5), '5': days(600, 10) },
  },
} as const satisfies Record<string, Promised>;

export type AgreementKey = keyof typeof agreements;

/** The agreement that holds, as the system will find it too: the customer's for the service, its general one, the default. */
export function agreementFor(customer: CustomerKey, service: ServiceKey): Promised {
  const all: readonly Promised[] = Object.values(agreements);
  return (
    all.find((each) => each.customer === customer && each.services.includes(service)) ??
    all.find((each) => each.customer === customer && each.services.length === 0) ??
    all.find((each) => each.customer === undefined && each.services.includes(service))!
  );
}

/** Rows by impact, columns by urgency. */
export const PRIORITIES = [
  [1, 2, 3],
  [2, 3, 4],
  [3, 4, 5],
] as const;

const assignee = { kind: 'assignee' } as const;
const level = (of: number) => ({ kind: 'team-level', level: of }) as const;
const owner = { kind: 'service-owner' } as const;
const terminal = { kind: 'topic', topic: 'management' } as const;
const email = ['email'] as const;

export const policies = {
  ordinary: {
    title: 'Ordinary services',
    isDefault: true,
    steps: [
      { id: 'unanswered', clock: 'response', at: { percent: 80 }, audience: [assignee, level(1)], channels: email },
      { id: 'response-missed', clock: 'response', at: { minutesAfter: 0 }, audience: [level(2)], channels: email },
      { id: 'three-quarters', clock: 'resolution', at: { percent: 75 }, audience: [assignee], channels: email },
      { id: 'breached', clock: 'resolution', at: { minutesAfter: 0 }, audience: [assignee, owner], channels: email },
      { id: 'update-owed', clock: 'update', at: { minutesBefore: 15 }, audience: [assignee], channels: email },
    ],
    terminal,
  },
  critical: {
    title: 'Critical services',
    isDefault: false,
    steps: [
      {
        id: 'page',
        clock: 'response',
        at: { percent: 50 },
        audience: [level(1)],
        channels: email,
        acknowledgeWithinMinutes: 10,
      },
      { id: 'three-quarters', clock: 'resolution', at: { percent: 75 }, audience: [assignee, level(1)], channels: email },
      { id: 'nearly-due', clock: 'resolution', at: { minutesBefore: 30 }, audience: [assignee, owner], channels: email },
      {
        id: 'breached',
        clock: 'resolution',
        at: { minutesAfter: 0 },
        audience: [assignee, owner, { kind: 'relationship-owner' }],
        channels: ['email', 'topic'],
      },
      { id: 'update-owed', clock: 'update', at: { minutesBefore: 15 }, audience: [assignee], channels: email },
    ],
    terminal,
  },
} as const;

export type PolicyKey = 'ordinary' | 'critical';
