import * as z from 'zod';
import { Refusal } from '../../kernel/errors.js';
import { asksOf, listQuery, PageQuery } from '../../kernel/listing.js';
import { type Caller, STAFF } from '../../kernel/permission.js';
import { recordReply, refuseBeyond, shown } from '../../kernel/present.js';
import { pageOf, readSeen, recordRoutes } from '../../kernel/record-routes.js';
import { factsOf } from '../../kernel/register.js';
import { madeOnce, type Route, route } from '../../kernel/route.js';
import { amendRoute, moveRoute, parseOrRefuse } from '../../kernel/write-routes.js';
import { type Searched, searched } from '../search/searched.js';
import { declared, type Queue, queues } from './entity.js';

/** The HTTP face of saved queues: kept by who owns them, read by the teams that they are shared with. */
const facts = madeOnce(() => factsOf(declared));

const nounOf = ({ noun }: Queue): Searched => searched.find(({ entity }) => entity.name === noun)!;

/** What the noun's own list would be asked, on this caller's word. */
const askedOf = ({ filters, order }: Queue, caller: Caller): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(filters).map(([name, value]) => [name, value === 'me' ? caller.id : value])),
  ...(order !== undefined && { sort: order }),
});

/** Refuses a combination of filters and order that the noun's list does not answer. */
function refuseUnanswered(queue: Queue, caller: Caller): void {
  const { entity } = nounOf(queue);
  const query = parseOrRefuse(listQuery(entity), askedOf(queue, caller), `A list of ${entity.plural}`, '?');
  asksOf(entity, query as Record<string, unknown>, { id: caller.id, kind: 'person', roles: ['admin'] });
}

function refuseUnlessOwner({ ownerId }: Queue, { id }: Caller): void {
  if (ownerId !== id) throw new Refusal('forbidden', 'Who owns a queue changes it; save one of your own.');
}

export const routes: Route[] = [
  ...recordRoutes(queues, STAFF),
  route({
    method: 'POST',
    path: '/v1/queues',
    permission: 'queue:create',
    roles: declared.roles.write,
    summary: 'Save a queue',
    status: 201,
    body: facts,
    reply: queues.schema,
    handle: async ({ body }, { records, caller }) => {
      const given = { ownerId: caller.id, ...(body as object) } as Queue;
      refuseUnanswered(given, caller);
      const stored = await records.create(queues, (minted) => {
        const next = { ...minted, status: queues.lifecycle.states[0], ...given };
        refuseBeyond(queues, next, caller);
        return { next, event: 'queue.created' };
      });
      return recordReply(queues, stored, caller, 201);
    },
  }),
  amendRoute(queues, declared.roles.write, facts, (current, next, { caller }) => {
    refuseUnlessOwner(current, caller);
    if (next.ownerId === undefined)
      throw new Refusal('invalid', 'A queue has an owner.', { errors: [{ pointer: '/ownerId', message: 'Required.' }] });
    refuseUnanswered(next, caller);
    return { next, event: 'queue.amended' };
  }),
  ...queues.lifecycle.moves.map((move) =>
    moveRoute(queues, move, {
      roles: declared.roles.write,
      summary: `${move[0]!.toUpperCase()}${move.slice(1)} one queue`,
      body: () => z.strictObject({}),
      rule: (current, _, { caller }) => {
        refuseUnlessOwner(current, caller);
        return { next: { ...current, status: queues.lifecycle.next(current.status, move) }, event: `queue.${move}d` };
      },
    }),
  ),
  route({
    method: 'GET',
    path: '/v1/queues/{id}/items',
    permission: 'queue:read',
    roles: STAFF,
    summary: 'What stands in one queue now, of what you may see yourself',
    query: PageQuery,
    reply: () => pageOf(z.looseObject({ id: z.string(), number: z.string() })),
    handle: async ({ params, query }, context) => {
      const { records, caller } = context;
      const { record } = await readSeen(context, queues, params['id']!);
      const { entity, roles } = nounOf(record);
      if (!roles.some((role) => caller.roles.includes(role)))
        throw new Refusal('forbidden', `${record.number} lists ${entity.plural}, which you may not read.`);
      const page = await records.listAll(
        entity,
        asksOf(entity, askedOf(record, caller), caller),
        query as { limit: number; cursor?: string },
      );
      return { status: 200, body: { ...page, items: page.items.map((item) => shown(entity, item, caller)) } };
    },
  }),
];
