import PostalMime, { type Email } from 'postal-mime';
import type { Report } from './problem.js';
import * as salvage from './salvage.js';

const LONGEST_HEADERS = 512 * 1024;
const LIMITS = { maxNestingDepth: 60, maxHeadersSize: LONGEST_HEADERS, forceRfc822Attachments: true } as const;

/** The parser's reading, else what a second reading finds. */
export async function structureOf(raw: Uint8Array, binary: string, report: Report): Promise<Email> {
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
export async function attempt(raw: Uint8Array): Promise<Email | undefined> {
  try {
    return await PostalMime.parse(raw, LIMITS);
  } catch {
    return undefined;
  }
}

/** The values of a header, in the order written. */
export const valuesOf = (email: Email, name: string): string[] =>
  email.headers.filter(({ key }) => key === name).map(({ value }) => value);
