import * as z from 'zod';
import { byCreation } from '../kernel/entity.js';
import { STAFF } from '../kernel/permission.js';
import { Id } from '../kernel/record.js';
import { defineRegister } from '../kernel/register.js';

/** Who works together, and who is told at each level of an escalation (ISO/IEC 20000-1:2018, 5.3). */
export const team = defineRegister({
  name: 'team',
  plural: 'teams',
  prefix: 'TEA',
  clause: '5.3',
  facts: {
    memberIds: z.array(Id).max(200).default([]),
    levels: z
      .array(z.array(Id).max(20))
      .max(5)
      .default([])
      .describe('The people told at escalation level 1, 2, …; an empty level is skipped'),
    supplierId: Id.optional().describe('The supplier whose people it is: its contract then holds for what the team is assigned'),
    skills: z.array(z.string().trim().min(1).max(60)).max(50).default([]),
  },
  list: [],
  access: { byCreation: byCreation('team', 'gsi2') },
  points: { member: ({ memberIds }) => memberIds },
  roles: { read: STAFF, write: ['service-owner', 'sms-manager', 'admin'] },
});
