import { Refusal } from '../../kernel/errors.js';
import type { Moving } from '../../kernel/write-routes.js';
import type { Change } from './clocking.js';
import { refuseInFamily } from './family.js';
import { type Incident, refuseUnlessLive } from './incident.js';
import { agreementOf, assignedTo, retargeted } from './opening.js';
import type { Attached } from './surroundings.js';
import type { Underpinned } from './underpinned.js';
import { watchersAfter } from './watchers.js';

/** What decides which promise holds: changing any of it selects the agreement again, explicitly. */
export type Classification = Partial<Pick<Incident, 'impact' | 'urgency' | 'customerId' | 'requesterId' | 'serviceId'>>;

export interface Reclassified {
  readonly classification: Classification;
  readonly priority: number;
  readonly matrix?: Incident['matrix'] | undefined;
  /** Taken from the service where it changed and no team is named otherwise. */
  readonly teamId?: string | undefined;
  readonly attached: Attached;
  /** What its team promises, selected again as well. */
  readonly underpinned?: Underpinned | undefined;
  /** Whether the customer is served by people of its own. */
  readonly servedApart?: boolean;
  readonly why: string;
}

/** Judges an incident anew; its clocks follow the agreement's policy for changed targets. */
export function reclassify(
  incident: Incident,
  { classification, priority, matrix, teamId, attached, underpinned, servedApart, why }: Reclassified,
  moving: Moving,
): Change {
  refuseUnlessLive(incident, 'reclassify');
  if (Object.keys(classification).length === 0)
    throw new Refusal('invalid', 'Say what changes: impact, urgency, customer, requester or service.', {
      errors: [{ pointer: '', message: 'Nothing changes.' }],
    });
  const { agreement: _a, gap: _g, matrix: _m, watchers: _w, servedApart: _s, ...rest } = incident;
  if (classification.customerId !== undefined && classification.customerId !== incident.customerId)
    refuseInFamily(incident, 'change its customer');
  const passedOn = teamId !== undefined && teamId !== incident.teamId;
  const watchers = watchersAfter(incident, { ...incident, ...classification });
  return {
    next: {
      ...rest,
      ...classification,
      ...(watchers.length > 0 && { watchers }),
      ...(servedApart && { servedApart }),
      priority,
      ...(matrix && { matrix }),
      ...(teamId !== undefined && { teamId }),
      ...(passedOn && { assignedAt: moving.now }),
      ...agreementOf(attached),
    },
    event: 'incident.reclassified',
    detail: {
      ...classification,
      from: incident.priority,
      to: priority,
      why,
      ...(attached.gap !== undefined && { gap: attached.gap }),
    },
    happenings: [
      retargeted(attached, moving.now, moving, why),
      ...(underpinned ? [assignedTo(underpinned, passedOn ? moving.now : incident.assignedAt, moving, why)] : []),
    ],
  };
}
