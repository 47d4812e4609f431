import { partitionOf } from '../../kernel/entity.js';
import type { Letter, Reader } from '../../kernel/letter.js';
import type { Notice } from '../../kernel/notice.js';
import type { Records } from '../../kernel/records.js';
import type { Settings, Signer } from '../../kernel/route.js';
import { contact } from '../../relationship/contact.js';
import { customer } from '../../relationship/customer.js';
import { service } from '../../strategy/service.js';
import { person } from '../../support/person.js';
import { incidents } from './entity.js';
import type { Incident } from './incident.js';
import { mayRead } from './readers.js';

/** Days for which an acknowledge link works. */
const LINK_DAYS = 7;

export interface Addressed {
  readonly to: { readonly kind: 'mail'; readonly address: string } | { readonly kind: 'topic'; readonly topic: string };
  readonly reader: Reader;
  /** Answers come back as comments. */
  readonly threaded: boolean;
}

/** Who a notice is for, as it stands now; a sentence when nobody can be reached there. */
export async function addresseeOf(records: Records, { to }: Notice): Promise<Addressed | string> {
  if (to.kind === 'topic')
    return { to: { kind: 'topic', topic: to.id }, reader: { language: 'en', timeZone: 'UTC' }, threaded: false };
  const found = (await records.find(to.kind === 'person' ? person.entity : contact.entity, to.id))?.record;
  if (!found) return `There is no ${to.kind} ${to.id} any more.`;
  if (found.status !== 'active') return `${found.number} is ${found.status}.`;
  const timeZone =
    found.timezone ?? (found.customerId && (await records.find(customer.entity, found.customerId))?.record.timezone) ?? 'UTC';
  return {
    to: { kind: 'mail', address: found.email },
    reader: { language: found.language, timeZone },
    threaded: to.kind === 'contact',
  };
}

export interface Surroundings {
  readonly records: Records;
  readonly signer: Signer;
  readonly settings: Settings;
  readonly now: Date;
}

type Data = Readonly<Record<string, any>>;

/** The letter of a notice: its data, gathered from the incident as it stands now. Words are the letter's business. */
export async function letterOf(
  notice: Notice,
  incident: Incident,
  { records, signer, settings, now }: Surroundings,
): Promise<Letter> {
  const data: Data = notice.data ?? {};
  if (!(await mayRead(records, incident, notice.to))) return closedLetter(notice, incident, signer, settings, now);
  const about = { number: incident.number, title: incident.title, link: linkTo(settings, incident.id) };
  const staff = notice.to.kind === 'contact' ? about : { ...about, ...(await forStaff(records, incident)) };
  switch (notice.letter) {
    case 'incident-received':
      return { letter: 'incident-received', ...about, receivedAt: incident.receivedAt };
    case 'public-comment':
      return { letter: 'public-comment', ...about, ...(await commentOf(records, incident, String(data['comment']))) };
    case 'incident-resolved':
      return {
        letter: 'incident-resolved',
        ...about,
        text: incident.resolution?.text ?? '',
        resolvedAt: incident.resolvedAt ?? now.toISOString(),
        closesAt: daysAfter(incident.resolvedAt ?? now.toISOString(), settings.autoCloseDays),
      };
    case 'incident-closed':
      return { letter: 'incident-closed', ...about, closedAt: incident.closedAt ?? now.toISOString() };
    case 'incident-merged':
      return { letter: 'incident-merged', ...about, link: linkTo(settings, String(data['intoId'])), into: String(data['into']) };
    case 'incident-reopened':
      return {
        letter: 'incident-reopened',
        ...staff,
        reopenedBy: await nameOf(records, incident.updatedBy),
        reopenedAt: incident.updatedAt,
        times: incident.reopenings,
        text: String(data['reason'] ?? ''),
      };
    case 'assigned':
      return { letter: 'assigned', ...staff };
    case 'page':
      return {
        letter: 'page',
        ...staff,
        level: data['level'],
        dueAt: data['dueAt'],
        nextLevelAt: data['nextLevelAt'],
        ...(await acknowledgeLink(notice, incident, signer, settings, now)),
      };
    case 'clock-warning':
    case 'clock-due-soon':
    case 'clock-breached':
    case 'clock-late':
    case 'clock-retargeted':
      return { ...staff, ...data, letter: notice.letter } as Letter;
    default:
      throw new Error(`No letter is called ${notice.letter}.`);
  }
}

const linkTo = ({ publicUrl }: Settings, id: string): string => `${publicUrl}/#/incidents/${id}`;

/** That there is news, and nothing of it; whoever is paged can still say that they take it on. */
async function closedLetter(notice: Notice, incident: Incident, signer: Signer, settings: Settings, now: Date): Promise<Letter> {
  const { number, id } = incident;
  const link = notice.letter === 'page' ? await acknowledgeLink(notice, incident, signer, settings, now) : {};
  return { letter: 'incident-restricted', number, title: '', link: linkTo(settings, id), ...link };
}

const daysAfter = (instant: string, days: number): string => new Date(Date.parse(instant) + days * 86_400_000).toISOString();

async function forStaff(records: Records, { priority, customerId, serviceId }: Incident): Promise<object> {
  const [party, offered] = await Promise.all([
    customerId === undefined ? undefined : records.find(customer.entity, customerId),
    serviceId === undefined ? undefined : records.find(service.entity, serviceId),
  ]);
  return {
    priority: `P${priority}`,
    ...(party && { customer: party.record.title }),
    ...(offered && { service: offered.record.title }),
  };
}

async function commentOf(records: Records, incident: Incident, id: string): Promise<{ author: string; text: string }> {
  const said = await records.companion(incidents, partitionOf(incidents, incident.id), `COMMENT#public#${id}`);
  return { author: await nameOf(records, String(said?.['by'] ?? '')), text: String(said?.['body'] ?? '') };
}

/** The name behind an actor: a person, a contact, or the desk itself. */
async function nameOf(records: Records, actor: string): Promise<string> {
  if (!/^[\w-]{1,64}$/.test(actor)) return '';
  const [staff, theirs] = await Promise.all([records.find(person.entity, actor), records.find(contact.entity, actor)]);
  return (staff ?? theirs)?.record.title ?? '';
}

/** Signed for one person and one page, so that acting on it needs no sign-in and says who did. */
async function acknowledgeLink({ key, to }: Notice, { id }: Incident, signer: Signer, { publicUrl }: Settings, now: Date) {
  const expires = new Date(now.getTime() + LINK_DAYS * 86_400_000);
  const token = await signer.sign('acknowledge', JSON.stringify([id, to.id, key]), expires);
  return { acknowledgeLink: `${publicUrl}/links/acknowledge?token=${token}`, expiresAt: expires.toISOString() };
}
