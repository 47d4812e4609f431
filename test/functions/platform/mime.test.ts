import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMail } from '../../../functions/platform/mime.js';

const lines = (...parts: string[]) => parts.join('\r\n');
const read = (raw: string | Uint8Array) => parseMail(typeof raw === 'string' ? Buffer.from(raw, 'utf8') : raw);
const codes = (mail: { problems: readonly { code: string }[] }) => mail.problems.map(({ code }) => code);

const HEAD = [
  'From: Ada Lovelace <ada@Example.COM>',
  'To: Desk <desk@steward.example>',
  'Subject: Printer',
  'Message-ID: <1@example.com>',
  'Date: Fri, 6 Nov 2026 17:50:00 +0100',
  'MIME-Version: 1.0',
];
const message = (head: string[], body: string | Buffer) =>
  Buffer.concat([Buffer.from(`${lines(...HEAD, ...head)}\r\n\r\n`), Buffer.isBuffer(body) ? body : Buffer.from(body)]);
const textIn = (charset: string, bytes: Buffer, encoding = '8bit') =>
  message(
    [`Content-Type: text/plain; charset=${charset}`, `Content-Transfer-Encoding: ${encoding}`],
    encoding === 'base64' ? Buffer.from(bytes.toString('base64')) : bytes,
  );
const iconv = (text: string, charset: string) => execFileSync('iconv', ['-f', 'UTF-8', '-t', charset], { input: text });

describe('an ordinary message', () => {
  it('is read with its people, identifiers and text', async () => {
    const mail = await read(
      message(
        [
          'Reply-To: ada@home.example',
          'Return-Path: <bounce@example.com>',
          'In-Reply-To: <0@example.com>',
          'References: <a@x>\r\n <0@example.com> <a@x>',
          'Cc: Team: bob@example.com, Grace <grace@example.com>;',
        ],
        'It does not print.\r\nAt all.\r\n',
      ),
    );
    expect(mail).toMatchObject({
      from: { name: 'Ada Lovelace', address: 'ada@example.com' },
      replyTo: [{ name: '', address: 'ada@home.example' }],
      returnPath: 'bounce@example.com',
      to: [{ name: 'Desk', address: 'desk@steward.example' }],
      cc: [{ address: 'bob@example.com' }, { name: 'Grace', address: 'grace@example.com' }],
      subject: 'Printer',
      messageId: '<1@example.com>',
      inReplyTo: '<0@example.com>',
      references: ['<a@x>', '<0@example.com>'],
      date: '2026-11-06T16:50:00.000Z',
      text: 'It does not print.\nAt all.',
      hasHtml: false,
      attachments: [],
      problems: [],
    });
    expect(mail.headers['to']).toEqual(['Desk <desk@steward.example>']);
  });

  it('tells the null return-path from none', async () => {
    expect((await read(message(['Return-Path: <>'], 'x'))).returnPath).toBe('');
    expect((await read(message([], 'x'))).returnPath).toBeUndefined();
  });

  it('joins encoded words that were split within a character', async () => {
    const bytes = Buffer.from('打印机坏了');
    const words = [bytes.subarray(0, 4), bytes.subarray(4)].map((part) => `=?utf-8?B?${part.toString('base64')}?=`);
    const mail = await read(`From: a@b.example\r\nSubject: ${words.join('\r\n ')}\r\n\r\nx`);
    expect(mail.subject).toBe('打印机坏了');
  });
});

