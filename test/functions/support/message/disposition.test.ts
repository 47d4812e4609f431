import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMail } from '../../../../functions/platform/mime.js';
import type { Message, Verdict, Verdicts } from '../../../../functions/support/message/arrival.js';
import { dispose } from '../../../../functions/support/message/disposition.js';
import { sentences } from '../../../../functions/support/message/reasons.js';
import { aContext, aMessage, aRecord, passed } from './a-message.js';

const nobody = { contacts: [], customersOfDomain: [] };
const lastHour = { messages: 0, acknowledgements: 0, reopenings: 0 };

describe('a message from a known sender', () => {
  it('opens an incident for the contact, and is acknowledged', () => {
    expect(dispose(aMessage(), passed, aContext())).toEqual({
      action: 'open',
      customerId: 'CUS-1',
      contactId: 'CON-1',
      reason: 'known-contact',
      sentence: sentences['known-contact'],
      human: true,
      acknowledge: { send: true, to: 'ada@example.com' },
    });
  });

  it('opens one for the only customer of the domain when the person is new', () => {
    const { sender, ...rest } = aContext();
    const decision = dispose(aMessage(), passed, { ...rest, sender: { ...sender, contacts: [] } });
    expect(decision).toMatchObject({ action: 'open', customerId: 'CUS-1', reason: 'known-domain' });
    expect(decision).not.toHaveProperty('contactId');
  });

  it.each([
    ['nobody knows the address', nobody, 'unknown-sender'],
    ['several customers share the domain', { contacts: [], customersOfDomain: ['CUS-1', 'CUS-2'] }, 'ambiguous-domain'],
    [
      'several contacts share the address',
      {
        contacts: [
          { contactId: 'a', customerId: 'CUS-1' },
          { contactId: 'b', customerId: 'CUS-2' },
        ],
        customersOfDomain: [],
      },
      'ambiguous-contact',
    ],
  ])('goes to triage without an answer when %s', (_, sender, reason) => {
    const decision = dispose(aMessage(), passed, aContext({ sender }));
    expect(decision).toMatchObject({ action: 'triage', reason, acknowledge: { send: false, because: 'nothing-opened' } });
  });

  it('takes no domain for a customer where anybody can have an address', () => {
    const sender = { contacts: [], customersOfDomain: ['CUS-1'] };
    const decision = dispose(aMessage({ from: { address: 'x@qq.com' } }), passed, aContext({ sender }));
    expect(decision).toMatchObject({ action: 'triage', reason: 'unknown-sender' });
  });
});

describe('a message that answers a record', () => {
  it('becomes a comment by its token first, and by its references else', () => {
    const byToken = aRecord({ id: 'by-token' });
    const byReferences = aRecord({ id: 'by-references' });
    const both = dispose(aMessage(), passed, aContext({ byToken, byReferences }));
    expect(both).toMatchObject({
      action: 'comment',
      record: { id: 'by-token' },
      author: { contactId: 'CON-1' },
      reason: 'token',
    });
    expect(dispose(aMessage(), passed, aContext({ byReferences }))).toMatchObject({
      record: { id: 'by-references' },
      reason: 'references',
    });
  });

  it('is not found by its subject', () => {
    expect(dispose(aMessage({ subject: 'Re: [INC-1042] Printer' }), passed, aContext())).toMatchObject({ action: 'open' });
  });

  it('goes to triage when the sender may not see the record, or is nobody known', () => {
    const hidden = aContext({ byToken: aRecord({ visibleToSender: false }) });
    expect(dispose(aMessage(), passed, hidden)).toMatchObject({ action: 'triage', reason: 'not-permitted' });
    const unknown = aContext({ byToken: aRecord(), sender: nobody });
    expect(dispose(aMessage(), passed, unknown)).toMatchObject({ action: 'triage', reason: 'not-permitted' });
  });

  it('is by the contact of the customer whose record it is, or by the member of staff', () => {
    const contacts = [
      { contactId: 'a', customerId: 'CUS-2' },
      { contactId: 'b', customerId: 'CUS-1' },
    ];
    const shared = aContext({ byToken: aRecord(), sender: { contacts, customersOfDomain: [] } });
    expect(dispose(aMessage(), passed, shared)).toMatchObject({ author: { contactId: 'b' } });
    const staff = aContext({ byToken: aRecord(), sender: { ...nobody, personId: 'PER-1' } });
    expect(dispose(aMessage(), passed, staff)).toMatchObject({ author: { personId: 'PER-1' } });
  });

  it('reopens what was resolved, but not for a machine and not without end', () => {
    const resolved = { byToken: aRecord({ phase: 'resolved' }) };
    expect(dispose(aMessage(), passed, aContext(resolved))).toMatchObject({ action: 'comment', reopen: true, human: true });
    const machine = dispose(aMessage({ from: { address: 'noreply@example.com' } }), passed, aContext(resolved));
    expect(machine).toMatchObject({ action: 'comment', reopen: false, human: false });
    const often = dispose(aMessage(), passed, aContext({ ...resolved, lastHour: { ...lastHour, reopenings: 3 } }));
    expect(often).toMatchObject({ action: 'comment', reopen: false, reason: 'reopened-too-often' });
  });

  it('opens a new one that follows the record when that is closed', () => {
    const decision = dispose(aMessage(), passed, aContext({ byToken: aRecord({ phase: 'finished' }) }));
    expect(decision).toMatchObject({ action: 'open', follows: { type: 'incident', id: 'i-1' }, reason: 'answers-finished' });
  });
});

