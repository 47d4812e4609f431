import * as z from 'zod';
import { defineLifecycle } from '../kernel/lifecycle.js';
import { STAFF } from '../kernel/permission.js';
import { Id } from '../kernel/record.js';
import { defineRegister } from '../kernel/register.js';

/** The portfolio, from idea to withdrawal (ISO/IEC 20000-1:2018, 8.2). */
const portfolio = defineLifecycle({
  states: ['pipeline', 'designing', 'live', 'retiring', 'retired'],
  moves: {
    design: { from: ['pipeline'], to: 'designing' },
    launch: { from: ['designing', 'retiring'], to: 'live' },
    withdraw: { from: ['live'], to: 'retiring' },
    retire: { from: ['pipeline', 'designing', 'retiring'], to: 'retired' },
  },
});

/** A title as it is looked up: monitoring systems name services in whatever case and spacing they please. */
export const nameKey = (title: string): string => title.trim().toLowerCase().replace(/\s+/g, ' ').slice(0, 200);

/** What the organisation offers: who answers for it, who supports it, for whom, and how much depends on it. */
export const service = defineRegister({
  name: 'service',
  plural: 'services',
  prefix: 'SVC',
  clause: '8.2.2',
  lifecycle: portfolio,
  facts: {
    description: z.string().trim().max(5000).optional(),
    teamId: Id.optional().describe('The team that supports it, and gets its incidents'),
    criticality: z.int().min(1).max(4).default(3).describe('1 is the most critical'),
    customerIds: z.array(Id).max(500).default([]),
    calendarId: Id.optional().describe('Its service hours'),
    defaultAgreementId: Id.optional().describe('Promised where a customer has no agreement of its own'),
    escalationPolicyId: Id.optional().describe('Who is told when its clocks run out; otherwise the organisation’s default'),
  },
  list: ['criticality', 'teamId', 'ownerId'],
  derived: { name: ({ title }) => nameKey(title) },
  access: { byName: { index: 'gsi2', partition: 'SERVICE#name#{name}', sort: '{id}', order: 'name' } },
  roles: { read: STAFF, write: ['service-owner', 'sms-manager', 'admin'] },
});
