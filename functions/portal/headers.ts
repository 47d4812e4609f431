/** What every answer says: nothing is guessed, framed by strangers, or told to them. */
const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
} as const;

const STRICT =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/**
 * The frame in which a letter is shown: it runs nothing and loads nothing; only the styles that letters carry
 * inside them are let through. A frame filled from outside keeps this policy, which a `srcdoc` would not.
 */
const LETTER =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'";

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json',
  svg: 'image/svg+xml',
  map: 'application/json',
};

const extension = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** Scripts and styles carry their content's hash in their name and never change; everything else is asked for again. */
const cacheFor = (name: string): string =>
  /^assets\/.*\.(js|css)$/.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache';

export const headersFor = (name: string): Record<string, string> => ({
  ...ALWAYS,
  'content-type': TYPES[extension(name)] ?? 'application/octet-stream',
  'cache-control': cacheFor(name),
  'content-security-policy': name === 'assets/letter.html' ? LETTER : STRICT,
  vary: 'accept-encoding',
});
