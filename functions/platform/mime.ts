import type { Email } from 'postal-mime';
import { attachmentOf, type MailAttachment, type Mailbox, mailboxes, messageIds, oneLine } from './mime/parts.js';
import type { Problem, Report } from './mime/problem.js';
import * as salvage from './mime/salvage.js';
import { structureOf, valuesOf } from './mime/structure.js';
import { subjectOf, textOf } from './mime/text.js';

export type { MailAttachment, Mailbox } from './mime/parts.js';
export type { Problem } from './mime/problem.js';

/**
 * A raw message (RFC 5322, MIME) as a plain structure. It never throws: what cannot be read is left out and named in
 * `problems`. Work and size are bounded; messages within messages are kept as attachments, unread.
 *
 * It says what the message says of itself, and believes nothing: verdicts and rules are the desk's.
 */
export interface ParsedMail {
  readonly from?: Mailbox;
  readonly sender?: Mailbox;
  readonly replyTo: readonly Mailbox[];
  /** `''` for the null return-path `<>`, undefined without the header. */
  readonly returnPath?: string;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  /** One line, at most 500 characters; empty when there is none. */
  readonly subject: string;
  /** Identifiers include their angle brackets. */
  readonly messageId?: string;
  readonly inReplyTo?: string;
  readonly references: readonly string[];
  /** The Date header as an RFC 3339 instant in UTC: the sender's word, not when it was received. */
  readonly date?: string;
  /** Lower-case names; values unfolded, in the order written. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** Lines end in `\n`; at most a million characters. Made from the HTML where there is no plain text. */
  readonly text: string;
  readonly hasHtml: boolean;
  readonly attachments: readonly MailAttachment[];
  readonly problems: readonly Problem[];
  /** Bytes of the message as received. */
  readonly size: number;
}

const LONGEST_MESSAGE = 45 * 1024 * 1024;
const MOST_LINES = 120_000;
const MOST_ATTACHMENTS = 200;

export async function parseMail(raw: Uint8Array): Promise<ParsedMail> {
  const problems: Problem[] = [];
  const report = (code: Problem['code'], detail: string) => problems.push({ code, detail });
  const start = salvage.binary(raw.subarray(0, LONGEST_MESSAGE));
  const binary = start.slice(0, salvage.endOfLines(start, MOST_LINES));
  const within = raw.subarray(0, binary.length);
  if (within.length < raw.length) report('message-shortened', `Only the first ${within.length} bytes were read.`);
  const email = await structureOf(within, binary, report);
  const text = await textOf(email, binary, report);
  return {
    ...addressesOf(email, report),
    ...factsOf(email, binary, report),
    ...text,
    ...attachmentsOf(email, binary, report),
    problems,
    size: raw.length,
  };
}

function addressesOf(email: Email, report: Report) {
  const all = (name: string) => mailboxes(valuesOf(email, name));
  const from = all('from');
  if (from.length === 0) report('no-sender', 'No From header names an address.');
  if (from.length > 1 || valuesOf(email, 'from').length > 1) report('several-senders', 'The message names more than one sender.');
  const sender = all('sender')[0];
  const path = valuesOf(email, 'return-path')[0];
  return {
    ...(from[0] ? { from: from[0] } : {}),
    ...(sender ? { sender } : {}),
    replyTo: all('reply-to'),
    ...(path === undefined ? {} : { returnPath: mailboxes([path])[0]?.address ?? '' }),
    to: all('to'),
    cc: all('cc'),
  };
}

function factsOf(email: Email, binary: string, report: Report) {
  if (email.headers.length === 0 || salvage.bodyStart(binary) === 0) report('no-headers', 'The message begins without headers.');
  if (binary.includes('\0')) report('nul-bytes', 'The message holds NUL bytes; they were dropped from its texts.');
  const [written] = valuesOf(email, 'date');
  const date = written === undefined ? Number.NaN : Date.parse(written.replace(/\([^)]*\)/g, ''));
  if (written !== undefined && Number.isNaN(date)) report('bad-date', 'The Date header is no date.');
  const messageId = messageIds(valuesOf(email, 'message-id')[0] ?? '')[0];
  const inReplyTo = messageIds(valuesOf(email, 'in-reply-to')[0] ?? '')[0];
  return {
    subject: oneLine(subjectOf(email, binary), 500),
    ...(messageId ? { messageId } : {}),
    ...(inReplyTo ? { inReplyTo } : {}),
    references: messageIds(valuesOf(email, 'references').join(' ')),
    ...(Number.isNaN(date) ? {} : { date: new Date(date).toISOString() }),
    headers: headersOf(email),
  };
}

function headersOf(email: Email): Record<string, string[]> {
  const byName = new Map<string, string[]>();
  for (const { key, value } of email.headers.slice(0, 1000)) {
    const values = byName.get(key) ?? [];
    values.push(value.replaceAll('\0', '').slice(0, 10_000));
    byName.set(key, values);
  }
  return Object.fromEntries(byName);
}

function attachmentsOf(email: Email, binary: string, report: Report): { attachments: MailAttachment[] } {
  if (email.attachments.length > MOST_ATTACHMENTS) {
    report('attachments-dropped', `Only the first ${MOST_ATTACHMENTS} of ${email.attachments.length} attachments were kept.`);
  }
  if (email.attachments.length > 0 && unfinished(binary)) {
    report('truncated-attachment', 'The message ends within a part: an attachment may be incomplete.');
  }
  return { attachments: email.attachments.slice(0, MOST_ATTACHMENTS).map(attachmentOf) };
}

/** Whether a multipart message lacks its closing delimiter. */
function unfinished(binary: string): boolean {
  const head = binary.slice(0, salvage.bodyStart(binary)).slice(0, 16_384);
  const boundary = /^content-type:\s*multipart\/[^\n]*(?:\n[ \t][^\n]*)*?boundary\s*=\s*(?:"([^"\n]+)"|([^\s;]+))/im.exec(head);
  const name = boundary?.[1] ?? boundary?.[2];
  return name !== undefined && !binary.includes(`--${name}--`);
}
