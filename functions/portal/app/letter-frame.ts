import { el } from './dom.js';
import { t } from './language/language.js';

/**
 * Shows the HTML of a letter. The frame is a page of ours whose policy lets nothing run or load, and its sandbox
 * lets no script run either; the letter's nodes are put in from here, because a `srcdoc` would be held to this page's policy on styles.
 */
export function letterFrame(html: string): HTMLIFrameElement {
  const frame = el('iframe', {
    class: 'letter-frame',
    src: '/letter',
    title: t('mail.frame'),
    sandbox: 'allow-same-origin allow-popups allow-popups-to-escape-sandbox',
    on: { load: () => put(frame, html) },
  });
  return frame;
}

function put(frame: HTMLIFrameElement, html: string): void {
  const target = frame.contentDocument;
  if (!target || target.location.pathname !== '/letter') return;
  const letter = new DOMParser().parseFromString(html, 'text/html');
  for (const unwanted of letter.querySelectorAll('script, base, meta[http-equiv], iframe, object, embed, form'))
    unwanted.remove();
  for (const link of letter.querySelectorAll('a')) {
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
  }
  target.replaceChild(target.adoptNode(letter.documentElement), target.documentElement);
  const fit = () => frame.style.setProperty('height', `${Math.min(2400, target.documentElement.scrollHeight + 2)}px`);
  fit();
  new ResizeObserver(fit).observe(target.body);
}
