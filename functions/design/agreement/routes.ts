import * as z from 'zod';
import { attachmentRoutes } from '../../kernel/attachment-routes.js';
import { commentRoutes } from '../../kernel/comment-routes.js';
import { type FieldError, Refusal } from '../../kernel/errors.js';
import { linkRoutes } from '../../kernel/link-routes.js';
import { type Role, STAFF } from '../../kernel/permission.js';
import { recordReply, refuseBeyond } from '../../kernel/present.js';
import { decideSeen, readSeen, recordRoutes } from '../../kernel/record-routes.js';
import { type Context, type Route, route } from '../../kernel/route.js';
import { amendRoute, moveRoute } from '../../kernel/write-routes.js';
import { customer } from '../../relationship/customer.js';
import { supplier } from '../../relationship/supplier.js';
import { service } from '../../strategy/service.js';
import { team } from '../../support/team.js';
import { calendars, definitionOf } from '../calendar/entity.js';
import { WorkingTime } from '../calendar/working-time.js';
import { escalationPolicies } from '../escalation-policy/entity.js';
import { Agreement, activate, amend, discard, draft, end, Facts, revise } from './agreement.js';
import { unreachableTargets } from './attachment.js';
import { attainmentRoute } from './attainment-route.js';
import { agreements } from './entity.js';
import { gapsRoute } from './gaps-route.js';

const MANAGERS: readonly Role[] = ['relationship-manager', 'service-owner', 'sms-manager', 'admin'];
const reason = z.string().trim().min(1).max(2000);

/** The HTTP face of an agreement. */
export const routes: Route[] = [
  ...recordRoutes(agreements, STAFF),
  route({
    method: 'GET',
    path: '/v1/agreements/{id}/versions/{version}',
    permission: 'agreement:read',
    roles: STAFF,
    summary: 'One version of an agreement, as tickets keep it',
    reply: Agreement,
    handle: async ({ params }, context) => {
      const { record } = await readSeen(context, agreements, params['id']!);
      const version = await context.records.version(
        agreements,
        record.id,
        /^\d{1,6}$/.test(params['version']!) ? Number(params['version']) : 0,
      );
      return { status: 200, body: version };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/agreements',
    permission: 'agreement:create',
    roles: MANAGERS,
    summary: 'Draft an agreement',
    status: 201,
    body: Facts,
    reply: Agreement,
    handle: async ({ body }, context) => {
      await refuseUnfit(body, context);
      return recordReply(
        agreements,
        await context.records.create(agreements, (minted) => {
          const decision = draft(minted, body);
          refuseBeyond(agreements, decision.next, context.caller);
          return decision;
        }),
        context.caller,
        201,
      );
    },
  }),
  attainmentRoute,
  gapsRoute,
  amendRoute(agreements, MANAGERS, Facts, amend),
  moveRoute(agreements, 'activate', {
    roles: MANAGERS,
    summary: 'Put it in force; its terms then stand',
    body: () => z.strictObject({}),
    rule: (current, _, moving) => activate(current, moving),
  }),
  route({
    method: 'POST',
    path: '/v1/agreements/{id}/revise',
    permission: 'agreement:revise',
    roles: MANAGERS,
    summary: 'Make the next version of an active agreement; running clocks keep theirs',
    ifMatch: true,
    body: () => z.strictObject({ terms: Facts, reason }),
    reply: Agreement,
    handle: async ({ params, body, expected }, context) => {
      await refuseUnfit(body.terms, context);
      return recordReply(
        agreements,
        await decideSeen(context, agreements, params['id']!, expected, (current) => {
          const decision = revise(current, body.terms, body.reason);
          refuseBeyond(agreements, decision.next, context.caller);
          return decision;
        }),
        context.caller,
      );
    },
  }),
  moveRoute(agreements, 'end', {
    roles: MANAGERS,
    summary: 'End it; running clocks keep their version',
    body: () => z.strictObject({ reason }),
    rule: (current, body, moving) => end(current, body.reason, moving),
  }),
  moveRoute(agreements, 'discard', {
    roles: MANAGERS,
    summary: 'Discard a draft',
    body: () => z.strictObject({}),
    rule: (current) => discard(current),
  }),
  ...commentRoutes(agreements, { read: STAFF, write: MANAGERS }),
  ...linkRoutes(agreements, { read: STAFF, write: MANAGERS }, [agreements, customer.entity, service.entity]),
  ...attachmentRoutes(agreements, { read: STAFF, write: MANAGERS }),
];

/** An agreement names a calendar in use, parties and services that exist, and targets that the calendar can meet. */
async function refuseUnfit(given: Facts, { records, now }: Context): Promise<void> {
  const { calendarId, serviceIds, targets } = given;
  const [calendar, parties, ...named] = await Promise.all([
    records.find(calendars, calendarId),
    unknownParties(given, records),
    ...serviceIds.map((id) => records.find(service.entity, id)),
  ]);
  const time = calendar && new WorkingTime(definitionOf(calendar.record));
  const errors = [
    ...(time ? unreachableTargets(targets, time, now.getTime()) : []),
    ...(calendar?.record.status === 'active' ? [] : [{ pointer: '/calendarId', message: 'There is no such calendar in use.' }]),
    ...parties,
    ...named.flatMap((found, i) => (found ? [] : [{ pointer: `/serviceIds/${i}`, message: 'There is no such service.' }])),
  ];
  if (errors.length > 0) throw new Refusal('invalid', errors[0]!.message, { errors });
}

/** Whom it names and who is not there. */
async function unknownParties(given: Facts, records: Context['records']): Promise<FieldError[]> {
  const named = [
    ['customerId', customer.entity, 'customer'],
    ['teamId', team.entity, 'team'],
    ['supplierId', supplier.entity, 'supplier'],
    ['escalationPolicyId', escalationPolicies, 'escalation policy'],
  ] as const;
  const found = await Promise.all(
    named.map(async ([field, entity, noun]): Promise<FieldError[]> => {
      const id = given[field];
      if (id === undefined || (await records.find(entity, id))) return [];
      return [{ pointer: `/${field}`, message: `There is no such ${noun}.` }];
    }),
  );
  return found.flat();
}
