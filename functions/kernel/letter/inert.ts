/** Text of users made harmless: for one line, for paragraphs, for HTML. */
const MARKS = /[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const HALVES = /\p{Surrogate}/gu;
const LONGEST_TEXT = 10_000;

/** One line without controls and marks that turn the direction of writing; at most `longest` characters, then `…`. */
export function oneLine(text: string, longest: number): string {
  const line = text
    .slice(0, 4 * longest)
    .replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(MARKS, '')
    .replace(HALVES, '\ufffd')
    .trim();
  return line.length <= longest ? line : `${whole(line.slice(0, longest - 1)).trimEnd()}…`;
}

/** Lines kept, other controls dropped, at most one blank line in a row; `shortened` is added where text was cut. */
export function paragraphs(text: string, shortened: string): string {
  const lines = text
    .slice(0, 4 * LONGEST_TEXT)
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(/\t/g, '    ')
    .replace(/(?!\n)\p{Cc}/gu, '')
    .replace(MARKS, '');
  const kept = lines
    .replace(HALVES, '\ufffd')
    .replace(/[ \u00a0]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return kept.length <= LONGEST_TEXT ? kept : `${whole(kept.slice(0, LONGEST_TEXT)).trimEnd()}\n\n${shortened}`;
}

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Without half a character at its end. */
const whole = (text: string): string => text.replace(/[\ud800-\udbff]$/, '');
