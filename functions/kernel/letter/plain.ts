import { type Language, say } from '../language/language.js';
import type { Composition } from './composition.js';

/** The plain part of a letter: lines of at most 78 columns, where an East Asian character takes two. Links are never broken. */
const COLUMNS = 76;
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;

export function plain(letter: Composition, language: Language, footer: readonly string[]): string {
  const linked = [letter.button, letter.also].flatMap((one) =>
    one ? [`${say(language, 'label.colon', one)}\n${one.link}`] : [],
  );
  const sections = [
    wrapped(letter.heading),
    wrapped(letter.opening),
    letter.quoted === undefined ? '' : quotation(letter.quoted),
    ...letter.closing.map((text) => wrapped(text)),
    ...linked,
    letter.facts.map(([label, value]) => fact(say(language, 'label.colon', { label }), value)).join('\n'),
    ['-- ', ...footer.map((text) => wrapped(text))].join('\n'),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

const quotation = (text: string): string =>
  wrapped(text, COLUMNS - 2)
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');

function fact(label: string, value: string): string {
  const gap = ' '.repeat(Math.max(1, 22 - widthOf(label)));
  const [first, ...rest] = wrapped(value, COLUMNS - 24).split('\n');
  return [`  ${label}${gap}${first}`, ...rest.map((line) => ' '.repeat(24) + line)].join('\n');
}

/** Columns that a text takes. */
export const widthOf = (text: string): number => [...text].reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0);

/** Each line folded at blanks, or between East Asian characters; a word longer than a line stands on its own. */
export function wrapped(text: string, columns = COLUMNS): string {
  return text
    .split('\n')
    .flatMap((line) => folded(line, columns))
    .join('\n');
}

function folded(line: string, columns: number): string[] {
  const indent = /^ */.exec(line)![0].slice(0, 20);
  const lines: string[] = [];
  let current = indent;
  let width = indent.length;
  for (const piece of line.slice(indent.length).match(PIECES) ?? []) {
    const taken = widthOf(piece.trimEnd());
    if (width + taken > columns && current.trim() !== '') {
      lines.push(current.trimEnd());
      current = '';
      width = 0;
    }
    current += piece;
    width += widthOf(piece);
  }
  return [...lines, current.trimEnd()];
}

/** Words with the blanks after them; East Asian characters one by one, with closing punctuation, which begins no line. */
const EAST = '\\u2e80-\\u9fff\\uac00-\\ud7a3\\uf900-\\ufaff\\uff00-\\uffef';
const CLOSING = '、。，．：；？！）】》」』”’…—';
const PIECES = new RegExp(`[${EAST}][${CLOSING}]*\\s*|[^\\s${EAST}]+[${CLOSING}]*\\s*|\\s+`, 'gu');
