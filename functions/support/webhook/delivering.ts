import { partitionOf } from '../../kernel/entity.js';
import type { Notice } from '../../kernel/notice.js';
import type { HistoryEvent, Records } from '../../kernel/records.js';
import type { Vault } from '../../kernel/route.js';
import { signingSecrets } from '../../kernel/shared-secret.js';
import {
  type Answered,
  type Delivery,
  deliveryName,
  endsWebhook,
  HEALTHY,
  type Health,
  healthAfter,
  isTaken,
  probing,
  tried,
  waitsUntil,
} from './delivery.js';
import { FAILURES, HEALTH, logPartition, type Webhook, webhooks } from './entity.js';
import { lifecycle, messageId, messageText, type Told, wants } from './webhook.js';

/**
 * Tells webhooks what happened. An event is put in the log of each webhook that wants it, and queued for it behind what else
 * happened to the same record; a delivery that fails stays at the head of that line until its time comes, and holds nothing else
 * back. The log is the truth: what is queued twice is sent once, unless somebody asked for it again.
 */
export interface DeliveryMessage {
  readonly kind: 'delivery';
  readonly webhook: string;
  readonly delivery: string;
  readonly type: string;
  readonly event: Told;
  /** Asked for again: sent whatever the log says; names the request, so that each is queued once. */
  readonly again?: number;
}

/** The world, as far as delivering needs it. */
export interface Outbound {
  readonly records: Records;
  readonly vault: Vault;
  readonly now: Date;
  post(url: string, headers: Readonly<Record<string, string>>, text: string): Promise<Answered>;
  queue(messages: readonly DeliveryMessage[]): Promise<void>;
  event(id: string, sequence: number): Promise<HistoryEvent | undefined>;
}

/** Hours for which the log is kept. */
const LOG_HOURS = 30 * 24;
const HEALTH_HOURS = 7 * 24;
const PAGE = 100;

/** One event, in the order of its record's history. */
export async function tellWebhooks(out: Outbound, type: string, told: Told): Promise<void> {
  if (told.entity === 'webhook') return carryOut(out, type, told);
  for await (const webhook of inUse(out.records)) if (wants(webhook, type, told)) await line(out, webhook.id, type, told);
}

async function* inUse(records: Records): AsyncGenerator<Webhook> {
  let cursor: string | null | undefined;
  do {
    const page = { limit: PAGE, ...(cursor && { cursor }) };
    const read = await records.list(webhooks, 'byStatus', { status: 'active' }, page);
    yield* read.items as Webhook[];
    cursor = read.nextCursor;
  } while (cursor);
}

async function line({ records, queue }: Outbound, webhook: string, type: string, told: Told): Promise<void> {
  const delivery = deliveryName(told);
  if (!(await records.companion(webhooks, logPartition(webhook), delivery))) {
    const { entity, id, number, version, sequence, at, changed, customerId } = told;
    const known: Told = { entity, id, number, version, sequence, at, changed, ...(customerId !== undefined && { customerId }) };
    await keep(records, webhook, {
      ...known,
      delivery,
      messageId: messageId(told),
      type,
      state: 'waiting',
      tries: 0,
      attempts: [],
    });
  }
  await queue([{ kind: 'delivery', webhook, delivery, type, event: told }]);
}

const keep = (records: Records, webhook: string, delivery: Delivery): Promise<void> =>
  records.note({ pk: logPartition(webhook), sk: delivery.delivery }, { ...delivery }, LOG_HOURS);

/** What was asked of a webhook by its own history. */
async function carryOut(out: Outbound, type: string, { id, sequence, at, number, version, entity }: Told): Promise<void> {
  const again = sequence;
  if (type === 'webhook.test-requested') {
    const ping: Told = { entity, id, number, version, sequence, at, changed: [] };
    return line(out, id, 'webhook.ping', ping);
  }
  if (type !== 'webhook.replay-requested' && type !== 'webhook.redelivery-requested') return;
  const { detail = {} } = (await out.event(id, sequence)) ?? {};
  if (type === 'webhook.redelivery-requested') {
    const found = (await out.records.companion(webhooks, logPartition(id), String(detail['delivery']))) as Delivery | undefined;
    return found && out.queue([messageOf(id, found, again)]);
  }
  await replay(out, id, String(detail['from']), String(detail['to']), again);
}

const messageOf = (webhook: string, { delivery, type, ...event }: Delivery, again: number): DeliveryMessage => ({
  kind: 'delivery',
  webhook,
  delivery,
  type,
  event,
  again,
});

/** Day by day, since the log is ordered by the instants of events and asked by their beginnings. */
async function replay({ records, queue, now }: Outbound, id: string, from: string, to: string, again: number): Promise<void> {
  const oldest = new Date(Math.max(Date.parse(from), now.getTime() - LOG_HOURS * 3_600_000)).toISOString();
  for (const day of days(oldest, to < now.toISOString() ? to : now.toISOString())) {
    let cursor: string | null | undefined;
    do {
      const read = await records.companions(webhooks, logPartition(id), [day], { limit: PAGE, ...(cursor && { cursor }) });
      const within = (read.items as unknown as Delivery[]).filter(({ at }) => from <= at && at < to);
      if (within.length > 0) await queue(within.map((each) => messageOf(id, each, again)));
      cursor = read.nextCursor;
    } while (cursor);
  }
}

