import * as z from 'zod';
import { attachmentRoutes } from '../../kernel/attachment-routes.js';
import { commentRoutes } from '../../kernel/comment-routes.js';
import { Refusal } from '../../kernel/errors.js';
import { linkRoutes } from '../../kernel/link-routes.js';
import { isRequester, type Role, STAFF } from '../../kernel/permission.js';
import { recordReply, refuseBeyond } from '../../kernel/present.js';
import { Id } from '../../kernel/record.js';
import { recordRoutes } from '../../kernel/record-routes.js';
import { type Context, type Route, route } from '../../kernel/route.js';
import { amendRoute, moveRoute } from '../../kernel/write-routes.js';
import { service } from '../../strategy/service.js';
import { contact } from '../contact.js';
import { customer } from '../customer.js';
import { act, Complaint, close, escalate, facts, investigate, type Logging, log, reopen, withdraw } from './complaint.js';
import { complaints } from './entity.js';

const HANDLERS: readonly Role[] = ['agent', 'relationship-manager', 'service-owner', 'sms-manager', 'admin'];
const ANYONE: readonly Role[] = [...STAFF, 'requester'];
const reason = z.string().trim().min(1).max(2000);

/** The HTTP face of a complaint. */
export const routes: Route[] = [
  ...recordRoutes(complaints, ANYONE),
  route({
    method: 'POST',
    path: '/v1/complaints',
    permission: 'complaint:create',
    roles: [...HANDLERS, 'requester'],
    summary: 'Log a complaint',
    status: 201,
    body: () =>
      z.strictObject({
        ...facts,
        customerId: Id.optional().describe('Required of staff; a contact’s own is known'),
        contactId: Id.optional(),
      }),
    reply: Complaint,
    handle: async ({ body: { customerId, contactId, ...given } }, context) => {
      const whose = await settleWhose(context, customerId, contactId);
      return recordReply(
        complaints,
        await context.records.create(complaints, (minted) => {
          const decision = log(minted, given, whose);
          refuseBeyond(complaints, decision.next, context.caller);
          return decision;
        }),
        context.caller,
        201,
      );
    },
  }),
  amendRoute(complaints, HANDLERS, z.strictObject(facts)),
  moveRoute(complaints, 'investigate', {
    roles: HANDLERS,
    summary: 'Begin the investigation',
    body: () => z.strictObject({ handlerId: Id.optional() }),
    rule: (complaint, { handlerId }, moving) => investigate(complaint, handlerId, moving),
  }),
  moveRoute(complaints, 'act', {
    roles: HANDLERS,
    summary: 'Record what was found and what was done about it',
    body: () => z.strictObject({ findings: z.string().trim().min(1).max(20_000), action: z.string().trim().min(1).max(20_000) }),
    rule: (complaint, { findings, action }) => act(complaint, findings, action),
  }),
  moveRoute(complaints, 'close', {
    roles: ['relationship-manager', 'sms-manager', 'admin'],
    summary: 'Close the complaint, formally and with the customer',
    body: () => z.strictObject({ agreedWith: z.string().trim().min(1).max(200), satisfied: z.boolean() }),
    rule: (complaint, { agreedWith, satisfied }, moving) => close(complaint, agreedWith, satisfied, moving),
  }),
  moveRoute(complaints, 'reopen', {
    roles: HANDLERS,
    summary: 'Take it up again',
    body: () => z.strictObject({ reason }),
    rule: (complaint, body) => reopen(complaint, body.reason),
  }),
  moveRoute(complaints, 'withdraw', {
    roles: [...HANDLERS, 'requester'],
    summary: 'Withdraw the complaint',
    body: () => z.strictObject({ reason }),
    rule: (complaint, body) => withdraw(complaint, body.reason),
  }),
  moveRoute(complaints, 'escalate', {
    roles: HANDLERS,
    summary: 'Hand it to somebody higher, because it is not settled',
    body: () => z.strictObject({ personId: Id, reason }),
    rule: (complaint, body, moving) => escalate(complaint, body.personId, body.reason, moving),
  }),
  ...commentRoutes(complaints, { read: ANYONE, write: [...HANDLERS, 'requester'] }),
  ...linkRoutes(complaints, { read: STAFF, write: HANDLERS }, [complaints, service.entity]),
  ...attachmentRoutes(complaints, { read: ANYONE, write: [...HANDLERS, 'requester'] }),
];

/** A contact complains for itself; staff says for whom. The relationship owner handles it until somebody is named. */
async function settleWhose(
  { caller, records }: Context,
  customerId: string | undefined,
  contactId: string | undefined,
): Promise<Logging> {
  const own = isRequester(caller);
  if (own && caller.customerId === undefined)
    throw new Refusal('forbidden', 'Your sign-in is not linked to a contact yet; ask the service desk.');
  const whose = own ? { customerId: caller.customerId!, contactId: caller.id } : { customerId, contactId };
  if (whose.customerId === undefined)
    throw new Refusal('invalid', 'Whose complaint is it?', { errors: [{ pointer: '/customerId', message: 'Required.' }] });
  const found = await records.find(customer.entity, whose.customerId);
  if (!found)
    throw new Refusal('invalid', `There is no customer ${whose.customerId}.`, {
      errors: [{ pointer: '/customerId', message: 'No such customer.' }],
    });
  if (whose.contactId !== undefined && !own) {
    const who = await records.find(contact.entity, whose.contactId);
    if (who?.record.customerId !== whose.customerId)
      throw new Refusal('invalid', 'That contact does not belong to the customer.', {
        errors: [{ pointer: '/contactId', message: 'Not a contact of this customer.' }],
      });
  }
  return { customerId: whose.customerId, contactId: whose.contactId, handlerId: found.record.relationshipOwnerId };
}
