import * as z from 'zod';
import { attachmentRoutes } from './attachment-routes.js';
import { commentRoutes } from './comment-routes.js';
import { type AnyEntity, defineEntity, type Entity, type Question } from './entity.js';
import { erasureOf, refuseErased } from './erasure.js';
import { defineLifecycle, type Lifecycle } from './lifecycle.js';
import { linkRoutes } from './link-routes.js';
import type { Role } from './permission.js';
import { recordReply, refuseBeyond } from './present.js';
import { Id, LocalDate, type RecordBase, recordShape } from './record.js';
import { recordRoutes } from './record-routes.js';
import { madeOnce, type Route, route } from './route.js';
import { amendRoute, moveRoute } from './write-routes.js';

/**
 * A register keeps facts: it is declared, and the kit does the rest — create,
 * read, amend, retire, list, links, comments, files, history. A noun whose
 * moves need rules of their own is a case and writes its own routes.
 */
export interface RegisterDeclaration {
  readonly name: string;
  readonly plural: string;
  readonly prefix: string;
  readonly clause: string;
  /** The facts beside the title: what may be created and amended. */
  readonly facts: z.ZodRawShape;
  readonly lifecycle?: Lifecycle;
  readonly list: readonly string[];
  readonly personal?: readonly string[];
  readonly access?: Readonly<Record<string, Question>>;
  readonly derived?: Readonly<Record<string, (record: any) => string | undefined>>;
  readonly unique?: Readonly<Record<string, (record: any) => string | readonly string[] | undefined>>;
  readonly versioned?: boolean;
  /** See `Entity`: who may ask to be erased; its lifecycle then has the move `erase`, which `erasure-routes.ts` makes. */
  readonly subject?: { readonly address: string };
  readonly blank?: (record: any) => object;
  readonly requesters?: AnyEntity['requesters'];
  readonly customer?: AnyEntity['customer'];
  readonly points?: AnyEntity['points'];
  /** Rules across fields, with pointers; see zod's `superRefine`. */
  readonly check?: (facts: any, context: z.RefinementCtx) => void;
  /** What depends on the day it is written: refuses facts that do not hold at `now`. */
  readonly refuse?: (facts: any, now: Date) => void;
  readonly roles: { readonly read: readonly Role[]; readonly write: readonly Role[] };
  /** What it may be linked to, beside records of its own kind. */
  readonly linksTo?: readonly AnyEntity[];
}

/** The lifecycle of a register that needs no other: what was retired by mistake is reinstated. */
export const inUse = defineLifecycle({
  states: ['active', 'retired'],
  moves: { retire: { from: ['active'], to: 'retired' }, reinstate: { from: ['retired'], to: 'active' } },
});

/** What every register keeps beside its own facts. */
const common = {
  title: recordShape.title,
  ownerId: Id.optional().describe('The person who answers for it'),
  reviewOn: LocalDate.optional().describe('When it is next to be looked at (a date)'),
  notes: z.string().max(10_000).optional(),
} as const;

export interface Register {
  readonly entity: Entity<any>;
  readonly routes: Route[];
}

/** The entity alone, for nouns that other areas read or that add routes of their own. */
export function registerEntity(declared: RegisterDeclaration): Entity<any> {
  const { facts, lifecycle = inUse, roles: _, linksTo: __, check: ___, refuse: ____, personal = [], ...rest } = declared;
  const erasure = declared.subject ? erasureOf(declared.name) : undefined;
  const schema = z.strictObject({ ...recordShape, status: z.enum(lifecycle.states), ...common, ...facts, ...erasure?.shape });
  return defineEntity<RecordBase>(
    {
      ...rest,
      schema,
      lifecycle,
      personal: [...personal, ...(erasure?.personal ?? [])],
      list: ['title', 'status', ...declared.list],
      access: { ...declared.access, ...erasure?.access },
      derived: { ...declared.derived, ...erasure?.derived },
      choices: { ...erasure?.choices },
      hidden: erasure?.personal ?? [],
    } as never,
    schema,
  );
}

/** The facts that may be created and amended, with the rules across them. */
export const factsOf = ({ facts, check }: RegisterDeclaration): z.ZodObject => {
  const schema = z.strictObject({ ...common, ...facts });
  return check ? (schema.superRefine(check) as unknown as z.ZodObject) : schema;
};

/** Declares a register and its routes. */
export function defineRegister(declared: RegisterDeclaration): Register {
  const entity = registerEntity(declared);
  let routes: Route[] | undefined;
  return {
    entity,
    // Areas that only read the noun never ask for them.
    get routes() {
      routes ??= registerRoutes(entity, declared);
      return routes;
    },
  };
}

export function registerRoutes(entity: Entity<any>, declared: RegisterDeclaration): Route[] {
  const { roles, name } = declared;
  const facts = madeOnce(() => factsOf(declared));
  const lifecycle = entity.lifecycle;
  return [
    ...recordRoutes(entity, roles.read),
    route({
      method: 'POST',
      path: `/v1/${entity.plural}`,
      permission: `${name}:create`,
      roles: roles.write,
      summary: `Create one ${name}`,
      status: 201,
      body: facts,
      reply: entity.schema,
      handle: async ({ body }, { records, caller, now }) => {
        declared.refuse?.(body, now);
        return recordReply(
          entity,
          await records.create(entity, (minted) => {
            const next = { ...minted, status: lifecycle.states[0], ...(body as object) };
            refuseBeyond(entity, next, caller);
            return { next, event: `${name}.created` };
          }),
          caller,
          201,
        );
      },
    }),
    amendRoute(entity, roles.write, facts, (current, next, moving) => {
      if (entity.subject) refuseErased(entity, current);
      declared.refuse?.(next, new Date(moving.now));
      return { next, event: `${name}.amended` };
    }),
    ...lifecycle.moves
      .filter((move) => !entity.subject || move !== 'erase')
      .map((move) =>
        moveRoute(entity, move, {
          roles: roles.write,
          summary: `${move[0]!.toUpperCase()}${move.slice(1)} one ${name}`,
          body: () => z.strictObject({ reason: z.string().trim().min(1).max(2000).optional() }),
          rule: (current, { reason }) => ({
            next: { ...current, status: lifecycle.next(current.status, move) },
            event: `${name}.${participle(move)}`,
            ...(reason !== undefined && { detail: { reason } }),
          }),
        }),
      ),
    ...commentRoutes(entity, roles),
    ...linkRoutes(entity, roles, [entity, ...(declared.linksTo ?? [])]),
    ...attachmentRoutes(entity, roles),
  ];
}

/** `retire` → `retired`, `publish` → `published`: events are past participles. */
export const participle = (verb: string): string => (verb.endsWith('e') ? `${verb}d` : `${verb}ed`);
