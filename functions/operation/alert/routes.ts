import * as z from 'zod';
import { commentRoutes } from '../../kernel/comment-routes.js';
import { linkRoutes } from '../../kernel/link-routes.js';
import { DESK, STAFF } from '../../kernel/permission.js';
import { readSeen, recordRoutes } from '../../kernel/record-routes.js';
import { type Context, type Route, route, type Signed } from '../../kernel/route.js';
import { moveRoute } from '../../kernel/write-routes.js';
import { proven } from '../alert-source/proving.js';
import { lifecycle } from './alert.js';
import { type Delivery, fromAlertmanager } from './alertmanager.js';
import { alerts, seenPartition } from './entity.js';
import { fromGeneric } from './generic.js';
import { calm } from './storm.js';
import { takeIn } from './taking.js';

const Counts = z.object({
  opened: z.int(),
  changed: z.int(),
  repeated: z.int(),
  late: z.int().describe('Spoke of an episode that is over'),
  storm: z.int().describe('Joined a storm'),
  ignored: z.int(),
});

/** What a monitoring system sends at once; a gateway takes ten. */
const LARGEST = 1024 * 1024;
/** A week. */
const HOURS_SHOWN = 168;
/** Hours for which a signed message's id is remembered: longer than its signature holds. */
const REMEMBERED_HOURS = 1;

/** Alerts are read and ended by staff; they come in by the one open route, which a source proves itself at. */
export const routes: Route[] = [
  ...recordRoutes(alerts, STAFF),
  moveRoute(alerts, 'resolve', {
    roles: DESK,
    summary: 'It has ended, though its source has not said so',
    body: z.strictObject({ reason: z.string().trim().min(1).max(2000) }),
    rule: (alert, { reason }, { now }) => ({
      next: {
        ...alert,
        status: lifecycle.next(alert.status, 'resolve'),
        endsAt: now,
        receivedAt: now,
        ...(alert.storm && { storm: calm(now) }),
      },
      event: 'alert.resolved',
      detail: { reason },
    }),
  }),
  route({
    method: 'GET',
    path: '/v1/alerts/{id}/occurrences',
    permission: 'alert:read',
    roles: STAFF,
    summary: 'How often it was said again while it fired, by the hour of receipt, latest first; kept for thirty days',
    reply: z.object({ items: z.array(z.object({ hour: z.string(), repeated: z.int() })) }),
    handle: async ({ params }, context) => {
      const { record } = await readSeen(context, alerts, params['id']!);
      const hours = await context.records.counted(seenPartition(record.id), HOURS_SHOWN);
      const items = hours.map(({ sk, counts }) => ({ hour: `${sk}:00:00.000Z`, repeated: counts['repeated'] ?? 0 }));
      return { status: 200, body: { items } };
    },
  }),
  ...commentRoutes(alerts, { read: STAFF, write: DESK }),
  ...linkRoutes(alerts, { read: STAFF, write: DESK }, [alerts]),
  route({
    method: 'POST',
    path: '/signals/alert-sources/{id}',
    permission: 'alert:take-in',
    roles: [],
    open: true,
    signed: { maximumBody: LARGEST },
    stateless: true,
    summary:
      'Where a source sends its alerts: Alertmanager’s webhook (version 4) with its bearer token, or our own format ({"alerts": [{fingerprint, status, title, …}]}) under a signature of Standard Webhooks',
    body: z.looseObject({ alerts: z.array(z.looseObject({})) }),
    reply: Counts,
    handle: async ({ params, signed }, context) => ({ status: 200, body: await taken(context, params['id']!, signed!) }),
  }),
];

async function taken(context: Context, id: string, signed: Signed): Promise<z.infer<typeof Counts>> {
  const { source, messageId } = await proven(context, id, signed);
  const { signals, cutOff }: Delivery = (source.kind === 'alertmanager' ? fromAlertmanager : fromGeneric)(signed.json());
  const ingest = { records: context.recordsAs(`source:${source.number}`), now: context.now };
  const heard = messageId !== undefined && { pk: `ALERT#HEARD#${source.id}#${context.vault.digest(messageId)}`, sk: '#' };
  if (heard && (await ingest.records.count(heard, { done: 0 }, REMEMBERED_HOURS))['done'] !== 0)
    return { opened: 0, changed: 0, repeated: signals.length, late: 0, storm: 0, ignored: 0 };
  const counts = await takeIn(ingest, source, signals, cutOff);
  // Marked last: a delivery that broke off is taken in whole when it is repeated.
  if (heard) await ingest.records.count(heard, { done: 1 }, REMEMBERED_HOURS);
  return counts;
}
