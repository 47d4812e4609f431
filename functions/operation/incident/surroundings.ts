import type { Agreement } from '../../design/agreement/agreement.js';
import { attachmentOf } from '../../design/agreement/attachment.js';
import type { Attachment } from '../../design/agreement/clock-state.js';
import { agreements } from '../../design/agreement/entity.js';
import { selectAgreement } from '../../design/agreement/selection.js';
import { CalendarBook, type VersionRef } from '../../design/calendar/book.js';
import { calendars, definitionOf } from '../../design/calendar/entity.js';
import { escalationPolicies } from '../../design/escalation-policy/entity.js';
import type { EscalationPolicy } from '../../design/escalation-policy/policy.js';
import type { RecordBase } from '../../kernel/record.js';
import { everyPage, type Records } from '../../kernel/records.js';
import { service } from '../../strategy/service.js';
import { COMMON_MATRIX, priorityMatrix, priorityOf } from '../priority-matrix.js';
import type { Bound } from './clocking.js';
import type { Incident } from './incident.js';

/**
 * What surrounds an incident: the agreement that holds for it, and the versions that its clocks are bound to.
 * Versions never change, so each process keeps those that it has read.
 */
const book = new CalendarBook();
const policies = new Map<string, EscalationPolicy>();
const terms = new Map<string, Agreement>();
const MOST = 200;

const nameOf = ({ id, version }: VersionRef): string => `${id}@${version}`;

/** Thrown by a rule whose incident changed under it to versions that were not loaded; the caller loads and decides again. */
export class Unprepared extends Error {
  override readonly name = 'Unprepared';
}

/** Loads what the clocks of an incident refer to, and what they are about to be bound to. */
export async function boundOf(
  records: Records,
  incident: Pick<Incident, 'clocks'> | undefined,
  attachments: readonly (Attachment | undefined)[] = [],
): Promise<Bound> {
  const coming = attachments.filter((attachment) => attachment !== undefined);
  const calendarRefs = [
    ...(incident?.clocks.flatMap(({ terms }) => terms.map(({ calendar }) => calendar)) ?? []),
    ...coming.map(({ calendar }) => calendar),
  ];
  const policyRefs = [
    ...(incident?.clocks.flatMap(({ policy }) => policy ?? []) ?? []),
    ...coming.flatMap(({ policy }) => policy ?? []),
  ];
  await Promise.all([
    ...unique(calendarRefs).map((ref) => loadCalendar(records, ref)),
    ...unique(policyRefs).map((ref) => loadPolicy(records, ref)),
  ]);
  return {
    calendars: (ref) => {
      if (!book.has(ref)) throw new Unprepared(`calendar ${nameOf(ref)}`);
      return book.find(ref);
    },
    policies: (ref) => {
      const found = policies.get(nameOf(ref));
      if (!found) throw new Unprepared(`escalation policy ${nameOf(ref)}`);
      return found;
    },
  };
}

const unique = (refs: readonly VersionRef[]): VersionRef[] => [...new Map(refs.map((ref) => [nameOf(ref), ref])).values()];

async function loadCalendar(records: Records, ref: VersionRef): Promise<void> {
  if (!book.has(ref)) book.add(ref, definitionOf(await records.version(calendars, ref.id, ref.version)));
}

async function loadPolicy(records: Records, ref: VersionRef): Promise<void> {
  if (policies.has(nameOf(ref))) return;
  const { steps, terminal } = await records.version(escalationPolicies, ref.id, ref.version);
  if (policies.size >= MOST) policies.clear();
  policies.set(nameOf(ref), { steps, terminal });
}

export interface Ticket {
  readonly customerId?: string | undefined;
  readonly serviceId?: string | undefined;
  readonly priority: number;
  /** The instant that the agreement must be valid at. */
  readonly at: string;
}

export type Attached =
  | { readonly attachment: Attachment; readonly gap?: undefined }
  | { readonly attachment?: undefined; readonly gap: string };

/** What may hold for a ticket, before its priority is known. */
export interface Promises {
  readonly own: readonly Agreement[];
  readonly open: readonly Agreement[];
  readonly policy: VersionRef | undefined;
}

/** The agreements in use for a customer and for anybody, and the escalation policy of a service. */
export async function promisesOf(
  records: Records,
  { customerId, serviceId }: Omit<Ticket, 'priority' | 'at'>,
): Promise<Promises> {
  const [own, open, policy] = await Promise.all([
    customerId === undefined ? [] : activeOf(records, customerId),
    activeOf(records, 'anybody'),
    policyFor(records, serviceId),
  ]);
  return { own, open, policy };
}

/** The agreement in force for a ticket, as its clocks take it; or why there is none. */
export async function attach(records: Records, ticket: Ticket, promises?: Promises): Promise<Attached> {
  const { own, open, policy } = promises ?? (await promisesOf(records, ticket));
  const selection = selectAgreement([...own, ...open].map(candidateOf), { ...ticket, at: Date.parse(ticket.at) });
  if (!selection.found) return { gap: selection.because };
  const { id, version } = selection.agreement;
  const agreed = await termsOf(records, { id, version });
  const calendar = await records.read(calendars, agreed.calendarId);
  return {
    attachment: attachmentOf(
      { id, version, terms: agreed },
      {
        rule: selection.rule,
        priority: String(ticket.priority) as Attachment['priority'],
        calendar: versionOf(calendar.record),
        policy,
      },
    ),
  };
}

/** One version of an agreement. */
export async function termsOf(records: Records, ref: VersionRef): Promise<Agreement> {
  const known = terms.get(nameOf(ref));
  if (known) return known;
  const read = await records.version(agreements, ref.id, ref.version);
  if (terms.size >= MOST) terms.clear();
  terms.set(nameOf(ref), read);
  return read;
}

export const versionOf = ({ id, version }: VersionRef): VersionRef => ({ id, version });

/** The agreements in use of a customer, of nobody in particular (`anybody`), of a team or of a supplier. */
export const activeOf = async (records: Records, party: string): Promise<Agreement[]> =>
  (await everyPage((page) => records.list(agreements, 'byParty', { party, status: 'active' }, page))) as unknown as Agreement[];

const candidateOf = ({ id, version, customerId, serviceIds, timezone, validFrom, validTo }: Agreement) => ({
  id,
  version,
  customerId,
  serviceIds,
  terms: { timezone, validFrom, validTo },
});

/** The service's own policy, else the organisation's default, else none. */
export async function policyFor(records: Records, serviceId: string | undefined): Promise<VersionRef | undefined> {
  const [serving, standard] = await Promise.all([
    serviceId === undefined ? undefined : records.find(service.entity, serviceId),
    records.holder(escalationPolicies, 'default', 'default'),
  ]);
  const id = (serving?.record.escalationPolicyId as string | undefined) ?? standard;
  const found = id === undefined ? undefined : await records.find(escalationPolicies, id);
  return found && versionOf(found.record);
}

/** The priority of an impact and urgency by the matrix in force, and which that was. */
export async function judge(
  records: Records,
  impact: number,
  urgency: number,
): Promise<{ priority: number; matrix?: VersionRef }> {
  const id = await records.holder(priorityMatrix.entity, 'current', 'current');
  const found = id === undefined ? undefined : await records.find(priorityMatrix.entity, id);
  const matrix = found?.record as (RecordBase & { priorities: number[][] }) | undefined;
  const priority = priorityOf(matrix?.priorities ?? COMMON_MATRIX, impact, urgency);
  return { priority, ...(matrix && { matrix: { id: matrix.id, version: matrix.version } }) };
}
