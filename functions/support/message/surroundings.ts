import { maySee } from '../../kernel/present.js';
import type { Records } from '../../kernel/records.js';
import { incidents } from '../../operation/incident/entity.js';
import { phaseOf } from '../../operation/incident/incident.js';
import { survivorOf } from '../../operation/incident/survivor.js';
import { contact } from '../../relationship/contact.js';
import { customer } from '../../relationship/customer.js';
import { person } from '../person.js';
import { domainOf, type Message, type Sender, type ThreadRecord } from './arrival.js';

/** What the rules for incoming mail are told of the sender and of the thread: looked up by address, token and identifiers. */

/** A message that was read. */
export interface ReadMail extends Message {
  readonly from?: { readonly name: string; readonly address: string };
  readonly text: string;
  readonly inReplyTo?: string;
  readonly references: readonly string[];
  readonly attachments: readonly MailFile[];
  readonly problems: readonly { readonly code: string; readonly detail: string }[];
}

export interface MailFile {
  readonly filename: string;
  readonly contentType: string;
  /** Bytes. */
  readonly size: number;
  readonly content: Uint8Array;
}

export interface Thread {
  readonly type: string;
  readonly id: string;
}

const NOBODY: Sender = { contacts: [], customersOfDomain: [] };

/** Who has this address: a contact, a member of staff, a customer by its domain; only those in use. */
export async function senderOf(records: Records, address: string | undefined): Promise<Sender> {
  if (address === undefined) return NOBODY;
  const email = address.toLowerCase();
  const [who, staff, party] = await Promise.all([
    holderInUse(records, contact.entity, 'email', email),
    holderInUse(records, person.entity, 'email', email),
    holderInUse(records, customer.entity, 'domains', domainOf(email)),
  ]);
  return {
    contacts: who ? [{ contactId: who.id, customerId: String(who['customerId']) }] : [],
    ...(staff && { personId: staff.id }),
    customersOfDomain: party ? [party.id] : [],
  };
}

type Party = typeof contact.entity;

async function holderInUse(records: Records, entity: Party, name: string, value: string) {
  const id = await records.holder(entity, name, value);
  const found = id === undefined ? undefined : await records.find(entity, id);
  return found?.record.status === 'active' ? (found.record as { id: string } & Record<string, unknown>) : undefined;
}

/** The record of a thread, as far as this sender is concerned; undefined for one that takes no mail. */
export async function threadRecord(
  records: Records,
  thread: Thread | undefined,
  sender: Sender,
): Promise<ThreadRecord | undefined> {
  if (thread?.type !== 'incident') return undefined;
  const found = await records.find(incidents, thread.id);
  if (!found) return undefined;
  const record = await survivorOf(records, found.record);
  // What its requester or a watcher writes reaches a restricted incident too: what they may read of it is another matter.
  const { restrictedTo: _, ...open } = record;
  const seen = sender.contacts.some(
    ({ contactId, customerId }) =>
      [record, found.record].some(({ requesterId }) => requesterId === contactId) ||
      maySee(incidents, open, { id: contactId, kind: 'contact', roles: ['requester'], customerId }),
  );
  return {
    ...thread,
    id: record.id,
    ...(record.restrictedTo && { restrictedTo: record.restrictedTo }),
    ...(record.customerId !== undefined && { customerId: record.customerId }),
    phase: ({ live: 'running', resolved: 'resolved', done: 'finished' } as const)[phaseOf(record)],
    visibleToSender: seen || sender.personId !== undefined,
  };
}

/** How many identifiers are looked up at the most; those of the latest mails come last. */
const MOST_REFERENCES = 10;

/** Where the notification ledger keeps which record a mail of ours was about, by the identifier that SES gave it. */
export const sentPartition = (sentId: string): string => `INCIDENT#SENT#${sentId}`;

/** The record that a mail of ours was about, named in In-Reply-To or References: the latest one that is known. */
export async function referredTo(records: Records, { inReplyTo, references }: ReadMail): Promise<Thread | undefined> {
  const named = [...new Set([inReplyTo ?? [], references.toReversed()].flat().map(localPart))].slice(0, MOST_REFERENCES);
  const found = await Promise.all(named.map((id) => records.companion(incidents, sentPartition(id), '#')));
  const sent = found.find((body) => body !== undefined) as { entity: string; id: string } | undefined;
  return sent && { type: sent.entity, id: sent.id };
}

/** `<0102…-000000@eu-west-1.amazonses.com>` → `0102…-000000`, which is what sending answered. */
const localPart = (id: string): string =>
  id
    .replace(/^<|>$/g, '')
    .replace(/@[^@]*$/, '')
    .slice(0, 200);
