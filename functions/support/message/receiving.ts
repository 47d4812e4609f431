import { type AttachmentFacts, attachmentItem, CONTENT_TYPES } from '../../kernel/attachment-routes.js';
import { Refusal } from '../../kernel/errors.js';
import type { Records } from '../../kernel/records.js';
import type { Context, Verdicts } from './arrival.js';
import { doubtAbout } from './authenticity.js';
import { silence } from './automatic.js';
import { deliveries } from './delivery-report.js';
import { type Disposition, dispose } from './disposition.js';
import { messages } from './entity.js';
import { type Arrived, LONGEST_TEXT, type Outcome, receive, shortened, titleOf } from './message.js';
import { replyText } from './reply-text.js';
import { type MailFile, type ReadMail, referredTo, senderOf, type Thread, threadRecord } from './surroundings.js';

/**
 * Takes in one stored message: looks up what the rules ask for, lets them decide, keeps the files, and writes the record in one
 * transaction. The files lie under keys that follow from the message's own, so that whatever is tried again after a crash ends
 * in the same place; the stored message's key guards that there is one record, however often it is told of.
 */
export interface Arrival {
  readonly mail: ReadMail;
  readonly bytes: Uint8Array;
  /** Key of the stored message. */
  readonly key: string;
  readonly receivedAt: string;
  readonly verdicts: Verdicts;
  /** Recipient of the envelope, where the receiving service names it. */
  readonly recipient?: string;
}

type Hour = Context['lastHour'];

/** The world, as far as receiving mail needs it. */
export interface Mailroom {
  readonly records: Records;
  /** The address that we send from, and the domain that only this system receives at. */
  readonly ours: { readonly address: string; readonly domain: string };
  /** The thread that a signed address of ours belongs to; undefined where none of them verifies. */
  readThread(addresses: readonly string[]): Promise<Thread | undefined>;
  /** Counts what this sender causes; answers what it caused within the hour before. */
  count(sender: string, added: Hour): Promise<Hour>;
  digest(...parts: readonly string[]): string;
  keep(key: string, bytes: Uint8Array, contentType: string): Promise<void>;
}

const TRIES = 3;

/** The id of the message's record; the same for the same stored message, however often. */
export async function takeIn(arrival: Arrival, room: Mailroom): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const earlier = await room.records.holder(messages, 'object', arrival.key);
    if (earlier !== undefined) return earlier;
    try {
      return await record(arrival, room);
    } catch (error) {
      // Somebody else took the message, or the same Message-ID, in the meantime: what stands now decides.
      if (!(error instanceof Refusal && error.reason === 'conflict') || attempt === TRIES) throw error;
    }
  }
}

async function record(arrival: Arrival, room: Mailroom): Promise<string> {
  const origin = originOf(arrival, room);
  const context = await contextOf(arrival, origin, room);
  const disposition = await disposed(arrival, context, room);
  const kept = await keepFiles(arrival, disposition, room);
  const arrived = arrivedAs(arrival, disposition, origin, kept);
  const { action } = disposition;
  const outcome: Outcome = action === 'open' || action === 'comment' ? 'accept' : action;
  const stored = await room.records.create(messages, (minted) =>
    receive(minted, { ...arrived, ...circleOf(context) }, outcome, kept.files.map(attachmentItem)),
  );
  return stored.record.id;
}

/** Names a message by its believed sender and its Message-ID; a forged one must not take an identifier away. */
function originOf({ mail, verdicts }: Arrival, { digest }: Mailroom): string | undefined {
  if (!mail.from || mail.messageId === undefined || doubtAbout(mail, verdicts) !== undefined) return undefined;
  return digest(mail.from.address.toLowerCase(), mail.messageId);
}

/** Whatever becomes of it: what belongs to a restricted thread is read by those who may read the thread. */
const circleOf = ({ byToken, byReferences }: Context): Pick<Arrived, 'restrictedTo'> => {
  const teams = (byToken ?? byReferences)?.restrictedTo;
  return teams ? { restrictedTo: [...teams] } : {};
};

const NOTHING: Hour = { messages: 0, acknowledgements: 0, reopenings: 0 };

/** Counts only what would have an effect, so that nobody uses up another's share with a forged address. */
async function disposed(arrival: Arrival, context: Context, room: Mailroom): Promise<Disposition> {
  const { mail, verdicts } = arrival;
  const first = dispose(mail, verdicts, context);
  if (first.action !== 'open' && first.action !== 'comment') return first;
  const reopens = first.action === 'comment' && first.reopen;
  const lastHour = await room.count(mail.from!.address.toLowerCase(), {
    messages: 1,
    acknowledgements: first.acknowledge.send ? 1 : 0,
    reopenings: reopens ? 1 : 0,
  });
  return dispose(mail, verdicts, { ...context, lastHour });
}

async function contextOf({ mail, recipient }: Arrival, origin: string | undefined, room: Mailroom): Promise<Context> {
  const { records, ours } = room;
  const named = [...mail.to, ...mail.cc].map(({ address }) => address);
  const here = [...named, recipient ?? []]
    .flat()
    .filter((address) => address.toLowerCase().endsWith(`@${ours.domain.toLowerCase()}`));
  const [sender, token, reference, earlier] = await Promise.all([
    senderOf(records, mail.from?.address),
    room.readThread(here),
    referredTo(records, mail),
    origin === undefined ? undefined : records.holder(messages, 'origin', origin),
  ]);
  const [byToken, byReferences] = await Promise.all([
    threadRecord(records, token, sender),
    threadRecord(records, reference, sender),
  ]);
  return {
    ours: { addresses: [ours.address], domains: [ours.domain] },
    sender,
    ...(byToken && { byToken }),
    ...(byReferences && { byReferences }),
    duplicate: earlier !== undefined,
    lastHour: NOTHING,
  };
}

