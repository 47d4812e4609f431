import type { ContactKey, CustomerKey, StaffKey } from './people.js';
import type { ServiceKey } from './promises.js';

/** Suppliers of the demo organisation, and the complaints of its customers, each as far as it got. */

export const suppliers = [
  {
    title: 'Nordkabel Telecom',
    importance: 'high',
    supplies: 'Lines between the Hamburg sites, and the internet uplinks with their fallback over mobile.',
    email: 'noc@nordkabel.example',
    phone: '+49 40 5550 900',
    website: 'https://nordkabel.example',
  },
  {
    title: '申江网络 (Shenjiang Networks)',
    importance: 'high',
    supplies: '浦东、洋山与宁波的专线及互联网接入。',
    email: 'support@shenjiang.example',
    phone: '+86 21 5550 0900',
    website: 'https://shenjiang.example',
  },
  {
    title: 'Elbe Print Service',
    importance: 'medium',
    supplies: 'Label and office printers on lease, with toner, ribbons and repair within the next working day.',
    email: 'service@elbeprint.example',
  },
  {
    title: 'Pickwell Software',
    importance: 'high',
    supplies: 'The warehouse management software and its third-level support.',
    email: 'support@pickwell.example',
    website: 'https://pickwell.example',
  },
  {
    title: 'Facilities',
    kind: 'internal',
    importance: 'low',
    supplies: 'Access cards, power and cooling of the server rooms.',
  },
] as const;

export interface GrievanceStep {
  /** Days after it was logged. */
  readonly after: number;
  readonly as: StaffKey;
  readonly move: 'investigate' | 'act' | 'close' | 'withdraw' | 'escalate';
  readonly body: Readonly<Record<string, unknown>>;
  /** Named in the body by id. */
  readonly to?: StaffKey;
}

export interface Grievance {
  readonly daysAgo: number;
  readonly customer: CustomerKey;
  readonly contact: ContactKey;
  readonly service: ServiceKey;
  readonly severity: 'low' | 'medium' | 'high';
  readonly title: string;
  readonly description: string;
  readonly steps: readonly GrievanceStep[];
}

export const grievances: readonly Grievance[] = [
  {
    daysAgo: 26,
    customer: 'harbour',
    contact: 'petersen',
    service: 'warehouse',
    severity: 'high',
    title: 'Third scanner outage within a month',
    description: 'Every outage costs the late shift an hour, and each time we are told that it was something else.',
    steps: [
      { after: 1, as: 'relations', move: 'investigate', body: {} },
      {
        after: 5,
        as: 'relations',
        move: 'act',
        body: {
          findings: 'Two of the three had the same cause: a certificate that was renewed by hand, too late.',
          action: 'Certificates of the scanner gateway renew by themselves, and are watched 30 days ahead.',
        },
      },
      { after: 12, as: 'relations', move: 'close', body: { agreedWith: 'Jan Petersen', satisfied: true } },
    ],
  },
  {
    daysAgo: 15,
    customer: 'jade',
    contact: 'requester-2',
    service: 'customs',
    severity: 'medium',
    title: '报关单问题处理太慢',
    description: '本月两次报关单被退回，服务台都在第二天才回复，客户的货在港口多停了一天。',
    steps: [
      { after: 1, as: 'relations', move: 'investigate', body: { handlerId: '' }, to: 'agent-2' },
      {
        after: 4,
        as: 'agent-2',
        move: 'act',
        body: {
          findings: '两张工单都误分到汉堡时段，等到欧洲上班才被看到。',
          action: '报关类工单在上海工作时间直接由亚洲同事接手，并调整了分派规则。',
        },
      },
    ],
  },
  {
    daysAgo: 6,
    customer: 'harbour',
    contact: 'requester',
    service: 'workplace',
    severity: 'medium',
    title: 'New starters wait days for their notebooks',
    description: 'Two people who started on the first of the month had no notebook in their first week.',
    steps: [
      { after: 1, as: 'relations', move: 'investigate', body: {} },
      {
        after: 3,
        as: 'relations',
        move: 'escalate',
        body: { personId: '', reason: 'Stock of notebooks is decided by the service owner.' },
        to: 'owner',
      },
    ],
  },
  {
    daysAgo: 11,
    customer: 'harbour',
    contact: 'wolff',
    service: 'mail',
    severity: 'low',
    title: 'Too many surveys after tickets',
    description: 'I am asked to rate every single ticket, even those that I closed myself.',
    steps: [{ after: 2, as: 'relations', move: 'withdraw', body: { reason: 'The surveys came from another provider.' } }],
  },
  {
    daysAgo: 1,
    customer: 'jade',
    contact: 'qiang',
    service: 'network',
    severity: 'medium',
    title: '宁波仓库晚间网络经常变慢',
    description: '最近一周每天 19:00 以后扫描枪都很慢，希望给出原因和改善计划。',
    steps: [],
  },
];
