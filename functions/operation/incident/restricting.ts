import { Refusal } from '../../kernel/errors.js';
import type { Change } from './clocking.js';
import { refuseInFamily } from './family.js';
import type { Incident } from './incident.js';

/**
 * Security and personnel matters: a restricted incident is seen by the members of the teams named, and by auditors; by nobody else,
 * whatever their role, in no list and in no letter. What its requester writes still reaches it. Pure.
 */
export function restrict(incident: Incident, teamIds: readonly string[], reason: string): Change {
  if (incident.status === 'merged')
    throw new Refusal('conflict', `${incident.number} was merged; restrict the one that goes on.`);
  refuseInFamily(incident, 'restrict it');
  return {
    next: { ...incident, restricted: true, restrictedTo: [...new Set(teamIds)] },
    event: 'incident.restricted',
    detail: { teamIds, reason },
  };
}

export function liftRestriction(incident: Incident, reason: string): Change {
  const { restricted, restrictedTo: _, ...rest } = incident;
  if (!restricted) throw new Refusal('conflict', `${incident.number} is not restricted.`);
  refuseInFamily(incident, 'lift its restriction');
  return { next: rest, event: 'incident.opened-up', detail: { reason } };
}
