import * as z from 'zod';
import { attachmentRoutes } from '../../kernel/attachment-routes.js';
import { Refusal } from '../../kernel/errors.js';
import { DESK, STAFF } from '../../kernel/permission.js';
import { maySee, recordReply } from '../../kernel/present.js';
import { Id } from '../../kernel/record.js';
import { decideSeen, readSeen, recordRoutes } from '../../kernel/record-routes.js';
import { type Context, type Route, route } from '../../kernel/route.js';
import { moveRoute, moving } from '../../kernel/write-routes.js';
import { incidents } from '../../operation/incident/entity.js';
import { contact } from '../../relationship/contact.js';
import { customer } from '../../relationship/customer.js';
import { messages } from './entity.js';
import { accept, dismiss, MessageRecord, type Settled } from './message.js';

const Accepting = z.strictObject({
  contactId: Id.optional().describe('Who wrote it; the customer follows'),
  customerId: Id.optional().describe('Whose it is, where the writer is no contact'),
  incidentId: Id.optional().describe('The incident (id or number) that it becomes a comment of; otherwise it opens one'),
});

/** The HTTP face of received mail: for the service desk only. Triage is `GET /v1/messages?status=triage&sort=received`. */
export const routes: Route[] = [
  ...recordRoutes(messages, STAFF),
  route({
    method: 'POST',
    path: '/v1/messages/{id}/accept',
    permission: 'message:accept',
    roles: DESK,
    summary: 'Take a message out of triage: say whose it is, or which incident it belongs to',
    ifMatch: true,
    body: Accepting,
    reply: MessageRecord.omit({ origin: true }),
    handle: async ({ params, body, expected }, context) => {
      const settled = await settle(context, body);
      const stored = await decideSeen(context, messages, params['id']!, expected, (message) =>
        accept(message, settled, moving(context)),
      );
      return recordReply(messages, stored, context.caller);
    },
  }),
  moveRoute(messages, 'dismiss', {
    roles: DESK,
    summary: 'Nothing is to be done about it',
    body: () => z.strictObject({ reason: z.string().trim().min(1).max(2000) }),
    rule: (message, { reason }, now) => dismiss(message, reason, now),
  }),
  route({
    method: 'GET',
    path: '/v1/messages/{id}/raw',
    permission: 'message:read',
    roles: STAFF,
    summary: 'A link that downloads the message as it was received, for five minutes',
    reply: () => z.object({ url: z.string(), fileName: z.string(), size: z.int() }),
    handle: async ({ params }, context) => {
      const { files } = context;
      const { record } = await readSeen(context, messages, params['id']!);
      const { copy, key, size } = record.raw;
      if (copy === undefined)
        throw new Refusal('conflict', `${record.number} was refused and is not offered; it lies in the mail bucket as ${key}.`);
      const fileName = `${record.number}.eml`;
      return { status: 200, body: { url: await files.download(copy, fileName, 'message/rfc822'), fileName, size } };
    },
  }),
  route({
    method: 'GET',
    path: '/v1/messages/{id}/outcome',
    permission: 'message:read',
    roles: STAFF,
    summary: 'The incident that it opened, or became a comment of',
    reply: () =>
      z.object({ entity: z.literal('incident'), id: z.string(), number: z.string(), as: z.enum(['report', 'comment']) }),
    handle: async ({ params }, context) => {
      const { records, caller } = context;
      const { record } = await readSeen(context, messages, params['id']!);
      const opened = await records.holder(incidents, 'message', record.id);
      const id = opened ?? (record.status === 'accepted' ? record.answers?.id : undefined);
      const found = id === undefined ? undefined : await records.find(incidents, id);
      if (!found || !maySee(incidents, found.record, caller))
        throw new Refusal(
          'not-found',
          `${record.number} is ${record.status}; it has led to no incident${record.status === 'accepted' ? ' yet' : ''}.`,
        );
      const as = opened === undefined ? ('comment' as const) : ('report' as const);
      return { status: 200, body: { entity: 'incident' as const, id: found.record.id, number: found.record.number, as } };
    },
  }),
  ...attachmentRoutes(messages, { read: STAFF, write: [] }).filter(({ method }) => method === 'GET'),
];

/** The contact, customer and incident that are named must be there, in use, and belong together. */
async function settle(context: Pick<Context, 'records' | 'caller'>, given: z.infer<typeof Accepting>): Promise<Settled> {
  const { records, caller } = context;
  const [who, party, ticket] = await Promise.all([
    given.contactId === undefined ? undefined : records.find(contact.entity, given.contactId),
    given.customerId === undefined ? undefined : records.find(customer.entity, given.customerId),
    given.incidentId === undefined ? undefined : readSeen(context, incidents, given.incidentId),
  ]);
  if (who && !maySee(contact.entity, who.record, caller)) throw bad('/contactId', 'There is no such contact in use.');
  if (party && !maySee(customer.entity, party.record, caller)) throw bad('/customerId', 'There is no such customer in use.');
  if (given.contactId !== undefined && who?.record.status !== 'active')
    throw bad('/contactId', 'There is no such contact in use.');
  if (given.customerId !== undefined && party?.record.status !== 'active')
    throw bad('/customerId', 'There is no such customer in use.');
  const customerId = (who?.record.customerId as string | undefined) ?? given.customerId;
  if (given.customerId !== undefined && customerId !== given.customerId)
    throw bad('/contactId', 'That contact belongs to another customer.');
  const theirs = ticket?.record.customerId;
  if (ticket && customerId !== undefined && theirs !== undefined && theirs !== customerId)
    throw bad('/incidentId', `${ticket.record.number} belongs to another customer.`);
  return {
    customerId: customerId ?? theirs,
    contactId: given.contactId,
    ...(ticket && { answers: { type: 'incident', id: ticket.record.id } }),
    ...(ticket?.record.restrictedTo && { restrictedTo: ticket.record.restrictedTo }),
  };
}

const bad = (pointer: string, message: string): Refusal => new Refusal('invalid', message, { errors: [{ pointer, message }] });
