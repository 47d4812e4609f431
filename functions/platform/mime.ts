import PostalMime, { decodeWords, type Email } from 'postal-mime';
import { bytesOf, escapedJapanese, guess, mislabelledUtf8, withoutC1 } from './mime/charset.js';
import { attachmentOf, joinedWords, type MailAttachment, type Mailbox, mailboxes, messageIds, oneLine } from './mime/parts.js';
import { readable } from './mime/readable.js';
import * as salvage from './mime/salvage.js';

export type { MailAttachment, Mailbox } from './mime/parts.js';

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

export interface Problem {
  readonly code:
    | 'message-shortened'
    | 'unreadable-structure'
    | 'missing-boundary'
    | 'no-headers'
    | 'no-sender'
    | 'several-senders'
    | 'bad-date'
    | 'charset-guessed'
    | 'truncated-attachment'
    | 'text-shortened'
    | 'attachments-dropped'
    | 'nul-bytes';
  readonly detail: string;
}

const LONGEST_MESSAGE = 45 * 1024 * 1024;
const MOST_LINES = 120_000;
const LONGEST_HEADERS = 512 * 1024;
const LONGEST_TEXT = 1_000_000;
/** HTML says little in many characters. */
const LONGEST_SOURCE = 4_000_000;
const MOST_ATTACHMENTS = 200;
const LIMITS = { maxNestingDepth: 60, maxHeadersSize: LONGEST_HEADERS, forceRfc822Attachments: true } as const;
const SINGLE_BYTE =
  /^(?:us-ascii|ascii|ansi.*|iso-?8859-?1|latin-?1|windows-1252|cp1252|unknown.*|default.*|x-unknown|none|8bit|binary)$/;

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

type Report = (code: Problem['code'], detail: string) => unknown;

/** The parser's reading, else what a second reading finds. */
async function structureOf(raw: Uint8Array, binary: string, report: Report): Promise<Email> {
  const email = await attempt(raw);
  if (!email) {
    report('unreadable-structure', 'The structure is too deep or too large; only the headers and the first text were read.');
    const headers = await attempt(salvage.bytes(salvage.headerOnly(binary, LONGEST_HEADERS / 2)));
    const part = salvage.firstTextPart(binary, salvage.bodyStart(binary));
    const text = part === undefined ? undefined : await attempt(salvage.bytes(part));
    return {
      ...NOTHING,
      ...headers,
      attachments: [],
      ...(text?.text ? { text: text.text } : {}),
      ...(text?.html ? { html: text.html } : {}),
    };
  }
  const empty = !email.text && !email.html && email.attachments.length === 0;
  if (!empty || !/\S/.test(binary.slice(salvage.bodyStart(binary)))) return email;
  const again = await attempt(salvage.bytes(salvage.rebounded(binary)));
  if (!again?.text && !again?.html && !again?.attachments.length) return email;
  report('missing-boundary', 'The declared boundary does not divide the message; its parts were found by their own headers.');
  return { ...again, headers: email.headers };
}

const NOTHING: Email = { headers: [], headerLines: [], attachments: [] };

/** Undefined where the parser gives up; what it throws is about the message, and the caller reports it. */
async function attempt(raw: Uint8Array): Promise<Email | undefined> {
  try {
    return await PostalMime.parse(raw, LIMITS);
  } catch {
    return undefined;
  }
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

/** A subject written in raw bytes that are not UTF-8 is read again from the message. */
function subjectOf(email: Email, binary: string): string {
  const written = joinedWords(valuesOf(email, 'subject')[0] ?? '');
  if (!written.includes('\ufffd')) return escapedJapanese(written) ?? withoutC1(decodeWords(written));
  const raw = /^subject:([^\n]*(?:\n[ \t][^\n]*)*)/im.exec(binary.slice(0, salvage.bodyStart(binary)))?.[1] ?? '';
  return decodeWords(joinedWords(guess(salvage.bytes(raw)).text));
}

const valuesOf = (email: Email, name: string): string[] =>
  email.headers.filter(({ key }) => key === name).map(({ value }) => value);

function headersOf(email: Email): Record<string, string[]> {
  const byName = new Map<string, string[]>();
  for (const { key, value } of email.headers.slice(0, 1000)) {
    const values = byName.get(key) ?? [];
    values.push(value.replaceAll('\0', '').slice(0, 10_000));
    byName.set(key, values);
  }
  return Object.fromEntries(byName);
}

async function textOf(email: Email, binary: string, report: Report): Promise<{ text: string; hasHtml: boolean }> {
  const plain = email.text?.trim() ? email.text : undefined;
  const source = (plain ?? email.html ?? '').slice(0, LONGEST_SOURCE);
  const decoded = await decodedOf(source, plain !== undefined, binary, report);
  const whole = plain === undefined ? readable(decoded, LONGEST_TEXT) : decoded;
  const clean = whole
    .replace(/\r\n?/g, '\n')
    .replaceAll('\0', '')
    .replace(/^\ufeff/, '')
    .trimEnd();
  if (clean.length >= LONGEST_TEXT) report('text-shortened', `Only the first ${LONGEST_TEXT} characters of the text were kept.`);
  return { text: clean.slice(0, LONGEST_TEXT).replace(/[\ud800-\udbff]$/, ''), hasHtml: email.html !== undefined };
}

async function decodedOf(source: string, plain: boolean, binary: string, report: Report): Promise<string> {
  const japanese = escapedJapanese(source);
  const labels = salvage.declaredCharsets(binary);
  const asUtf8 = labels.some((label) => SINGLE_BYTE.test(label)) ? mislabelledUtf8(source) : undefined;
  if (japanese !== undefined || asUtf8 !== undefined) {
    report('charset-guessed', 'The text is not of the charset that it declares; it was read as what it is.');
    return japanese ?? asUtf8!;
  }
  const unknown =
    labels.some((label) => SINGLE_BYTE.test(label) && !/ascii|8859|latin|1252/.test(label)) && /[\u0080-\u00ff]/.test(source);
  const broken = source.match(/\ufffd/g)?.length ?? 0;
  const wide = source.match(/[^\p{ASCII}\ufffd]/gu)?.length ?? 0;
  const swapped = source.startsWith('\ufffe');
  if (!unknown && !swapped && (broken === 0 || broken * 10 < wide)) return withoutC1(source);
  const again = await attempt(salvage.bytes(salvage.relabelled(binary)));
  const bytes = bytesOf(((plain ? again?.text : again?.html) ?? '').slice(0, LONGEST_SOURCE));
  if (!bytes || bytes.length === 0) return withoutC1(source);
  const { text, charset } = guess(bytes);
  report('charset-guessed', `The text does not say its charset rightly; it was read as ${charset}.`);
  return text;
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
