import * as z from 'zod';
import { instantOf, labelsOf, type Signal, shortened } from './alert.js';

/**
 * `CloudWatch Alarm State Change` of EventBridge. The state's own instant says when it began; an alarm that ends names the state
 * before it, so that its beginning, delivered late, is known to be over. INSUFFICIENT_DATA says nothing about the service and
 * changes nothing. Pure.
 */
const State = z.looseObject({ value: z.string(), reason: z.string().optional(), timestamp: z.string().optional() });

export const AlarmEvent = z.looseObject({
  'detail-type': z.literal('CloudWatch Alarm State Change'),
  source: z.literal('aws.cloudwatch'),
  account: z.string(),
  region: z.string(),
  time: z.string().optional(),
  resources: z.array(z.string()).default([]),
  detail: z.looseObject({
    alarmName: z.string().min(1),
    state: State,
    previousState: State.optional(),
    configuration: z.looseObject({ description: z.string().optional(), metrics: z.array(z.unknown()).optional() }).optional(),
  }),
});
export type AlarmEvent = z.infer<typeof AlarmEvent>;

/** What the alarm says; undefined where that is nothing to act on. */
export function fromCloudWatch({ account, region, resources, time, detail }: AlarmEvent): Signal | undefined {
  const { alarmName, state, previousState, configuration } = detail;
  if (state.value !== 'ALARM' && state.value !== 'OK') return undefined;
  // A new alarm's first OK, and one after missing data, end nothing that was heard of.
  const ended = state.value === 'OK';
  const at = instantOf(state.timestamp) ?? instantOf(time);
  const began = ended ? (previousState?.value === 'ALARM' ? instantOf(previousState.timestamp) : undefined) : at;
  const description = [configuration?.description, state.reason].filter(Boolean).join('\n\n');
  return {
    state: ended ? 'resolved' : 'firing',
    fingerprint: shortened(resources[0] ?? `${account}:${region}:${alarmName}`, 200),
    title: shortened(alarmName, 200),
    description: shortened(description, 10_000),
    labels: labelsOf({ alertname: alarmName, account, region, ...dimensionsOf(configuration?.metrics ?? []) }),
    annotations: {},
    link: `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#alarmsV2:alarm/${encodeURIComponent(alarmName)}`,
    ...(began !== undefined && { startsAt: began }),
    ...(ended && at !== undefined && { endsAt: at }),
  };
}

const Metric = z.looseObject({
  metricStat: z.looseObject({
    metric: z.looseObject({
      namespace: z.string().optional(),
      name: z.string().optional(),
      dimensions: z.record(z.string(), z.unknown()).optional(),
    }),
  }),
});

/** Namespace, metric and dimensions of the first metric, by which rules may tell services apart. */
function dimensionsOf(metrics: readonly unknown[]): Record<string, unknown> {
  for (const given of metrics) {
    const read = Metric.safeParse(given);
    if (!read.success) continue;
    const { namespace, name, dimensions } = read.data.metricStat.metric;
    return { ...dimensions, ...(namespace !== undefined && { namespace }), ...(name !== undefined && { metric: name }) };
  }
  return {};
}
