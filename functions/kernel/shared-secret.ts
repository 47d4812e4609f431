import * as z from 'zod';
import type { Companion } from './decision.js';
import { type AnyEntity, type Entity, partitionOf } from './entity.js';
import type { Role } from './permission.js';
import type { RecordBase } from './record.js';
import { decideSeen, readSeen } from './record-routes.js';
import type { Records } from './records.js';
import { type Route, route, type Vault } from './route.js';

/**
 * The secrets that a record shares with other software. Each issue is an item of its own beside the record, never part of the
 * record or its history; the one before it stays valid for the hours that were asked for, so that nothing is missed while the
 * other side changes over. Shown once, when it is issued.
 *
 *   SECRET#000007   what is kept of it, and until when the one before it holds; by the event that tells of it
 */
export interface Issued {
  readonly id: string;
  readonly kind: 'signing' | 'bearer';
  /** Sealed where it signs, a digest where it is only compared. */
  readonly kept: string;
  readonly issuedAt: string;
  /** The instant at which the one before it ceases to hold. */
  readonly formerUntil: string;
}

const PREFIX = 'SECRET#';
/** A change-over needs two; a third may stand when two were issued within the overlap of the first. */
const MOST = 3;

const boundTo = (entity: AnyEntity, id: string): string => `${entity.name}#${id}`;

/** Those that hold at an instant, newest first. Pure; `issued` is newest first. */
export function holding(issued: readonly Issued[], now: string): Issued[] {
  const [newest, ...former] = issued;
  if (newest === undefined) return [];
  let until = newest.formerUntil;
  const still: Issued[] = [newest];
  for (const each of former) {
    if (until <= now) break;
    still.push(each);
    until = [until, each.formerUntil].sort()[0]!;
  }
  return still;
}

/** What is kept of the secrets that hold now, newest first. */
export async function secretsOf(
  records: Pick<Records, 'companions'>,
  entity: AnyEntity,
  id: string,
  now: Date,
): Promise<Issued[]> {
  const page = await records.companions(entity, partitionOf(entity, id), [PREFIX], { limit: MOST }, true);
  return holding(page.items as unknown as Issued[], now.toISOString());
}

/** The signing secrets that hold now, as they were shown, newest first. */
export const signingSecrets = async (
  records: Pick<Records, 'companions'>,
  vault: Vault,
  entity: AnyEntity,
  id: string,
  now: Date,
): Promise<string[]> =>
  Promise.all(
    (await secretsOf(records, entity, id, now))
      .filter(({ kind }) => kind === 'signing')
      .map(({ kept }) => vault.open(kept, boundTo(entity, id))),
  );

const Issuing = z.strictObject({
  overlapHours: z.int().min(0).max(168).default(24).describe('Hours for which the secret before it goes on to hold'),
});
const Answer = z.object({
  id: z.string(),
  issuedAt: z.string(),
  formerUntil: z.string().describe('Until when the secret before it holds'),
  secret: z.string().optional().describe('Shown this once, and in no repetition'),
});

/** `POST …/{id}/secret`: issues a secret, the first or the next. */
export function secretRoute<T extends RecordBase>(
  entity: Entity<T>,
  roles: readonly Role[],
  kindOf: (record: T) => Issued['kind'],
): Route {
  return route({
    method: 'POST',
    path: `/v1/${entity.plural}/{id}/secret`,
    permission: `${entity.name}:issue-secret`,
    roles,
    summary: 'Issue a new secret: shown in this answer and never again; the one before it holds on for the overlap',
    status: 201,
    body: Issuing,
    reply: Answer,
    handle: async ({ params, body }, context) => {
      const { vault, now, records } = context;
      const { record } = await readSeen(context, entity, params['id']!);
      const kind = kindOf(record);
      const secret = vault.mint(kind);
      const kept = kind === 'signing' ? await vault.seal(secret, boundTo(entity, record.id)) : vault.digest(secret);
      const formerUntil = new Date(now.getTime() + body.overlapHours * 3_600_000).toISOString();
      const issued: Issued = { id: records.mintId(), kind, kept, issuedAt: now.toISOString(), formerUntil };
      await decideSeen(context, entity, record.id, undefined, (current, { sequence }) => ({
        next: current,
        event: `${entity.name}.secret-issued`,
        detail: { secret: issued.id, formerUntil },
        companions: [item(issued, sequence + 1)],
        quiet: true,
      }));
      return { status: 201, body: { ...shown(issued), secret } };
    },
    present: (body) => ({ status: 201, body: shown(body as unknown as Issued) }),
  });
}

/** In the order of the record's history, whatever the clocks say. */
const item = (issued: Issued, sequence: number): Companion => ({
  operation: 'put',
  sk: `${PREFIX}${String(sequence).padStart(6, '0')}`,
  when: 'absent',
  body: { ...issued },
});

const shown = ({ id, issuedAt, formerUntil }: Issued) => ({ id, issuedAt, formerUntil });
