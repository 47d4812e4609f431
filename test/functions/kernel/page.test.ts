import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PAGE_HEADERS, page, STYLE } from '../../../functions/kernel/page.js';

describe('a page behind a signed link', () => {
  it('shows its blocks in order, in the language named', () => {
    const html = page({
      title: 'Acknowledge INC-1042?',
      language: 'zh-CN',
      house: 'Example Desk',
      tone: 'attention',
      body: [
        { text: 'First\nline' },
        { facts: [['Priority', 'P1']] },
        { form: { action: '/links/acknowledge', fields: { token: 'a"b' }, button: 'Acknowledge' } },
        { link: { href: 'https://desk.example/#/incidents/INC-1042', label: 'Open it' } },
      ],
    });
    expect(html).toContain('<html lang="zh-CN">');
    expect(html).toContain('<main class="attention">');
    expect(html).toContain('<p>First<br>line</p>');
    expect(html).toContain('<dt>Priority</dt><dd>P1</dd>');
    expect(html).toContain(
      '<form method="post" action="/links/acknowledge"><input type="hidden" name="token" value="a&quot;b"><button>Acknowledge</button></form>',
    );
    expect(html).toContain('<a href="https://desk.example/#/incidents/INC-1042">Open it</a>');
  });

  it('lets nothing but its own style through', () => {
    const digest = createHash('sha256').update(STYLE).digest('base64');
    expect(PAGE_HEADERS['content-security-policy']).toContain(`style-src 'sha256-${digest}'`);
    expect(PAGE_HEADERS['content-security-policy']).toContain("default-src 'none'");
    expect(page({ title: 'T', language: 'en', body: [] })).toContain(`<style>${STYLE}</style>`);
  });

  it('turns no text into markup', () => {
    const tags = (html: string) => html.match(/<[a-z!/][^>]*>/gi)!.length;
    const plain = (text: string) =>
      page({
        title: text,
        language: 'en',
        house: text,
        body: [{ text }, { quoted: text }, { facts: [[text, text]] }, { link: { href: 'https://x.example', label: text } }],
      });
    const expected = tags(plain('words'));
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', 'script', ' ', 'onload=', '/', 'a') }), (text) => {
        expect(tags(plain(text))).toBe(expected);
      }),
    );
  });

  it('links only to the web and to paths of ours', () => {
    for (const href of ['javascript:alert(1)', 'data:text/html,x', '//elsewhere.example', ' https://x.example']) {
      expect(page({ title: 'T', language: 'en', body: [{ link: { href, label: 'Open' } }] })).toContain('<p>Open</p>');
    }
    expect(() =>
      page({ title: 'T', language: 'en', body: [{ form: { action: 'https://elsewhere.example', fields: {}, button: 'Go' } }] }),
    ).toThrow('a path of ours');
  });
});
