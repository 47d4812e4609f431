import * as z from 'zod';
import type { Companion } from '../../kernel/decision.js';
import type { AnyEntity } from '../../kernel/entity.js';
import { Refusal } from '../../kernel/errors.js';
import { isRequester } from '../../kernel/permission.js';
import { maySee, refuseBeyond } from '../../kernel/present.js';
import { Id, type Minted, type RecordBase } from '../../kernel/record.js';
import { readSeen } from '../../kernel/record-routes.js';
import type { Stored } from '../../kernel/records.js';
import type { Context } from '../../kernel/route.js';
import { moving } from '../../kernel/write-routes.js';
import { contact } from '../../relationship/contact.js';
import { customer } from '../../relationship/customer.js';
import { service } from '../../strategy/service.js';
import { team } from '../../support/team.js';
import { settleAssignment } from './amending.js';
import { clocked } from './clocking.js';
import { command, type Desk } from './desk.js';
import { incidents } from './entity.js';
import { type Incident, MOST_TEAMS, report, type Watcher } from './incident.js';
import type { Monitoring } from './monitoring.js';
import { type Opening, open } from './opening.js';
import { reclassify } from './reclassifying.js';
import { attach, boundOf, judge, promisesOf } from './surroundings.js';
import { underpin } from './underpinned.js';

/** How an incident comes to be, from the API and from mail: what is named is looked up, then the rule decides. */

const level = z.int().min(1).max(5);

export const Reported = z.strictObject({
  ...report,
  impact: level.default(2).describe('1 is the highest; how far goes what is affected'),
  urgency: level.default(2).describe('1 is the highest; how soon it hurts'),
  customerId: Id.optional().describe('Known where a requester is named'),
  requesterId: Id.optional().describe('The contact for whom it is reported: by staff, or by a colleague who was granted it'),
  serviceId: Id.optional(),
  teamId: Id.optional().describe('Otherwise the service’s team'),
  assigneeId: Id.optional(),
  restrictedTo: z
    .array(Id)
    .min(1)
    .max(MOST_TEAMS)
    .optional()
    .describe('The teams whose members alone may see it, with auditors: for security and personnel matters'),
});
export type Reported = z.infer<typeof Reported>;

export const Reclassifying = z.strictObject({
  impact: level.optional(),
  urgency: level.optional(),
  customerId: Id.optional(),
  requesterId: Id.optional(),
  serviceId: Id.optional(),
  why: z.string().trim().min(1).max(2000),
});

export interface Origin {
  readonly source: Incident['source'];
  /** When the system received it; now, unless a mail waited. */
  readonly receivedAt?: string;
  readonly messageId?: string;
  readonly monitoring?: Monitoring;
  /** Whether its requester may be sent a receipt; automatic mail is never answered. */
  readonly acknowledge: boolean;
  /** What is written beside it in the same transaction: files that a mail carried, a link to what it follows. */
  readonly beside?: (minted: Minted) => readonly Companion[];
}

