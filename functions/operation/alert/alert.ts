import * as z from 'zod';
import { defineLifecycle } from '../../kernel/lifecycle.js';
import { Id, Instant, recordShape } from '../../kernel/record.js';

/**
 * An alert: something that monitoring says of a service, from its first firing on (ISO/IEC 20000-1:2018, 8.6.1). One record for
 * each fingerprint of a source, however often it fires; an episode is one stretch of firing. This file says what one is.
 */
export const lifecycle = defineLifecycle({
  states: ['firing', 'resolved'],
  moves: { resolve: { from: ['firing'], to: 'resolved' }, refire: { from: ['resolved'], to: 'firing' } },
});

export const Labels = z.record(z.string(), z.string());
export type Labels = z.infer<typeof Labels>;

/** What is remembered of one alert of a storm. */
export const Member = z.strictObject({
  fingerprint: z.string(),
  title: z.string().optional().describe('Of the first hundred'),
  startsAt: Instant,
  endedAt: Instant.optional(),
});
export type Member = z.infer<typeof Member>;

export const Storm = z.strictObject({
  members: z.array(Member),
  beyond: z.int().min(0).describe('Alerts that came after the list was full, or that the source itself cut off'),
  lastOverAt: Instant.describe('When an alert last came in above the limit; new ones join while that is recent'),
});
export type Storm = z.infer<typeof Storm>;

export const Alert = z.strictObject({
  ...recordShape,
  status: z.enum(lifecycle.states),
  sourceId: Id,
  fingerprint: z.string().min(1).max(200),
  description: z.string(),
  labels: Labels,
  annotations: Labels,
  link: z.string().optional().describe('Where the source shows it'),
  startsAt: Instant.describe('When the present or latest episode began, by the source'),
  endsAt: Instant.optional().describe('When it ended, by the source'),
  receivedAt: Instant.describe('When the present state was heard of'),
  episode: z.int().min(0).describe('How often it has begun to fire; 0 for one that was only ever heard of as ended'),
  correlation: z.string().describe('Alerts of one correlation share an incident'),
  serviceId: Id.optional(),
  teamId: Id.optional(),
  customerId: Id.optional(),
  impact: z.int().min(1).max(5),
  urgency: z.int().min(1).max(5),
  resolveAfterMinutes: z.int().min(0),
  windowMinutes: z.int().min(1),
  storm: Storm.optional(),
});
export type Alert = z.infer<typeof Alert>;

/** What a source said of one alert, whatever the source: the same shape for all of them. */
export interface Signal {
  readonly state: 'firing' | 'resolved';
  readonly fingerprint: string;
  readonly title: string;
  readonly description: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly link?: string;
  /** When the episode began, where the source says. */
  readonly startsAt?: string;
  readonly endsAt?: string;
}

const MOST_LABELS = 100;
const LONGEST_VALUE = 2000;

/** Labels as they came, known or not; only what is absurdly many or long is cut. */
export const labelsOf = (given: Readonly<Record<string, unknown>>): Labels =>
  Object.fromEntries(
    Object.entries(given)
      .slice(0, MOST_LABELS)
      .map(([name, value]) => [
        shortened(name, 200),
        shortened(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), LONGEST_VALUE),
      ]),
  );

export const shortened = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;

/** An instant of a source, in full; undefined for none, for what is no instant, and for Go's zero time. */
export function instantOf(text: unknown): string | undefined {
  const at = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) || at <= 0 || at > FARTHEST ? undefined : new Date(at).toISOString();
}

const FARTHEST = Date.UTC(2200, 0, 1);
