import * as z from 'zod';
import { attachmentRoutes } from '../../kernel/attachment-routes.js';
import { commentRoutes } from '../../kernel/comment-routes.js';
import { partitionOf } from '../../kernel/entity.js';
import { linkRoutes } from '../../kernel/link-routes.js';
import { PageQuery } from '../../kernel/listing.js';
import { type Role, STAFF } from '../../kernel/permission.js';
import { recordReply } from '../../kernel/present.js';
import { Id, LocalDate } from '../../kernel/record.js';
import { pageOf, readSeen, recordRoutes } from '../../kernel/record-routes.js';
import { type Route, route } from '../../kernel/route.js';

import { complaints } from '../../relationship/complaint/entity.js';
import { service } from '../../strategy/service.js';
import { acknowledgeRoutes } from './acknowledge-routes.js';
import { amendRule, settleAssignment } from './amending.js';
import { bulkRoutes } from './bulk-routes.js';
import { clockRoutes } from './clock-routes.js';
import { clocked } from './clocking.js';
import {
  acknowledge,
  assign,
  cancel,
  close,
  comment,
  pend,
  refuseUnlessOwn,
  reopen,
  resolve,
  resume,
  spend,
} from './commands.js';
import { type Command, command, DESK } from './desk.js';
import { incidents } from './entity.js';
import { familyRoutes } from './family-routes.js';
import { followerRoutes } from './follower-routes.js';
import { Resolution, report, Shown, Waiting } from './incident.js';
import { openIncident, Reclassifying, Reported, reclassifyIncident } from './intake.js';
import { replyRoutes } from './reply-routes.js';
import { boundOf } from './surroundings.js';
import { underpin } from './underpinned.js';

const ANYONE: readonly Role[] = [...STAFF, 'requester'];
const reason = z.string().trim().min(1).max(2000);
const nothing = z.strictObject({});

/** A move or command of the desk, with its own body and the rule that decides it. */
const commandRoute = <B extends z.ZodType>(
  verb: string,
  summary: string,
  body: B,
  rule: (body: z.infer<B>) => Command,
  roles: readonly Role[] = DESK,
): Route =>
  route({
    method: 'POST',
    path: `/v1/incidents/{id}/${verb}`,
    permission: `incident:${verb}`,
    roles,
    summary,
    ifMatch: true,
    body,
    reply: Shown,
    handle: async ({ params, body: given, expected }, context) =>
      recordReply(incidents, await command(context, params['id']!, expected, rule(given as z.infer<B>)), context.caller),
  });

const own =
  (rule: Command): Command =>
  (incident, now) => {
    refuseUnlessOwn(incident, now);
    return rule(incident, now);
  };

