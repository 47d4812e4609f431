import { unescapeHtml } from './entities.js';

/**
 * HTML of a mail as text that a person can read: paragraphs and lists kept, links as `text <address>`, quotations folded
 * to `> `, scripts, styles and pictures without words dropped. One pass from left to right; no layout, no CSS.
 */
const DROPPED = new Set(['script', 'style', 'head', 'title', 'noscript', 'template', 'svg', 'object', 'iframe', 'select']);
const BLOCKS = new Set('div table tr ul ol dl dd dt section article header footer form center address pre fieldset'.split(' '));
const PARAGRAPHS = new Set('p h1 h2 h3 h4 h5 h6'.split(' '));
const DEEPEST_QUOTE = 20;
/** A line is broken here at the latest, so that joining and looking at it stays cheap whatever the page is. */
const LONGEST_LINE = 4000;

interface Tag {
  readonly name: string;
  readonly closing: boolean;
  readonly source: string;
}

/** Text of at most `limit` characters. */
export function readable(html: string, limit: number): string {
  const page = new Page();
  let at = 0;
  while (at < html.length && page.length < limit) {
    const open = html.indexOf('<', at);
    if (open < 0) break;
    page.write(html.slice(at, open));
    const { end, tag } = tagAt(html, open);
    if (!tag) page.write(end === open + 1 ? '<' : '');
    else page.tag(tag);
    at = tag && !tag.closing && DROPPED.has(tag.name) ? afterDropped(html, end, tag.name) : end;
  }
  if (page.length < limit) page.write(html.slice(at));
  return page.text().slice(0, limit);
}

function tagAt(html: string, open: number): { end: number; tag?: Tag } {
  if (html.startsWith('<!--', open)) {
    const close = html.indexOf('-->', open + 4);
    return { end: close < 0 ? html.length : close + 3 };
  }
  const next = html.charCodeAt(open + 1) | 0x20;
  const letter = next >= 0x61 && next <= 0x7a;
  if (!letter && !/[/!?]/.test(html.charAt(open + 1))) return { end: open + 1 };
  const close = closeOf(html, open);
  const source = html.slice(open, close);
  const match = /^<(\/?)([a-z][a-z0-9]*)/i.exec(source.slice(0, 40));
  return match
    ? { end: close + 1, tag: { name: match[2]!.toLowerCase(), closing: match[1] === '/', source } }
    : { end: close + 1 };
}

/** Where a tag ends. A `>` within a quoted value is passed over a few times only, so that an unclosed quote costs little. */
function closeOf(html: string, open: number): number {
  const first = html.indexOf('>', open);
  if (first < 0) return html.length;
  for (let close = first, tries = 0; close >= 0 && tries < 4; close = html.indexOf('>', close + 1), tries += 1) {
    const values = html.slice(open, Math.min(close, open + 4096)).match(/"[^"]*"|'[^']*'|["']/g) ?? [];
    if (close - open > 4096 || !values.some((value) => value.length === 1)) return close;
  }
  return first;
}

function afterDropped(html: string, from: number, name: string): number {
  const closing = new RegExp(name === 'head' ? '</head|<body' : `</${name}`, 'gi');
  closing.lastIndex = from;
  return closing.exec(html)?.index ?? html.length;
}

class Page {
  length = 0;
  private readonly lines: string[] = [];
  private line = '';
  private spaced = false;
  private depth = 0;
  private preformatted = 0;
  private links: { address: string; from: number }[] = [];

  write(source: string): void {
    if (source === '') return;
    const text = unescapeHtml(source).replace(/[\u200b\u00ad\u200c\ufeff]/g, '');
    if (this.preformatted > 0) this.verbatim(text);
    else this.flowing(text.replace(/[ \t\r\n\f\u00a0]+/g, ' '));
  }

  tag({ name, closing, source }: Tag): void {
    if (name === 'br') this.break();
    else if (name === 'hr') this.rule();
    else if (name === 'a') closing ? this.endLink() : this.startLink(source);
    else if (name === 'img') this.write(attribute(source, 'alt') && ` [${attribute(source, 'alt')}] `);
    else if (name === 'li') closing ? this.block() : this.item();
    else if ((name === 'td' || name === 'th') && closing) this.write(' ');
    else if (name === 'blockquote') this.quotation(closing ? -1 : 1);
    else if (PARAGRAPHS.has(name)) this.paragraph();
    else if (BLOCKS.has(name)) this.block();
    if (name === 'pre') this.preformatted = Math.max(0, this.preformatted + (closing ? -1 : 1));
  }

  text(): string {
    this.block();
    return this.lines
      .join('\n')
      .replace(/\n(?:[> ]*\n){2,}/g, (gap) => `${gap.slice(0, gap.indexOf('\n', 1))}\n`)
      .trim();
  }

  private flowing(words: string): void {
    const text = this.line === '' || this.spaced ? words.trimStart() : words;
    if (text === '') return;
    this.line += text;
    this.spaced = text.endsWith(' ');
    this.length += words.length;
    if (this.line.length > LONGEST_LINE) this.break();
  }

  private verbatim(text: string): void {
    const [first, ...rest] = text.replace(/\r\n?/g, '\n').split('\n');
    this.line += first;
    for (const next of rest) {
      this.break();
      this.line = next;
    }
    this.length += text.length;
  }

  private break(): void {
    this.endLinks();
    this.lines.push(`${'> '.repeat(Math.min(this.depth, DEEPEST_QUOTE))}${this.line.trimEnd()}`.trimEnd());
    this.line = '';
    this.length += 1;
  }

  private block(): void {
    if (this.line.trim() !== '') this.break();
    this.line = '';
  }

  private paragraph(): void {
    this.block();
    if (this.lines.length > 0 && /[^> ]/.test(this.lines.at(-1)!)) this.break();
  }

  private quotation(deeper: 1 | -1): void {
    this.block();
    if (deeper > 0) this.paragraph();
    this.depth = Math.max(0, this.depth + deeper);
    while (deeper < 0 && /^[> ]+$/.test(this.lines.at(-1) ?? '')) this.lines.pop();
    if (deeper < 0) this.paragraph();
  }

  private rule(): void {
    this.block();
    this.line = '----------';
    this.break();
  }

  private item(): void {
    this.block();
    this.line = '* ';
  }

  private startLink(source: string): void {
    this.endLinks();
    this.links = [{ address: attribute(source, 'href'), from: this.line.length }];
  }

  private endLink(): void {
    this.endLinks();
  }

  private endLinks(): void {
    for (const { address, from } of this.links) {
      const shown = this.line.slice(from).trim();
      const target = address.replace(/^mailto:/i, '');
      const worth = /^(?:https?|mailto|tel|ftp):/i.test(address) && shown.replace(/\/$/, '') !== target.replace(/\/$/, '');
      if (worth) this.spaced = false;
      if (worth) this.line = `${this.line.trimEnd()} <${target.replace(/\s+/g, '')}>`.trimStart();
    }
    this.links = [];
  }
}

function attribute(source: string, name: string): string {
  const match = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(source.slice(0, 4096));
  return unescapeHtml(match?.[1] ?? match?.[2] ?? match?.[3] ?? '').trim();
}
