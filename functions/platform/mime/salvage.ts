/**
 * Second readings of a message that the parser refuses or finds empty. All work on latin-1 text, in which each byte is
 * one character, and give back bytes for the parser; each is one pass.
 */
const CONTENT_TYPE = /^content-type:[^\n]*(?:\n[ \t][^\n]*)*/gim;

export const binary = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
export const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** Where the header section ends and the body begins. */
export function bodyStart(text: string): number {
  if (/^\r?\n/.test(text)) return 0;
  const blank = /\n\r?\n/.exec(text);
  return blank ? blank.index + blank[0].length : text.length;
}

/** At most `limit` characters of header section, cut at a line, without the declarations of how to read a body. */
export function headerOnly(text: string, limit: number): string {
  const head = text.slice(0, bodyStart(text)).slice(0, limit);
  const whole = head.length < limit ? head : head.slice(0, head.lastIndexOf('\n') + 1);
  return `${whole.replace(CONTENT_TYPE, 'X-Unread: content-type').trimEnd()}\r\n\r\n`;
}

/** The first part that says it is plain text, else HTML: from its own header to the next delimiter. */
export function firstTextPart(text: string, from: number): string | undefined {
  for (const type of [/^content-type:\s*text\/plain/gim, /^content-type:\s*text\/html/gim]) {
    type.lastIndex = from;
    const found = type.exec(text);
    if (!found) continue;
    const start = text.lastIndexOf('\n--', found.index);
    const head = start < from ? found.index : text.indexOf('\n', start + 1) + 1;
    const blank = /\n\r?\n/g;
    blank.lastIndex = found.index;
    const body = blank.exec(text)?.index ?? text.length;
    const end = text.indexOf('\n--', body);
    return text.slice(head, end < 0 ? text.length : end);
  }
  return undefined;
}

/** The message with the delimiter that its body really uses, or as one plain text where the body uses none. */
export function rebounded(text: string): string {
  const start = bodyStart(text);
  const body = text.slice(start);
  const delimiter = /^--([^\s-][^\r\n]{0,199}?)[ \t]*\r?\ncontent-/im.exec(body)?.[1];
  const type = delimiter
    ? `Content-Type: multipart/mixed; boundary="${delimiter.replace(/["\\]/g, '')}"`
    : 'Content-Type: text/plain';
  return `${type}\r\n${text.slice(0, start).replace(CONTENT_TYPE, 'X-Unread: content-type')}${body}`;
}

/** The message with every text declared as windows-1252, which loses no byte. */
export function relabelled(text: string): string {
  const head = text.slice(0, bodyStart(text));
  const declared = text.replace(CONTENT_TYPE, (header) => {
    if (/charset\*?\d*\*?\s*=/i.test(header)) {
      return header.replace(/charset\*?\d*\*?\s*=\s*(?:"[^"\n]*"|[^\s;"]+)/gi, 'charset=windows-1252');
    }
    return /^content-type:\s*text\//i.test(header) ? header.replace(/(\r?)$/, '; charset=windows-1252$1') : header;
  });
  return /^content-type:/im.test(head) ? declared : `Content-Type: text/plain; charset=windows-1252\r\n${declared}`;
}

/** The charsets that the message declares, lower case. */
export const declaredCharsets = (text: string): string[] => [
  ...new Set(
    [...text.matchAll(CONTENT_TYPE)].flatMap(([header]) => /charset\s*=\s*"?([^\s;"]+)/i.exec(header)?.[1]?.toLowerCase() ?? []),
  ),
];

/**
 * Where the given number of lines that are not base64 ends, or the end. The parser keeps such lines one by one, at some
 * ten microseconds each; long lines without a space it takes together.
 */
export function endOfLines(text: string, most: number): number {
  let plain = 0;
  for (let from = 0; ; ) {
    const end = text.indexOf('\n', from);
    if (end < 0) return text.length;
    if (end - from < 60 || text.slice(from, from + 60).includes(' ')) plain += 1;
    if (plain > most) return from;
    from = end + 1;
  }
}