describe('charsets', () => {
  const chinese = '您好，我们的打印机今天早上不能工作了，请帮助我们处理这个问题。谢谢！';
  const cases: [string, string, string][] = [
    ['gb2312', 'GB2312', chinese],
    ['gb18030', 'GB18030', `${chinese}㐀`],
    ['big5', 'BIG5', '您好，我們的印表機今天早上不能工作了。'],
    ['shift_jis', 'SHIFT_JIS', 'プリンターが動きません。助けてください。'],
    ['koi8-r', 'KOI8-R', 'Здравствуйте, принтер не работает.'],
    ['iso-2022-jp', 'ISO-2022-JP', 'プリンターが動きません。'],
    ['windows-1252', 'CP1252', 'The “printer” – 5 € – naïve'],
    ['utf-16', 'UTF-16LE', 'Grüße 打印机'],
  ];
  it.each(cases)('reads %s as declared', async (label, name, text) => {
    expect((await read(textIn(label, iconv(text, name), 'base64'))).text).toBe(text);
  });

  it.each([
    ['GB18030', chinese],
    ['BIG5', '您好，我們的印表機今天早上不能工作了，請幫忙處理這個問題。'],
    ['SHIFT_JIS', 'プリンターが動きません。助けてください。ありがとうございます。'],
    ['KOI8-R', 'Здравствуйте, принтер не работает.'],
    ['CP1251', 'Здравствуйте, принтер не работает.'],
    ['CP1252', 'Gerät defekt – “müde” für 5 €'],
    ['ISO-2022-JP', 'プリンターが動きません。'],
  ])('recognises %s that says it is UTF-8, says nothing of itself, or a name that nobody knows', async (name, text) => {
    const bytes = iconv(text, name);
    for (const raw of [
      textIn('utf-8', bytes),
      textIn('x-unknown', bytes),
      message([], bytes),
      message(['Content-Type: text/plain'], bytes),
    ]) {
      const mail = await read(raw);
      expect(mail.text).toBe(text);
      expect(codes(mail)).toContain('charset-guessed');
    }
  });

  it('recognises UTF-8 and windows-1252 that say they are ASCII', async () => {
    expect((await read(textIn('us-ascii', Buffer.from('Grüße – 打印机')))).text).toBe('Grüße – 打印机');
    expect((await read(textIn('us-ascii', iconv('“Grüße” – 5 €', 'CP1252')))).text).toBe('“Grüße” – 5 €');
  });

  it('leaves text about broken charsets as it was written', async () => {
    const mail = await read(textIn('utf-8', Buffer.from('The page shows Ã¼ instead of ü.')));
    expect(mail.text).toBe('The page shows Ã¼ instead of ü.');
    expect(codes(mail)).toEqual([]);
  });

  it('reads UTF-16 whose byte order is the other one', async () => {
    const bytes = Buffer.concat([Buffer.from([0xfe, 0xff]), iconv('Grüße', 'UTF-16BE')]);
    expect((await read(textIn('utf-16', bytes, 'base64'))).text).toBe('Grüße');
  });

  it('reads a subject in raw bytes of GBK', async () => {
    const raw = Buffer.concat([
      Buffer.from('From: a@b.example\r\nSubject: '),
      iconv('打印机不能工作', 'GBK'),
      Buffer.from('\r\n\r\nx'),
    ]);
    expect((await read(raw)).subject).toBe('打印机不能工作');
  });
});

