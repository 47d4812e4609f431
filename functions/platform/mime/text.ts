import { decodeWords, type Email } from 'postal-mime';
import { bytesOf, escapedJapanese, guess, mislabelledUtf8, withoutC1 } from './charset.js';
import { joinedWords } from './parts.js';
import type { Report } from './problem.js';
import { readable } from './readable.js';
import * as salvage from './salvage.js';
import { attempt, valuesOf } from './structure.js';

const LONGEST_TEXT = 1_000_000;
/** HTML says little in many characters. */
const LONGEST_SOURCE = 4_000_000;
const SINGLE_BYTE =
  /^(?:us-ascii|ascii|ansi.*|iso-?8859-?1|latin-?1|windows-1252|cp1252|unknown.*|default.*|x-unknown|none|8bit|binary)$/;

/** The text of the message, from the HTML where there is no plain one, in the charset that it really is in. */
export async function textOf(email: Email, binary: string, report: Report): Promise<{ text: string; hasHtml: boolean }> {
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

/** A subject written in raw bytes that are not UTF-8 is read again from the message. */
export function subjectOf(email: Email, binary: string): string {
  const written = joinedWords(valuesOf(email, 'subject')[0] ?? '');
  if (!written.includes('\ufffd')) return escapedJapanese(written) ?? withoutC1(decodeWords(written));
  const raw = /^subject:([^\n]*(?:\n[ \t][^\n]*)*)/im.exec(binary.slice(0, salvage.bodyStart(binary)))?.[1] ?? '';
  return decodeWords(joinedWords(guess(salvage.bytes(raw)).text));
}
