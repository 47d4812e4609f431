import type { Decision } from '../../kernel/decision.js';
import type { Minted } from '../../kernel/record.js';
import type { AlertSource } from '../alert-source/entity.js';
import { urgencyOf } from '../alert-source/source.js';
import { type Alert, lifecycle, type Signal, type Storm, shortened } from './alert.js';
import { aboutOf, correlationOf, type Services } from './correlating.js';
import { isOver, STORM, sizeOf } from './storm.js';

/** How an alert, and a storm, begins; pure. */

const settings = ({ id, resolveAfterMinutes, windowMinutes }: AlertSource) => ({
  sourceId: id,
  resolveAfterMinutes,
  windowMinutes,
});

/** The first that is heard of it; where that is its end, it is only noted. */
export function begun(minted: Minted, source: AlertSource, signal: Signal, services: Services, now: string): Decision<Alert> {
  const { state, startsAt = now, endsAt, ...said } = signal;
  const about = aboutOf(source, signal.labels, services);
  const ended = state === 'resolved';
  const name = Object.hasOwn(signal.labels, 'alertname') ? signal.labels['alertname']! : signal.title;
  return {
    next: {
      ...minted,
      ...said,
      ...settings(source),
      ...about,
      status: ended ? 'resolved' : 'firing',
      startsAt,
      ...(ended && { endsAt: endsAt ?? now }),
      receivedAt: now,
      episode: ended ? 0 : 1,
      correlation: correlationOf(source.id, about, name),
      impact: about.impact ?? 2,
      urgency: urgencyOf(about, signal.labels),
    },
    event: ended ? 'alert.noted' : 'alert.fired',
    detail: { episode: ended ? 0 : 1 },
  };
}

const stormTitle = (source: AlertSource): string => shortened(`Alert storm: ${source.title}`, 200);

/** One alert that stands for many; it is about the source's own service and as urgent as can be. */
export function stormBegun(minted: Minted, source: AlertSource, storm: Storm, now: string): Decision<Alert> {
  const { serviceId, teamId, customerId } = source;
  return {
    next: {
      ...minted,
      title: stormTitle(source),
      status: 'firing',
      fingerprint: STORM,
      description: '',
      labels: {},
      annotations: {},
      ...settings(source),
      ...(serviceId !== undefined && { serviceId }),
      ...(teamId !== undefined && { teamId }),
      ...(customerId !== undefined && { customerId }),
      impact: source.impact ?? 1,
      urgency: source.urgency ?? 1,
      startsAt: now,
      receivedAt: now,
      episode: 1,
      correlation: `storm~${source.id}`,
      storm,
    },
    event: 'alert.fired',
    detail: { episode: 1, count: sizeOf(storm) },
  };
}

/** The storm as it is now: it goes on, is over, or has begun anew. */
export function stormGrown(current: Alert, storm: Storm, now: string): Decision<Alert> {
  const detail = { count: sizeOf(storm) };
  if (current.status === 'resolved') {
    const { endsAt: _, ...rest } = current;
    const status = lifecycle.next(current.status, 'refire');
    const episode = current.episode + 1;
    return {
      next: { ...rest, status, startsAt: now, receivedAt: now, episode, storm },
      event: 'alert.fired',
      detail: { ...detail, episode },
    };
  }
  if (isOver(storm)) {
    const status = lifecycle.next(current.status, 'resolve');
    return { next: { ...current, status, endsAt: now, receivedAt: now, storm }, event: 'alert.resolved', detail };
  }
  const grew = current.storm !== undefined && sizeOf(storm) > sizeOf(current.storm);
  return { next: { ...current, storm }, event: grew ? 'alert.grew' : 'alert.eased', detail };
}
