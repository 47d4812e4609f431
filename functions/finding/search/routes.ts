import * as z from 'zod';
import { Refusal } from '../../kernel/errors.js';
import { cursor, limit } from '../../kernel/listing.js';
import { type Role, STAFF } from '../../kernel/permission.js';
import { type Context, type Route, route } from '../../kernel/route.js';
import { wordsOf } from './asking.js';
import { best, byNumber, type Found, latest, type Position, RANKED } from './finding.js';
import { TOP } from './joining.js';
import { type Searched, searched, searchedBy } from './searched.js';

const TYPES = searched.map(({ entity }) => entity.name) as [string, ...string[]];
const ANYONE: readonly Role[] = [...STAFF, 'requester'];

const Query = () =>
  z.strictObject({
    q: z.string().trim().min(1).max(200).describe('Words, or the beginning of words, that the record has all of; or a number'),
    type: z.enum(TYPES).optional().describe('Only records of this type'),
    sort: z
      .enum(['newest', 'best'])
      .default('newest')
      .describe(
        `newest: latest made first. best: of the ${RANKED} latest, by the sum over the asked words of where each stands: ` +
          'number or title 3, another text 2, comment 1; twice that where the word is the very same, not only its beginning',
      ),
    limit,
    cursor,
  });

const Reply = () =>
  z.object({
    items: z.array(
      z.looseObject({
        type: z.string(),
        id: z.string(),
        number: z.string(),
        title: z.string(),
        status: z.string(),
        score: z.number(),
      }),
    ),
    nextCursor: z.string().nullable(),
    complete: z
      .boolean()
      .describe(
        `False when a page is short because so much had to be read: go on with \`nextCursor\`. With sort=best: when only the ${RANKED} latest were put in order`,
      ),
  });

/** Records by the words in them: `GET /v1/search`. */
export const routes: Route[] = [
  route({
    method: 'GET',
    path: '/v1/search',
    permission: 'search:read',
    roles: ANYONE,
    summary: 'Find records by words in number, title, texts and comments, in English and Chinese',
    query: Query,
    reply: Reply,
    handle: async ({ query }, context) => ({ status: 200, body: await search(query, context) }),
  }),
];

async function search(query: z.infer<ReturnType<typeof Query>>, context: Context) {
  const nouns = nounsFor(query.type, context);
  const words = wordsOf(query.q);
  const binding = JSON.stringify([context.caller.id, query.q, query.type, query.sort]);
  const at = query.cursor === undefined ? { below: TOP } : await positionOf(context, query.cursor, binding);
  const named = await byNumber(context, nouns, query.q);
  const first = query.cursor === undefined ? named.slice(0, query.limit) : [];
  const except = new Set(named.map(({ id }) => String(id)));
  const ask = query.sort === 'best' ? best : latest;
  const { items, next, complete }: Found = await ask(context, { nouns, words }, except, query.limit - first.length, at);
  const nextCursor = next ? await context.signer.sign('cursor', JSON.stringify([binding, next])) : null;
  return { items: [...first, ...items], nextCursor, complete };
}

function nounsFor(type: string | undefined, { caller }: Context): Searched[] {
  const all = searchedBy(caller);
  const wanted = type === undefined ? all : all.filter(({ entity }) => entity.name === type);
  if (wanted.length === 0) throw new Refusal('forbidden', `You may not search ${type ?? 'anything'}.`);
  return wanted;
}

async function positionOf({ signer }: Context, given: string, binding: string): Promise<Position> {
  const token = await signer.verify('cursor', given);
  const [bound, at] = token.state === 'ok' ? partsOf(token.payload) : [];
  if (bound === binding && at) return at;
  throw new Refusal('invalid', 'This cursor does not belong to this search; start again without it.', {
    errors: [{ pointer: '?cursor', message: 'Unknown cursor.' }],
  });
}

/** Cursors of lists are packed otherwise, and belong to no search. */
const partsOf = (payload: string): [string?, Position?] => (payload.startsWith('[') ? JSON.parse(payload) : []);
