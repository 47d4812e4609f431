import { type Attachment, addressParser } from 'postal-mime';

export interface Mailbox {
  readonly name: string;
  /** As written, the domain in lower case. */
  readonly address: string;
}

export interface MailAttachment {
  /** Never empty; without folders and control characters; at most 150 characters. A name for people, not a path. */
  readonly filename: string;
  /** As declared by the sender, lower case; `application/octet-stream` where it was no media type. */
  readonly contentType: string;
  /** Bytes. */
  readonly size: number;
  readonly content: Uint8Array;
  /** Without angle brackets. */
  readonly contentId?: string;
  /** Shown within the text, such as a picture in a signature. */
  readonly inline: boolean;
}

const MOST_ADDRESSES = 500;
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;
const EXTENSIONS: Readonly<Record<string, string>> = {
  'text/plain': 'txt',
  'text/html': 'html',
  'text/calendar': 'ics',
  'message/rfc822': 'eml',
  'message/delivery-status': 'txt',
  'application/pdf': 'pdf',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
};

/** One line without controls and marks that turn the direction of writing, at most `longest` characters. */
export function oneLine(text: string, longest: number): string {
  const clean = text.replace(/\s+/g, ' ').replace(CONTROLS, '').trim();
  return clean.length <= longest ? clean : clean.slice(0, longest).replace(/[\ud800-\udbff]$/, '');
}

const WORDS = /=\?([^?\s]{1,60})\?b\?([^?\s]*)\?=(?:[ \t\r\n]+=\?\1\?b\?[^?\s]*\?=)+/gi;

/** Encoded words of one charset in a row as one word: some programs cut them within a character. */
export function joinedWords(value: string): string {
  return value.replace(WORDS, (words, charset) => {
    const parts = [...words.matchAll(/\?b\?([^?\s]*)\?=/gi)].map(([, part]) => Buffer.from(part!, 'base64'));
    return `=?${charset}?B?${Buffer.concat(parts).toString('base64')}?=`;
  });
}

/** The mailboxes of an address header; groups are opened, entries without an address dropped. */
export function mailboxes(values: readonly string[]): Mailbox[] {
  const written = values.flatMap((value) => addressParser(joinedWords(value.slice(0, 65536)), { flatten: true }));
  return written.slice(0, MOST_ADDRESSES).flatMap(({ name, address }) => {
    const clean = oneLine(address ?? '', 320).replace(/\s/g, '');
    const at = clean.lastIndexOf('@');
    return at < 1 || at === clean.length - 1
      ? []
      : [{ name: oneLine(name, 200), address: clean.slice(0, at + 1) + clean.slice(at + 1).toLowerCase() }];
  });
}

/** Identifiers as they are written, angle brackets included, in order and once each; the last hundred. */
export function messageIds(value: string): string[] {
  return [...new Set(value.slice(-65536).match(/<[^<>\s]{1,998}>/g) ?? [])].slice(-100);
}

export function attachmentOf(part: Attachment, at: number): MailAttachment {
  const content = typeof part.content === 'string' ? new TextEncoder().encode(part.content) : new Uint8Array(part.content);
  const contentType = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(part.mimeType) ? part.mimeType : 'application/octet-stream';
  const contentId = part.contentId?.replace(/[<>\s]/g, '');
  return {
    filename: fileName(part.filename ?? '') || `attachment-${at + 1}.${EXTENSIONS[contentType] ?? 'bin'}`,
    contentType,
    size: content.length,
    content,
    ...(contentId ? { contentId } : {}),
    inline: part.related === true || (part.disposition === 'inline' && Boolean(contentId)),
  };
}

/** The last segment of a path, with nothing that a file system, a header or a page could take for something else. */
export function fileName(written: string): string {
  const last = written.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const clean = oneLine(last, 2000)
    .replace(/[<>:"|?*\ufffd]/g, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  if (clean.length <= 150) return clean;
  const extension = /\.[\p{L}\p{N}]{1,10}$/u.exec(clean)?.[0] ?? '';
  return oneLine(clean, 150 - extension.length) + extension;
}
