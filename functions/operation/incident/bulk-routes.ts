import * as z from 'zod';
import { Refusal } from '../../kernel/errors.js';
import { type Context, type Route, route } from '../../kernel/route.js';
import { settleAssignment } from './amending.js';
import { Action, applied, type Named, type Outcome, previewed } from './bulk.js';
import { DESK } from './desk.js';
import { incidents } from './entity.js';

/** The HTTP face of actions on many incidents: preview, then apply what was previewed. */
const MOST = 500;
const AT_ONCE = 10;
/** Milliseconds after which what is left is for a repetition of the request; its function has ten seconds. */
const SHARE = 7000;

/** A preview takes numbers as well. */
const key = z.string().min(1).max(64);
const id = key.regex(/^(?![A-Z]+-\d+$)/, 'The id, not the number, so that no incident is named twice.');
const Items = <S extends z.ZodType>(item: S) => z.array(item).min(1).max(MOST);

const OutcomeReply = z.object({
  id: z.string(),
  number: z.string().optional(),
  outcome: z.enum(['would-change', 'changed', 'refused', 'not-tried']),
  version: z.int().optional(),
  status: z.string().optional(),
  reason: z.string().optional(),
  detail: z.string().optional(),
});

const Reply = () =>
  z.object({
    items: z.array(OutcomeReply),
    counts: z.object({ changed: z.int(), wouldChange: z.int(), refused: z.int(), notTried: z.int() }),
    complete: z.boolean().describe('False when time ran out: send the same again under the same Idempotency-Key'),
  });

export const bulkRoutes: Route[] = [
  route({
    method: 'POST',
    path: '/v1/incidents/bulk/preview',
    permission: 'incident:bulk',
    roles: DESK,
    summary: 'Say what an action would do to each of many incidents, or why not; changes nothing',
    stateless: true,
    body: () => z.strictObject({ action: Action, items: Items(z.strictObject({ id: key, version: z.int().min(1).optional() })) }),
    reply: Reply,
    handle: ({ body }, context) => each(context, body, () => (item) => previewed(context, item, body.action)),
  }),
  route({
    method: 'POST',
    path: '/v1/incidents/bulk',
    permission: 'incident:bulk',
    roles: DESK,
    summary: 'Do something to many incidents, each by itself at the version that was previewed; each has its own result',
    body: () => z.strictObject({ action: Action, items: Items(z.strictObject({ id, version: z.int().min(1) })) }),
    reply: Reply,
    handle: ({ body }, context) =>
      each(context, body, async () => {
        const shareOf = await context.shares(incidents);
        return (item) => applied(context, shareOf(item.id), item, body.action);
      }),
  }),
];

interface Asked {
  readonly action: Action;
  readonly items: readonly Named[];
}

type Act = (item: Named) => Promise<Outcome>;

async function each(context: Context, { action, items }: Asked, begin: () => Promise<Act> | Act) {
  refuseTwice(items);
  if (action.verb === 'assign') await settleAssignment(action, context);
  const act = await begin();
  const until = performance.now() + SHARE;
  const outcomes: Outcome[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    const some = items.slice(at, at + AT_ONCE);
    const isLate = performance.now() > until;
    outcomes.push(...(isLate ? some.map(({ id }): Outcome => ({ id, outcome: 'not-tried' })) : await Promise.all(some.map(act))));
  }
  const count = (outcome: Outcome['outcome']): number => outcomes.filter((one) => one.outcome === outcome).length;
  const notTried = count('not-tried');
  const counts = { changed: count('changed'), wouldChange: count('would-change'), refused: count('refused'), notTried };
  return { status: 200, body: { items: outcomes, counts, complete: notTried === 0 } };
}

function refuseTwice(items: readonly Named[]): void {
  const seen = new Set<string>();
  for (const [i, { id }] of items.entries()) {
    if (seen.has(id))
      throw new Refusal('invalid', `${id} is named twice.`, {
        errors: [{ pointer: `/items/${i}/id`, message: 'Named before.' }],
      });
    seen.add(id);
  }
}
