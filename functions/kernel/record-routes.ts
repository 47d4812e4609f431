import * as z from 'zod';
import type { AnyEntity, Entity } from './entity.js';
import { Refusal } from './errors.js';
import { asksAsOf, asksOf, listQuery, PageQuery } from './listing.js';
import { isRequester, type Role } from './permission.js';
import { maySee, recordReply, shown } from './present.js';
import { Instant, type RecordBase } from './record.js';
import type { HistoryEvent, Rule, Stored } from './records.js';
import { type Context, type Route, route } from './route.js';

/** The routes that every record has: list, read one (now or as of an instant), history. */
export function recordRoutes<T extends RecordBase>(entity: Entity<T>, roles: readonly Role[]): Route[] {
  const path = `/v1/${entity.plural}` as const;
  const permission = `${entity.name}:read` as const;
  const reply = () => (entity.schema as unknown as z.ZodObject).partial();
  return [
    route({
      method: 'GET',
      path,
      permission,
      roles,
      summary: `List ${entity.plural}`,
      query: () => listQuery(entity),
      reply: () => pageOf(reply()),
      handle: async ({ query }, { caller, records }) => {
        const { asOf, ...given } = query;
        const wanted = query as { limit: number; cursor?: string };
        const page =
          typeof asOf === 'string'
            ? await records.listAsOf(entity, asksAsOf(entity, given, caller), asOf, wanted)
            : await records.listAll(entity, asksOf(entity, given, caller), wanted);
        // What was somebody else's then is not shown to those whose it is now.
        const items = asOf === undefined ? page.items : page.items.filter((item) => maySee(entity, item, caller));
        return { status: 200, body: { ...page, items: items.map((item) => shown(entity, item, caller)) } };
      },
    }),
    route({
      method: 'GET',
      path: `${path}/{id}`,
      permission,
      roles,
      summary: `Read one ${entity.name}, by id or number, now or as of an instant`,
      query: () => z.strictObject({ asOf: Instant.optional() }),
      reply,
      handle: async ({ params, query }, context) => {
        const stored = await readSeen(context, entity, params['id']!);
        if (query.asOf === undefined) return recordReply(entity, stored, context.caller);
        const then = await context.records.asOf(entity, stored.record.id, query.asOf);
        if (!maySee(entity, then, context.caller)) throw notFound(entity, params['id']!);
        return { status: 200, body: shown(entity, then, context.caller), etag: then.version };
      },
    }),
    route({
      method: 'GET',
      path: `${path}/{id}/history`,
      permission,
      roles,
      summary: `Everything that happened to one ${entity.name}, oldest first, hash-chained`,
      query: PageQuery,
      reply: () => pageOf(z.looseObject({ sequence: z.int(), event: z.string(), at: z.string() })),
      handle: async ({ params, query }, context) => {
        const { record } = await readSeen(context, entity, params['id']!);
        return { status: 200, body: await historySeen(context, entity, record.id, query) };
      },
    }),
  ];
}

export const pageOf = (item: z.ZodType) => z.object({ items: z.array(item), nextCursor: z.string().nullable() });

/** Reads a record that row rules let the caller see; to others it does not exist. */
export async function readSeen<T extends RecordBase>(
  { records, caller }: Pick<Context, 'records' | 'caller'>,
  entity: Entity<T>,
  key: string,
): Promise<Stored<T>> {
  const stored = await records.read(entity, key);
  if (!maySee(entity, stored.record, caller)) throw notFound(entity, key);
  return stored;
}

/** Applies a rule to a record that row rules let the caller see; what it becomes is the rule's affair. */
export const decideSeen = <T extends RecordBase>(
  { records, caller }: Context,
  entity: Entity<T>,
  key: string,
  expected: number | undefined,
  rule: Rule<T>,
) =>
  records.decide(entity, key, expected, (current, stored) => {
    if (!maySee(entity, current, caller)) throw notFound(entity, key);
    return rule(current, stored);
  });

export const notFound = (entity: AnyEntity, key: string): Refusal =>
  new Refusal('not-found', `There is no ${entity.name} ${key}.`);

/** The customer's side sees the declared events only, without the records inside; pages stay full. */
async function historySeen(
  context: Context,
  entity: AnyEntity,
  id: string,
  page: { limit: number; cursor?: string | undefined },
) {
  const ask = (cursor: string | undefined, limit: number) =>
    context.records.history(entity, id, { limit, ...(cursor !== undefined && { cursor }) });
  if (!isRequester(context.caller)) return ask(page.cursor, page.limit);
  const open = new Set(entity.requesters?.events ?? []);
  const items: object[] = [];
  let cursor = page.cursor;
  do {
    const read = await ask(cursor, page.limit - items.length);
    items.push(...read.items.filter(({ event }) => open.has(event)).map(outline));
    cursor = read.nextCursor ?? undefined;
  } while (items.length < page.limit && cursor !== undefined);
  return { items, nextCursor: cursor ?? null };
}

const outline = ({ sequence, version, event, at }: HistoryEvent) => ({ sequence, version, event, at });