/** The dates, in UTC, that a half-open range of instants touches. */
export function days(from: string, to: string): string[] {
  const dates: string[] = [];
  for (let at = Date.parse(`${from.slice(0, 10)}T00:00:00Z`); at < Date.parse(to); at += 86_400_000)
    dates.push(new Date(at).toISOString().slice(0, 10));
  return dates;
}

/** One delivery. Answers the instant at which it must be tried again; undefined when nothing is left to do. */
export async function deliver(out: Outbound, message: DeliveryMessage): Promise<string | undefined> {
  const { records, now } = out;
  const at = now.toISOString();
  const webhook = (await records.find(webhooks, message.webhook))?.record as Webhook | undefined;
  const logged = (await records.companion(webhooks, logPartition(message.webhook), message.delivery)) as Delivery | undefined;
  if (!webhook || !logged) return undefined;
  const entry = asked(logged, message);
  if (entry.state === 'delivered' || entry.state === 'failed') return undefined;
  if (webhook.status !== 'active') {
    await keep(records, webhook.id, { ...entry, state: 'held' });
    return undefined;
  }
  if (entry.nextAttemptAt !== undefined && entry.nextAttemptAt > at) return entry.nextAttemptAt;
  const health = await healthOf(records, webhook.id);
  const until = waitsUntil(health, at);
  if (until !== undefined) {
    await keep(records, webhook.id, { ...entry, nextAttemptAt: until });
    return until;
  }
  return attempt(out, webhook, entry, health, message.again);
}

/** What was asked for again begins anew, once for each request. */
function asked(logged: Delivery & { readonly again?: number }, { again }: DeliveryMessage): Delivery {
  if (again === undefined || logged.again === again) return logged.state === 'held' ? { ...logged, state: 'waiting' } : logged;
  const { nextAttemptAt: _, deliveredAt: __, ...rest } = logged;
  return { ...rest, again, state: 'waiting', tries: 0 } as Delivery;
}

async function attempt(
  out: Outbound,
  webhook: Webhook,
  entry: Delivery,
  health: Health,
  again: number | undefined,
): Promise<string | undefined> {
  const { records, now } = out;
  const at = now.toISOString();
  const hold = probing(health, at);
  if (hold) await noteHealth(records, webhook.id, hold);
  const answered = await send(out, webhook, entry);
  const after = tried(entry, answered, at);
  const healthy = await judged(records, webhook.id, health, answered, at);
  await keep(records, webhook.id, { ...after, ...(again !== undefined && { again }) } as Delivery);
  if (endsWebhook(after, healthy, answered)) await disable(records, webhook.id, answered);
  return after.state === 'waiting' ? after.nextAttemptAt : undefined;
}

async function send({ records, vault, now, post }: Outbound, { id, url }: Webhook, entry: Delivery): Promise<Answered> {
  const secrets = await signingSecrets(records, vault, webhooks, id, now);
  if (secrets.length === 0) return { why: 'no-secret', took: 0 };
  const text = messageText(entry.type, entry);
  const stamp = Math.floor(now.getTime() / 1000);
  const signatures = secrets.map((secret) => vault.signature({ id: entry.messageId, at: stamp, text }, secret));
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Steward',
    'webhook-id': entry.messageId,
    'webhook-timestamp': String(stamp),
    'webhook-signature': signatures.join(' '),
  };
  return post(url, headers, text);
}

/** Failures are counted in one atomic step, since many may fail at once; the first success after them takes them back. */
async function judged(records: Records, id: string, before: Health, answered: Answered, at: string): Promise<Health> {
  const counter = { pk: partitionOf(webhooks, id), sk: FAILURES };
  if (isTaken(answered)) {
    const healthy = healthAfter(before, answered, at);
    if (before.failures > 0) await records.note(counter, {}, HEALTH_HOURS);
    if (before.failures > 0 || before.lastSuccessAt === undefined) await noteHealth(records, id, healthy);
    return healthy;
  }
  const { failures = 1 } = await records.count(counter, { failures: 1 }, HEALTH_HOURS);
  const failing = healthAfter({ ...before, failures: failures - 1 }, answered, at);
  await noteHealth(records, id, failing);
  return failing;
}

const healthOf = async (records: Records, id: string): Promise<Health> =>
  ((await records.companion(webhooks, partitionOf(webhooks, id), HEALTH)) as unknown as Health | undefined) ?? HEALTHY;

const noteHealth = (records: Records, id: string, health: Health): Promise<void> =>
  records.note({ pk: partitionOf(webhooks, id), sk: HEALTH }, { ...health }, HEALTH_HOURS);

/** Given up, until somebody enables it again; its owner is told, or management where it has none. */
async function disable(records: Records, id: string, { status, why = 'refused' }: Answered): Promise<void> {
  await records.decide(webhooks, id, undefined, (current) => {
    const { ownerId, version } = current as Webhook;
    const reason = status === undefined ? why : `HTTP ${status}`;
    if (current.status !== 'active') return { next: current, event: 'webhook.failed', detail: { reason }, quiet: true };
    const to: Notice['to'] = ownerId === undefined ? { kind: 'topic', id: 'management' } : { kind: 'person', id: ownerId };
    const notice: Notice = { key: `disabled#${version}#${to.id}`, letter: 'webhook-disabled', to, data: { reason } };
    return {
      next: { ...current, status: lifecycle.next(current.status, 'disable') },
      event: 'webhook.disabled',
      detail: { reason, notices: [notice] },
    };
  });
}
