import type { Companion } from '../../kernel/decision.js';
import { Refusal } from '../../kernel/errors.js';
import { linkItem } from '../../kernel/link-routes.js';
import type { Moving } from '../../kernel/write-routes.js';
import type { Change } from './clocking.js';
import { incidents } from './entity.js';
import { answered } from './escalation.js';
import { type Incident, lifecycle, MOST_WATCHERS, phaseOf, type Watcher } from './incident.js';
import { toFollowers } from './told.js';

/**
 * Two reports of one thing become one (ISO/IEC 20000-1:2018, 8.6.1). The merged incident ends: its clocks end and do not count,
 * nothing more is done about it, and it points at the one that goes on, whose followers its own become. Both are decided on
 * together, so of two that are merged into each other at once one is refused. It can be undone while the other goes on; comments
 * that came meanwhile stay where they were written. Pure: no storage, no time of day.
 */
export function merge(incident: Incident, survivor: Incident, moving: Moving): readonly [Change, Change] {
  const status = lifecycle.next(incident.status, 'merge');
  refuseMerging(incident, survivor);
  const { pending: _, ...rest } = incident;
  const { id, number } = survivor;
  const watchers = taken(incident, survivor);
  return [
    {
      next: {
        ...rest,
        status,
        mergedInto: { id, number, at: moving.now, from: incident.status },
        escalation: answered(incident.escalation, moving.now),
      },
      event: 'incident.merged',
      detail: { into: id, number },
      happenings: [{ kind: 'merged', at: moving.now, by: moving.caller.id }],
      notices: toFollowers(incident, moving, `merged#${incident.version}`, 'incident-merged', { into: number, intoId: id }),
      companions: [duplicate(incident, survivor)],
    },
    {
      next: { ...survivor, ...(watchers.length > 0 && { watchers }) },
      event: 'incident.taken-together',
      detail: { merged: incident.id, number: incident.number },
      ...(watchers.length === (survivor.watchers?.length ?? 0) && { quiet: true }),
    },
  ];
}

/** It goes on where it was; a clock that came due meanwhile is breached now. */
export function unmerge(incident: Incident, survivor: Incident, reason: string, moving: Moving): readonly [Change, Change] {
  const status = lifecycle.next(incident.status, 'unmerge');
  const { mergedInto, ...rest } = incident;
  if (mergedInto?.id !== survivor.id)
    throw new Refusal('conflict', `${incident.number} was merged into ${mergedInto?.number}; read it again.`);
  if (survivor.mergedInto)
    throw new Refusal(
      'conflict',
      `${survivor.number} was merged into ${survivor.mergedInto.number} itself: undo that first, or their followers stay there.`,
    );
  const { watchers: followers = [], ...left } = survivor;
  const watchers = followers.filter(({ because }) => because !== incident.id);
  return [
    {
      next: { ...rest, status: mergedInto.from === 'resolved' ? 'resolved' : status },
      event: 'incident.unmerged',
      detail: { from: survivor.id, reason },
      happenings: [{ kind: 'unmerged', at: moving.now, by: moving.caller.id }],
      companions: [{ operation: 'delete', sk: duplicate(incident, survivor).sk }],
    },
    {
      next: { ...left, ...(watchers.length > 0 && { watchers }) },
      event: 'incident.taken-apart',
      detail: { unmerged: incident.id, number: incident.number },
      ...(watchers.length === followers.length && { quiet: true }),
    },
  ];
}

const teams = ({ restrictedTo = [] }: Incident): string => [...restrictedTo].sort().join();

function refuseMerging(incident: Incident, survivor: Incident): void {
  const refuse = (message: string) => {
    throw new Refusal('conflict', message, { errors: [{ pointer: '/into', message }] });
  };
  if (incident.id === survivor.id) refuse(`${incident.number} cannot be merged into itself.`);
  if (survivor.mergedInto) refuse(`${survivor.number} was merged into ${survivor.mergedInto.number} already: merge into that.`);
  if (phaseOf(survivor) === 'done') refuse(`${survivor.number} is ${survivor.status}: merge into one that goes on.`);
  if ((incident.children ?? 0) > 0) refuse(`${incident.number} has children; set them another parent first.`);
  if (incident.customerId !== undefined && incident.customerId !== survivor.customerId)
    refuse(`${incident.number} and ${survivor.number} are not of the same customer, which would see what is not its own.`);
  if (teams(incident) !== teams(survivor))
    refuse('Both are restricted to the same teams, or neither is: restrict, or lift the restriction, first.');
}

/** Who followed the one follows the other, and its requester does. */
function taken({ id, requesterId, customerId, watchers = [] }: Incident, survivor: Incident): Watcher[] {
  const requester: Watcher[] =
    requesterId === undefined ? [] : [{ id: requesterId, kind: 'contact', ...(customerId !== undefined && { customerId }) }];
  const there = survivor.watchers ?? [];
  const known = new Set([survivor.requesterId, ...there.map((watcher) => watcher.id)]);
  const coming = [...new Map([...requester, ...watchers].map((watcher) => [watcher.id, watcher])).values()].filter(
    (watcher) => !known.has(watcher.id),
  );
  const all = [...there, ...coming.map((watcher) => ({ ...watcher, because: id }))];
  if (all.length > MOST_WATCHERS)
    throw new Refusal('conflict', `Together they would be followed by more than ${MOST_WATCHERS}; remove some watchers first.`);
  return all;
}

/** The link from the one to the other; it may have stood before. */
function duplicate(incident: Incident, survivor: Incident): Companion {
  const { when: _, ...item } = linkItem(incidents, incident, 'duplicates', incidents, survivor);
  return item;
}
