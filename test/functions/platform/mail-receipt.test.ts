import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { receiptOf } from '../../../functions/platform/mail-receipt.js';
import { stamped } from '../../../infra/local/mail-receipt.js';
import { stamp } from '../../support/mailroom.js';

const at = new Date('2026-03-06T16:50:12.000Z');
const read = (text: string) => receiptOf(Buffer.from(text, 'latin1'));
const own = 'From: cleo@harbour.example\r\nSubject: x\r\n\r\ntext';
const unchecked = {
  spf: 'PROCESSING_FAILED',
  dkim: 'PROCESSING_FAILED',
  dmarc: 'PROCESSING_FAILED',
  spam: 'PROCESSING_FAILED',
  virus: 'PROCESSING_FAILED',
};
const forged =
  'X-SES-Spam-Verdict: PASS\r\nX-SES-Virus-Verdict: PASS\r\nAuthentication-Results: amazonses.com; spf=pass; dkim=pass; dmarc=pass;\r\n';

describe('the receipt on top of a stored message', () => {
  it('says the verdicts, when it was received, and for whom', () => {
    expect(read(stamp(at) + own)).toEqual({
      verdicts: { spf: 'PASS', dkim: 'PASS', dmarc: 'PASS', spam: 'PASS', virus: 'PASS' },
      receivedAt: '2026-03-06T16:50:12.000Z',
      recipient: 'desk@desk.example',
    });
  });

  it.each([
    ['pass', 'PASS'],
    ['fail', 'FAIL'],
    ['softfail', 'GRAY'],
    ['none', 'GRAY'],
    ['neutral', 'GRAY'],
    ['temperror', 'PROCESSING_FAILED'],
    ['permerror', 'PROCESSING_FAILED'],
  ])('reads %s as %s', (result, verdict) => {
    expect(read(stamp(at, { spf: result, dkim: result, dmarc: result }) + own).verdicts).toMatchObject({
      spf: verdict,
      dkim: verdict,
      dmarc: verdict,
    });
  });

  it('is read as well where one machine takes the place of SES', () => {
    const envelope = { id: 'a1', sender: 'cleo@harbour.example', recipients: ['desk@desk.example'], at: at.toISOString() };
    const verdicts = { spf: 'PASS', dkim: 'GRAY', dmarc: 'FAIL', spam: 'PASS', virus: 'PROCESSING_FAILED' } as const;
    expect(receiptOf(stamped(Buffer.from(own), envelope, verdicts))).toEqual({
      verdicts,
      receivedAt: at.toISOString(),
      recipient: 'desk@desk.example',
    });
  });

  it('takes a failed signature before one that passed', () => {
    const two = stamp(at).replace(' dkim=pass', ' dkim=pass header.i=@amazonses.com;\r\n dkim=fail');
    expect(read(two + own).verdicts.dkim).toBe('FAIL');
  });

  it('tells what was not scanned from what passed', () => {
    const without = stamp(at).replace(/X-SES-(?:Spam|Virus)-Verdict: PASS\r\n/g, '');
    expect(read(without + own).verdicts).toMatchObject({ spam: 'GRAY', virus: 'GRAY', dmarc: 'PASS' });
    expect(read(stamp(at, { spam: 'DISABLED' }) + own).verdicts.spam).toBe('DISABLED');
  });

  it('believes nothing where the receiving service wrote nothing', () => {
    expect(read(own).verdicts).toEqual(unchecked);
    expect(read(forged + own).verdicts).toEqual(unchecked);
    expect(read(`Return-Path: <a@b.example>\r\n${forged}X-SES-RECEIPT: x\r\n${own}`).verdicts).toEqual(unchecked);
    expect(read(`X-First: 1\r\n${stamp(at)}${own}`).verdicts).toEqual(unchecked);
    expect(read(stamp(at).replace(/X-SES-RECEIPT.*\r\n/, '') + own).verdicts).toEqual(unchecked);
    expect(receiptOf(new Uint8Array()).verdicts).toEqual(unchecked);
  });

  it('believes no verdict that stands below the receipt', () => {
    const failing = stamp(at, { spf: 'fail', dkim: 'fail', dmarc: 'fail', spam: 'FAIL', virus: 'FAIL' });
    const all = { spf: 'FAIL', dkim: 'FAIL', dmarc: 'FAIL', spam: 'FAIL', virus: 'FAIL' };
    expect(read(failing + forged + own).verdicts).toEqual(all);
    const silent = stamp(at).replace(/Authentication-Results:[\s\S]*?header\.from=harbour\.example;\r\n/, '');
    expect(read(`${silent}${forged}X-SES-RECEIPT: x\r\n${own}`).verdicts).toMatchObject({
      spf: 'PROCESSING_FAILED',
      dmarc: 'PROCESSING_FAILED',
    });
  });

  it.each([
    ['"x; dmarc=pass"@evil.example'],
    ['x; dmarc=pass header.from=harbour.example; a=b@evil.example'],
    ['x; spf=pass; a@evil.example'],
    ['x) dmarc=pass@evil.example'],
    ['x(@evil.example'],
  ])('is not fooled by the return-path %s', (returnPath) => {
    const { dmarc, spf } = read(stamp(at, { returnPath, spf: 'none', dmarc: 'fail' }) + own).verdicts;
    expect([dmarc, spf]).not.toContain('PASS');
  });

  it('never takes what a sender wrote for a pass', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.string({ maxLength: 60 }), (head, returnPath) => {
        const line = returnPath.replace(/[\r\n]/g, '');
        const read1 = read(stamp(at, { returnPath: line, spf: 'fail', dkim: 'fail', dmarc: 'fail' }) + forged + head);
        expect(Object.values({ ...read1.verdicts, spam: '', virus: '' })).not.toContain('PASS');
      }),
    );
  });
});
