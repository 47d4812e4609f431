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
import type { Records } from '../../kernel/records.js';
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
const MOST_POLICIES = 200;

const nameOf = ({ id, version }: VersionRef): string => `${id}@${version}`;

/** Thrown by a rule whose incident changed under it to versions that were not loaded; the caller loads and decides again. */
export class Unprepared extends Error {
  override readonly name = 'Unprepared';
}

/** Loads what the clocks of an incident refer to. */
export async function boundOf(
  records: Records,
  incident: Pick<Incident, 'clocks'> | undefined,
  attachment?: Attachment,
): Promise<Bound> {
  const calendarRefs = [
    ...(incident?.clocks.flatMap(({ terms }) => terms.map(({ calendar }) => calendar)) ?? []),
    ...(attachment ? [attachment.calendar] : []),
  ];
  const policyRefs = [
    ...(incident?.clocks.flatMap(({ policy }) => policy ?? []) ?? []),
    ...(attachment?.policy ? [attachment.policy] : []),
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
  if (policies.size >= MOST_POLICIES) policies.clear();
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

/** The agreement in force for a ticket, as its clocks take it; or why there is none. */
export async function attach(records: Records, ticket: Ticket): Promise<Attached> {
  const [own, open] = await Promise.all([
    ticket.customerId === undefined ? [] : activeOf(records, ticket.customerId),
    activeOf(records, 'anybody'),
  ]);
  const selection = selectAgreement([...own, ...open].map(candidateOf), { ...ticket, at: Date.parse(ticket.at) });
  if (!selection.found) return { gap: selection.because };
  const { id, version } = selection.agreement;
  const [terms, policy] = await Promise.all([records.version(agreements, id, version), policyFor(records, ticket.serviceId)]);
  const calendar = await records.read(calendars, terms.calendarId);
  return {
    attachment: attachmentOf(
      { id, version, terms },
      {
        rule: selection.rule,
        priority: String(ticket.priority) as Attachment['priority'],
        calendar: versionOf(calendar.record),
        policy,
      },
    ),
  };
}

const versionOf = ({ id, version }: VersionRef): VersionRef => ({ id, version });

const activeOf = async (records: Records, party: string): Promise<Agreement[]> =>
  (await records.list(agreements, 'byParty', { party, status: 'active' }, { limit: 100 })).items as unknown as Agreement[];

const candidateOf = ({ id, version, customerId, serviceIds, timezone, validFrom, validTo }: Agreement) => ({
  id,
  version,
  customerId,
  serviceIds,
  terms: { timezone, validFrom, validTo },
});

/** The service's own policy, else the organisation's default, else none. */
async function policyFor(records: Records, serviceId: string | undefined): Promise<VersionRef | undefined> {
  const named =
    serviceId === undefined
      ? undefined
      : ((await records.find(service.entity, serviceId))?.record.escalationPolicyId as string | undefined);
  const id = named ?? (await records.holder(escalationPolicies, 'default', 'default'));
  const found = id === undefined ? undefined : await records.find(escalationPolicies, id);
  return found && { id: found.record.id, version: found.record.version };
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
