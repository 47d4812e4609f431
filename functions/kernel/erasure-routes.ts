import * as z from 'zod';
import type { Companion } from './decision.js';
import type { AnyEntity, Entity, Mention } from './entity.js';
import { askedBy, askedIn, BASES, type Erasable, Erasure, erase, goneKey } from './erasure.js';
import { Refusal } from './errors.js';
import { type Identity, identityKey } from './facts.js';
import { cursor } from './listing.js';
import type { Role } from './permission.js';
import { recordReply, shown } from './present.js';
import { realmsSeen } from './realm.js';
import { decideSeen, readSeen } from './record-routes.js';
import { type Context, type Route, route } from './route.js';
import { moving } from './write-routes.js';

/** Who may see all that is known of one person in one place. */
const READING: readonly Role[] = ['auditor', 'sms-manager', 'admin'];
const ERASING: readonly Role[] = ['admin'];

const MOST_COUNTED = 100;
const PAGE = 20;

const Held = z.object({ entity: z.string(), count: z.int(), more: z.boolean(), waiting: z.int() });
const Item = z.object({ id: z.string(), number: z.string(), status: z.string(), personal: z.looseObject({}) });

/**
 * `GET …/{id}/personal-data`: what is kept of somebody; `GET …/{id}/erasure`: what erasing them would remove, or how far it has
 * come; `POST …/{id}/erase`. `nouns` are those whose records may be theirs; where they are not, they are passed over.
 */
export function erasureRoutes(entity: Entity<any>, nouns: readonly AnyEntity[]): Route[] {
  const path = `/v1/${entity.plural}/{id}` as const;
  const theirs = nouns.filter(({ about }) => about?.some(({ who }) => who === entity.name));
  return [
    route({
      method: 'GET',
      path: `${path}/personal-data`,
      permission: `${entity.name}:read-personal-data`,
      roles: READING,
      summary: `What is kept of one ${entity.name}, here and in records that are theirs, ${PAGE} of each noun at a time`,
      query: () =>
        z.strictObject({
          of: z
            .enum(theirs.map(({ name }) => name) as [string, ...string[]])
            .optional()
            .describe('The noun to read on in'),
          address: z.string().max(320).optional().describe('The address to read on under, where records are found by address'),
          cursor,
        }),
      reply: () =>
        z.object({
          subject: z.looseObject({ id: z.string() }),
          addresses: z.array(z.string()),
          held: z.array(
            z.object({
              entity: z.string(),
              address: z.string().optional(),
              items: z.array(Item),
              nextCursor: z.string().nullable(),
            }),
          ),
        }),
      handle: async ({ params, query }, context) => {
        const { record } = await known(context, entity, params['id']!);
        const addresses = await addressesOf(context, entity, record);
        const asked = theirs
          .filter(({ name }) => query.of === undefined || name === query.of)
          .flatMap((noun) => askedBy(noun, entity, record.id, addresses).map((of) => ({ noun, of })))
          .filter(({ of: [{ by }, value] }) => query.address === undefined || (by === 'address' && value === query.address));
        if (query.cursor !== undefined && asked.length !== 1)
          throw new Refusal(
            'invalid',
            'Say which list the cursor belongs to: by `of`, and by `address` where the list has one.',
            {
              errors: [{ pointer: '?of', message: 'Required beside a cursor.' }],
            },
          );
        const held = await Promise.all(asked.map(({ noun, of }) => heldIn(context, record.id, noun, of, query.cursor)));
        return { status: 200, body: { subject: shown(entity, record, context.caller), addresses, held } };
      },
    }),
    route({
      method: 'GET',
      path: `${path}/erasure`,
      permission: `${entity.name}:read-personal-data`,
      roles: READING,
      summary: `What erasing one ${entity.name} would remove, without doing it; or how far an erasure has come`,
      reply: () =>
        z.object({
          progress: Erasure.optional(),
          fields: z.array(z.string()),
          events: z.int().describe('Events of the own history, whose content goes'),
          held: z
            .array(Held)
            .describe(
              'Records of other nouns, counted up to a hundred, without those restricted to others; `waiting` ones are still worked with',
            ),
          confirm: z.string().describe('What the erasure is to be confirmed with'),
        }),
      handle: async ({ params }, context) => {
        const { record, sequence } = await known(context, entity, params['id']!);
        const addresses = await addressesOf(context, entity, record);
        const held = await Promise.all(
          theirs.map((noun) => countedIn(context, record.id, noun, askedBy(noun, entity, record.id, addresses))),
        );
        const fields = entity.personal.filter((name) => (record as Record<string, unknown>)[name] !== undefined);
        const { erasure: progress, number: confirm } = record;
        return { status: 200, body: { ...(progress && { progress }), fields, events: sequence, held, confirm } };
      },
    }),
    route({
      method: 'POST',
      path: `${path}/erase`,
      permission: `${entity.name}:erase`,
      roles: ERASING,
      summary: `Erase one ${entity.name} for good: what is personal in it, in its history, and in records that are theirs`,
      ifMatch: true,
      body: () =>
        z.strictObject({
          basis: z.enum(BASES),
          confirm: z.string().max(40).describe('The number of the record, so that nobody is erased by accident'),
        }),
      reply: () => entity.schema as z.ZodType,
      handle: async ({ params, body, expected }, context) => {
        const { record } = await known(context, entity, params['id']!);
        if (body.confirm !== record.number)
          throw new Refusal('invalid', `Confirm with the number of whom you mean to erase: ${record.number}.`, {
            errors: [{ pointer: '/confirm', message: 'Another number.' }],
          });
        const addresses = await addressesOf(context, entity, record);
        const stored = await decideSeen(context, entity, record.id, expected, (current) => ({
          ...erase(entity, current, { basis: body.basis, addresses }, moving(context)),
          companions: goneIn(entity, current, context),
        }));
        return recordReply(entity, stored, context.caller);
      },
    }),
  ];
}