interface Kept {
  readonly files: readonly AttachmentFacts[];
  readonly copy?: string;
  readonly problems: readonly { readonly code: string; readonly detail: string }[];
}

/** One transaction writes what is known of them; the message itself keeps the rest. */
const MOST_FILES = 50;

async function keepFiles({ mail, bytes, key, receivedAt }: Arrival, { action }: Disposition, room: Mailroom): Promise<Kept> {
  if (action === 'refuse') return { files: [], problems: [] };
  const folder = `message/${room.digest(key)}`;
  const copy = `${folder}/message.eml`;
  await room.keep(copy, bytes, 'message/rfc822');
  if (action === 'ignore') return { files: [], copy, problems: [] };
  const carried = [...wholeText(mail), ...mail.attachments];
  const ids = carried.map(() => room.records.mintId()).sort();
  const files = carried.slice(0, MOST_FILES).map((file, at): AttachmentFacts & { file: MailFile } => ({
    file,
    id: ids[at]!,
    fileName: file.filename,
    contentType: CONTENT_TYPES.find((known) => known === file.contentType) ?? 'application/octet-stream',
    size: file.size,
    visibility: 'public',
    key: `${folder}/${at + 1}`,
    at: receivedAt,
    by: 'mail',
  }));
  for (const { file, key: to, contentType } of files) await room.keep(to, file.content, contentType);
  const left = carried.length - files.length;
  const detail = `Only the first ${MOST_FILES} files were taken out; ${left} more are in the message itself.`;
  return { files: files.map(({ file: _, ...facts }) => facts), copy, problems: left > 0 ? [{ code: 'files-left', detail }] : [] };
}

/** A text that is too long for a record is kept whole as a file. */
function wholeText({ text }: ReadMail): MailFile[] {
  const { reply, quoted } = replyText(text);
  if (Math.max(reply.length, quoted.length) <= LONGEST_TEXT) return [];
  const content = new TextEncoder().encode(text);
  return [{ filename: 'message.txt', contentType: 'text/plain', size: content.length, content }];
}

const MOST_PROBLEMS = 20;

function arrivedAs(
  { mail, key, receivedAt, verdicts }: Arrival,
  disposition: Disposition,
  origin: string | undefined,
  kept: Kept,
): Arrived {
  const { reply, quoted, signature } = replyText(mail.text);
  const folded = [reply === '' ? '' : quoted, signature].filter((part) => part !== '').join('\n\n');
  const bounces = disposition.reason === 'delivery-report' ? reported(mail) : [];
  const decisive = ['open', 'comment', 'triage'].includes(disposition.action) && origin !== undefined;
  return {
    title: titleOf(mail.subject, reply || quoted),
    receivedAt,
    ...(mail.from && { from: { name: shortened(mail.from.name, 200), address: shortened(mail.from.address, 320) } }),
    ...(mail.returnPath !== undefined && { returnPath: shortened(mail.returnPath, 320) }),
    ...(mail.messageId !== undefined && { headerId: shortened(mail.messageId, 500) }),
    verdicts,
    reason: disposition.reason,
    sentence: disposition.sentence,
    human: disposition.human,
    ...receiptFor(mail, verdicts, disposition),
    ...whoseAndWhat(disposition),
    text: shortened(reply || quoted, LONGEST_TEXT),
    folded: shortened(folded, LONGEST_TEXT),
    attachments: kept.files.length,
    problems: [...kept.problems, ...mail.problems].slice(0, MOST_PROBLEMS).map(({ code, detail }) => ({ code, detail })),
    ...(bounces.length > 0 && { deliveries: bounces }),
    raw: { key, size: mail.size, ...(kept.copy !== undefined && { copy: kept.copy }) },
    ...(decisive && { origin }),
  };
}

/** What waits in triage may be acknowledged once a person accepts it, unless it is doubted or must not be answered at all. */
function receiptFor(
  mail: ReadMail,
  verdicts: Verdicts,
  { action, acknowledge }: Disposition,
): Pick<Arrived, 'mayAcknowledge' | 'silence'> {
  if (acknowledge.send) return { mayAcknowledge: true };
  const why = action === 'triage' ? (doubtAbout(mail, verdicts) ?? silence(mail)) : acknowledge.because;
  return why === undefined ? { mayAcknowledge: true } : { mayAcknowledge: false, silence: why };
}

function whoseAndWhat(disposition: Disposition): Pick<Arrived, 'customerId' | 'contactId' | 'personId' | 'answers' | 'follows'> {
  if (disposition.action === 'comment') return { ...disposition.author, answers: disposition.record };
  if (disposition.action !== 'open') return {};
  const { customerId, contactId, follows } = disposition;
  return { customerId, ...(contactId !== undefined && { contactId }), ...(follows && { follows }) };
}

const MOST_DELIVERIES = 50;

function reported({ attachments }: ReadMail): NonNullable<Arrived['deliveries']> {
  const status = attachments.find(({ contentType }) => contentType === 'message/delivery-status');
  return status ? deliveries(new TextDecoder().decode(status.content)).slice(0, MOST_DELIVERIES) : [];
}
