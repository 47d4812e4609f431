import { zoneName } from './language/formats.js';
import { say } from './language/language.js';
import { compose } from './letter/composition.js';
import { html } from './letter/html.js';
import { oneLine } from './letter/inert.js';
import type { Letter, Reader } from './letter/letters.js';
import { plain } from './letter/plain.js';

export type { Letter, LetterName, LetterOf, Reader, TriageReason } from './letter/letters.js';

/**
 * A letter of the product, ready to be sent: subject, plain and HTML part and headers, in the reader's language and time
 * zone. Domain code chooses the letter and gives its data; it writes no words.
 *
 * Pure. It neither sends nor knows recipients. Links and the reply address come signed from the caller.
 */
export interface Written {
  /** BCP 47 tag of the language that it was written in. */
  readonly language: string;
  /** One line of at most 250 characters, not encoded. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Beyond From, To and Subject. Names as usually written; values of one line. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface Sending {
  /** The name under which the desk writes. */
  readonly house: string;
  /** Where answers go, such as the thread address of the record. Without it the letter invites no reply. */
  readonly replyTo?: string;
  /** Identifiers of earlier mails in the thread, angle brackets included, oldest first; the last is the one answered. */
  readonly references?: readonly string[];
}

export function write(letter: Letter, reader: Reader, sending: Sending): Written {
  const { language, ...composition } = compose(letter, reader);
  const house = oneLine(sending.house, 100);
  const footer = [
    ...(composition.answerable && sending.replyTo !== undefined ? [say(language, 'footer.reply')] : []),
    say(language, 'footer.sent', { house, zone: zoneName(reader.timeZone) }),
  ];
  return {
    language: language.tag,
    subject: composition.subject,
    text: plain(composition, language, footer),
    html: html(composition, language, house, footer),
    headers: headersOf(language.tag, sending),
  };
}

/** Marked as sent by a program (RFC 3834), so that no absence notice answers. */
function headersOf(language: string, { replyTo, references = [] }: Sending): Record<string, string> {
  const ids = references.filter((id) => /^<[^<>\s\p{Cc}]{1,250}>$/u.test(id)).slice(-20);
  const address = /^[^\s@,;<>"\p{Cc}]{1,64}@[^\s@,;<>"\p{Cc}]{1,255}$/u.test(replyTo ?? '') ? replyTo : undefined;
  return {
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    'Content-Language': language,
    ...(address === undefined ? {} : { 'Reply-To': address }),
    ...(ids.length === 0 ? {} : { 'In-Reply-To': ids.at(-1)!, References: ids.join(' ') }),
  };
}
