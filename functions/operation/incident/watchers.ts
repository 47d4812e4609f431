import { Refusal } from '../../kernel/errors.js';
import { isRequester } from '../../kernel/permission.js';
import type { Moving } from '../../kernel/write-routes.js';
import type { Change } from './clocking.js';
import { type Incident, MOST_WATCHERS, type Watcher } from './incident.js';

/**
 * Who follows an incident without working on it or having reported it: staff, and contacts of its customer. A watcher sees it,
 * and is told what its requester is told; a contact sees what is public. Pure.
 */
export function watch(incident: Incident, watcher: Watcher, moving: Moving): Change {
  const { watchers = [], requesterId, number } = incident;
  refuseForOthers(incident, watcher.id, moving);
  if (watchers.some(({ id }) => id === watcher.id)) throw new Refusal('conflict', `Watches ${number} already.`);
  if (watcher.id === requesterId) throw new Refusal('conflict', `Reported ${number}, and is told of everything already.`);
  if (watcher.kind === 'contact' && (watcher.customerId === undefined || watcher.customerId !== incident.customerId))
    throw new Refusal('invalid', `${number} is watched by contacts of its own customer only.`, {
      errors: [{ pointer: '/id', message: 'Not a contact of this customer.' }],
    });
  if (watchers.length >= MOST_WATCHERS)
    throw new Refusal('conflict', `${number} is watched by ${MOST_WATCHERS} already; remove one first.`);
  return {
    next: { ...incident, watchers: [...watchers, watcher] },
    event: 'incident.watched',
    detail: { watcher: watcher.id, kind: watcher.kind },
    quiet: true,
  };
}

export function unwatch(incident: Incident, id: string, moving: Moving): Change {
  const { watchers = [], ...rest } = incident;
  refuseForOthers(incident, id, moving);
  const left = watchers.filter((watcher) => watcher.id !== id);
  if (left.length === watchers.length) throw new Refusal('not-found', `${id} does not watch ${incident.number}.`);
  return {
    next: { ...rest, ...(left.length > 0 && { watchers: left }) },
    event: 'incident.unwatched',
    detail: { watcher: id },
    quiet: true,
  };
}

/** Everybody decides for themselves; the requester and the desk for others too. */
function refuseForOthers(incident: Incident, id: string, { caller }: Moving): void {
  if (id === caller.id || !isRequester(caller) || incident.requesterId === caller.id) return;
  throw new Refusal('forbidden', 'You decide for yourself only; ask who reported it, or the service desk.');
}

/** Who changes hands takes its own followers along, and leaves the contacts of the customer that it was of. */
export function watchersAfter({ watchers = [], customerId }: Incident, next: Pick<Incident, 'customerId'>): Watcher[] {
  return next.customerId === customerId ? watchers : watchers.filter(({ kind }) => kind === 'person');
}