/** What is left of their sign-in: whoever comes with it is known to be gone, and gets no role. */
function goneIn(entity: AnyEntity, current: object, { vault, now }: Context): Companion[] {
  const { identity } = current as { identity?: Identity };
  if (identity === undefined) return [];
  const pk = goneKey(entity, vault.digest(identityKey(identity)));
  return [{ operation: 'put', pk, sk: '#', body: { at: now.toISOString() } }];
}

async function known(context: Context, entity: Entity<any>, key: string) {
  const stored = await readSeen<Erasable>(context, entity, key);
  if (context.caller.customerScope !== undefined)
    throw new Refusal('forbidden', 'What is kept of somebody may belong to customers that you do not serve.');
  return stored;
}

/** Every address that the record has had: mail of theirs may lie under any. */
async function addressesOf({ records }: Context, entity: AnyEntity, { id, formerly = [] }: Erasable): Promise<string[]> {
  const found = new Set<string>(formerly);
  let after: string | undefined;
  do {
    const page = await records.history(entity, id, { limit: 100, ...(after !== undefined && { cursor: after }) });
    for (const { record } of page.items) {
      const address = record[entity.subject!.address];
      if (typeof address === 'string' && !address.endsWith('@erased.invalid')) found.add(address);
    }
    after = page.nextCursor ?? undefined;
  } while (after !== undefined);
  return [...found].sort();
}

async function heldIn(
  { records, caller }: Context,
  id: string,
  noun: AnyEntity,
  of: [Mention, string],
  after: string | undefined,
) {
  const page = { limit: PAGE, ...(after !== undefined && { cursor: after }) };
  const listed = await records.listAll(noun, askedIn(realmsSeen(noun, caller), of), page);
  const [{ by, another }, value] = of;
  const whole = await Promise.all(listed.items.map(async (item) => (await records.read(noun, item.id)).record));
  const items = whole.filter((record) => !another?.(record, id)).map((record) => personalOf(noun, record));
  return { entity: noun.name, ...(by === 'address' && { address: value }), items, nextCursor: listed.nextCursor };
}

const personalOf = (noun: AnyEntity, record: Record<string, any>) => ({
  id: record['id'] as string,
  number: record['number'] as string,
  status: record['status'] as string,
  personal: Object.fromEntries(noun.personal.flatMap((name) => (record[name] === undefined ? [] : [[name, record[name]]]))),
});

async function countedIn({ records, caller }: Context, id: string, noun: AnyEntity, asked: readonly [Mention, string][]) {
  const realms = realmsSeen(noun, caller);
  const pages = await Promise.all(asked.map((of) => records.listAll(noun, askedIn(realms, of), { limit: MOST_COUNTED })));
  const items = pages.flatMap((page, i) => page.items.filter((item) => !asked[i]![0].another?.(item, id)));
  const waiting = items.filter((item) => noun.settled?.(item as never) === false).length;
  return { entity: noun.name, count: items.length, more: pages.some(({ nextCursor }) => nextCursor !== null), waiting };
}
