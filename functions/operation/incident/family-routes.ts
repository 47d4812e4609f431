import * as z from 'zod';
import { CommentBody } from '../../kernel/comment-routes.js';
import { partitionOf, pointingTo } from '../../kernel/entity.js';
import { Refusal } from '../../kernel/errors.js';
import { PageQuery } from '../../kernel/listing.js';
import { STAFF } from '../../kernel/permission.js';
import { recordReply } from '../../kernel/present.js';
import { Id } from '../../kernel/record.js';
import { pageOf, readSeen } from '../../kernel/record-routes.js';
import { type Context, type Route, route } from '../../kernel/route.js';
import { announce } from './commands.js';
import { command, commandBoth, DESK } from './desk.js';
import { incidents } from './entity.js';
import { childKey, setParent, unsetParent } from './family.js';
import type { Outcome } from './following.js';
import { Shown } from './incident.js';
import { merge, unmerge } from './merging.js';

const nothing = z.strictObject({});

/** What concerns two incidents: merging, and parents with their children. */
export const familyRoutes: Route[] = [
  route({
    method: 'POST',
    path: '/v1/incidents/{id}/merge',
    permission: 'incident:merge',
    roles: DESK,
    summary: 'Merge it into another of the same customer: it ends, uncounted, and its requester follows the other',
    ifMatch: true,
    body: () => z.strictObject({ into: Id.describe('Id or number of the incident that goes on') }),
    reply: Shown,
    handle: async ({ params, body, expected }, context) => {
      await readSeen(context, incidents, params['id']!);
      await refuseUnknown(context, body.into, '/into');
      const [merged] = await commandBoth(context, [{ key: params['id']!, expected }, { key: body.into }], merge);
      return recordReply(incidents, merged, context.caller);
    },
  }),
  route({
    method: 'POST',
    path: '/v1/incidents/{id}/unmerge',
    permission: 'incident:unmerge',
    roles: DESK,
    summary: 'Undo a merging: its clocks go on, what passed meanwhile counts; comments stay where they were written',
    ifMatch: true,
    body: () => z.strictObject({ reason: z.string().trim().min(1).max(2000) }),
    reply: Shown,
    handle: async ({ params, body, expected }, context) => {
      const { record } = await readSeen(context, incidents, params['id']!);
      if (!record.mergedInto)
        throw new Refusal('illegal-move', `${record.number} is not merged.`, { facts: { status: record.status } });
      const [unmerged] = await commandBoth(
        context,
        [{ key: record.id, expected }, { key: record.mergedInto.id }],
        (one, other, now) => unmerge(one, other, body.reason, now),
      );
      return recordReply(incidents, unmerged, context.caller);
    },
  }),
  route({
    method: 'POST',
    path: '/v1/incidents/{id}/set-parent',
    permission: 'incident:set-parent',
    roles: DESK,
    summary: 'Make it the child of another: it is resolved and closed with its parent',
    ifMatch: true,
    body: () => z.strictObject({ parentId: Id.describe('Id or number of the parent') }),
    reply: Shown,
    handle: async ({ params, body, expected }, context) => {
      await readSeen(context, incidents, params['id']!);
      await refuseUnknown(context, body.parentId, '/parentId');
      const [child] = await commandBoth(context, [{ key: params['id']!, expected }, { key: body.parentId }], setParent);
      return recordReply(incidents, child, context.caller);
    },
  }),
  route({
    method: 'POST',
    path: '/v1/incidents/{id}/unset-parent',
    permission: 'incident:unset-parent',
    roles: DESK,
    summary: 'It stands for itself again',
    ifMatch: true,
    body: nothing,
    reply: Shown,
    handle: async ({ params, expected }, context) => {
      const { record } = await readSeen(context, incidents, params['id']!);
      if (record.parentId === undefined) throw new Refusal('conflict', `${record.number} has no parent.`);
      const [child] = await commandBoth(context, [{ key: record.id, expected }, { key: record.parentId }], unsetParent);
      return recordReply(incidents, child, context.caller);
    },
  }),
  route({
    method: 'GET',
    path: '/v1/incidents/{id}/children',
    permission: 'incident:read',
    roles: STAFF,
    summary: 'Its children, and what became of each when it was resolved; who could not follow is tried again',
    query: PageQuery,
    reply: () =>
      pageOf(z.looseObject({ id: z.string(), number: z.string(), status: z.string(), outcome: z.looseObject({}).optional() })),
    handle: async ({ params, query }, context) => {
      const { record } = await readSeen(context, incidents, params['id']!);
      const page = await context.records.pointing(
        pointingTo(incidents, 'parent', record.id),
        query as { limit: number; cursor?: string },
      );
      return {
        status: 200,
        body: { ...page, items: await Promise.all(page.items.map(({ id }) => childOf(context, record.id, String(id)))) },
      };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/incidents/{id}/announcements',
    permission: 'incident:announce',
    roles: DESK,
    summary: 'A public comment on a parent that the requesters of its children are told as well',
    status: 201,
    body: () => CommentBody.pick({ body: true }),
    reply: () => z.looseObject({ id: z.string(), body: z.string() }),
    handle: async ({ params, body }, context) => {
      const said = {
        ...body,
        visibility: 'public' as const,
        id: context.records.mintId(),
        at: context.now.toISOString(),
        by: context.caller.id,
        fromRequester: false,
        via: 'api',
      };
      await command(context, params['id']!, undefined, (incident, now) => announce(incident, said, now));
      return { status: 201, body: said };
    },
    present: (body) => ({ status: 201, body }),
  }),
];

/** What the body names is looked up first, so that the refusal says which field is wrong. */
async function refuseUnknown(context: Context, key: string, pointer: string): Promise<void> {
  try {
    await readSeen(context, incidents, key);
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason !== 'not-found') throw error;
    throw new Refusal('invalid', `There is no incident ${key}.`, { errors: [{ pointer, message: 'No such incident.' }] });
  }
}

/** A family is of one customer and one circle, so who sees the parent sees its children. */
async function childOf({ records }: Context, parentId: string, id: string): Promise<object> {
  const [{ record }, outcome] = await Promise.all([
    records.read(incidents, id),
    records.companion(incidents, partitionOf(incidents, parentId), childKey(id)),
  ]);
  const { number, title, status, priority } = record;
  return { id, number, title, status, priority, ...(outcome && { outcome: outcome as unknown as Outcome }) };
}
