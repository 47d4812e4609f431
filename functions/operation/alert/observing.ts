import type { Decision } from '../../kernel/decision.js';
import { type Alert, lifecycle, type Signal } from './alert.js';

/**
 * What one signal does to an alert that is known. Deliveries are repeated, late and out of order; the instant at which an episode
 * began tells which episode a signal speaks of. Pure.
 */
export type Observed =
  | { readonly as: 'changed'; readonly decision: Decision<Alert> }
  /** It was known: only counted. */
  | { readonly as: 'repeated' }
  /** It speaks of an episode that is over, or of one before this. */
  | { readonly as: 'late' };

/** Milliseconds for which a firing of an episode that has ended is taken for a late delivery rather than for a new one. */
export const LATE = 10 * 60_000;

export function observe(alert: Alert, signal: Signal, now: string): Observed {
  return signal.state === 'firing' ? firing(alert, signal, now) : resolved(alert, signal, now);
}

function firing(alert: Alert, signal: Signal, now: string): Observed {
  const began = signal.startsAt;
  if (alert.status === 'firing') {
    if (began !== undefined && began < alert.startsAt) return { as: 'late' };
    // The end of the episode before was never heard of. Only where the source names when each begins.
    if (began === undefined || began === alert.startsAt) return { as: 'repeated' };
    return changed(alert, { ...told(alert, signal), startsAt: began, receivedAt: now }, 'alert.continued');
  }
  if (began !== undefined && began < alert.startsAt) return { as: 'late' };
  const same = began === alert.startsAt;
  if (same && Date.parse(now) - Date.parse(alert.receivedAt) < LATE) return { as: 'late' };
  const { endsAt: _, ...rest } = told(alert, signal);
  return changed(
    alert,
    {
      ...rest,
      status: lifecycle.next(alert.status, 'refire'),
      startsAt: began ?? now,
      receivedAt: now,
      episode: alert.episode + 1,
    },
    'alert.fired',
  );
}

function resolved(alert: Alert, signal: Signal, now: string): Observed {
  const began = signal.startsAt;
  if (began !== undefined && began < alert.startsAt) return { as: 'late' };
  if (alert.status === 'resolved') {
    // An episode of which only the end was heard: its beginning, when it comes, is then known to be late.
    if (began === undefined || began === alert.startsAt) return { as: 'repeated' };
    return changed(alert, { ...alert, startsAt: began, endsAt: signal.endsAt ?? now, receivedAt: now }, 'alert.noted');
  }
  return changed(
    alert,
    {
      ...alert,
      status: lifecycle.next(alert.status, 'resolve'),
      // The end of an episode whose beginning is still on its way.
      ...(began !== undefined && { startsAt: began }),
      endsAt: signal.endsAt ?? now,
      receivedAt: now,
    },
    'alert.resolved',
  );
}

/** What is said of it may change from time to time; what it is about stays as it was read at first. */
const told = (alert: Alert, { title, description, labels, annotations, link }: Signal): Alert => ({
  ...alert,
  title,
  description,
  labels,
  annotations,
  ...(link !== undefined && { link }),
});

const changed = (before: Alert, next: Alert, event: Decision<Alert>['event']): Observed => ({
  as: 'changed',
  decision: { next, event, detail: { from: before.status, episode: next.episode } },
});
