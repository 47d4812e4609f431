import { attachmentOf } from '../../design/agreement/attachment.js';
import type { Attachment } from '../../design/agreement/clock-state.js';
import { type AssignedTo, selectUnderpinning, supplierParty, teamParty } from '../../design/agreement/underpinning.js';
import { calendars } from '../../design/calendar/entity.js';
import { escalationPolicies } from '../../design/escalation-policy/entity.js';
import type { Records } from '../../kernel/records.js';
import { team } from '../../support/team.js';
import { activeOf, policyFor, termsOf, versionOf } from './surroundings.js';

/** Who has an incident, and what that team, or the supplier whose team it is, promises about it. */
export interface Underpinned {
  readonly to: AssignedTo;
  readonly attachment?: Attachment;
}

interface Assignment {
  readonly teamId?: string | undefined;
  readonly serviceId?: string | undefined;
  readonly priority: number;
  /** The instant that the agreement must be valid at. */
  readonly at: string;
}

/** The agreement that binds whoever an incident is assigned to; nobody, or nothing promised, is no gap. */
export async function underpin(
  records: Records,
  { teamId, serviceId, priority, at }: Assignment,
): Promise<Underpinned | undefined> {
  if (teamId === undefined) return undefined;
  const [own, group] = await Promise.all([activeOf(records, teamParty(teamId)), records.find(team.entity, teamId)]);
  const supplierId = group?.record.supplierId as string | undefined;
  const theirs = supplierId === undefined ? [] : await activeOf(records, supplierParty(supplierId));
  const to = { teamId, ...(supplierId !== undefined && { supplierId }) };
  const candidates = [...own, ...theirs].map(({ timezone, validFrom, validTo, ...named }) => ({
    ...named,
    terms: { timezone, validFrom, validTo },
  }));
  const selected = selectUnderpinning(candidates, { ...to, serviceId, at: Date.parse(at) });
  if (!selected) return { to };
  const { id, version } = selected.agreement;
  const terms = await termsOf(records, { id, version });
  const [calendar, policy] = await Promise.all([
    records.read(calendars, terms.calendarId),
    terms.escalationPolicyId === undefined
      ? policyFor(records, serviceId)
      : records.read(escalationPolicies, terms.escalationPolicyId).then(({ record }) => versionOf(record)),
  ]);
  const choice = { rule: selected.rule, priority: String(priority) as Attachment['priority'], policy };
  return { to, attachment: attachmentOf({ id, version, terms }, { ...choice, calendar: versionOf(calendar.record) }) };
}
