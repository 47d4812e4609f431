import * as z from 'zod';
import { canonical } from './canonical.js';
import type { Decision } from './decision.js';
import type { Entity } from './entity.js';
import { Refusal } from './errors.js';
import { mergePatch } from './merge-patch.js';
import type { Caller, Role } from './permission.js';
import { recordReply, refuseBeyond } from './present.js';
import type { RecordBase } from './record.js';
import { decideSeen } from './record-routes.js';
import type { Rule, Stored } from './records.js';
import { type Context, madeOnce, type Route, route, type Said } from './route.js';

/** Turns a schema's complaints into a refusal with a pointer for each bad field: `/title` in a body, `?limit` in a query. */
export function parseOrRefuse<S extends z.ZodType>(
  schema: S,
  value: unknown,
  what = 'The request',
  root: '/' | '?' = '/',
): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap((issue) => {
    const at = (path: readonly PropertyKey[]) =>
      path.map((step, i) => `${i === 0 ? root : '/'}${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ pointer: at([...issue.path, key]), message: 'There is no such field.' }))
      : [{ pointer: at(issue.path), message: issue.message }];
  });
  throw new Refusal(
    'invalid',
    `${what} has ${errors.length === 1 ? 'a bad field' : `${errors.length} bad fields`}: ${errors[0]!.pointer || 'the whole'}: ${errors[0]!.message}`,
    { errors },
  );
}

/** `PATCH /{id}`: JSON merge patch of the facts that may be amended, and of nothing else. */
export function amendRoute<T extends RecordBase>(
  entity: Entity<T>,
  roles: readonly Role[],
  facts: Said<z.ZodObject>,
  rule: (current: T, next: T, moving: Moving) => Decision<T> = (_, next) => ({ next, event: `${entity.name}.amended` }),
): Route {
  const amendable = madeOnce(facts);
  return route({
    method: 'PATCH',
    path: `/v1/${entity.plural}/{id}`,
    permission: `${entity.name}:amend`,
    roles,
    summary: `Amend one ${entity.name} (JSON merge patch, RFC 7396)`,
    ifMatch: true,
    body: () => patchOf(amendable()),
    reply: entity.schema,
    handle: async ({ params, body, expected }, context) => {
      const amend: Rule<T> = (current, stored) => {
        const schema = amendable();
        const stands = Object.fromEntries(
          Object.keys(schema.shape).map((name) => [name, (current as Record<string, unknown>)[name]]),
        );
        const amended = parseOrRefuse(schema, mergePatch(stands, body), 'The amended record');
        if (canonical(amended) === canonical(stands)) throw new Unchanged(stored);
        const kept = Object.fromEntries(Object.entries(current).filter(([name]) => !(name in schema.shape)));
        const decision = rule(current, { ...kept, ...amended } as T, moving(context));
        refuseBeyond(entity, decision.next, context.caller);
        return decision;
      };
      const stored = await decideSeen(context, entity, params['id']!, expected, amend).catch((error: unknown) => {
        if (error instanceof Unchanged) return error.stored as Stored<T>;
        throw error;
      });
      return recordReply(entity, stored, context.caller);
    },
  });
}

/** A patch that asks for what stands already: nothing happened, so nothing is written. */
class Unchanged extends Error {
  constructor(readonly stored: Stored<any>) {
    super();
  }
}

/** Members may be absent (left alone) or null (removed); the merged record is what is validated. */
const patchOf = (facts: z.ZodObject) =>
  z.strictObject(
    Object.fromEntries(
      Object.entries(facts.shape).map(([name, schema]) => [
        name,
        z
          .unknown()
          .optional()
          .meta(describe(schema as z.ZodType)),
      ]),
    ),
  );

/** Worked out when the contract is written, never while a request waits. */
const describe = (schema: z.ZodType) => ({
  get anyOf() {
    const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
    return [json, { type: 'null' }];
  },
});

/** What a move's rule is told beside the record and the body. */
export interface Moving {
  readonly caller: Caller;
  readonly now: string;
}

/** `POST /{id}/{verb}`: one route per move or command, with its own body. */
export function moveRoute<T extends RecordBase, B extends z.ZodType>(
  entity: Entity<T>,
  verb: string,
  declared: {
    readonly roles: readonly Role[];
    readonly summary: string;
    readonly body: Said<B>;
    /** Reads what the rule needs beside the record; runs before the transaction. */
    readonly rule: (current: T, body: z.infer<B>, moving: Moving) => Decision<T>;
  },
): Route {
  return route({
    method: 'POST',
    path: `/v1/${entity.plural}/{id}/${verb}`,
    permission: `${entity.name}:${verb}`,
    roles: declared.roles,
    summary: declared.summary,
    ifMatch: true,
    body: declared.body,
    reply: entity.schema,
    handle: async ({ params, body, expected }, context) =>
      recordReply(
        entity,
        await decideSeen(context, entity, params['id']!, expected, (current) =>
          declared.rule(current, body as z.infer<B>, moving(context)),
        ),
        context.caller,
      ),
  });
}

export const moving = ({ caller, now }: Pick<Context, 'caller' | 'now'>): Moving => ({ caller, now: now.toISOString() });
