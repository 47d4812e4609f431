import type { Notice } from '../../kernel/notice.js';
import type { Caller } from '../../kernel/permission.js';
import { maySee } from '../../kernel/present.js';
import type { Records } from '../../kernel/records.js';
import { contact } from '../../relationship/contact.js';
import { person } from '../../support/person.js';
import { team } from '../../support/team.js';
import { incidents } from './entity.js';
import type { Incident } from './incident.js';

/**
 * Whether whoever is written to may read what the letter is about, by the same row rules as in the API. What is owed to somebody
 * who may not is still sent, and says nothing of the content.
 */
export async function mayRead(records: Records, incident: Incident, to: Notice['to']): Promise<boolean> {
  if (to.kind === 'topic') return !incident.restricted;
  if (to.kind === 'contact' && incident.requesterId === to.id) return !incident.restricted;
  const reader = to.kind === 'person' ? await staffReading(records, incident, to.id) : await contactReading(records, to.id);
  return reader !== undefined && maySee(incidents, incident, reader);
}

async function staffReading(records: Records, { restrictedTo = [] }: Incident, id: string): Promise<Caller | undefined> {
  const [found, ...teams] = await Promise.all([
    records.find(person.entity, id),
    ...restrictedTo.map((teamId) => records.find(team.entity, teamId)),
  ]);
  if (!found) return undefined;
  const { customerScope } = found.record as { customerScope?: string[] };
  const teamIds = teams.flatMap((each) => (each?.record.memberIds.includes(id) ? [each.record.id] : []));
  return { id, kind: 'person', roles: ['agent'], teamIds, ...(customerScope !== undefined && { customerScope }) };
}

async function contactReading(records: Records, id: string): Promise<Caller | undefined> {
  const found = await records.find(contact.entity, id);
  return (
    found && { id, kind: 'contact', roles: ['requester'], customerId: found.record.customerId, grants: found.record.grants ?? [] }
  );
}