/** Opens an incident. A requester opens its own; staff says for whom. */
export async function openIncident(
  desk: Desk,
  given: Reported,
  origin: Origin = { source: 'api', acknowledge: true },
): Promise<Stored<Incident>> {
  const { caller, records, now } = desk;
  const own = isRequester(caller);
  const colleague: Watcher[] =
    own && given.requesterId !== undefined && given.requesterId !== caller.id && caller.customerId !== undefined
      ? [{ id: caller.id, kind: 'contact', customerId: caller.customerId }]
      : [];
  const asked = own ? { ...given, ...(await ownReport(desk, given)) } : given;
  const { customerId: party, serviceId } = asked;
  const [whose, serving, judged, promises, apart] = await Promise.all([
    settleWhose(asked, desk),
    settleService(serviceId, desk),
    judge(records, given.impact, given.urgency),
    party === undefined ? undefined : promisesOf(records, { customerId: party, serviceId }),
    party === undefined ? undefined : isServedApart(records, party),
  ]);
  if (given.teamId !== undefined || given.assigneeId !== undefined) await settleAssignment(given, desk);
  if (given.restrictedTo) await settleTeams(given.restrictedTo, desk);
  const receivedAt = origin.receivedAt ?? now.toISOString();
  const { customerId: _c, requesterId: _r, teamId = serving?.teamId, ...reported } = asked;
  const { priority } = judged;
  const [attached, underpinned] = await Promise.all([
    attach(records, { ...whose, serviceId, priority, at: receivedAt }, promises),
    underpin(records, { teamId, serviceId, priority, at: now.toISOString() }),
  ]);
  const bound = await boundOf(records, undefined, [attached.attachment, underpinned?.attachment]);
  const opening: Opening = {
    ...reported,
    ...judged,
    ...whose,
    source: origin.source,
    receivedAt,
    ...(teamId !== undefined && { teamId }),
    ...(origin.messageId !== undefined && { messageId: origin.messageId }),
    ...(given.restrictedTo && { restricted: true }),
    ...(colleague.length > 0 && { watchers: colleague }),
    ...((apart ?? (await isServedApart(records, whose.customerId))) && { servedApart: true }),
    ...(origin.monitoring && { monitoring: origin.monitoring }),
  };
  return records.create(incidents, (minted) => {
    const change = open(minted, opening, attached, moving(desk), origin.acknowledge, underpinned);
    if (!own) refuseUnserved(change.next, caller);
    return clocked(
      { ...change, companions: [...(change.companions ?? []), ...(origin.beside?.(minted) ?? [])] },
      undefined,
      bound,
      now.toISOString(),
    );
  });
}

/** A contact reports for itself and its own organisation; the desk decides the rest. */
async function ownReport(desk: Desk, { customerId, requesterId, serviceId, teamId, assigneeId, restrictedTo }: Reported) {
  const { caller } = desk;
  if (caller.customerId === undefined)
    throw new Refusal('forbidden', 'Your sign-in is not linked to a contact yet; ask the service desk.');
  if (teamId !== undefined || assigneeId !== undefined || restrictedTo !== undefined)
    throw new Refusal('forbidden', 'The service desk decides who works on it.');
  if (customerId !== undefined && customerId !== caller.customerId)
    throw bad('/customerId', 'You report for your own organisation.');
  await settleColleague(desk, requesterId);
  const usual = serviceId ?? (await usualService(desk, caller.customerId));
  return {
    customerId: caller.customerId,
    requesterId: requesterId ?? caller.id,
    ...(usual !== undefined && { serviceId: usual }),
  };
}

/** Who was granted it reports for a colleague: an active contact of the same customer. */
async function settleColleague({ caller, records }: Desk, requesterId: string | undefined): Promise<void> {
  if (requesterId === undefined || requesterId === caller.id) return;
  if (!caller.grants?.includes('on-behalf')) throw bad('/requesterId', 'You report for yourself.');
  const who = (await records.find(contact.entity, requesterId))?.record;
  if (who?.customerId !== caller.customerId || who?.status !== 'active')
    throw bad('/requesterId', 'There is no such contact of your organisation.');
}

/** Who serves some customers only opens incidents of those; a restricted one may be handed to others. */
const refuseUnserved = ({ restrictedTo: _, ...incident }: Incident, caller: Desk['caller']): void =>
  refuseBeyond(incidents, incident, caller);

/** The teams that a restricted incident is shown to are in use. */
export async function settleTeams(
  teamIds: readonly string[],
  { records }: Pick<Desk, 'records'>,
  pointer = '/restrictedTo',
): Promise<void> {
  const found = await Promise.all(teamIds.map((id) => records.find(team.entity, id)));
  const errors = found.flatMap((each, i) =>
    each?.record.status === 'active' ? [] : [{ pointer: `${pointer}/${i}`, message: 'There is no such team in use.' }],
  );
  if (errors.length > 0) throw new Refusal('invalid', errors[0]!.message, { errors });
}

const isServedApart = async (records: Context['records'], customerId: string | undefined): Promise<boolean> =>
  customerId !== undefined && (await records.find(customer.entity, customerId))?.record.servedApart === true;