describe('HTML', () => {
  const html = (body: string) => message(['Content-Type: text/html; charset=utf-8'], body);

  it('becomes text that a person can read', async () => {
    const mail = await read(
      html(
        '<html><head><title>t</title><style>p{color:red}</style></head><body><p>Hello&nbsp;&uuml;ber &#x6253;</p>' +
          '<script>alert(1)</script><ul><li>one<li>two</ul><a href="https://x.example/a?b=1&amp;c=2">the page</a>, ' +
          '<a href="https://y.example">https://y.example</a> <a href="javascript:alert(1)">click</a><br>bye' +
          '<img src="cid:x" alt="logo"><blockquote><p>quoted</p><blockquote>deeper</blockquote></blockquote>after</body></html>',
      ),
    );
    expect(mail.hasHtml).toBe(true);
    expect(mail.text).toBe(
      [
        'Hello über 打',
        '',
        '* one',
        '* two',
        'the page <https://x.example/a?b=1&c=2>, https://y.example click',
        'bye [logo]',
        '',
        '> quoted',
        '>',
        '> > deeper',
        '',
        'after',
      ].join('\n'),
    );
  });

  it('is preferred to a plain part that says nothing', async () => {
    const body = lines(
      '--b',
      'Content-Type: text/plain',
      '',
      ' ',
      '--b',
      'Content-Type: text/html',
      '',
      '<p>Here</p>',
      '--b--',
      '',
    );
    expect((await read(message(['Content-Type: multipart/alternative; boundary=b'], body))).text).toBe('Here');
  });

  it('survives whatever is no HTML', async () => {
    for (const body of [
      '<',
      '<<<>>>',
      '<a href="',
      '<!-- never closed',
      '<script>never closed',
      'a < b && c > d',
      '<p',
      '&#0;&#xffffff;&bogus;',
    ]) {
      expect((await read(html(body))).problems).toEqual([]);
    }
    expect((await read(html('a < b && c > d'))).text).toBe('a < b && c > d');
  });

  it('takes bounded time for pages built to cost much', async () => {
    const started = performance.now();
    for (const piece of ['<a href=x>y', '<b>x', '<', '<!--', '<p "', '<blockquote>', '<script>', '&amp;', '<li>']) {
      await read(html(piece.repeat(Math.ceil(2_000_000 / piece.length))));
    }
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});

describe('attachments', () => {
  const part = (head: string[], body: string) => lines('--b', ...head, '', body);
  const mixed = (...parts: string[]) => message(['Content-Type: multipart/mixed; boundary=b'], `${lines(...parts, '--b--')}\r\n`);

  it('keep name, type, size and bytes', async () => {
    const head = [
      'Content-Type: application/pdf',
      'Content-Transfer-Encoding: base64',
      "Content-Disposition: attachment; filename*=UTF-8''%E6%8A%A5%E5%91%8A.pdf",
    ];
    const { text, attachments } = await read(mixed(part(['Content-Type: text/plain'], 'See.'), part(head, 'JVBERi0=')));
    expect(text).toBe('See.');
    expect(attachments).toEqual([
      {
        filename: '报告.pdf',
        contentType: 'application/pdf',
        size: 5,
        content: new Uint8Array(Buffer.from('%PDF-')),
        inline: false,
      },
    ]);
  });

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\ada\\a.txt', 'a.txt'],
    ['a\u0007\u202Egnp.exe', 'agnp.exe'],
    ['a<b>|c?.txt', 'a_b__c_.txt'],
    ['...', 'attachment-1.bin'],
    [`${'长'.repeat(300)}.docx`, `${'长'.repeat(145)}.docx`],
  ])('are named safely: %j', async (written, filename) => {
    const name = `=?utf-8?B?${Buffer.from(written).toString('base64')}?=`;
    const { attachments } = await read(
      mixed(part(['Content-Type: application/x-thing', `Content-Disposition: attachment; filename="${name}"`], 'x')),
    );
    expect(attachments[0]!.filename).toBe(filename);
  });

  it('are winmail.dat, invitations, pictures within the text and whole messages', async () => {
    const nested = lines('From: x@y.example', 'Subject: inner', '', 'inner text');
    const { text, attachments } = await read(
      mixed(
        part(['Content-Type: text/plain'], 'Outer.'),
        part(['Content-Type: application/ms-tnef; name="winmail.dat"'], 'x'),
        part(['Content-Type: text/calendar; method=REQUEST'], 'BEGIN:VCALENDAR'),
        part(['Content-Type: image/png', 'Content-ID: <logo@x>', 'Content-Disposition: inline'], 'x'),
        part(['Content-Type: message/rfc822'], nested),
      ),
    );
    expect(text).toBe('Outer.');
    expect(attachments.map(({ filename, contentType, inline }) => [filename, contentType, inline])).toEqual([
      ['winmail.dat', 'application/ms-tnef', false],
      ['attachment-2.ics', 'text/calendar', false],
      ['attachment-3.png', 'image/png', true],
      ['attachment-4.eml', 'message/rfc822', false],
    ]);
    expect(attachments[2]!.contentId).toBe('logo@x');
  });

  it('say so when the message ends within one', async () => {
    const raw = mixed(part(['Content-Type: application/pdf', 'Content-Transfer-Encoding: base64'], 'JVBERi0xLjQKJc'));
    const mail = await read(raw.subarray(0, raw.length - 8));
    expect(mail.attachments[0]!.size).toBeGreaterThan(5);
    expect(codes(mail)).toContain('truncated-attachment');
  });

  it('are kept to two hundred', async () => {
    const many = Array.from({ length: 250 }, () => part(['Content-Type: application/x-thing'], 'x'));
    const mail = await read(mixed(...many));
    expect(mail.attachments).toHaveLength(200);
    expect(codes(mail)).toContain('attachments-dropped');
  });
});

