import type * as z from 'zod';
import type { Happening } from '../../design/agreement/clock-state.js';
import { type Comment, commentItem } from '../../kernel/comment-routes.js';
import { Refusal } from '../../kernel/errors.js';
import { isRequester } from '../../kernel/permission.js';
import type { Moving } from '../../kernel/write-routes.js';
import type { Change } from './clocking.js';
import { answered } from './escalation.js';
import { toFollow } from './family.js';
import { type Incident, lifecycle, phaseOf, type Resolution, refuseUnlessLive } from './incident.js';
import { assignedTo } from './opening.js';
import { once, toAssignee, toFollowers } from './told.js';
import type { Underpinned } from './underpinned.js';

/** What may be done to an incident: each command takes it as it stands and says what it becomes, or refuses. Pure. */

const happening = (
  kind: 'acknowledged' | 'replied' | 'resumed' | 'resolved' | 'reopened' | 'cancelled',
  { caller, now }: Moving,
): Happening => ({ kind, at: now, by: caller.id });

/** Somebody takes note: stops the response clock and answers every open page. Once. */
export function acknowledge(incident: Incident, moving: Moving): Change {
  refuseUnlessLive(incident, 'acknowledge');
  const escalation = answered(incident.escalation, moving.now);
  if (
    incident.acknowledgedAt !== undefined &&
    incident.escalation.pages.every(({ acknowledgedAt }) => acknowledgedAt !== undefined)
  ) {
    throw new Refusal('conflict', `${incident.number} was acknowledged at ${incident.acknowledgedAt} already.`);
  }
  return {
    next: {
      ...incident,
      status: incident.status === 'new' ? lifecycle.next('new', 'begin') : incident.status,
      acknowledgedAt: incident.acknowledgedAt ?? moving.now,
      acknowledgedBy: incident.acknowledgedBy ?? moving.caller.id,
      escalation,
    },
    event: 'incident.acknowledged',
    happenings: [happening('acknowledged', moving)],
  };
}

export interface Assignment {
  readonly teamId?: string | undefined;
  readonly assigneeId?: string | undefined;
}

/**
 * To a team, a person, or both; giving a team alone takes the person off. `underpinned`: what that team promises; while the
 * team stays the same, its clock stays too.
 */
export function assign(incident: Incident, to: Assignment, moving: Moving, underpinned?: Underpinned): Change {
  refuseUnlessLive(incident, 'assign');
  const { teamId: _team, assigneeId: _assignee, ...rest } = incident;
  const teamId = to.teamId ?? incident.teamId;
  const passedOn = teamId !== undefined && teamId !== incident.teamId;
  const next: Incident = {
    ...rest,
    ...(teamId !== undefined && { teamId }),
    ...(passedOn && { assignedAt: moving.now }),
    ...(to.assigneeId !== undefined && { assigneeId: to.assigneeId }),
  };
  return {
    next,
    event: 'incident.assigned',
    detail: { ...to },
    ...(passedOn && underpinned && { happenings: [assignedTo(underpinned, moving.now, moving, 'assigned')] }),
    notices: toAssignee(next, moving, `assigned#${incident.version}`, 'assigned'),
  };
}

export function pend(
  incident: Incident,
  waiting: { reason: string; until?: string | undefined; note?: string | undefined },
  { caller, now }: Moving,
): Change {
  const status = lifecycle.next(incident.status, 'pend');
  if (waiting.until !== undefined && waiting.until <= now)
    throw new Refusal('invalid', 'It would have to resume in the past.', {
      errors: [{ pointer: '/until', message: 'Not in the future.' }],
    });
  return {
    next: { ...incident, status, pending: { ...waiting, since: now } },
    event: 'incident.pended',
    detail: { reason: waiting.reason },
    happenings: [{ kind: 'pended', at: now, by: caller.id, reason: waiting.reason }],
  };
}

export function resume(incident: Incident, moving: Moving, why?: string): Change {
  const { pending: _, ...rest } = incident;
  return {
    next: { ...rest, status: lifecycle.next(incident.status, 'resume') },
    event: 'incident.resumed',
    ...(why !== undefined && { detail: { why } }),
    happenings: [happening('resumed', moving)],
  };
}

export function resolve(incident: Incident, resolution: z.infer<typeof Resolution>, moving: Moving): Change {
  const { pending: _, ...rest } = incident;
  const status = lifecycle.next(incident.status, 'resolve');
  return {
    next: { ...rest, status, resolution, resolvedAt: moving.now, escalation: answered(incident.escalation, moving.now) },
    event: 'incident.resolved',
    detail: { code: resolution.code },
    happenings: [happening('resolved', moving)],
    notices: toFollowers(incident, moving, `resolved#${incident.reopenings}`, 'incident-resolved'),
    companions: toFollow(incident, { what: 'resolved', cycle: incident.reopenings }, moving.now),
  };
}

