import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replyText } from '../../../../functions/support/message/reply-text.js';

const OLD = ['> It does not print.', '>', '> Ada'];

describe('history below the reply', () => {
  it.each([
    ['Gmail', ['On Fri, 6 Nov 2026 at 17:50, Service Desk <reply+c4@desk.example> wrote:', '', ...OLD]],
    ['Gmail, folded', ['On Fri, 6 Nov 2026 at 17:50, Service Desk', '<reply+caaqabc@desk.example>', 'wrote:', ...OLD]],
    ['Gmail in Chinese', ['Service Desk <reply+c4@desk.example> 于2026年11月6日周五 17:50写道：', '', ...OLD]],
    ['Gmail in German', ['Am Fr., 6. Nov. 2026 um 17:50 Uhr schrieb Service Desk <', 'reply+c4@desk.example>:', '', ...OLD]],
    ['Apple Mail', ['On 6 Nov 2026, at 17:50, Service Desk <reply+c4@desk.example> wrote:', '', ...OLD]],
    ['Apple Mail in German', ['Am 06.11.2026 um 17:50 schrieb Service Desk <reply+c4@desk.example>:', '', ...OLD]],
    ['Apple Mail in Chinese', ['在 2026年11月6日，17:50，服务台 <reply+c4@desk.example> 写道：', '', ...OLD]],
    ['Thunderbird in Chinese', ['在 2026/11/6 17:50, 服务台 写道:', ...OLD]],
    ['NetEase', ['在 2026-11-06 17:50:12，"服务台" <reply+c4@desk.example> 写道：', 'It does not print.']],
    ['NetEase in English', ['At 2026-11-06 17:50:12, "Desk" <reply+c4@desk.example> wrote:', '>It does not print.']],
    [
      'Outlook',
      [
        '________________________________',
        'From: Desk <d@desk.example>',
        'Sent: Friday, 6 November 2026 17:50',
        'To: Ada',
        'Subject: RE: x',
        '',
        'It does not print.',
      ],
    ],
    [
      'Outlook in German',
      [
        'Von: Desk <d@desk.example>',
        'Gesendet: Freitag, 6. November 2026 17:50',
        'An: Ada',
        'Betreff: AW: x',
        '',
        'Er druckt nicht.',
      ],
    ],
    [
      'Outlook in Chinese',
      ['发件人: Desk <d@desk.example>', '发送时间: 2026年11月6日 17:50', '收件人: Ada', '主题: 答复: x', '', '打印机'],
    ],
    ['Outlook in Chinese, wide colons', ['发件人：Desk', '发送时间：2026年11月6日', '收件人：Ada', '主题：x', '打印机']],
    ['old Outlook', ['-----Original Message-----', 'From: Desk', 'Anything at all']],
    ['old Outlook in German', ['-----Ursprüngliche Nachricht-----', 'Von: Desk']],
    ['QQ', ['------------------ 原始邮件 ------------------', '发件人: "Desk"', '打印机']],
    ['bold labels', ['*From:* Desk <d@desk.example>', '*Sent:* Friday', '*To:* Ada', '*Subject:* x', 'It does not print.']],
    ['no attribution', OLD],
  ])('is found as %s writes it', (_, history) => {
    const { reply, quoted, interleaved } = replyText(['It prints again.', '', 'Thank you', '', ...history, ''].join('\r\n'));
    expect(reply).toBe('It prints again.\n\nThank you');
    expect(quoted).toBe(history.join('\n'));
    expect(interleaved).toBe(false);
  });
});

describe('a reply', () => {
  it('may stand below what it answers', () => {
    const text = ['On Fri, 6 Nov 2026, Ada wrote:', ...OLD, '', 'It prints again.'].join('\n');
    expect(replyText(text)).toMatchObject({
      reply: 'It prints again.',
      quoted: ['On Fri, 6 Nov 2026, Ada wrote:', ...OLD].join('\n'),
    });
  });

  it('keeps the quoted lines that it answers between', () => {
    const text = ['On Fri, 6 Nov 2026, Ada wrote:', '> Is it on?', 'Yes.', '> Is there paper?', 'No.'].join('\n');
    expect(replyText(text)).toEqual({ reply: text, quoted: '', signature: '', interleaved: true });
  });

  it('loses its signature and the line of a telephone', () => {
    expect(replyText('Yes.\n\n-- \nAda Lovelace\nAnalyst')).toMatchObject({
      reply: 'Yes.',
      signature: '-- \nAda Lovelace\nAnalyst',
    });
    for (const line of [
      'Sent from my iPhone',
      'Von meinem iPhone gesendet',
      '发自我的iPhone',
      '发自我的手机',
      'Get Outlook for iOS',
    ]) {
      expect(replyText(`Yes.\n\n${line}\n`)).toMatchObject({ reply: 'Yes.', signature: line });
    }
  });

  it.each([
    'On Friday I wrote: nothing works.',
    'From: the printer room\nwe hear a noise.',
    'He said on the phone at 5:\nnothing.',
    'An: error occurred\nTo: be honest\nI do not know.',
    'I am on floor 3 and she wrote to me 2 times',
    '问题描述：打印机不能工作',
    'a\n-----\nb',
  ])('is not cut by words that only look like history: %j', (text) => {
    expect(replyText(text)).toEqual({ reply: text, quoted: '', signature: '', interleaved: false });
  });

  it('is empty when the message only forwards', () => {
    const text = '---------- Forwarded message ---------\nFrom: Ada\nSubject: x\n\nHelp';
    expect(replyText(text)).toMatchObject({ reply: '', quoted: text });
  });

  it('loses no line, whatever the text', () => {
    const line = fc.oneof(
      fc.constantFrom(
        '> q',
        '',
        '-- ',
        'Sent from my iPhone',
        'On 6 Nov Ada wrote:',
        'From: a',
        'To: b',
        'Sent: c',
        '-----Original Message-----',
        'Yes.',
        '____________',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.join('\n');
        const { reply, quoted, signature } = replyText(text);
        const kept = (part: string) =>
          part
            .split(/[\r\n]+/)
            .map((one) => one.trim())
            .filter((one) => one !== '');
        expect([...kept(reply), ...kept(quoted), ...kept(signature)].sort()).toEqual(kept(text).sort());
      }),
    );
  });

  it('is found in bounded time in text built to cost much', () => {
    const started = performance.now();
    for (const line of ['On 1 ', 'From: x\n', '> \n', 'On 5 a@b\n', `${'a@'.repeat(200)}:\n`, '----- ', '在'.repeat(390)]) {
      replyText(line.repeat(Math.ceil(1_000_000 / line.length)));
    }
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
