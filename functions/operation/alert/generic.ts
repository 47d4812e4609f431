import * as z from 'zod';
import { parseOrRefuse } from '../../kernel/write-routes.js';
import { instantOf, labelsOf, type Signal, shortened } from './alert.js';
import type { Delivery } from './alertmanager.js';

/**
 * The signed webhook of any other system: a list of alerts in our own words, under the envelope of Standard Webhooks. Fields that
 * are not known here are left alone. Without `startsAt`, what is firing is one episode until it is said to be resolved. Pure.
 */
const Given = z.record(z.string(), z.unknown());
const Instant = z.string().refine((text) => instantOf(text) !== undefined, 'An instant, such as 2026-03-02T10:00:00Z.');

export const Payload = z.looseObject({
  alerts: z
    .array(
      z.looseObject({
        fingerprint: z.string().min(1).max(200).describe('What makes it the same alert when it comes again'),
        status: z.enum(['firing', 'resolved']),
        title: z.string().trim().min(1).max(1000),
        description: z.string().max(20_000).default(''),
        labels: Given.default({}),
        link: z.string().max(2000).optional(),
        startsAt: Instant.optional(),
        endsAt: Instant.optional(),
      }),
    )
    .min(1)
    .max(1000),
});

/** Refuses `invalid` for what is no such payload. */
export function fromGeneric(given: unknown): Delivery {
  const { alerts } = parseOrRefuse(Payload, given, 'The message');
  return { signals: alerts.map(signalOf), cutOff: 0 };
}

function signalOf({
  status,
  fingerprint,
  title,
  description,
  link,
  ...alert
}: z.infer<typeof Payload>['alerts'][number]): Signal {
  const [startsAt, endsAt] = [instantOf(alert.startsAt), instantOf(alert.endsAt)];
  return {
    state: status,
    fingerprint,
    title: shortened(title.replace(/\s+/g, ' '), 200),
    description,
    labels: labelsOf(alert.labels),
    annotations: {},
    ...(link !== undefined && { link }),
    ...(startsAt !== undefined && { startsAt }),
    ...(endsAt !== undefined && { endsAt }),
  };
}
