import * as z from 'zod';
import { Id } from '../../kernel/record.js';

/**
 * Where alerts come from: one monitoring system, what proves it, and how what it says is read (ISO/IEC 20000-1:2018, 8.6.1).
 * This file says what a source is, and which of its rules decide about an alert's labels. Pure.
 */
export const KINDS = ['alertmanager', 'cloudwatch', 'generic'] as const;

const Level = z.int().min(1).max(5);

/** What an alert is taken to be about, as far as a rule or the source says. */
const meaning = {
  serviceId: Id.optional(),
  teamId: Id.optional().describe('Otherwise the service’s team'),
  customerId: Id.optional().describe('Whose incident it becomes'),
  impact: Level.optional(),
  urgency: Level.optional(),
} as const;

export const Rule = z.strictObject({
  when: z
    .record(z.string().min(1).max(200), z.string().min(1).max(500))
    .describe('Labels that must all be so; a value that ends in * stands for all that begin so'),
  ...meaning,
  ignore: z.boolean().optional().describe('Such alerts are not taken in at all'),
});
export type Rule = z.infer<typeof Rule>;

export const facts = {
  kind: z.enum(KINDS).describe('Alertmanager’s webhook (bearer token), CloudWatch alarms, or a signed webhook'),
  enabled: z.boolean().default(true),
  account: z
    .string()
    .regex(/^\d{12}$/, 'An AWS account has twelve digits.')
    .optional()
    .describe('CloudWatch only: whose alarms these are; one source for each account'),
  ...meaning,
  serviceLabel: z.string().min(1).max(200).default('service').describe('The label that names a service by title, number or id'),
  rules: z.array(Rule).max(100).default([]).describe('Looked at in order; each that fits adds what no earlier one said'),
  resolveAfterMinutes: z
    .int()
    .min(0)
    .max(1440)
    .default(5)
    .describe('Minutes without a firing alert after which an incident that nobody took over resolves by itself'),
  windowMinutes: z
    .int()
    .min(1)
    .max(10_080)
    .default(60)
    .describe('Minutes within which further alerts of a service join its incident, or take it up again'),
  stormLimit: z
    .int()
    .min(1)
    .max(200)
    .default(20)
    .describe('New alerts of one minute beyond which the rest collapse into one storm'),
} as const;

const Facts = z.object(facts);
export type SourceFacts = z.infer<typeof Facts>;

export type Meaning = Pick<SourceFacts, 'serviceId' | 'teamId' | 'customerId' | 'impact' | 'urgency'>;
type Labels = Readonly<Record<string, string>>;

/** What the labels mean to this source: its rules in order, then its defaults; `ignore` where a rule says so first. */
export function meaningOf(source: SourceFacts, labels: Labels): Meaning & { readonly ignore?: boolean } {
  const fitting = source.rules.filter(({ when }) => fits(when, labels));
  const said = [...fitting, source].map(({ serviceId, teamId, customerId, impact, urgency }) =>
    known({ serviceId, teamId, customerId, impact, urgency }),
  );
  const meant: Meaning = Object.assign({}, ...said.reverse());
  return fitting.some(({ ignore }) => ignore) ? { ...meant, ignore: true } : meant;
}

const known = (meant: Meaning): Meaning => Object.fromEntries(Object.entries(meant).filter(([, value]) => value !== undefined));

const fits = (when: Labels, labels: Labels): boolean =>
  Object.entries(when).every(([name, wanted]) => {
    const given = Object.hasOwn(labels, name) ? labels[name]! : undefined;
    return given !== undefined && (wanted.endsWith('*') ? given.startsWith(wanted.slice(0, -1)) : given === wanted);
  });

/** What monitoring systems call how bad it is, where neither rule nor default says. Levels from 1, the most urgent. */
const SEVERITIES: Readonly<Record<string, number>> = {
  page: 1,
  critical: 1,
  emergency: 1,
  disaster: 1,
  error: 2,
  high: 2,
  major: 2,
  warning: 2,
  average: 2,
  minor: 3,
  low: 3,
  info: 3,
  informational: 3,
};

export function urgencyOf({ urgency }: Meaning, labels: Labels): number {
  const severity = Object.hasOwn(labels, 'severity') ? labels['severity']!.toLowerCase() : '';
  return urgency ?? (Object.hasOwn(SEVERITIES, severity) ? SEVERITIES[severity]! : 2);
}
