import * as z from 'zod';
import { Refusal } from '../../kernel/errors.js';
import { type Caller, isRequester, STAFF } from '../../kernel/permission.js';
import { recordReply } from '../../kernel/present.js';
import { Id } from '../../kernel/record.js';
import { readSeen } from '../../kernel/record-routes.js';
import { type Context, type Route, route } from '../../kernel/route.js';
import { contact } from '../../relationship/contact.js';
import { person } from '../../support/person.js';
import { command, DESK } from './desk.js';
import { incidents } from './entity.js';
import { MOST_TEAMS, Shown, Watcher } from './incident.js';
import { settleTeams } from './intake.js';
import { liftRestriction, restrict } from './restricting.js';
import { unwatch, watch } from './watchers.js';

const reason = z.string().trim().min(1).max(2000);

/** Who sees an incident beside those who work on it and reported it: watchers, and the teams of a restricted one. */
export const followerRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/v1/incidents/{id}/watchers',
    permission: 'incident:read',
    roles: STAFF,
    summary: 'Who watches it: staff, and contacts of its customer',
    reply: () => z.object({ items: z.array(Watcher) }),
    handle: async ({ params }, context) => {
      const { record } = await readSeen(context, incidents, params['id']!);
      return { status: 200, body: { items: record.watchers ?? [] } };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/incidents/{id}/watchers',
    permission: 'incident:watch',
    roles: [...DESK, 'requester'],
    summary: 'Watch it, or let somebody watch it: a watcher sees it, and is told what its requester is told',
    status: 204,
    body: () => z.strictObject({ id: Id.optional().describe('A person, or a contact of its customer; yourself when left out') }),
    handle: async ({ params, body }, context) => {
      await readSeen(context, incidents, params['id']!);
      const watcher = await watcherNamed(context, body.id ?? context.caller.id);
      await command(context, params['id']!, undefined, (incident, now) => watch(incident, watcher, now));
      return { status: 204 };
    },
    present: () => ({ status: 204 }),
  }),
  route({
    method: 'DELETE',
    path: '/v1/incidents/{id}/watchers/{watcher}',
    permission: 'incident:watch',
    roles: [...DESK, 'requester'],
    summary: 'Watch it no more',
    status: 204,
    handle: async ({ params }, context) => {
      await command(context, params['id']!, undefined, (incident, now) => unwatch(incident, params['watcher']!, now));
      return { status: 204 };
    },
    present: () => ({ status: 204 }),
  }),
  route({
    method: 'POST',
    path: '/v1/incidents/{id}/restrict',
    permission: 'incident:restrict',
    roles: DESK,
    summary: 'Show it to the members of these teams, and to auditors, only',
    ifMatch: true,
    body: () => z.strictObject({ teamIds: z.array(Id).min(1).max(MOST_TEAMS), reason }),
    reply: Shown,
    handle: async ({ params, body, expected }, context) => {
      await readSeen(context, incidents, params['id']!);
      await settleTeams(body.teamIds, context, '/teamIds');
      const stored = await command(context, params['id']!, expected, (incident) => restrict(incident, body.teamIds, body.reason));
      return recordReply(incidents, stored, context.caller);
    },
  }),
  route({
    method: 'POST',
    path: '/v1/incidents/{id}/lift-restriction',
    permission: 'incident:lift-restriction',
    roles: DESK,
    summary: 'Show it to everybody who sees its customer’s incidents again',
    ifMatch: true,
    body: () => z.strictObject({ reason }),
    reply: Shown,
    handle: async ({ params, body, expected }, context) =>
      recordReply(
        incidents,
        await command(context, params['id']!, expected, (incident) => liftRestriction(incident, body.reason)),
        context.caller,
      ),
  }),
];

/** Somebody in use; the customer's side names contacts of its own organisation only, and learns of no others. */
async function watcherNamed({ records, caller }: Context, id: string): Promise<Watcher> {
  const [staff, theirs] = await Promise.all([
    isRequester(caller) ? undefined : records.find(person.entity, id),
    records.find(contact.entity, id),
  ]);
  if (staff?.record.status === 'active') return { id, kind: 'person' };
  const known = theirs?.record.status === 'active' && sameSide(caller, String(theirs.record.customerId));
  if (!known)
    throw new Refusal('invalid', 'There is no such person or contact in use.', {
      errors: [{ pointer: '/id', message: 'Not known.' }],
    });
  return { id, kind: 'contact', customerId: String(theirs.record.customerId) };
}

const sameSide = (caller: Caller, customerId: string): boolean =>
  isRequester(caller) ? caller.customerId === customerId : (caller.customerScope?.includes(customerId) ?? true);
