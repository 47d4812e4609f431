import * as z from 'zod';
import { Email } from '../kernel/facts.js';
import { STAFF } from '../kernel/permission.js';
import { defineRegister } from '../kernel/register.js';

/** An external or internal supplier, or a customer acting as one (ISO/IEC 20000-1:2018, 8.3.4). */
export const supplier = defineRegister({
  name: 'supplier',
  plural: 'suppliers',
  prefix: 'SUP',
  clause: '8.3.4',
  facts: {
    kind: z.enum(['external', 'internal', 'customer']).default('external'),
    supplies: z.string().trim().max(2000).optional().describe('What it provides or operates'),
    email: Email.optional(),
    phone: z.string().trim().max(40).optional(),
    website: z
      .url({ protocol: /^https?$/ })
      .max(300)
      .optional(),
    importance: z.enum(['low', 'medium', 'high']).default('medium'),
  },
  list: ['kind', 'importance', 'reviewOn'],
  personal: ['email', 'phone'],
  roles: { read: STAFF, write: ['relationship-manager', 'service-owner', 'sms-manager', 'admin'] },
});
