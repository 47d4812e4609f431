import type { Reachable } from '../../design/escalation-policy/ladder.js';
import type { Audience } from '../../design/escalation-policy/policy.js';
import type { Notice } from '../../kernel/notice.js';
import type { Records } from '../../kernel/records.js';
import { customer } from '../../relationship/customer.js';
import { service } from '../../strategy/service.js';
import { person } from '../../support/person.js';
import { team } from '../../support/team.js';
import type { Incident } from './incident.js';

/** The people behind the roles of an escalation policy, at this moment: only those who are active count. */
export interface OnDuty {
  readonly assignee: readonly string[];
  /** Level 1 first. */
  readonly levels: readonly (readonly string[])[];
  readonly serviceOwner: readonly string[];
  readonly relationshipOwner: readonly string[];
}

export async function onDuty(records: Records, { assigneeId, teamId, serviceId, customerId }: Incident): Promise<OnDuty> {
  const [group, offered, party] = await Promise.all([
    teamId === undefined ? undefined : records.find(team.entity, teamId),
    serviceId === undefined ? undefined : records.find(service.entity, serviceId),
    customerId === undefined ? undefined : records.find(customer.entity, customerId),
  ]);
  const levels = (group?.record.levels ?? []) as string[][];
  const named = [assigneeId, offered?.record.ownerId, party?.record.relationshipOwnerId, ...levels.flat()].filter(
    (id): id is string => id !== undefined,
  );
  const people = await Promise.all([...new Set(named)].map((id) => records.find(person.entity, id)));
  const active = new Set(people.flatMap((found) => (found?.record.status === 'active' ? [found.record.id] : [])));
  const only = (ids: readonly (string | undefined)[]) => ids.filter((id): id is string => id !== undefined && active.has(id));
  return {
    assignee: only([assigneeId]),
    levels: levels.map(only),
    serviceOwner: only([offered?.record.ownerId]),
    relationshipOwner: only([party?.record.relationshipOwnerId]),
  };
}

export const reachableFrom = ({ assignee, levels, serviceOwner, relationshipOwner }: OnDuty): Reachable => ({
  assignee: assignee.length > 0,
  levels: levels.map((level) => level.length > 0),
  serviceOwner: serviceOwner.length > 0,
  relationshipOwner: relationshipOwner.length > 0,
});

/** Whom an audience means; everybody once, however many of its roles they have. */
export function recipientsOf(audience: readonly Audience[], duty: OnDuty): Notice['to'][] {
  const all = audience.flatMap((member) => behind(member, duty));
  return [...new Map(all.map((to) => [`${to.kind}#${to.id}`, to])).values()];
}

function behind(member: Audience, duty: OnDuty): Notice['to'][] {
  switch (member.kind) {
    case 'topic':
      return [{ kind: 'topic', id: member.topic }];
    case 'assignee':
      return people(duty.assignee);
    case 'team-level':
      return people(duty.levels[member.level - 1] ?? []);
    case 'service-owner':
      return people(duty.serviceOwner);
    case 'relationship-owner':
      return people(duty.relationshipOwner);
  }
}

const people = (ids: readonly string[]): Notice['to'][] => ids.map((id) => ({ kind: 'person', id }));
