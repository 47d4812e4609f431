import { el } from './dom.js';
import { t } from './language/language.js';

const PAGE = '/assets/letter.html';

/**
 * Shows the HTML of a letter. The frame is a page of ours whose policy lets nothing run or load, and its sandbox
 * lets no script run either; the letter's nodes are put in from here, because a `srcdoc` would be held to this page's policy on styles.
 */
export function letterFrame(html: string): HTMLIFrameElement {
  const frame = el('iframe', {
    class: 'letter-frame',
    src: PAGE,
    title: t('mail.frame'),
    sandbox: 'allow-same-origin allow-popups allow-popups-to-escape-sandbox',
    on: { load: () => put(frame, html) },
  });
  return frame;
}

function put(frame: HTMLIFrameElement, html: string): void {
  const target = frame.contentDocument;
  if (target?.location.pathname !== PAGE) return;
  // Parsed inside the frame, so that its policy and not this page's is asked about the letter's styles.
  target.documentElement.innerHTML = html;
  for (const unwanted of target.querySelectorAll('script, base, meta[http-equiv], iframe, object, embed, form'))
    unwanted.remove();
  for (const link of target.querySelectorAll('a')) {
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
  }
  const resize = () => frame.style.setProperty('height', `${Math.min(2400, target.documentElement.scrollHeight + 2)}px`);
  resize();
  new ResizeObserver(resize).observe(target.body);
}
