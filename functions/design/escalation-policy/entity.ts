import * as z from 'zod';
import { byCreation } from '../../kernel/entity.js';
import { Refusal } from '../../kernel/errors.js';
import { STAFF } from '../../kernel/permission.js';
import { type RegisterDeclaration, registerEntity } from '../../kernel/register.js';
import { EscalationPolicy } from './policy.js';

/** Escalation policies as records: versioned, as a clock keeps the version that held when its cycle started. */
export const escalationPolicyRegister: RegisterDeclaration = {
  name: 'escalation-policy',
  plural: 'escalation-policies',
  prefix: 'ESC',
  clause: '8.6.1',
  facts: {
    ...EscalationPolicy.shape,
    isDefault: z.boolean().default(false).describe('Holds where a service names no other; one policy at the most'),
  },
  list: ['isDefault'],
  versioned: true,
  access: { byCreation: byCreation('escalation-policy', 'gsi2') },
  unique: { default: ({ isDefault, status }) => (isDefault && status === 'active' ? 'default' : undefined) },
  refuse: ({ steps, terminal }) => {
    const parsed = EscalationPolicy.safeParse({ steps, terminal });
    if (parsed.success) return;
    const errors = parsed.error.issues.map(({ path, message }) => ({
      pointer: path.map((step) => `/${String(step)}`).join(''),
      message,
    }));
    throw new Refusal('invalid', errors[0]!.message, { errors });
  },
  roles: { read: STAFF, write: ['service-owner', 'sms-manager', 'admin'] },
};

export const escalationPolicies = registerEntity(escalationPolicyRegister);
