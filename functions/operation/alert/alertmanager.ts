import * as z from 'zod';
import { parseOrRefuse } from '../../kernel/write-routes.js';
import { instantOf, type Labels, labelsOf, type Signal, shortened } from './alert.js';

/**
 * The webhook of Prometheus Alertmanager, version 4: one group of alerts with what they have in common. Fields that later versions
 * add are left alone. A firing alert ends at Go's zero time, 0001-01-01; `truncatedAlerts` is how many the sender's `max_alerts`
 * cut off. Pure.
 */
const Given = z.record(z.string(), z.unknown());

export const Payload = z.looseObject({
  version: z.literal('4', { message: 'Version 4 of Alertmanager’s webhook is understood.' }),
  status: z.string().optional(),
  groupKey: z.string().optional(),
  truncatedAlerts: z.int().min(0).default(0),
  alerts: z
    .array(
      z.looseObject({
        status: z.enum(['firing', 'resolved']),
        labels: Given.default({}),
        annotations: Given.default({}),
        startsAt: z.string().optional(),
        endsAt: z.string().optional(),
        generatorURL: z.string().optional(),
        fingerprint: z.string().min(1).max(200),
      }),
    )
    .max(5000),
});

export interface Delivery {
  readonly signals: readonly Signal[];
  /** How many alerts the sender left out. */
  readonly cutOff: number;
}

/** Refuses `invalid` for what is no such payload. */
export function fromAlertmanager(given: unknown): Delivery {
  const { status, alerts, truncatedAlerts } = parseOrRefuse(Payload, given, 'The notification');
  return { signals: alerts.map(signalOf), cutOff: status === 'resolved' ? 0 : truncatedAlerts };
}

function signalOf({ status, fingerprint, generatorURL, ...alert }: z.infer<typeof Payload>['alerts'][number]): Signal {
  const [labels, annotations] = [labelsOf(alert.labels), labelsOf(alert.annotations)];
  const [startsAt, endsAt] = [instantOf(alert.startsAt), status === 'resolved' ? instantOf(alert.endsAt) : undefined];
  return {
    state: status,
    fingerprint,
    title: titleOf(labels, annotations),
    description: textOf(annotations),
    labels,
    annotations,
    ...(generatorURL && { link: shortened(generatorURL, 2000) }),
    ...(startsAt !== undefined && { startsAt }),
    ...(endsAt !== undefined && { endsAt }),
  };
}

const own = (given: Labels, name: string): string | undefined => (Object.hasOwn(given, name) ? given[name]?.trim() : undefined);

export function titleOf(labels: Labels, annotations: Labels): string {
  const [name, summary] = [own(labels, 'alertname'), own(annotations, 'summary') ?? own(annotations, 'title')];
  const at = own(labels, 'instance') ?? own(labels, 'pod') ?? own(labels, 'host');
  const words = summary || [name, at].filter(Boolean).join(' · ') || 'Alert';
  return shortened(words.replace(/\s+/g, ' '), 200);
}

const textOf = (annotations: Labels): string => own(annotations, 'description') ?? own(annotations, 'message') ?? '';
