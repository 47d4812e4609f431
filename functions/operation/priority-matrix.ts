import * as z from 'zod';
import { Refusal } from '../kernel/errors.js';
import { STAFF } from '../kernel/permission.js';
import { defineRegister } from '../kernel/register.js';

/** How impact and urgency make a priority; versioned, and each incident keeps the version it was judged by. */
export const priorityMatrix = defineRegister({
  name: 'priority-matrix',
  plural: 'priority-matrices',
  prefix: 'PMX',
  clause: '8.6.1',
  facts: {
    priorities: z
      .array(z.array(z.int().min(1).max(5)).min(2).max(5))
      .min(2)
      .max(5)
      .describe('Rows by impact, columns by urgency, both from 1, the highest; cells are priorities'),
  },
  list: [],
  versioned: true,
  unique: { current: ({ status }) => (status === 'active' ? 'current' : undefined) },
  refuse: ({ priorities }: { priorities: number[][] }) => {
    const uneven = priorities.findIndex((row) => row.length !== priorities[0]!.length);
    if (uneven > 0) {
      const message = 'Every impact needs a priority for every urgency: the rows are of one length.';
      throw new Refusal('invalid', message, { errors: [{ pointer: `/priorities/${uneven}`, message }] });
    }
  },
  roles: { read: STAFF, write: ['service-owner', 'sms-manager', 'admin'] },
});

/** Holds while an organisation has not set a matrix of its own: three by three, after ITIL. */
export const COMMON_MATRIX: readonly (readonly number[])[] = [
  [1, 2, 3],
  [2, 3, 4],
  [3, 4, 5],
];

/** The priority of an impact and urgency; refuses levels that the matrix does not have. */
export function priorityOf(priorities: readonly (readonly number[])[], impact: number, urgency: number): number {
  const found = priorities[impact - 1]?.[urgency - 1];
  if (found !== undefined) return found;
  const wrong = impact > priorities.length ? 'impact' : 'urgency';
  const most = wrong === 'impact' ? priorities.length : priorities[0]!.length;
  throw new Refusal('invalid', `The ${wrong} goes from 1 to ${most}.`, {
    errors: [{ pointer: `/${wrong}`, message: `From 1 to ${most}.` }],
  });
}
