import * as z from 'zod';
import { Domain, Language, TimeZone } from '../kernel/facts.js';
import { STAFF } from '../kernel/permission.js';
import { Id } from '../kernel/record.js';
import { defineRegister } from '../kernel/register.js';

/** An organisation that we serve (ISO/IEC 20000-1:2018, 8.3.2). */
export const customer = defineRegister({
  name: 'customer',
  plural: 'customers',
  prefix: 'CUS',
  clause: '8.3.2',
  facts: {
    domains: z.array(Domain).max(20).default([]).describe('Mail from these domains is theirs; a domain belongs to one customer'),
    timezone: TimeZone,
    language: Language.default('en'),
    relationshipOwnerId: Id.optional().describe('The person who answers for the relationship'),
    usualServiceId: Id.optional().describe(
      'What they report without naming a service is taken to be about this one; without it their clocks wait for the desk to say',
    ),
    servedApart: z
      .boolean()
      .optional()
      .describe('Some people serve this customer only: its incidents are listed once more for them, in queues of its own'),
    reviewCadence: z.enum(['monthly', 'quarterly', 'half-yearly', 'yearly']).default('quarterly'),
  },
  list: ['timezone', 'relationshipOwnerId'],
  derived: { customerId: ({ id }) => id },
  access: {
    bySelf: { index: 'gsi3', partition: 'CUSTOMER#customer#{customerId}', sort: '{numberKey}', order: 'number' },
  },
  customer: { field: 'customerId', of: ({ id }) => id },
  unique: { domains: ({ domains }) => domains },
  roles: { read: STAFF, write: ['relationship-manager', 'sms-manager', 'admin'] },
});
