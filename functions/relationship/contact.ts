import * as z from 'zod';
import { Email, Identity, identityKey, Language, TimeZone } from '../kernel/facts.js';
import { defineLifecycle } from '../kernel/lifecycle.js';
import { GRANTS, STAFF } from '../kernel/permission.js';
import { Id } from '../kernel/record.js';
import { defineRegister } from '../kernel/register.js';

/** A person at a customer: who reports, orders, follows and rates. Found from a token by issuer and subject, from mail by address. */
export const contact = defineRegister({
  name: 'contact',
  plural: 'contacts',
  prefix: 'CON',
  clause: '8.3.2',
  lifecycle: defineLifecycle({
    states: ['active', 'retired', 'erased'],
    moves: {
      retire: { from: ['active'], to: 'retired' },
      reinstate: { from: ['retired'], to: 'active' },
      erase: { from: ['active', 'retired'], to: 'erased' },
    },
  }),
  facts: {
    customerId: Id,
    email: Email,
    phone: z.string().trim().max(40).optional(),
    language: Language.default('en'),
    timezone: TimeZone.optional().describe('Otherwise the customer’s'),
    grants: z
      .array(z.enum(GRANTS))
      .max(GRANTS.length)
      .default([])
      .describe('`customer-wide`: sees all incidents of its customer. `on-behalf`: reports for its colleagues'),
    identity: Identity.optional().describe('Links a sign-in to this contact'),
  },
  list: ['customerId', 'email'],
  personal: ['title', 'email', 'phone', 'identity', 'notes'],
  access: {
    byCustomer: {
      index: 'gsi3',
      partition: 'CONTACT#customer#{customerId}',
      sort: '{createdAt}#{id}',
      order: 'created',
      newestFirst: true,
    },
  },
  customer: { field: 'customerId', of: ({ customerId }) => customerId },
  unique: { email: ({ email }) => email, identity: ({ identity }) => identity && identityKey(identity) },
  subject: { address: 'email' },
  blank: ({ id }) => ({ title: 'Erased', email: `erased-${id}@erased.invalid` }),
  roles: { read: STAFF, write: ['agent', 'relationship-manager', 'sms-manager', 'admin'] },
});