describe('a malformed message', () => {
  it('is read though it is empty or has no headers', async () => {
    expect(await read('')).toMatchObject({ text: '', subject: '', to: [], attachments: [] });
    const mail = await read('\r\nJust words.');
    expect(mail.text).toBe('Just words.');
    expect(codes(mail)).toEqual(['no-sender', 'no-headers']);
  });

  it('is read though its boundary is missing or another', async () => {
    const body = lines('--real', 'Content-Type: text/plain; charset=utf-8', '', 'Found.', '--real--', '');
    for (const type of ['multipart/mixed', 'multipart/mixed; boundary="declared"']) {
      const mail = await read(message([`Content-Type: ${type}`], body));
      expect(mail.text).toBe('Found.');
      expect(codes(mail)).toContain('missing-boundary');
    }
    expect((await read(message(['Content-Type: multipart/mixed'], 'No parts at all.'))).text).toBe('No parts at all.');
  });

  it('is read though two thousand parts are within one another', async () => {
    const open = Array.from({ length: 2000 }, (_, at) => lines(`Content-Type: multipart/mixed; boundary=b${at}`, '', `--b${at}`));
    const mail = await read(`${lines(...HEAD)}\r\n${lines(...open, 'Content-Type: text/plain', '', 'The core.', '--b1999--')}`);
    expect(mail).toMatchObject({ subject: 'Printer', text: 'The core.', from: { address: 'ada@example.com' } });
    expect(codes(mail)).toContain('unreadable-structure');
  });

  it('is read though its headers are madly folded, far too long, or hold NUL', async () => {
    const folded = await read(`${lines('Subject: a\r\n\t\r\n  b', ...HEAD.slice(0, 2))}\r\n\r\nx`);
    expect(folded.subject).toBe('a b');
    const long = await read(`${lines(...HEAD, `X-Long: ${'y'.repeat(700_000)}`)}\r\n\r\nbody`);
    expect(long).toMatchObject({ subject: 'Printer', from: { address: 'ada@example.com' } });
    const nul = await read(message([], 'a\0b'));
    expect(nul.text).toBe('ab');
    expect(codes(nul)).toEqual(['nul-bytes']);
  });

  it('says when it names several senders, or none, or no date', async () => {
    expect(codes(await read('From: a@b.example\r\nFrom: c@d.example\r\n\r\nx'))).toEqual(['several-senders']);
    expect(codes(await read('From: nobody\r\n\r\nx'))).toEqual(['no-sender']);
    expect(codes(await read('From: a@b.example\r\nDate: soon\r\n\r\nx'))).toEqual(['bad-date']);
  });

  it('keeps a million characters of ten megabytes, within seconds', async () => {
    const started = performance.now();
    const mail = await read(message(['Content-Type: text/plain; charset=utf-8'], 'All work and no play. \r\n'.repeat(430_000)));
    expect(mail.text).toHaveLength(1_000_000);
    expect(codes(mail)).toEqual(['message-shortened', 'text-shortened']);
    expect(mail.size).toBeGreaterThan(9_000_000);
    expect(performance.now() - started).toBeLessThan(8_000);
  });

  it('never makes the reader throw, whatever the bytes', async () => {
    const piece = fc.constantFrom(
      'From: a@b.c\r\n',
      'Content-Type: multipart/mixed; boundary=b\r\n',
      '--b\r\n',
      '--b--',
      '\r\n\r\n',
      'Subject: =?gb2312?B?xx',
      'Content-Type: text/html\r\n\r\n',
      '<a href=',
      '\0',
      '\ufffd',
      '__proto__: x\r\n',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            piece,
            fc.string(),
            fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
          ),
        ),
        async (pieces) => {
          const mail = await parseMail(Buffer.from(pieces.join(''), 'latin1'));
          expect(typeof mail.text).toBe('string');
          expect(mail.subject).not.toMatch(/[\r\n\0]/);
        },
      ),
      { numRuns: 300 },
    );
  });
});
