import * as z from 'zod';
import type { Companion } from './decision.js';
import { type AnyEntity, type Entity, keyPrefix, partitionOf } from './entity.js';
import { Refusal } from './errors.js';
import { cursor, limit } from './listing.js';
import type { Role } from './permission.js';
import { maySee } from './present.js';
import { Id, type RecordBase } from './record.js';
import { decideSeen, pageOf, readSeen } from './record-routes.js';
import { type Route, route } from './route.js';

export const LINK_TYPES = ['relates-to', 'caused-by', 'duplicates', 'concerns', 'evidence-for'] as const;
export type LinkType = (typeof LINK_TYPES)[number];

/** Where items that point at a record are found from its side: an inverted index, never a write into its partition. */
export const pointingAt = (target: AnyEntity, id: string): string => `${keyPrefix(target)}#LINKED#${id}`;

const linkId = (type: string, noun: string, id: string): string => `${type}~${noun}~${id}`;

type Linked = Pick<RecordBase, 'id' | 'number'>;

const linkBody = (type: LinkType, noun: AnyEntity, { id, number }: Linked) => ({
  link: linkId(type, noun.name, id),
  type,
  entity: noun.name,
  id,
  number,
  direction: 'to' as const,
});

/** The item beside a record that points to another; the index shows it from the other's side. */
export function linkItem(entity: AnyEntity, from: Linked, type: LinkType, noun: AnyEntity, to: Linked): Companion {
  const body = linkBody(type, noun, to);
  return {
    operation: 'put',
    sk: `LINK#${body.link}`,
    when: 'absent',
    body,
    list: { link: body.link, type, entity: entity.name, id: from.id, number: from.number, direction: 'from' },
    index: { gsi1pk: pointingAt(noun, to.id), gsi1sk: linkId(type, entity.name, from.id) },
  };
}

/** `GET|POST …/{id}/links` and `DELETE …/{id}/links/{link}`, to records of the nouns named in `targets`. */
export function linkRoutes<T extends RecordBase>(
  entity: Entity<T>,
  roles: { readonly read: readonly Role[]; readonly write: readonly Role[] },
  targets: readonly AnyEntity[],
): Route[] {
  const path = `/v1/${entity.plural}/{id}/links` as const;
  const Link = z.strictObject({
    type: z.enum(LINK_TYPES),
    entity: z.enum(targets.map(({ name }) => name) as [string, ...string[]]),
    id: Id,
  });
  const reply = z.looseObject({
    link: z.string(),
    type: z.string(),
    entity: z.string(),
    id: z.string(),
    number: z.string(),
    direction: z.enum(['to', 'from']),
  });
  return [
    route({
      method: 'GET',
      path,
      permission: `${entity.name}:read`,
      roles: roles.read,
      summary: `What one ${entity.name} points to, or (direction=from) what points to it`,
      query: () => z.strictObject({ direction: z.enum(['to', 'from']).default('to'), limit, cursor }),
      reply: () => pageOf(reply),
      handle: async ({ params, query }, context) => {
        const { records } = context;
        const { record } = await readSeen(context, entity, params['id']!);
        if (query.direction === 'from' && !entity.customer && context.caller.customerScope !== undefined)
          throw new Refusal('forbidden', `What points to a ${entity.name} belongs to customers that you may not serve.`);
        const page = query as { limit: number; cursor?: string };
        return {
          status: 200,
          body:
            query.direction === 'to'
              ? await records.companions(entity, partitionOf(entity, record.id), ['LINK#'], page)
              : await records.pointing(pointingAt(entity, record.id), page),
        };
      },
    }),
    route({
      method: 'POST',
      path,
      permission: `${entity.name}:link`,
      roles: roles.write,
      summary: `Link one ${entity.name} to another record`,
      status: 201,
      body: Link,
      reply,
      handle: async ({ params, body }, context) => {
        await readSeen(context, entity, params['id']!);
        const noun = targets.find(({ name }) => name === body.entity)!;
        const target = await context.records.find(noun, body.id);
        if (!target || !maySee(noun, target.record, context.caller))
          throw new Refusal('invalid', `There is no ${body.entity} ${body.id} to link to.`, {
            errors: [{ pointer: '/id', message: 'No such record.' }],
          });
        const to = linkBody(body.type, noun, target.record);
        await decideSeen(context, entity, params['id']!, undefined, (current) => ({
          next: current,
          event: `${entity.name}.linked`,
          detail: to,
          quiet: true,
          companions: [linkItem(entity, current, body.type, noun, target.record)],
        }));
        return { status: 201, body: to };
      },
      present: (body) => ({ status: 201, body }),
    }),
    route({
      method: 'DELETE',
      path: `${path}/{link}`,
      permission: `${entity.name}:link`,
      roles: roles.write,
      summary: `Remove a link; the history keeps that it was there`,
      status: 204,
      handle: async ({ params }, context) => {
        await decideSeen(context, entity, params['id']!, undefined, (current) => ({
          next: current,
          event: `${entity.name}.unlinked`,
          detail: { link: params['link'] },
          quiet: true,
          companions: [{ operation: 'delete', sk: `LINK#${params['link']}`, when: 'present' }],
        }));
        return { status: 204 };
      },
      present: () => ({ status: 204 }),
    }),
  ];
}
