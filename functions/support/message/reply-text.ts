import { isAttribution, isDivider, isFooter, isHeaderBlock } from './quotation.js';

/**
 * Separates what a person wrote in a reply from the history that the mail program quoted below, above or between. Works on
 * plain text; knows the habits of Gmail, Outlook, Apple Mail, Thunderbird, QQ and NetEase Mail in English, German, Chinese
 * and, in part, French and Spanish. Every line that is not blank ends in exactly one of the three parts.
 */
export interface ReplyText {
  /** What is new. Empty when the message only quotes or forwards: then `quoted` is all there is to read. */
  readonly reply: string;
  /** The history, to be shown folded. */
  readonly quoted: string;
  /** From the separator `-- ` on, or the line that a telephone adds. */
  readonly signature: string;
  /** The reply answers between quoted lines, which therefore stay in it. */
  readonly interleaved: boolean;
}

export function replyText(text: string): ReplyText {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const start = historyStart(lines);
  const head = lines.slice(0, start);
  const history = lines.slice(start);
  const after = answersBelow(history);
  if (after.interleaved) return { ...signed(lines), quoted: '', interleaved: true };
  const own = signed([...head, ...history.slice(after.at)]);
  return { ...own, quoted: joined(history.slice(0, after.at)), interleaved: false };
}

/** The first line of quoted history: an attribution, a divider, a block of headers, or a quotation that reaches the end. */
function historyStart(lines: readonly string[]): number {
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!;
    if (line.trim() === '') continue;
    if (isDivider(line)) return at;
    if (isHeaderBlock(lines, at) || isAttribution(lines, at) > 0) return underlined(lines, at);
    if (line.startsWith('>')) return at;
  }
  return lines.length;
}

/** Outlook draws a line above the headers of what it quotes. */
function underlined(lines: readonly string[], at: number): number {
  const above = lines.slice(0, at).findLastIndex((line) => line.trim() !== '');
  return above >= 0 && /^\s*(?:_{5,}|-{5,}|={5,}|\*{5,})\s*$/.test(lines[above]!) ? above : at;
}

/**
 * Text below or between quoted lines. Only a quotation marked with `>` shows where it ends; below a divider or a block of
 * headers everything is history.
 */
function answersBelow(history: readonly string[]): { at: number; interleaved: boolean } {
  const whole = { at: history.length, interleaved: false };
  const first = history.findIndex((line) => line.startsWith('>'));
  const attribution = first < 0 ? 0 : isAttribution(history, 0);
  const marked = first >= 0 && history.slice(attribution, first).every((line) => line.trim() === '');
  if (!marked) return whole;
  let blocks = 0;
  let end = 0;
  for (let at = first; at < history.length; at += 1) {
    if (!history[at]!.startsWith('>')) continue;
    if (blocks === 0 || history.slice(end, at).some((line) => line.trim() !== '')) blocks += 1;
    end = at + 1;
  }
  const below = history.slice(end).some((line) => line.trim() !== '');
  if (blocks > 1) return { at: 0, interleaved: true };
  return below ? { at: end, interleaved: false } : whole;
}

function signed(lines: readonly string[]): { reply: string; signature: string } {
  const separator = lines.findIndex((line) => /^-- ?$/.test(line));
  if (separator >= 0) return { reply: joined(lines.slice(0, separator)), signature: joined(lines.slice(separator)) };
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return last >= 0 && isFooter(lines[last]!)
    ? { reply: joined(lines.slice(0, last)), signature: joined(lines.slice(last)) }
    : { reply: joined(lines), signature: '' };
}

const joined = (lines: readonly string[]): string =>
  lines
    .join('\n')
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd();
