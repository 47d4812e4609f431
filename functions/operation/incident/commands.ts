import type * as z from 'zod';
import type { Happening } from '../../design/agreement/clock-state.js';
import { type Comment, commentItem } from '../../kernel/comment-routes.js';
import { Refusal } from '../../kernel/errors.js';
import type { Notice } from '../../kernel/notice.js';
import type { Moving } from '../../kernel/write-routes.js';
import type { Change } from './clocking.js';
import { answered } from './escalation.js';
import { type Incident, lifecycle, phaseOf, type Resolution, refuseUnlessLive } from './incident.js';

/** What may be done to an incident: each command takes it as it stands and says what it becomes, or refuses. Pure. */

const happening = (
  kind: 'acknowledged' | 'replied' | 'resumed' | 'resolved' | 'reopened' | 'cancelled',
  { caller, now }: Moving,
): Happening => ({ kind, at: now, by: caller.id });

/** Tells the requester, if there is one and it was not the requester who did it. */
const toRequester = (
  { requesterId }: Incident,
  { caller }: Moving,
  key: string,
  letter: string,
  data?: Notice['data'],
): Notice[] =>
  requesterId === undefined || requesterId === caller.id
    ? []
    : [{ key: `${key}#${requesterId}`, letter, to: { kind: 'contact', id: requesterId }, ...(data && { data }) }];

/** Tells whoever works on it: the assignee, and nobody about their own doing. */
const toAssignee = (
  { assigneeId }: Incident,
  { caller }: Moving,
  key: string,
  letter: string,
  data?: Notice['data'],
): Notice[] =>
  assigneeId === undefined || assigneeId === caller.id
    ? []
    : [{ key: `${key}#${assigneeId}`, letter, to: { kind: 'person', id: assigneeId }, ...(data && { data }) }];

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

/** To a team, a person, or both; giving a team alone takes the person off. */
export function assign(incident: Incident, to: Assignment, moving: Moving): Change {
  refuseUnlessLive(incident, 'assign');
  const { teamId: _team, assigneeId: _assignee, ...rest } = incident;
  const teamId = to.teamId ?? incident.teamId;
  const next: Incident = {
    ...rest,
    ...(teamId !== undefined && { teamId }),
    ...(to.assigneeId !== undefined && { assigneeId: to.assigneeId }),
  };
  return {
    next,
    event: 'incident.assigned',
    detail: { ...to },
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
    notices: toRequester(incident, moving, `resolved#${incident.reopenings}`, 'incident-resolved'),
  };
}

/** The clocks go on where they stopped, in a new cycle; the resolution stays in the history. */
export function reopen(incident: Incident, reason: string, moving: Moving): Change {
  const { resolution: _r, resolvedAt: _at, closedAt: _c, ...rest } = incident;
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
    notices: toRequester(incident, moving, `closed#${incident.reopenings}`, 'incident-closed'),
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
 * A requester's own resumes what waits for the customer, and reopens what is resolved. A machine's does none of it.
 */
export function comment(incident: Incident, said: Comment, moving: Moving): Change {
  const detail = { comment: said.id, visibility: said.visibility, fromRequester: said.fromRequester, via: said.via };
  const base = { event: 'incident.commented' as const, detail, companions: [commentItem(said)], quiet: true };
  if (said.automatic || said.visibility === 'internal') return { ...base, next: incident };
  if (!said.fromRequester) {
    const live = phaseOf(incident) === 'live';
    return {
      ...base,
      next: incident,
      ...(live && { happenings: [happening('replied', moving)] }),
      notices: toRequester(incident, moving, `comment#${said.id}`, 'public-comment', { comment: said.id }),
    };
  }
  const notices = toAssignee(incident, moving, `requester-comment#${said.id}`, 'public-comment', { comment: said.id });
  if (incident.status === 'resolved') {
    const change = reopen(incident, 'The requester answered.', moving);
    return {
      ...change,
      detail: { ...change.detail, ...detail },
      companions: base.companions,
      notices: [...(change.notices ?? []), ...notices],
    };
  }
  if (incident.status === 'pending' && incident.pending?.reason === 'customer') {
    const change = resume(incident, moving, 'The requester answered.');
    return { ...change, detail: { ...change.detail, ...detail }, companions: base.companions, notices };
  }
  return { ...base, next: incident, notices };
}
