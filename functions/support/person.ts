import * as z from 'zod';
import { Email, Identity, identityKey, Language, TimeZone } from '../kernel/facts.js';
import { defineLifecycle } from '../kernel/lifecycle.js';
import { STAFF } from '../kernel/permission.js';
import { Id } from '../kernel/record.js';
import { defineRegister } from '../kernel/register.js';

/** Somebody who works here: told of escalations, named in history (ISO/IEC 20000-1:2018, 7.2). */
export const person = defineRegister({
  name: 'person',
  plural: 'people',
  prefix: 'PER',
  clause: '7.2',
  lifecycle: defineLifecycle({
    states: ['active', 'deactivated', 'erased'],
    moves: {
      deactivate: { from: ['active'], to: 'deactivated' },
      reactivate: { from: ['deactivated'], to: 'active' },
      erase: { from: ['active', 'deactivated'], to: 'erased' },
    },
  }),
  facts: {
    email: Email,
    phone: z.string().trim().max(40).optional(),
    language: Language.default('en'),
    timezone: TimeZone.default('UTC'),
    customerScope: z
      .array(Id)
      .max(20)
      .optional()
      .describe(
        'The customers that this person serves, and sees nothing of others; left out: all. Their customers are served apart',
      ),
    deputyId: Id.optional().describe('Who stands in'),
    identity: Identity.optional().describe('Links a sign-in to this person'),
  },
  list: ['email', 'language'],
  personal: ['title', 'email', 'phone', 'identity', 'notes'],
  unique: { email: ({ email }) => email, identity: ({ identity }) => identity && identityKey(identity) },
  subject: { address: 'email' },
  blank: ({ id }) => ({ title: 'Erased', email: `erased-${id}@erased.invalid` }),
  roles: { read: STAFF, write: ['sms-manager', 'admin'] },
});
