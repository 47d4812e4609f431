import { readFileSync } from 'node:fs';
import * as z from 'zod';

/**
 * What an organisation decides before it deploys: one JSON file, checked before anything is synthesised. Each refusal is
 * a sentence that names the field. Nothing here is secret: the file may be kept with the organisation's other code.
 */
const domain = z
  .string()
  .toLowerCase()
  .regex(/^(?=.{4,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/, 'Give a domain, such as desk.example.org.');
const email = z.email({ message: 'Give an e-mail address, such as desk@desk.example.org.' }).toLowerCase();
const arn = (service: string) => z.string().startsWith(`arn:aws:${service}:`, `Give the ARN of a resource of ${service}.`);

/** Days that CloudWatch Logs can keep an entry. */
export const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const Mail = z
  .strictObject({
    /** Where mail is received and thread addresses live: a domain that nothing else receives mail for. */
    domain,
    /** The sender of our letters; it must be at `domain`, which is what SES verifies. */
    from: email,
    /** `existing`: the account has verified the domain in SES already, and this deployment leaves it alone. */
    identity: z.enum(['create', 'existing']).default('create'),
    /** Adds a rule to the account's active set of receipt rules (or to the set named here), never replacing it. */
    inbound: z.boolean().default(false),
    ruleSet: z.string().min(1).max(64).optional(),
  })
  .refine(({ domain, from }) => from.endsWith(`@${domain}`), {
    message: 'The sender must be an address at mail.domain.',
    path: ['from'],
  });

const Federation = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('saml'),
    name: z.string().regex(/^[\w-]{3,32}$/, 'Give a name of 3 to 32 letters, digits, - or _.'),
    metadataUrl: z.url({ protocol: /^https$/, message: 'Give an https address.' }),
    emailClaim: z.string().min(1).default('http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress'),
  }),
  z.strictObject({
    kind: z.literal('oidc'),
    name: z.string().regex(/^[\w-]{3,32}$/, 'Give a name of 3 to 32 letters, digits, - or _.'),
    issuer: z.url({ protocol: /^https$/, message: 'Give an https address.' }),
    clientId: z.string().min(1),
    /** A secret in Secrets Manager whose text is the client's secret. */
    clientSecretArn: arn('secretsmanager'),
    emailClaim: z.string().min(1).default('email'),
  }),
]);

export const DeploymentConfig = z
  .strictObject({
    organisation: z.string().trim().min(1, 'Say what your organisation is called.').max(100),
    environment: z
      .string()
      .regex(/^[a-z][a-z0-9-]{1,19}$/, 'Use 2 to 20 small letters, digits or -, such as production.')
      .default('production'),
    /** Without them, the account and region of the credentials that deploy. */
    account: z
      .string()
      .regex(/^\d{12}$/, 'An AWS account has twelve digits; write them as text.')
      .optional(),
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'Give a region, such as eu-west-1.')
      .optional(),
    mail: Mail,
    /** A name of your own for the API, with a certificate of this region; without it, the address that AWS gives. */
    address: z.strictObject({ domain, certificateArn: arn('acm') }).optional(),
    /** Partitions that each index by state or type is spread over; see the table in infra/README.md before raising it; never lower it. */
    shards: z.int().min(1).max(64).default(1),
    autoCloseDays: z.int().min(1).max(365).default(5),
    logRetentionDays: z
      .int()
      .refine((days) => RETENTIONS.includes(days), `CloudWatch keeps logs for one of ${RETENTIONS.join(', ')} days.`)
      .default(90),
    /** Requests a second, over everybody, above which the gateway answers 429. */
    throttle: z
      .strictObject({ requestsPerSecond: z.int().min(1).max(10_000), burst: z.int().min(1).max(5_000) })
      .default({ requestsPerSecond: 100, burst: 200 }),
    /** Who is woken by alarms, and who hears of what escalates to management; each confirms by mail once. */
    alarmEmail: email.optional(),
    managementEmail: email.optional(),
    /** Years for which nobody, not even the account's owner, can remove or replace a daily root. Raise it freely; never in vain. */
    rootYears: z.int().min(1).max(100).default(10),
    /** False only where data may be lost: destroying the stacks then deletes the table and the buckets. */
    retainData: z.boolean().default(true),
    /** A client for programs. Cognito bills such a client by the month, which is why there is none by default. */
    machineClient: z.boolean().default(false),
    federation: Federation.optional(),
    /** After a restore: the table that `npm run restore` made, which then serves instead of the one in the data stack. */
    restoredTable: z.strictObject({ name: z.string().min(3).max(255), streamArn: arn('dynamodb') }).optional(),
  })
  .refine(({ mail }) => mail.inbound || mail.ruleSet === undefined, {
    message: 'A rule set is only used with mail.inbound.',
    path: ['mail', 'ruleSet'],
  });
export type DeploymentConfig = z.infer<typeof DeploymentConfig>;

/** Throws one sentence for each field that cannot be used. */
export function deploymentConfig(given: unknown, source = 'The deployment configuration'): DeploymentConfig {
  const parsed = DeploymentConfig.safeParse(given);
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map(({ path, message }) => `  ${path.join('.') || '(whole)'}: ${message}`);
  throw new Error(`${source} cannot be used:\n${sentences.join('\n')}`);
}

/** Reads a JSON file; says what to do when it is not there. */
export function readConfig(file: string): DeploymentConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(
      `There is no deployment configuration at ${file}: copy infra/deployment.example.json there and fill it in, or name another with -c config=FILE.`,
      { cause: error },
    );
  }
  try {
    return deploymentConfig(JSON.parse(text), file);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Error(`${file} is not JSON: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Begins every name that this deployment gives: `steward-production`. */
export const nameOf = ({ environment }: DeploymentConfig): string => `steward-${environment}`;
