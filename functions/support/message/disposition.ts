import { type Context, domainOf, type Limits, type Message, type ThreadRecord, usualLimits, type Verdicts } from './arrival.js';
import { doubtAbout } from './authenticity.js';
import { byPerson, kindOf, silence } from './automatic.js';
import { type Reason, sentences } from './reasons.js';

/**
 * What becomes of a mail that arrived (ISO/IEC 20000-1:2018, 8.6.1). In this order: what harms is refused, what no person
 * wrote is ignored, what is not believed goes to triage; only then is the sender's address used to find whose it is. A
 * thread is found by the signed token in a recipient's address, then by the identifiers of our own mails, never by the
 * subject, and only for a sender who may see the record.
 *
 * Pure: tokens are verified, senders and threads looked up, and mails counted before. It keeps and sends nothing. A delivery
 * report is ignored here as a message; what it says of our own mail is read by `delivery-report.ts`.
 */
export type Disposition = Outcome & {
  readonly reason: Reason;
  /** The reason as a sentence for the people who look at the message. */
  readonly sentence: string;
  /** Whether a person seems to have written it. An automatic reply stops no response clock and resumes no paused one. */
  readonly human: boolean;
  readonly acknowledge: Acknowledgement;
};

export type Outcome =
  | {
      readonly action: 'open';
      readonly customerId: string;
      readonly contactId?: string;
      /** A finished record that the message answers: the new one is linked to it. */
      readonly follows?: { readonly type: string; readonly id: string };
    }
  | {
      readonly action: 'comment';
      readonly record: { readonly type: string; readonly id: string };
      readonly author: { readonly contactId: string } | { readonly personId: string } | { readonly customerId: string };
      /** Whether a resolved record is to be reopened. */
      readonly reopen: boolean;
    }
  | { readonly action: 'triage' }
  | { readonly action: 'ignore' }
  | { readonly action: 'refuse' };

export type Acknowledgement =
  | { readonly send: true; readonly to: string }
  | { readonly send: false; readonly because: NonNullable<ReturnType<typeof silence>> | 'nothing-opened' | 'enough-this-hour' };

export function dispose(message: Message, verdicts: Verdicts, context: Context, limits: Limits = usualLimits): Disposition {
  return (
    refused(message, verdicts, limits) ??
    ignored(message, verdicts, context) ??
    doubted(message, verdicts, context, limits) ??
    threaded(message, context, limits) ??
    opened(message, context, limits)
  );
}

function refused(message: Message, { virus, spam }: Verdicts, limits: Limits): Disposition | undefined {
  if (virus === 'FAIL') return without('refuse', 'virus');
  if (message.size > limits.largest) return without('refuse', 'too-large');
  return spam === 'FAIL' ? without('refuse', 'spam') : undefined;
}

/** A message that claims an earlier one's identifier is dropped only when it is as credible as that one was. */
function ignored(message: Message, verdicts: Verdicts, context: Context): Disposition | undefined {
  const kind = kindOf(message, context.ours);
  if (kind !== 'person') return without('ignore', kind);
  return context.duplicate && doubtAbout(message, verdicts) === undefined ? without('ignore', 'duplicate') : undefined;
}

function doubted(message: Message, verdicts: Verdicts, { lastHour }: Context, limits: Limits): Disposition | undefined {
  const human = byPerson(message);
  const unsure = (verdict: string) => verdict === 'GRAY' || verdict === 'PROCESSING_FAILED';
  if (unsure(verdicts.virus)) return without('triage', 'not-scanned', human);
  const doubt = doubtAbout(message, verdicts);
  if (doubt) return without('triage', doubt, human);
  if (unsure(verdicts.spam)) return without('triage', 'perhaps-spam', human);
  return lastHour.messages >= limits.messagesPerHour ? without('triage', 'too-many', human) : undefined;
}

function threaded(message: Message, context: Context, limits: Limits): Disposition | undefined {
  const record = context.byToken ?? context.byReferences;
  if (!record) return undefined;
  const author = authorOf(context, record);
  const human = byPerson(message);
  if (!record.visibleToSender || !author) return without('triage', 'not-permitted', human);
  if (record.phase === 'finished') return undefined;
  const may = context.lastHour.reopenings < limits.reopeningsPerHour;
  const reopen = record.phase === 'resolved' && human && may;
  const capped = record.phase === 'resolved' && human && !may;
  return decided(
    { action: 'comment', record: { type: record.type, id: record.id }, author, reopen },
    capped ? 'reopened-too-often' : context.byToken ? 'token' : 'references',
    human,
    { send: false, because: 'nothing-opened' },
  );
}

function authorOf({ sender }: Context, record: ThreadRecord) {
  if (sender.personId !== undefined) return { personId: sender.personId };
  const own = sender.contacts.filter(({ customerId }) => customerId === record.customerId);
  const contact = own[0] ?? (sender.contacts.length === 1 ? sender.contacts[0] : undefined);
  if (contact !== undefined) return { contactId: contact.contactId };
  const [customerId] = sender.customersOfDomain;
  return customerId !== undefined && sender.customersOfDomain.length === 1 ? { customerId } : undefined;
}

function opened(message: Message, context: Context, limits: Limits): Disposition {
  const human = byPerson(message);
  const found = whose(message, context);
  if ('reason' in found) return without('triage', found.reason, human);
  const { contacts } = context.sender;
  const finished = context.byToken ?? context.byReferences;
  const outcome: Outcome = {
    action: 'open',
    customerId: found.customerId,
    ...(contacts[0] ? { contactId: contacts[0].contactId } : {}),
    ...(finished ? { follows: { type: finished.type, id: finished.id } } : {}),
  };
  const reason = finished ? 'answers-finished' : contacts[0] ? 'known-contact' : 'known-domain';
  return decided(outcome, reason, human, acknowledgement(message, context, limits));
}

function whose(message: Message, { sender }: Context): { customerId: string } | { reason: Reason } {
  const [contact] = sender.contacts;
  if (sender.contacts.length > 1) return { reason: 'ambiguous-contact' };
  if (contact) return { customerId: contact.customerId };
  if (PUBLIC_DOMAINS.has(domainOf(message.from!.address))) return { reason: 'unknown-sender' };
  const [customerId] = sender.customersOfDomain;
  if (sender.customersOfDomain.length > 1) return { reason: 'ambiguous-domain' };
  return customerId === undefined ? { reason: 'unknown-sender' } : { customerId };
}

/** Where anybody can have an address, the domain says nothing of the customer, whatever a customer's record says. */
const PUBLIC_DOMAINS = new Set(
  (
    'gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com icloud.com me.com aol.com gmx.de gmx.net ' +
    'gmx.com web.de t-online.de proton.me protonmail.com mail.ru yandex.ru qq.com foxmail.com 163.com 126.com yeah.net ' +
    'sina.com sohu.com aliyun.com 139.com'
  ).split(' '),
);

function acknowledgement(message: Message, { lastHour }: Context, limits: Limits): Acknowledgement {
  const because = silence(message);
  if (because) return { send: false, because };
  const enough = lastHour.acknowledgements >= limits.acknowledgementsPerHour;
  return enough ? { send: false, because: 'enough-this-hour' } : { send: true, to: message.from!.address };
}

const without = (action: 'triage' | 'ignore' | 'refuse', reason: Reason, human = false): Disposition =>
  decided({ action }, reason, human, { send: false, because: 'nothing-opened' });

const decided = (outcome: Outcome, reason: Reason, human: boolean, acknowledge: Acknowledgement): Disposition => ({
  ...outcome,
  reason,
  sentence: sentences[reason],
  human,
  acknowledge,
});