describe('a sender who is not proven', () => {
  const threaded = aContext({ byToken: aRecord() });

  it.each(['spf', 'dkim', 'dmarc'] as const)('is not believed when %s fails or could not be checked, token or not', (check) => {
    for (const verdict of ['FAIL', 'PROCESSING_FAILED'] as const) {
      expect(dispose(aMessage(), { ...passed, [check]: verdict }, threaded)).toMatchObject({
        action: 'triage',
        reason: 'not-authentic',
      });
    }
  });

  it('is believed without DMARC only for a domain that SPF or DKIM proves to be its own', () => {
    const none: Verdicts = { ...passed, spf: 'GRAY', dkim: 'GRAY', dmarc: 'GRAY' };
    const signedBy = (domain: string) => ({ headers: { 'dkim-signature': [`v=1; a=rsa-sha256; d=${domain}; s=x`] } });
    const outcome = (message: Partial<Message>, verdicts: Partial<Verdicts>) =>
      dispose(aMessage(message), { ...none, ...verdicts }, aContext()).action;
    expect(outcome({}, {})).toBe('triage');
    expect(outcome({}, { spf: 'PASS' })).toBe('open');
    expect(outcome({ returnPath: 'x@bounces.example.com' }, { spf: 'PASS' })).toBe('open');
    expect(outcome({ returnPath: 'x@evil.example' }, { spf: 'PASS' })).toBe('triage');
    expect(outcome({ returnPath: 'x@notexample.com' }, { spf: 'PASS' })).toBe('triage');
    expect(outcome(signedBy('example.com'), { dkim: 'PASS' })).toBe('open');
    expect(outcome(signedBy('evil.example'), { dkim: 'PASS' })).toBe('triage');
    expect(outcome({ from: { address: 'a@example.com' }, returnPath: 'b@com' }, { spf: 'PASS' })).toBe('triage');
  });

  it('is not believed when the message names nobody, or several', () => {
    const { from: _, ...anonymous } = aMessage();
    expect(dispose(anonymous, passed, aContext())).toMatchObject({ action: 'triage', reason: 'no-sender' });
    const several = aMessage({ problems: [{ code: 'several-senders' }] });
    expect(dispose(several, passed, aContext())).toMatchObject({ action: 'triage', reason: 'several-senders' });
  });

  it('never opens, comments or is answered, whatever else is true', () => {
    const verdict = fc.constantFrom<Verdict>('PASS', 'FAIL', 'GRAY', 'PROCESSING_FAILED');
    fc.assert(
      fc.property(
        fc.record({ spf: verdict, dkim: verdict, dmarc: verdict, spam: verdict, virus: verdict }),
        fc.boolean(),
        (verdicts, thread) => {
          fc.pre(Object.values(verdicts).some((one) => one === 'FAIL' || one === 'PROCESSING_FAILED'));
          const decision = dispose(aMessage(), verdicts, thread ? threaded : aContext());
          expect(['triage', 'refuse']).toContain(decision.action);
          expect(decision.acknowledge.send).toBe(false);
        },
      ),
    );
  });
});

