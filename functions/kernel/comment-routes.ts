import * as z from 'zod';
import type { Companion, Decision } from './decision.js';
import type { Entity } from './entity.js';
import { partitionOf } from './entity.js';
import { Refusal } from './errors.js';
import { PageQuery } from './listing.js';
import { isRequester, type Role } from './permission.js';
import type { RecordBase } from './record.js';
import { decideSeen, pageOf, readSeen } from './record-routes.js';
import type { Rule } from './records.js';
import { type Context, type Route, route } from './route.js';
import { type Moving, moving } from './write-routes.js';

export const CommentBody = z.strictObject({
  body: z.string().trim().min(1).max(50_000),
  visibility: z
    .enum(['public', 'internal'])
    .default('public')
    .describe('Internal comments are never shown to the customer’s side'),
});

export interface Comment extends z.infer<typeof CommentBody> {
  readonly id: string;
  readonly at: string;
  readonly by: string;
  /** Whether the customer's side wrote it. */
  readonly fromRequester: boolean;
  /** `api` or `mail`. */
  readonly via: string;
  /** Written by a machine: an out-of-office answer, say. Stops and resumes nothing. */
  readonly automatic?: boolean;
  /** What was said is gone, as somebody asked. */
  readonly erased?: true;
}

/** The item that keeps a comment; what the customer's side may see stands under a prefix of its own. */
export const commentItem = (comment: Comment): Companion => ({
  operation: 'put',
  sk: `COMMENT#${comment.visibility}#${comment.id}`,
  when: 'absent',
  body: { ...comment },
});

/** A comment that changes nothing but the history. */
export const addComment = <T extends RecordBase>(noun: string, current: T, comment: Comment): Decision<T> => ({
  next: current,
  event: `${noun}.commented`,
  detail: { comment: comment.id, visibility: comment.visibility, fromRequester: comment.fromRequester },
  companions: [commentItem(comment)],
  quiet: true,
});

/**
 * `GET|POST …/{id}/comments`. Public and internal comments have prefixes of
 * their own, so that the row rule is part of the key that is read.
 * `rule` decides what a comment does to its record; by default nothing.
 */
export function commentRoutes<T extends RecordBase>(
  entity: Entity<T>,
  roles: { readonly read: readonly Role[]; readonly write: readonly Role[] },
  rule: (current: T, comment: Comment, moving: Moving, context: Context) => Promise<Rule<T>> | Rule<T> = (_, comment) =>
    (current) =>
      addComment(entity.name, current, comment),
): Route[] {
  const path = `/v1/${entity.plural}/{id}/comments` as const;
  return [
    route({
      method: 'GET',
      path,
      permission: `${entity.name}:read`,
      roles: roles.read,
      summary: `Comments on one ${entity.name}, oldest first`,
      query: PageQuery,
      reply: () => pageOf(z.looseObject({ id: z.string(), body: z.string() })),
      handle: async ({ params, query }, context) => {
        const { record } = await readSeen(context, entity, params['id']!);
        const prefixes = isRequester(context.caller) ? ['COMMENT#public#'] : ['COMMENT#public#', 'COMMENT#internal#'];
        return {
          status: 200,
          body: await context.records.companions(
            entity,
            partitionOf(entity, record.id),
            prefixes,
            query as { limit: number; cursor?: string },
          ),
        };
      },
    }),
    route({
      method: 'POST',
      path,
      permission: `${entity.name}:comment`,
      roles: roles.write,
      summary: `Comment on one ${entity.name}`,
      status: 201,
      body: CommentBody,
      reply: () => z.looseObject({ id: z.string(), body: z.string() }),
      handle: async ({ params, body }, context) => {
        const fromRequester = isRequester(context.caller);
        if (fromRequester && body.visibility === 'internal')
          throw new Refusal('forbidden', 'Internal comments are written by the service desk.');
        const comment: Comment = {
          ...body,
          id: context.records.mintId(),
          at: context.now.toISOString(),
          by: context.caller.id,
          fromRequester,
          via: 'api',
        };
        const { record } = await readSeen(context, entity, params['id']!);
        const decide = await rule(record, comment, moving(context), context);
        await decideSeen(context, entity, record.id, undefined, decide);
        return { status: 201, body: comment };
      },
      present: (body) => ({ status: 201, body }),
    }),
  ];
}
