import { escapeHtml } from './letter/inert.js';

/**
 * A page that a signed link opens, rendered where the link is answered: no script, nothing loaded, the look of the
 * console. Every text is escaped here; there is no way to hand in markup.
 */
export interface PageContent {
  readonly title: string;
  /** BCP 47, for the `lang` attribute. */
  readonly language: string;
  /** Above the title: whose service desk this is. */
  readonly house?: string;
  readonly tone?: Tone;
  readonly body: readonly Block[];
}

export type Tone = 'calm' | 'good' | 'attention' | 'alarm';

export type Block =
  /** Line breaks are kept. */
  | { readonly text: string }
  | { readonly quoted: string }
  | { readonly facts: readonly (readonly [label: string, value: string])[] }
  /** Posts `fields` to `action`, a path of ours. */
  | { readonly form: { readonly action: string; readonly fields: Readonly<Record<string, string>>; readonly button: string } }
  /** Only `https:`, `http:` and paths of ours become links; anything else stays text. */
  | { readonly link: { readonly href: string; readonly label: string } };

/** The digest of the style below, which a test recomputes: nothing else may style the page, and nothing may run in it. */
const STYLE_DIGEST = 'sha256-4Gmhs5LceDUNUw5Pg9tDpsqqzHvc4TIyxLacqTLPnKE=';

export const PAGE_HEADERS = {
  'content-security-policy': `default-src 'none'; style-src '${STYLE_DIGEST}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
  'cache-control': 'no-store',
} as const;

/** The whole document; serve it with `PAGE_HEADERS`. */
export const page = ({ title, language, house, tone = 'calm', body }: PageContent): string => `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main class="${tone}">
${house === undefined ? '' : `<p class="house">${escapeHtml(house)}</p>\n`}<h1>${escapeHtml(title)}</h1>
${body.map(blockOf).join('\n')}
</main>
</body>
</html>
`;

const lines = (text: string): string => escapeHtml(text).replace(/\r?\n/g, '<br>');

function blockOf(block: Block): string {
  if ('text' in block) return `<p>${lines(block.text)}</p>`;
  if ('quoted' in block) return `<blockquote>${lines(block.quoted)}</blockquote>`;
  if ('facts' in block) return `<dl>${block.facts.map(factOf).join('')}</dl>`;
  if ('form' in block) return formOf(block.form);
  const { href, label } = block.link;
  return /^(https?:\/\/|\/(?!\/))/.test(href)
    ? `<p><a href="${escapeHtml(href)}">${escapeHtml(label)}</a></p>`
    : `<p>${escapeHtml(label)}</p>`;
}

const factOf = ([label, value]: readonly [string, string]): string =>
  `<div><dt>${escapeHtml(label)}</dt><dd>${lines(value)}</dd></div>`;

const formOf = ({ action, fields, button }: Extract<Block, { form: object }>['form']): string => {
  if (!/^\/(?!\/)/.test(action)) throw new Error('A page posts to a path of ours.');
  const hidden = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  return `<form method="post" action="${escapeHtml(action)}">${hidden.join('')}<button>${escapeHtml(button)}</button></form>`;
};

export const STYLE = `:root{color-scheme:light dark;--back:#eceff3;--paper:#fff;--text:#1f2328;--muted:#59636e;--line:#dfe3e8;--quote:#f3f5f8;--on:#fff}
.calm{--tone:#1d5bb5}.good{--tone:#1c7548}.attention{--tone:#9a5b00}.alarm{--tone:#b3261e}
@media (prefers-color-scheme:dark){:root{--back:#0f1216;--paper:#1b2027;--text:#eceff3;--muted:#a4adb8;--line:#39414c;--quote:#262c35;--on:#10141a}
.calm{--tone:#7fb0f5}.good{--tone:#6fcf9f}.attention{--tone:#f0b45c}.alarm{--tone:#f28b82}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;padding:8vh 16px 40px;background:var(--back);color:var(--text);overflow-wrap:anywhere;
font:16px/1.55 -apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif}
main{max-width:560px;margin:0 auto;padding:28px 32px 32px;background:var(--paper);border-top:6px solid var(--tone);border-radius:8px;box-shadow:0 1px 3px #0002}
h1{margin:4px 0 16px;font-size:24px;line-height:1.3;font-weight:600}
p{margin:0 0 16px}
.house{margin:0;font-size:13px;color:var(--muted)}
blockquote{margin:0 0 16px;padding:14px 18px;background:var(--quote);border-left:4px solid var(--tone)}
dl{margin:8px 0 20px}
dl div{display:flex;flex-wrap:wrap;gap:0 16px;padding:9px 0;border-top:1px solid var(--line);font-size:14px}
dt{flex:0 0 140px;color:var(--muted)}
dd{flex:1 1 200px;margin:0}
button{width:100%;padding:13px 26px;font:inherit;font-weight:600;color:var(--on);background:var(--tone);border:0;border-radius:6px;cursor:pointer}
button:hover{filter:brightness(1.08)}
a{color:var(--tone)}
:focus-visible{outline:3px solid var(--tone);outline-offset:3px}
@media (max-width:480px){body{padding:0}main{min-height:100vh;padding:24px 20px;border-radius:0}}`;