describe('what harms or floods', () => {
  it('is refused as virus, spam or too large', () => {
    expect(dispose(aMessage(), { ...passed, virus: 'FAIL' }, aContext())).toMatchObject({ action: 'refuse', reason: 'virus' });
    expect(dispose(aMessage(), { ...passed, spam: 'FAIL' }, aContext())).toMatchObject({ action: 'refuse', reason: 'spam' });
    expect(dispose(aMessage({ size: 31 * 1024 * 1024 }), passed, aContext())).toMatchObject({
      action: 'refuse',
      reason: 'too-large',
    });
  });

  it('waits for a look when the scanners are unsure, and passes where the operator has none', () => {
    expect(dispose(aMessage(), { ...passed, virus: 'GRAY' }, aContext())).toMatchObject({
      action: 'triage',
      reason: 'not-scanned',
    });
    expect(dispose(aMessage(), { ...passed, spam: 'GRAY' }, aContext())).toMatchObject({
      action: 'triage',
      reason: 'perhaps-spam',
    });
    expect(dispose(aMessage(), { ...passed, spam: 'DISABLED', virus: 'DISABLED' }, aContext()).action).toBe('open');
  });

  it('goes to triage above so many messages within the hour', () => {
    const at = (messages: number) => dispose(aMessage(), passed, aContext({ lastHour: { ...lastHour, messages } }));
    expect(at(29).action).toBe('open');
    expect(at(30)).toMatchObject({ action: 'triage', reason: 'too-many' });
  });

  it('is one message when it comes twice, unless the second is not to be believed', () => {
    expect(dispose(aMessage(), passed, aContext({ duplicate: true }))).toMatchObject({ action: 'ignore', reason: 'duplicate' });
    const forged = dispose(aMessage(), { ...passed, dmarc: 'FAIL' }, aContext({ duplicate: true }));
    expect(forged).toMatchObject({ action: 'triage', reason: 'not-authentic' });
  });
});

describe('what no person wrote', () => {
  const cases: [string, Partial<Message>, string][] = [
    ['our own address', { from: { address: 'help@example.org' } }, 'own'],
    ['our own domain', { from: { address: 'reply+abc@DESK.example' } }, 'own'],
    ['Auto-Submitted: auto-replied', { headers: { 'auto-submitted': ['auto-replied (vacation)'] } }, 'automatic'],
    ['Auto-Submitted: auto-generated', { headers: { 'auto-submitted': ['Auto-Generated; x=y'] } }, 'automatic'],
    ['X-Autoreply', { headers: { 'x-autoreply': ['yes'] } }, 'automatic'],
    ['Precedence: auto_reply', { headers: { precedence: ['auto_reply'] } }, 'automatic'],
    ['an absence notice with a null return-path', { subject: 'Automatische Antwort: x', returnPath: '' }, 'automatic'],
    [
      'a delivery report',
      { headers: { 'content-type': ['multipart/report; report-type=delivery-status; boundary=b'] } },
      'delivery-report',
    ],
    ['a mailer daemon', { from: { address: 'MAILER-DAEMON@example.com' }, returnPath: '' }, 'delivery-report'],
    ['List-Id', { headers: { 'list-id': ['<l.example.com>'] } }, 'list'],
    ['List-Unsubscribe', { headers: { 'list-unsubscribe': ['<mailto:x@y.example>'] } }, 'list'],
    ...['bulk', 'list', 'junk'].map((value): [string, Partial<Message>, string] => [
      `Precedence: ${value}`,
      { headers: { precedence: [value] } },
      'list',
    ]),
  ];
  it.each(cases)('is ignored, token or not: %s', (_, over, reason) => {
    const decision = dispose(aMessage(over), passed, aContext({ byToken: aRecord({ phase: 'resolved' }) }));
    expect(decision).toMatchObject({ action: 'ignore', reason, human: false, acknowledge: { send: false } });
  });

  it('is not meant by Auto-Submitted: no', () => {
    expect(dispose(aMessage({ headers: { 'auto-submitted': ['No'] } }), passed, aContext())).toMatchObject({
      action: 'open',
      human: true,
    });
  });
});

describe('an acknowledgement', () => {
  const answer = (over: Partial<Message>, hour = lastHour) => dispose(aMessage(over), passed, aContext({ lastHour: hour }));

  it.each([
    [{ returnPath: '' }, 'null-return-path', false],
    [{ headers: { 'x-auto-response-suppress': ['DR, OOF, AutoReply'] } }, 'suppressed', true],
    [{ from: { address: 'no-reply@example.com' } }, 'no-reply-address', false],
    [{ from: { address: 'donotreply+7@example.com' } }, 'no-reply-address', false],
    [{ subject: '自动回复: 打印机' }, 'looks-automatic', false],
  ] as const)('is not sent to %j, though an incident opens', (over, because, human) => {
    expect(answer(over)).toMatchObject({ action: 'open', human, acknowledge: { send: false, because } });
  });

  it('is sent so many times within the hour and no more', () => {
    expect(answer({}, { ...lastHour, acknowledgements: 4 }).acknowledge.send).toBe(true);
    expect(answer({}, { ...lastHour, acknowledgements: 5 }).acknowledge).toEqual({ send: false, because: 'enough-this-hour' });
  });
});

it('takes what the parser of mail gives', async () => {
  const raw = 'From: Ada <ada@example.com>\r\nReturn-Path: <>\r\nAuto-Submitted: auto-replied\r\nSubject: Away\r\n\r\nI am away.';
  const message: Message = await parseMail(Buffer.from(raw));
  expect(dispose(message, passed, aContext())).toMatchObject({ action: 'ignore', reason: 'automatic' });
});
