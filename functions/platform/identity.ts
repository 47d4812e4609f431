import { type AnyEntity, pointingTo } from '../kernel/entity.js';
import { goneKey } from '../kernel/erasure.js';
import { type Caller, type Grant, isRequester, ROLES, type Role } from '../kernel/permission.js';
import type { Records } from '../kernel/records.js';
import type { Store } from './store.js';
import { digestOf } from './vault.js';

export type Claims = Readonly<Record<string, unknown>>;

/** The records that tokens lead to. */
export interface Directory {
  readonly person: AnyEntity;
  readonly contact: AnyEntity;
  /** Found by its members. */
  readonly team: AnyEntity;
}

/** The value by which a person or contact is found from a token: issuer and subject, never an address. */
export const identityKey = (issuer: string, subject: string): string => `${issuer}|${subject}`;

/** Milliseconds for which a resolved identity is believed. */
const BELIEVED = 30_000;
const MOST = 5_000;

/** Resolves verified claims to a caller: machine clients by scope, staff by person, customers by contact. */
export function identify(store: Store, { person, contact, team }: Directory): (claims: Claims, now: Date) => Promise<Caller> {
  const known = new Map<string, { caller: Caller; until: number }>();

  async function resolve(claims: Claims, now: Date): Promise<Caller> {
    const [issuer, subject] = [String(claims['iss']), String(claims['sub'])];
    const roles = rolesOf(claims);
    if (claims['cognito:groups'] === undefined && claims['scope'] !== undefined && claims['username'] === undefined) {
      return { id: `client:${String(claims['client_id'] ?? subject)}`, kind: 'client', roles };
    }
    const key = identityKey(issuer, subject);
    const records = store.for({ actor: 'system', now, correlation: 'identity' });
    const holder = async (entity: AnyEntity) => {
      const id = await store.holder(entity, 'identity', key);
      return id === undefined ? undefined : (await records.find(entity, id))?.record;
    };
    if (!isRequester({ id: '', kind: 'person', roles })) {
      const found = await holder(person);
      if (!found) {
        const gone = await records.companion(person, goneKey(person, digestOf(key)), '#');
        return { id: subject, kind: 'person', roles: gone ? [] : roles };
      }
      const { customerScope } = found as unknown as { customerScope?: string[] };
      const teamIds = await teamsOf(records, team, found.id);
      return {
        id: found.id,
        kind: 'person',
        roles: found.status === 'active' ? roles : [],
        ...(customerScope !== undefined && { customerScope }),
        ...(teamIds.length > 0 && { teamIds }),
      };
    }
    const found = await holder(contact);
    if (found?.status !== 'active')
      return { id: `unknown:${subject}`, kind: 'contact', roles: roles.length > 0 ? ['requester'] : [] };
    return {
      id: found.id,
      kind: 'contact',
      roles: ['requester'],
      customerId: String((found as unknown as Claims)['customerId']),
      grants: ((found as unknown as Claims)['grants'] as Grant[] | undefined) ?? [],
    };
  }

  return async (claims, now) => {
    const key = JSON.stringify([claims['iss'], claims['sub'], claims['cognito:groups'], claims['scope']]);
    const hit = known.get(key);
    if (hit && hit.until > now.getTime()) return hit.caller;
    const caller = await resolve(claims, now);
    if (known.size >= MOST) known.clear();
    known.set(key, { caller, until: now.getTime() + BELIEVED });
    return caller;
  };
}

/** The teams that a person is a member of. */
async function teamsOf(records: Records, team: AnyEntity, personId: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await records.pointing(pointingTo(team, 'member', personId), {
      limit: 100,
      ...(cursor !== undefined && { cursor }),
    });
    ids.push(...page.items.map(({ id }) => String(id)));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}

/** Groups arrive as `[agent admin]` through an HTTP API's authoriser; scopes are `steward/agent`. */
export function rolesOf(claims: Claims): Role[] {
  const groups = claims['cognito:groups'];
  const named = Array.isArray(groups)
    ? groups.map(String)
    : String(groups ?? '')
        .replace(/^\[|\]$/g, '')
        .split(/[\s,]+/);
  const scopes = String(claims['scope'] ?? '')
    .split(' ')
    .map((scope) => scope.replace(/^steward\//, ''));
  return ROLES.filter((role) => named.includes(role) || (groups === undefined && scopes.includes(role)));
}
