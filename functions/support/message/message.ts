import * as z from 'zod';
import type { Companion, Decision } from '../../kernel/decision.js';
import { Refusal } from '../../kernel/errors.js';
import { defineLifecycle } from '../../kernel/lifecycle.js';
import { Id, Instant, type Minted, recordShape } from '../../kernel/record.js';
import type { Moving } from '../../kernel/write-routes.js';
import { type Reason, sentences } from './reasons.js';

/**
 * A mail that the desk received (ISO/IEC 20000-1:2018, 8.6.1): one record for each, whatever becomes of it, with the reason.
 * `disposition.ts` decides; an accepted message then opens an incident or becomes a comment of one, which the incident's area
 * does when it hears of it. What waits in triage is decided by a person. Pure: no storage, no time of day.
 */
export const lifecycle = defineLifecycle({
  states: ['received', 'accepted', 'triage', 'ignored', 'refused', 'dismissed'],
  moves: {
    accept: { from: ['received', 'triage'], to: 'accepted' },
    triage: { from: ['received'], to: 'triage' },
    ignore: { from: ['received'], to: 'ignored' },
    refuse: { from: ['received'], to: 'refused' },
    dismiss: { from: ['triage'], to: 'dismissed' },
  },
});

const Checked = z.enum(['PASS', 'FAIL', 'GRAY', 'PROCESSING_FAILED']);
const Scanned = z.enum([...Checked.options, 'DISABLED']);
const Reference = z.strictObject({ type: z.string(), id: Id });

/** Characters; the whole text is attached where it is longer. */
export const LONGEST_TEXT = 20_000;

export const MessageRecord = z.strictObject({
  ...recordShape,
  status: z.enum(lifecycle.states),
  receivedAt: Instant.describe('When the receiving service took it; never the Date that it claims'),
  from: z.strictObject({ name: z.string(), address: z.string() }).optional().describe('As the message says; see the verdicts'),
  returnPath: z.string().optional().describe('Empty for the null return-path'),
  headerId: z.string().optional().describe('Its Message-ID header'),
  verdicts: z.strictObject({ spf: Checked, dkim: Checked, dmarc: Checked, spam: Scanned, virus: Scanned }),
  reason: z.enum(Object.keys(sentences) as [Reason, ...Reason[]]),
  sentence: z.string().describe('The reason, for people'),
  human: z.boolean().describe('Whether a person seems to have written it'),
  mayAcknowledge: z.boolean().describe('Whether its sender may be sent a receipt where it opens an incident'),
  silence: z.string().optional().describe('Why no receipt may be sent'),
  customerId: Id.optional(),
  contactId: Id.optional().describe('The contact who wrote it'),
  personId: Id.optional().describe('The member of staff who wrote it'),
  answers: Reference.optional().describe('The record that it becomes a comment of'),
  restrictedTo: z.array(Id).optional().describe('The teams that the incident it belongs to is restricted to'),
  follows: Reference.optional().describe('The finished record that it answers'),
  text: z.string().describe('What is new in it'),
  folded: z.string().describe('Quoted history and signature'),
  attachments: z.int().min(0).describe('How many files it carried'),
  problems: z.array(z.strictObject({ code: z.string(), detail: z.string() })).describe('What was malformed, left out or guessed'),
  deliveries: z
    .array(
      z.strictObject({
        recipient: z.string(),
        result: z.enum(['hard', 'soft', 'delivered']),
        status: z.string(),
        diagnosis: z.string(),
      }),
    )
    .optional()
    .describe('What a delivery report says of mails of ours'),
  raw: z.strictObject({
    key: z.string().describe('Its key in the mail bucket'),
    size: z.int().min(0).describe('Bytes'),
    copy: z.string().optional().describe('Its key in the attachments bucket; a refused message has none'),
  }),
  origin: z.string().optional().describe('Digest of sender and Message-ID, where the sender was believed'),
  dismissal: z.strictObject({ reason: z.string(), by: z.string(), at: Instant }).optional(),
});
export type MessageRecord = z.infer<typeof MessageRecord>;

/** What is known of a message when it was read and disposed of. */
export type Arrived = Omit<MessageRecord, keyof Minted | 'status' | 'dismissal'>;

const OUTCOMES = {
  accept: 'message.accepted',
  triage: 'message.triaged',
  ignore: 'message.ignored',
  refuse: 'message.refused',
} as const;
export type Outcome = keyof typeof OUTCOMES;

export const receive = (
  minted: Minted,
  arrived: Arrived,
  outcome: Outcome,
  companions: readonly Companion[],
): Decision<MessageRecord> => ({
  next: { ...minted, ...arrived, status: lifecycle.next('received', outcome) },
  event: OUTCOMES[outcome],
  detail: { reason: arrived.reason },
  companions,
});

/** Whose a message is, and what it answers, as a person said. */
export interface Settled {
  readonly customerId?: string | undefined;
  readonly contactId?: string | undefined;
  readonly answers?: MessageRecord['answers'];
  readonly restrictedTo?: MessageRecord['restrictedTo'];
}

/** A person takes it out of triage: it opens an incident for the customer, or becomes a comment of the record named. */
export function accept(message: MessageRecord, settled: Settled, { caller }: Moving): Decision<MessageRecord> {
  const status = lifecycle.next(message.status, 'accept');
  if (settled.customerId === undefined && settled.answers === undefined)
    throw new Refusal('invalid', 'Whose message is it? Name a contact, a customer, or the incident that it belongs to.', {
      errors: [{ pointer: '/contactId', message: 'One of contactId, customerId and incidentId is required.' }],
    });
  const { customerId: _c, contactId: _p, personId: _s, answers: _a, ...rest } = message;
  const known = Object.fromEntries(Object.entries(settled).filter(([, value]) => value !== undefined));
  return { next: { ...rest, ...known, status }, event: 'message.accepted', detail: { reason: message.reason, by: caller.id } };
}

export const dismiss = (message: MessageRecord, reason: string, { caller, now }: Moving): Decision<MessageRecord> => ({
  next: { ...message, status: lifecycle.next(message.status, 'dismiss'), dismissal: { reason, by: caller.id, at: now } },
  event: 'message.dismissed',
});

/** What it says is as restricted as the incident that it opened or answers. */
export function restrictAs(message: MessageRecord, teamIds: readonly string[] | undefined): Decision<MessageRecord> {
  const { restrictedTo: _, ...rest } = message;
  return {
    next: { ...rest, ...(teamIds && { restrictedTo: [...teamIds] }) },
    event: teamIds ? 'message.restricted' : 'message.opened-up',
  };
}

/** At most so many characters, whole and well formed ones. */
export const shortened = (text: string, longest: number): string =>
  wellFormed(text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`);

const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '\ufffd');

/** A line to call it by: the subject, else the beginning of the text. */
export const titleOf = (subject: string, text: string): string =>
  shortened(subject.trim() || text.trim().split('\n', 1)[0]!.trim(), 200).trim() || 'Mail without a subject';
