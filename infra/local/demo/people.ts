import type { Role } from '../../../functions/kernel/permission.js';
import { samplePeople } from '../sample-people.js';
import type { Actor } from './past-desk.js';

/**
 * Who works at the demo organisation, and who reports from its customers. The sample people can sign in; their colleagues
 * cannot, and only appear in records. Keys are the subjects of their sign-ins.
 */
export interface Colleague {
  readonly name: string;
  readonly email: string;
  readonly language: 'en' | 'zh-CN';
  readonly timezone: string;
  readonly roles: readonly Role[];
}

const nameOf = (id: string): string => samplePeople.find((person) => person.id === id)!.name;
const rolesOf = (id: string): readonly Role[] => samplePeople.find((person) => person.id === id)!.roles;

const sample = (id: string, mailbox: string, timezone: string, language: Colleague['language'] = 'en'): Colleague => ({
  name: nameOf(id),
  email: `${mailbox}@lighthouse.example`,
  language,
  timezone,
  roles: rolesOf(id),
});

const colleague = (
  name: string,
  mailbox: string,
  timezone: string,
  language: Colleague['language'] = 'en',
  roles: readonly Role[] = ['agent'],
): Colleague => ({ name, email: `${mailbox}@lighthouse.example`, language, timezone, roles });

export const staff = {
  admin: sample('admin', 'robin.keller', 'Europe/Berlin'),
  agent: sample('agent', 'ada.okafor', 'Europe/Berlin'),
  'agent-2': sample('agent-2', 'lin.wei', 'Asia/Shanghai', 'zh-CN'),
  owner: sample('owner', 'jonas.brandt', 'Europe/Berlin'),
  relations: sample('relations', 'sofia.marin', 'Europe/Madrid'),
  sms: sample('sms', 'priya.nair', 'Europe/London'),
  auditor: sample('auditor', 'tomas.novak', 'Europe/Prague'),
  mateusz: colleague('Mateusz Zielinski', 'mateusz.zielinski', 'Europe/Warsaw'),
  hanna: colleague('Hanna Vogt', 'hanna.vogt', 'Europe/Berlin'),
  zhao: colleague('赵敏', 'zhao.min', 'Asia/Shanghai', 'zh-CN'),
  he: colleague('何军', 'he.jun', 'Asia/Shanghai', 'zh-CN'),
  gao: colleague('高洁', 'gao.jie', 'Asia/Shanghai', 'zh-CN', ['service-owner', 'agent']),
} as const satisfies Record<string, Colleague>;

export type StaffKey = keyof typeof staff;

export const actorOf = (key: StaffKey): Actor => ({ subject: key, roles: staff[key].roles });

export const teams = {
  desk: {
    title: 'Service desk',
    members: ['agent', 'agent-2', 'admin'],
    levels: [['agent', 'agent-2'], ['admin']],
    skills: ['first contact', 'workplace', 'mail', 'Chinese'],
  },
  network: {
    title: 'Network and infrastructure',
    members: ['mateusz', 'he'],
    levels: [['mateusz', 'he'], ['owner']],
    skills: ['network', 'wireless', 'servers', 'Chinese'],
  },
  applications: {
    title: 'Business applications',
    members: ['hanna', 'zhao'],
    levels: [
      ['hanna', 'zhao'],
      ['owner', 'gao'],
    ],
    skills: ['warehouse management', 'customs', 'Chinese'],
  },
} as const satisfies Record<string, { title: string; members: StaffKey[]; levels: StaffKey[][]; skills: string[] }>;

export type TeamKey = keyof typeof teams;

/** Who takes an incident of a team: one in Europe, one in Asia. */
export const hands: Readonly<Record<TeamKey, { readonly europe: StaffKey; readonly asia: StaffKey }>> = {
  desk: { europe: 'agent', asia: 'agent-2' },
  network: { europe: 'mateusz', asia: 'he' },
  applications: { europe: 'hanna', asia: 'zhao' },
};

export const customers = {
  harbour: {
    title: 'Harbour Logistics',
    timezone: 'Europe/Berlin',
    language: 'en',
    domains: ['harbour-logistics.example'],
    reviewCadence: 'monthly',
    notes: 'Warehouses at Altenwerder and Billbrook, offices in the HafenCity. About 240 people.',
  },
  jade: {
    title: 'Jade River Trading',
    timezone: 'Asia/Shanghai',
    language: 'zh-CN',
    domains: ['jade-river.example'],
    reviewCadence: 'quarterly',
    notes: '上海浦东总部，洋山与宁波各一处仓库，约 160 人。',
  },
} as const;

export type CustomerKey = keyof typeof customers;

export interface Reporter {
  readonly customer: CustomerKey;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly language: 'en' | 'zh-CN';
}

const reporter = (
  customer: CustomerKey,
  name: string,
  mailbox: string,
  phone: string,
  language: Reporter['language'],
): Reporter => ({ customer, name, email: `${mailbox}@${customers[customer].domains[0]}`, phone, language });

export const contacts = {
  requester: reporter('harbour', nameOf('requester'), 'clara.hoffmann', '+49 40 5550 101', 'en'),
  petersen: reporter('harbour', 'Jan Petersen', 'jan.petersen', '+49 40 5550 118', 'en'),
  wolff: reporter('harbour', 'Miriam Wolff', 'miriam.wolff', '+49 40 5550 124', 'en'),
  lorenzen: reporter('harbour', 'Sven Lorenzen', 'sven.lorenzen', '+49 40 5550 133', 'en'),
  demir: reporter('harbour', 'Aylin Demir', 'aylin.demir', '+49 40 5550 142', 'en'),
  'requester-2': reporter('jade', nameOf('requester-2'), 'chen.jing', '+86 21 5550 0101', 'zh-CN'),
  wang: reporter('jade', '王磊', 'wang.lei', '+86 21 5550 0116', 'zh-CN'),
  liu: reporter('jade', '刘芳', 'liu.fang', '+86 21 5550 0123', 'zh-CN'),
  qiang: reporter('jade', '赵强', 'zhao.qiang', '+86 574 5550 0131', 'zh-CN'),
  zhou: reporter('jade', '周婷', 'zhou.ting', '+86 21 5550 0140', 'zh-CN'),
} as const satisfies Record<string, Reporter>;

export type ContactKey = keyof typeof contacts;

export const requesterOf = (key: ContactKey): Actor => ({ subject: key, roles: ['requester'] });

export const contactsAt = (customer: CustomerKey): ContactKey[] =>
  (Object.keys(contacts) as ContactKey[]).filter((key) => contacts[key].customer === customer);
