import * as z from 'zod';
import { Refusal } from '../../kernel/errors.js';
import { PageQuery } from '../../kernel/listing.js';
import { recordReply } from '../../kernel/present.js';
import { Instant } from '../../kernel/record.js';
import { decideSeen, pageOf, readSeen } from '../../kernel/record-routes.js';
import { registerRoutes } from '../../kernel/register.js';
import { type Context, type Input, type Route, route } from '../../kernel/route.js';
import { secretRoute } from '../../kernel/shared-secret.js';
import { customer } from '../../relationship/customer.js';
import { declared, logPartition, type Webhook, webhooks } from './entity.js';
import { objectionTo } from './webhook.js';

/** The HTTP face of webhooks: the register, the log of deliveries, and what can be asked of a webhook. */
const path = '/v1/webhooks/{id}' as const;
const { read, write } = declared.roles;

/** A request that the record's history carries to whoever delivers. */
const asked = (verb: string, summary: string, body: z.ZodType, suffix: string, detailOf: (input: Input<any>) => object): Route =>
  route({
    method: 'POST',
    path: `${path}/${suffix}`,
    permission: `webhook:${verb}`,
    roles: write,
    summary,
    status: 202,
    body,
    reply: webhooks.schema,
    handle: async (input, context) => {
      const stored = await decideSeen(context, webhooks, input.params['id']!, undefined, (current) => {
        if (current.status !== 'active')
          throw new Refusal('illegal-move', `${current.number} is ${current.status}; enable it first.`);
        return { next: current, event: `webhook.${verb}-requested`, detail: { ...detailOf(input) }, quiet: true };
      });
      return recordReply(webhooks, stored, context.caller, 202);
    },
  });

const Entry = z.looseObject({
  delivery: z.string(),
  messageId: z.string(),
  type: z.string(),
  state: z.enum(['waiting', 'delivered', 'failed', 'held']),
  tries: z.int(),
  nextAttemptAt: z.string().optional(),
});

const own: Route[] = [
  secretRoute(webhooks, write, () => 'signing'),
  route({
    method: 'GET',
    path: `${path}/deliveries`,
    permission: 'webhook:read',
    roles: read,
    summary: 'What it was told, latest event first: each try, its answer, and when the next is due; kept for thirty days',
    query: PageQuery,
    reply: pageOf(Entry),
    handle: async ({ params, query }, context) => {
      const { record } = await readSeen(context, webhooks, params['id']!);
      const page = query as { limit: number; cursor?: string };
      return { status: 200, body: await context.records.companions(webhooks, logPartition(record.id), [''], page, true) };
    },
  }),
  asked('test', 'Send it a webhook.ping now', z.strictObject({}), 'test', () => ({})),
  asked(
    'replay',
    'Send again, in order, what its log holds of a time range, delivered or not; with the same webhook-id as before',
    z.strictObject({ from: Instant, to: Instant.describe('Up to and without this instant') }),
    'replay',
    ({ body }) => {
      if (body.from < body.to) return body;
      throw bad('/to', 'The range ends before it begins.');
    },
  ),
  route({
    ...asked('redelivery', 'Send one delivery again', z.strictObject({}), 'deliveries/{delivery}/replay', ({ params }) => ({
      delivery: params['delivery'],
    })),
  }),
];

const bad = (pointer: string, message: string): Refusal => new Refusal('invalid', message, { errors: [{ pointer, message }] });

/** What the register cannot know of: an address that is not to be used, a customer that is not there. */
async function refuseUnfit(given: Partial<Webhook>, { settings, records }: Context): Promise<void> {
  const objection =
    typeof given.url === 'string' && URL.canParse(given.url) && objectionTo(given.url, settings.localReceivers ?? false);
  if (objection) throw bad('/url', objection);
  if (typeof given.customerId === 'string' && !(await records.find(customer.entity, given.customerId)))
    throw bad('/customerId', 'There is no such customer.');
}

const looked = (declaredRoute: Route): Route =>
  declaredRoute.permission === 'webhook:create' || declaredRoute.permission === 'webhook:amend'
    ? {
        ...declaredRoute,
        handle: async (input, context) => {
          await refuseUnfit(input.body, context);
          return declaredRoute.handle(input, context);
        },
      }
    : declaredRoute;

export const routes: Route[] = [...registerRoutes(webhooks, declared).map(looked), ...own];
