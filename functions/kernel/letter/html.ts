import type { Language } from '../language/language.js';
import type { Composition } from './composition.js';
import { escapeHtml } from './inert.js';
import type { Button, Fact } from './words.js';

/**
 * The HTML part of a letter: tables and inline styles, which is what mail programs agree on; no pictures, no scripts, no
 * fonts from elsewhere. A narrow screen stacks labels over values; a dark one gets dark paper. Every text is escaped.
 */
const FONT =
  "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif";
const TONES = {
  calm: { strong: '#1d5bb5', dark: '#7fb0f5' },
  good: { strong: '#1c7548', dark: '#6fcf9f' },
  attention: { strong: '#9a5b00', dark: '#f0b45c' },
  alarm: { strong: '#b3261e', dark: '#f28b82' },
} as const;

export function html(letter: Composition, language: Language, house: string, footer: readonly string[]): string {
  const tone = TONES[letter.tone];
  const rows = [
    heading(letter.heading, house, tone.strong),
    paragraph(letter.opening),
    letter.quoted === undefined ? '' : quotation(letter.quoted, tone.strong),
    ...letter.closing.map((text) => paragraph(text)),
    letter.button ? button(letter.button, tone.strong) : '',
    letter.also ? row(link(letter.also, tone.strong), '16px') : '',
    letter.facts.length === 0 ? '' : factTable(letter.facts),
  ];
  return page(language.tag, letter, rows.filter((one) => one !== '').join('\n'), footer);
}

const row = (content: string, above: string, extra = ''): string =>
  `<tr><td class="text" style="padding:${above} 32px 0;${FONT};font-size:16px;line-height:24px;color:#1f2328;${extra}">${content}</td></tr>`;

const lines = (text: string): string => escapeHtml(text).replace(/\n/g, '<br>').replace(/ {2}/g, '&nbsp; ');

const heading = (text: string, house: string, colour: string): string =>
  `<tr><td class="bar" style="height:6px;line-height:6px;font-size:0;background-color:${colour}">&nbsp;</td></tr>
<tr><td class="muted" style="padding:28px 32px 0;${FONT};font-size:13px;line-height:18px;color:#59636e">${escapeHtml(house)}</td></tr>
<tr><td style="padding:6px 32px 0"><h1 class="text" style="margin:0;${FONT};font-size:24px;line-height:31px;font-weight:600;color:#1f2328">${lines(text)}</h1></td></tr>`;

const paragraph = (text: string): string => row(lines(text), '16px');

const quotation = (text: string, colour: string): string =>
  `<tr><td style="padding:20px 32px 0"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
<td class="quote" style="padding:14px 18px;border-left:4px solid ${colour};background-color:#f3f5f8;${FONT};font-size:16px;line-height:24px;color:#1f2328;word-break:break-word;overflow-wrap:anywhere">${lines(text)}</td>
</tr></table></td></tr>`;

const factTable = (facts: readonly Fact[]): string =>
  `<tr><td style="padding:28px 32px 0"><table width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse">
${facts.map(fact).join('\n')}
</table></td></tr>`;

const CELL = `padding:9px 0;border-top:1px solid #dfe3e8;${FONT};font-size:14px;line-height:20px;text-align:left;vertical-align:top`;

const fact = ([label, value]: Fact): string =>
  `<tr><th scope="row" class="label muted rule" width="150" style="${CELL};width:150px;padding-right:16px;font-weight:400;color:#59636e">${escapeHtml(label)}</th>` +
  `<td class="value text rule" style="${CELL};color:#1f2328;word-break:break-word;overflow-wrap:anywhere">${escapeHtml(value)}</td></tr>`;

const button = ({ label, link: target }: Button, colour: string): string =>
  `<tr><td style="padding:26px 32px 0"><table role="presentation" cellpadding="0" cellspacing="0" border="0" class="wide"><tr>
<td class="button" align="center" bgcolor="${colour}" style="border-radius:6px;background-color:${colour}"><a href="${escapeHtml(target)}" style="display:block;padding:13px 26px;${FONT};font-size:16px;line-height:22px;font-weight:600;color:#ffffff;text-decoration:none">${escapeHtml(label)}</a></td>
</tr></table></td></tr>`;

const link = ({ label, link: target }: Button, colour: string): string =>
  `<a class="link" href="${escapeHtml(target)}" style="color:${colour}">${escapeHtml(label)}</a>`;

const footing = (text: string): string =>
  `<p class="muted" style="margin:0 0 4px;${FONT};font-size:13px;line-height:19px;color:#59636e">${lines(text)}</p>`;

function page(tag: string, letter: Composition, rows: string, footer: readonly string[]): string {
  return `<!doctype html>
<html lang="${tag}" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no">
<title>${escapeHtml(letter.subject)}</title>
<style>${styles(TONES[letter.tone])}</style>
</head>
<body class="page" style="margin:0;padding:0;background-color:#eceff3;-webkit-text-size-adjust:100%">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${escapeHtml(letter.opening)}</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#eceff3"><tr><td class="margin" align="center" style="padding:28px 12px">
<!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;background-color:#ffffff;border-radius:8px;overflow:hidden">
${rows}
<tr><td class="rule" style="padding:30px 32px 0"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td class="rule" style="padding:16px 0 24px;border-top:1px solid #dfe3e8">${footer.map(footing).join('')}</td></tr></table></td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></table>
</body>
</html>
`;
}

const styles = (tone: { readonly strong: string; readonly dark: string }): string =>
  `:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (max-width:480px){.margin{padding:0!important}.paper{border-radius:0!important}.wide{width:100%!important}
.paper td{padding-left:20px!important;padding-right:20px!important}.paper table td{padding-left:0!important;padding-right:0!important}
.paper table td.quote{padding-left:14px!important;padding-right:14px!important}
.label,.value{display:block!important;width:auto!important}.label{padding-bottom:0!important}.value{border-top:0!important;padding-top:2px!important}}
@media (prefers-color-scheme:dark){.page{background-color:#0f1216!important}.paper{background-color:#1b2027!important}
.text{color:#eceff3!important}.muted{color:#a4adb8!important}.quote{background-color:#262c35!important;color:#eceff3!important;border-left-color:${tone.dark}!important}
.rule{border-color:#39414c!important}.link{color:${tone.dark}!important}.bar{background-color:${tone.dark}!important}}
[data-ogsc] .text{color:#eceff3!important}[data-ogsc] .muted{color:#a4adb8!important}`;