/** The HTTP face of an incident: which command, on whose word. */
export const routes: Route[] = [
  ...recordRoutes(incidents, ANYONE),
  route({
    method: 'POST',
    path: '/v1/incidents',
    permission: 'incident:create',
    roles: [...DESK, 'requester'],
    summary: 'Open an incident',
    status: 201,
    body: Reported,
    reply: Shown,
    handle: async ({ body }, context) => recordReply(incidents, await openIncident(context, body), context.caller, 201),
  }),
  amendRule(report, DESK),
  commandRoute('acknowledge', 'Take note of it: stops the response clock and the climb of pages', nothing, () => acknowledge),
  route({
    method: 'POST',
    path: '/v1/incidents/{id}/assign',
    permission: 'incident:assign',
    roles: DESK,
    summary: 'Give it to a team, a person, or both',
    ifMatch: true,
    body: () => z.strictObject({ teamId: Id.optional(), assigneeId: Id.optional() }),
    reply: Shown,
    handle: async ({ params, body, expected }, context) => {
      const { record } = await readSeen(context, incidents, params['id']!);
      await settleAssignment(body, context);
      const { serviceId, priority } = record;
      const passedOn = body.teamId !== undefined && body.teamId !== record.teamId;
      const given = { teamId: body.teamId, serviceId, priority, at: context.now.toISOString() };
      const underpinned = passedOn ? await underpin(context.records, given) : undefined;
      const rule: Command = (incident, now) => assign(incident, body, now, underpinned);
      return recordReply(
        incidents,
        await command(context, params['id']!, expected, rule, [underpinned?.attachment]),
        context.caller,
      );
    },
  }),
  route({
    method: 'POST',
    path: '/v1/incidents/{id}/reclassify',
    permission: 'incident:reclassify',
    roles: DESK,
    summary:
      'Change impact, urgency, customer, requester or service: the agreement is selected again and the clocks follow its policy',
    ifMatch: true,
    body: Reclassifying,
    reply: Shown,
    handle: async ({ params, body, expected }, context) =>
      recordReply(incidents, await reclassifyIncident(context, params['id']!, expected, body), context.caller),
  }),
  commandRoute(
    'pend',
    'Wait for somebody; clocks pause for the reasons that the agreement lets pause',
    Waiting,
    (body) => (incident, now) => pend(incident, body, now),
  ),
  commandRoute('resume', 'Go on with it', nothing, () => (incident, now) => resume(incident, now)),
  commandRoute('resolve', 'Resolve it', Resolution, (body) => (incident, now) => resolve(incident, body, now)),
  commandRoute(
    'reopen',
    'It was not resolved after all',
    z.strictObject({ reason }),
    (body) => own((incident, now) => reopen(incident, body.reason, now)),
    [...DESK, 'requester'],
  ),
  commandRoute(
    'close',
    'Close it, with the requester’s consent or after waiting for an objection',
    nothing,
    () => own((incident, now) => close(incident, now)),
    [...DESK, 'requester'],
  ),
  commandRoute(
    'cancel',
    'It was none: its clocks end and do not count',
    z.strictObject({ reason }),
    (body) => (incident, now) => cancel(incident, body.reason, now),
  ),
  route({
    method: 'GET',
    path: '/v1/incidents/{id}/worklog',
    permission: 'incident:read',
    roles: STAFF,
    summary: 'Minutes of work and what was done, oldest first',
    query: PageQuery,
    reply: () => pageOf(z.looseObject({ id: z.string(), minutes: z.int() })),
    handle: async ({ params, query }, context) => {
      const { record } = await readSeen(context, incidents, params['id']!);
      return {
        status: 200,
        body: await context.records.companions(
          incidents,
          partitionOf(incidents, record.id),
          ['WORKLOG#'],
          query as { limit: number; cursor?: string },
        ),
      };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/incidents/{id}/worklog',
    permission: 'incident:work',
    roles: DESK,
    summary: 'Record work: minutes and what was done',
    status: 201,
    body: () =>
      z.strictObject({
        minutes: z.int().min(1).max(1440).describe('Minutes of work'),
        text: z.string().trim().min(1).max(5000),
        workedOn: LocalDate.optional(),
      }),
    reply: () => z.looseObject({ id: z.string(), minutes: z.int() }),
    handle: async ({ params, body }, context) => {
      const entry = { ...body, id: context.records.mintId() };
      await command(context, params['id']!, undefined, (incident, now) => spend(incident, entry, now));
      return { status: 201, body: { ...entry, by: context.caller.id, at: context.now.toISOString() } };
    },
    present: (body) => ({ status: 201, body }),
  }),
  route({
    method: 'GET',
    path: '/v1/incidents/{id}/deliveries',
    permission: 'incident:read',
    roles: STAFF,
    summary: 'Who was told what, when, and whether it arrived: the notification ledger',
    query: PageQuery,
    reply: () => pageOf(z.looseObject({ key: z.string(), letter: z.string(), state: z.string(), attempts: z.int() })),
    handle: async ({ params, query }, context) => {
      const { record } = await readSeen(context, incidents, params['id']!);
      return {
        status: 200,
        body: await context.records.companions(
          incidents,
          partitionOf(incidents, record.id),
          ['DELIVERY#'],
          query as { limit: number; cursor?: string },
        ),
      };
    },
  }),
  ...bulkRoutes,
  ...clockRoutes,
  ...familyRoutes,
  ...followerRoutes,
  ...replyRoutes,
  ...acknowledgeRoutes,
  ...commentRoutes(incidents, { read: ANYONE, write: [...DESK, 'requester'] }, async (incident, said, now, context) => {
    const bound = await boundOf(context.records, incident);
    return (current, stored) => clocked(comment(current, said, now), stored, bound, now.now);
  }),
  ...linkRoutes(incidents, { read: STAFF, write: DESK }, [incidents, service.entity, complaints]),
  ...attachmentRoutes(incidents, { read: ANYONE, write: [...DESK, 'requester'] }),
];
