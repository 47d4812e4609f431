import type { Happening } from '../../design/agreement/clock-state.js';
import type { Notice } from '../../kernel/notice.js';
import type { Minted } from '../../kernel/record.js';
import type { Moving } from '../../kernel/write-routes.js';
import type { Change } from './clocking.js';
import { NO_ESCALATION } from './escalation.js';
import type { Incident } from './incident.js';
import type { Attached } from './surroundings.js';
import type { Underpinned } from './underpinned.js';

/** What is known of an incident when it is opened, with the priority already judged. */
export type Opening = Pick<Incident, 'title' | 'description' | 'impact' | 'urgency' | 'priority' | 'source' | 'receivedAt'> &
  Partial<
    Pick<
      Incident,
      | 'category'
      | 'matrix'
      | 'customerId'
      | 'requesterId'
      | 'serviceId'
      | 'teamId'
      | 'assigneeId'
      | 'messageId'
      | 'monitoring'
      | 'restricted'
      | 'restrictedTo'
      | 'servedApart'
      | 'watchers'
    >
  >;

/** Opens an incident: clocks count from the instant of receipt, by the agreement that holds for it. */
export function open(
  minted: Minted,
  opening: Opening,
  attached: Attached,
  moving: Moving,
  acknowledgeReceipt: boolean,
  underpinned?: Underpinned,
): Change {
  const next: Incident = {
    ...minted,
    ...opening,
    status: 'new',
    reopenings: 0,
    minutesSpent: 0,
    clocks: [],
    ...(opening.teamId !== undefined && { assignedAt: moving.now }),
    escalation: NO_ESCALATION,
    ...agreementOf(attached),
  };
  return {
    next,
    event: 'incident.opened',
    detail: { source: opening.source },
    happenings: [
      retargeted(attached, opening.receivedAt, moving, 'opened'),
      ...(underpinned ? [assignedTo(underpinned, moving.now, moving, 'opened')] : []),
    ],
    notices: [...received(next, acknowledgeReceipt), ...newWork(next, moving)],
  };
}

export const agreementOf = ({ attachment, gap }: Attached): Pick<Incident, 'agreement' | 'gap'> =>
  attachment ? { agreement: { ...attachment.agreement, rule: attachment.rule } } : { gap };

export const retargeted = ({ attachment }: Attached, at: string, { caller }: Moving, why: string): Happening => ({
  kind: 'retargeted',
  at,
  by: caller.id,
  why,
  ...(attachment && { attachment }),
});

/** What an assignment, or the selection anew of what underpins it, is to the clocks. */
export const assignedTo = (
  { to, attachment }: Underpinned,
  since: string | undefined,
  { caller, now }: Moving,
  why: string,
): Happening => ({
  kind: 'assigned',
  at: now,
  by: caller.id,
  to,
  since: since ?? now,
  why,
  ...(attachment && { attachment }),
});

const received = ({ requesterId }: Incident, wanted: boolean): Notice[] =>
  wanted && requesterId !== undefined
    ? [{ key: `received#${requesterId}`, letter: 'incident-received', to: { kind: 'contact', id: requesterId } }]
    : [];

const newWork = ({ assigneeId }: Incident, { caller }: Moving): Notice[] =>
  assigneeId === undefined || assigneeId === caller.id
    ? []
    : [{ key: `assigned#0#${assigneeId}`, letter: 'assigned', to: { kind: 'person', id: assigneeId } }];