/** What a customer's reports are usually about, while that service is in use: clocks run from receipt, not from triage. */
export async function usualService(
  { records }: Pick<Desk, 'records'>,
  customerId: string | undefined,
): Promise<string | undefined> {
  const id = customerId === undefined ? undefined : (await records.find(customer.entity, customerId))?.record.usualServiceId;
  const found = id === undefined ? undefined : await records.find(service.entity, id);
  return found?.record.status === 'live' || found?.record.status === 'retiring' ? found.record.id : undefined;
}

type Whose = Pick<Incident, 'customerId' | 'requesterId'>;

/** The requester's customer, or the one named; both must exist and belong together. */
async function settleWhose({ customerId, requesterId }: Whose, { records, caller }: Desk): Promise<Whose> {
  const [who, party] = await Promise.all([
    requesterId === undefined ? undefined : records.find(contact.entity, requesterId),
    customerId === undefined ? undefined : records.find(customer.entity, customerId),
  ]);
  const serves = (entity: AnyEntity, found: Stored<RecordBase>) => isRequester(caller) || maySee(entity, found.record, caller);
  if (requesterId !== undefined && !(who && serves(contact.entity, who))) throw bad('/requesterId', 'There is no such contact.');
  if (customerId !== undefined && !(party && serves(customer.entity, party)))
    throw bad('/customerId', 'There is no such customer.');
  if (who && customerId !== undefined && who.record.customerId !== customerId)
    throw bad('/requesterId', 'That contact belongs to another customer.');
  const known = customerId ?? (who?.record.customerId as string | undefined);
  return { ...(known !== undefined && { customerId: known }), ...(requesterId !== undefined && { requesterId }) };
}

async function settleService(
  serviceId: string | undefined,
  { records }: Pick<Context, 'records'>,
): Promise<{ teamId?: string } | undefined> {
  if (serviceId === undefined) return undefined;
  const found = await records.find(service.entity, serviceId);
  if (!found) throw bad('/serviceId', 'There is no such service.');
  if (found.record.status !== 'live' && found.record.status !== 'retiring')
    throw bad('/serviceId', `${found.record.number} is ${found.record.status}: incidents are about services in use.`);
  return found.record as { teamId?: string };
}

const bad = (pointer: string, message: string): Refusal => new Refusal('invalid', message, { errors: [{ pointer, message }] });

/** Changes what decides which promise holds. A new service brings its team. */
export async function reclassifyIncident(
  desk: Desk,
  key: string,
  expected: number | undefined,
  { why, ...classification }: z.infer<typeof Reclassifying>,
): Promise<Stored<Incident>> {
  const { records, now } = desk;
  const { record: current } = await readSeen(desk, incidents, key);
  const as = { ...current, ...classification };
  const changedParty = classification.customerId !== undefined || classification.requesterId !== undefined;
  const asked = {
    customerId: classification.requesterId !== undefined && classification.customerId === undefined ? undefined : as.customerId,
    requesterId: as.requesterId,
  };
  const [whose, serving, judged] = await Promise.all([
    changedParty ? settleWhose(asked, desk) : ({} as Whose),
    settleService(classification.serviceId, desk),
    judge(records, as.impact, as.urgency),
  ]);
  const promised = { serviceId: as.serviceId, priority: judged.priority, at: now.toISOString() };
  const [attached, underpinned] = await Promise.all([
    attach(records, { customerId: as.customerId, ...whose, ...promised }),
    underpin(records, { teamId: serving?.teamId ?? current.teamId, ...promised }),
  ]);
  const servedApart = await isServedApart(records, whose.customerId ?? as.customerId);
  const change = {
    classification: { ...classification, ...whose },
    ...judged,
    teamId: serving?.teamId,
    attached,
    underpinned,
    servedApart,
    why,
  };
  return command(desk, current.id, expected ?? current.version, (incident, at) => reclassify(incident, change, at), [
    attached.attachment,
    underpinned?.attachment,
  ]);
}