/** The clocks go on where they stopped, in a new cycle; the resolution stays in the history. */
export function reopen(incident: Incident, reason: string, moving: Moving): Change {
  const { resolution: _r, resolvedAt: _at, closedAt: _c, resolvedWith: _w, ...rest } = incident;
  const next: Incident = { ...rest, status: lifecycle.next(incident.status, 'reopen'), reopenings: incident.reopenings + 1 };
  return {
    next,
    event: 'incident.reopened',
    detail: { reason },
    happenings: [happening('reopened', moving)],
    notices: toAssignee(next, moving, `reopened#${next.reopenings}`, 'incident-reopened', { reason }),
  };
}

/** `automatic`: closed by the schedule, after the days that the deployment waits for an objection. */
export function close(incident: Incident, moving: Moving, automatic = false): Change {
  return {
    next: { ...incident, status: lifecycle.next(incident.status, 'close'), closedAt: moving.now },
    event: 'incident.closed',
    detail: { automatic },
    notices: toFollowers(incident, moving, `closed#${incident.reopenings}`, 'incident-closed'),
    companions: toFollow(incident, { what: 'closed', cycle: incident.reopenings }, moving.now),
  };
}

export function cancel(incident: Incident, reason: string, moving: Moving): Change {
  const { pending: _, ...rest } = incident;
  return {
    next: {
      ...rest,
      status: lifecycle.next(incident.status, 'cancel'),
      closedAt: moving.now,
      escalation: answered(incident.escalation, moving.now),
    },
    event: 'incident.cancelled',
    detail: { reason },
    happenings: [happening('cancelled', moving)],
  };
}

/** Minutes of work beside what was done; an entry is appended, never edited. */
export function spend(
  incident: Incident,
  entry: { id: string; minutes: number; text: string; workedOn?: string | undefined },
  { caller, now }: Moving,
): Change {
  return {
    next: { ...incident, minutesSpent: incident.minutesSpent + entry.minutes },
    event: 'incident.worked-on',
    detail: { entry: entry.id, minutes: entry.minutes },
    companions: [{ operation: 'put', sk: `WORKLOG#${entry.id}`, when: 'absent', body: { ...entry, by: caller.id, at: now } }],
    quiet: true,
  };
}

/**
 * A comment. A public one by an agent answers the requester: it stops the response clock and begins the next update interval.
 * A requester's own resumes what waits for the customer, and reopens what is resolved. A machine's does none of it, and what
 * somebody says who only watches moves nothing either. Whoever follows is told of what is public.
 */
export function comment(incident: Incident, said: Comment, moving: Moving): Change {
  if (incident.mergedInto)
    throw new Refusal('conflict', `${incident.number} was merged into ${incident.mergedInto.number}: comment there.`);
  const detail = { comment: said.id, visibility: said.visibility, fromRequester: said.fromRequester, via: said.via };
  const base = { event: 'incident.commented' as const, detail, companions: [commentItem(said)], quiet: true };
  if (said.automatic || said.visibility === 'internal') return { ...base, next: incident };
  const by = { ...moving, caller: { ...moving.caller, id: said.by } };
  const followers = toFollowers(incident, by, `comment#${said.id}`, 'public-comment', { comment: said.id });
  if (!said.fromRequester) {
    const live = phaseOf(incident) === 'live';
    return { ...base, next: incident, ...(live && { happenings: [happening('replied', moving)] }), notices: followers };
  }
  const assignee = toAssignee(incident, by, `requester-comment#${said.id}`, 'public-comment', { comment: said.id });
  const notices = once([...assignee, ...followers]);
  if (onlyWatches(incident, said.by)) return { ...base, next: incident, notices };
  const moved =
    incident.status === 'resolved'
      ? reopen(incident, 'The requester answered.', moving)
      : incident.status === 'pending' && incident.pending?.reason === 'customer'
        ? resume(incident, moving, 'The requester answered.')
        : undefined;
  if (!moved) return { ...base, next: incident, notices };
  return {
    ...moved,
    detail: { ...moved.detail, ...detail },
    companions: base.companions,
    notices: [...(moved.notices ?? []), ...notices],
  };
}

const onlyWatches = ({ requesterId, createdBy, watchers = [] }: Incident, id: string): boolean =>
  id !== requesterId && id !== createdBy && watchers.some((watcher) => watcher.id === id);

/** A public comment on a parent that the requesters of its children are told as well. */
export function announce(incident: Incident, said: Comment, moving: Moving): Change {
  const { number, children = 0 } = incident;
  if (children === 0) throw new Refusal('conflict', `${number} has no children to tell; comment on it.`);
  const change = comment(incident, said, moving);
  const owed = toFollow(incident, { what: 'said', comment: said.id }, moving.now);
  return { ...change, event: 'incident.announced', companions: [...(change.companions ?? []), ...owed] };
}

/** On the customer's side, who reported it decides; who watches it, or sees all of its customer's, reads. */
export function refuseUnlessOwn(incident: Incident, { caller }: Moving): void {
  if (!isRequester(caller) || incident.requesterId === caller.id || incident.createdBy === caller.id) return;
  throw new Refusal('forbidden', 'Who reported it decides that; you may comment on it.');
}
