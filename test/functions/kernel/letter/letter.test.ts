import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { languages } from '../../../../functions/kernel/language/language.js';
import { widthOf } from '../../../../functions/kernel/letter/plain.js';
import { type Letter, type LetterName, write } from '../../../../functions/kernel/letter.js';
import type { Reason } from '../../../../functions/support/message/reasons.js';
import { samples } from './samples.js';

const sending = { house: 'Harbour Desk', replyTo: 'reply+caaq@desk.example', references: ['<1@ses.example>', '<2@ses.example>'] };
const inEnglish = { language: 'en', timeZone: 'Europe/Berlin' };
const every = Object.values(samples).flatMap((letter) => languages.map(({ tag }) => [letter.letter, tag, letter] as const));

describe('every letter', () => {
  it.each(every)('%s in %s is complete and marked as sent by a program', (_, tag, letter) => {
    const written = write(letter, { language: tag, timeZone: 'Asia/Shanghai' }, sending);
    expect(written.language).toBe(tag);
    expect(`${written.subject}${written.text}${written.html}`).not.toMatch(
      /\{\w+\}(?![^<]*<\/style>)|undefined|null|NaN|Invalid/,
    );
    expect(written.html).toContain(`<html lang="${tag}"`);
    expect(written.html.match(/class="button"/g) ?? []).toHaveLength(1);
    expect(written.headers).toEqual({
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'Content-Language': tag,
      'Reply-To': 'reply+caaq@desk.example',
      'In-Reply-To': '<2@ses.example>',
      References: '<1@ses.example> <2@ses.example>',
    });
  });

  it.each(every)('%s in %s is plain text of at most 78 columns, links aside', (_, tag, letter) => {
    const { text } = write(letter, { language: tag, timeZone: 'Australia/Lord_Howe' }, sending);
    for (const line of text.split('\n').filter((one) => !one.startsWith('https://')))
      expect(widthOf(line)).toBeLessThanOrEqual(78);
    expect(text).toContain('https://desk.example/');
  });

  it('has the same words in both of its parts', () => {
    for (const letter of Object.values(samples)) {
      const { text, html } = write(letter, inEnglish, sending);
      const words = html.replace(/<style>[\s\S]*?<\/style>|<[^>]+>|&\w+;|&#\d+;/g, ' ');
      const missing = text.match(/[A-Za-z]{4,}/g)!.filter((word) => !words.includes(word) && !html.includes(word));
      expect(missing).toEqual([]);
    }
  });
});

describe('what users write', () => {
  const nasty = '</td><script>alert(1)</script><img src=x onerror=y>"\'&\r\nBcc: x@evil.example\u202e\u0007{number}';

  it('is inert in every letter, and puts no line into a subject or header', () => {
    for (const sample of Object.values(samples)) {
      const letter = Object.fromEntries(
        Object.entries(sample).map(([key, value]) => [
          key,
          /^(?:number|title|text|author|from|subject|team|reopenedBy|priority|customer|service)$/.test(key) ? nasty : value,
        ]),
      ) as unknown as Letter;
      const written = write(letter, inEnglish, {
        house: nasty,
        replyTo: 'a@b.example\r\nBcc: x@y',
        references: ['<a>\r\nBcc: x', '<ok@x>'],
      });
      expect(written.html).not.toMatch(/<script|<img|\u202e|(?!\n)\p{Cc}/u);
      expect(written.subject).not.toMatch(/[\p{Cc}\u202e]/u);
      expect(written.headers).not.toHaveProperty('Reply-To');
      expect(written.headers).toMatchObject({ References: '<ok@x>' });
    }
  });

  it('is inert whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('<', '"><b>', '\r\n\r\n', '&lt;'), (text, more) => {
        const written = write(
          { ...samples['public-comment'], title: more + text, author: text, text: text + more },
          inEnglish,
          sending,
        );
        const tags = written.html.match(/<[a-z!/][^>]*>/gi)!.length;
        expect(tags).toBeGreaterThan(20);
        expect(written.subject).not.toMatch(/\p{Cc}/u);
        expect(written.subject).not.toMatch(/\p{Surrogate}/u);
        expect(written.html).not.toContain('<b>');
      }),
    );
  });

  it('is kept to a length, and says so', () => {
    const letter = { ...samples['public-comment'], title: 't'.repeat(5000), text: '长'.repeat(50_000) };
    const { subject, text, html } = write(letter, inEnglish, sending);
    expect(subject.length).toBeLessThanOrEqual(250);
    expect(text.length).toBeLessThan(12_000);
    expect(text).toContain('… (shortened)');
    expect(html.length).toBeLessThan(25_000);
  });

  it('gives no button for a link that is none', () => {
    for (const link of ['javascript:alert(1)', 'data:text/html,x', '//evil.example', 'https://a b', 'https://a"onclick=x']) {
      expect(write({ ...samples['public-comment'], link }, inEnglish, sending).html).not.toContain('class="button"');
    }
  });
});

describe('a letter', () => {
  it('tells the requester the number and that a reply reaches it', () => {
    const { subject, text } = write(samples['incident-received'], inEnglish, sending);
    expect(subject).toBe('[INC-1042] We have received: The label printer in the warehouse prints blank labels');
    expect(text).toContain('To add something, reply to this message.');
    expect(text.replace(/\s+/g, ' ')).toContain('Answer by: Fri, 6 Nov 2026, 10:12 (Central European Standard Time)');
  });

  it('invites no reply where none would arrive', () => {
    expect(write(samples['incident-received'], inEnglish, { house: 'Desk' }).text).not.toContain('reply');
    expect(write(samples.page, inEnglish, sending).text).not.toContain('reply to this');
  });

  it('says how late it is when the system could not act', () => {
    expect(write(samples['clock-late'], inEnglish, sending).text).toContain('comes 1 hour 35 minutes late');
    expect(write(samples['clock-late'], { ...inEnglish, language: 'zh' }, sending).text).toContain('晚了1小时35分钟');
  });

  it('shows an address to acknowledge by, and no other button', () => {
    const { html, text } = write(samples.page, inEnglish, sending);
    expect(html).toContain('href="https://desk.example/acknowledge/caaqabc"');
    expect(text).toContain('Acknowledge:\nhttps://desk.example/acknowledge/caaqabc');
  });

  it('is in English for a reader whose language we do not have', () => {
    expect(write(samples['clock-breached'], { language: 'fr', timeZone: 'Europe/Paris' }, sending).language).toBe('en');
  });
});

it('knows every reason for which a message goes to triage', () => {
  const reasons = [
    'not-scanned',
    'no-sender',
    'several-senders',
    'not-authentic',
    'not-authenticated',
    'perhaps-spam',
    'too-many',
  ] as const;
  const others = ['not-permitted', 'ambiguous-contact', 'ambiguous-domain', 'unknown-sender'] as const;
  const all: readonly Reason[] = [...reasons, ...others];
  expect(all).toHaveLength(11);
  for (const reason of [...reasons, ...others]) {
    const name: LetterName = 'triage-waiting';
    expect(write({ ...samples[name], reason }, inEnglish, sending).text).toContain('Reason:');
  }
});
