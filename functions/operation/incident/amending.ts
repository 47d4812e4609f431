import * as z from 'zod';
import { Refusal } from '../../kernel/errors.js';
import type { Role } from '../../kernel/permission.js';
import type { Context, Route } from '../../kernel/route.js';
import { amendRoute } from '../../kernel/write-routes.js';
import { person } from '../../support/person.js';
import { team } from '../../support/team.js';
import type { Assignment } from './commands.js';
import { incidents } from './entity.js';
import { refuseUnlessLive } from './incident.js';

/** `PATCH`: what was reported, while somebody still works on it; the lifecycle governs everything else. */
export const amendRule = (report: z.ZodRawShape, roles: readonly Role[]): Route =>
  amendRoute(incidents, roles, z.strictObject(report), (current, next) => {
    refuseUnlessLive(current, 'amend');
    return { next, event: 'incident.amended' };
  });

/** An assignment names a team and a person in use, at least one of them. */
export async function settleAssignment({ teamId, assigneeId }: Assignment, { records }: Pick<Context, 'records'>): Promise<void> {
  if (teamId === undefined && assigneeId === undefined)
    throw new Refusal('invalid', 'Name a team or a person.', { errors: [{ pointer: '', message: 'Nobody is named.' }] });
  const [group, somebody] = await Promise.all([
    teamId === undefined ? undefined : records.find(team.entity, teamId),
    assigneeId === undefined ? undefined : records.find(person.entity, assigneeId),
  ]);
  const errors = [
    ...(teamId === undefined || group?.record.status === 'active'
      ? []
      : [{ pointer: '/teamId', message: 'There is no such team in use.' }]),
    ...(assigneeId === undefined || somebody?.record.status === 'active'
      ? []
      : [{ pointer: '/assigneeId', message: 'There is no such person, or it was deactivated.' }]),
  ];
  if (errors.length > 0) throw new Refusal('invalid', errors[0]!.message, { errors });
}
