import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../../functions/kernel/errors.js';
import {
  accept,
  dismiss,
  type MessageRecord,
  receive,
  shortened,
  titleOf,
} from '../../../../functions/support/message/message.js';
import { sentences } from '../../../../functions/support/message/reasons.js';

const at = '2026-03-06T16:50:00.000Z';
const minted = { id: 'm-1', number: 'MSG-1001', version: 1, createdAt: at, createdBy: 'mail', updatedAt: at, updatedBy: 'mail' };
const now = { caller: { id: 'ada', kind: 'person' as const, roles: ['agent' as const] }, now: at };
const arrived = {
  title: 'Printer',
  receivedAt: at,
  verdicts: { spf: 'PASS', dkim: 'PASS', dmarc: 'PASS', spam: 'PASS', virus: 'PASS' },
  reason: 'unknown-sender',
  sentence: sentences['unknown-sender'],
  human: true,
  mayAcknowledge: true,
  text: 'Help.',
  folded: '',
  attachments: 0,
  problems: [],
  raw: { key: 'inbound/1', size: 10 },
} as const satisfies Partial<MessageRecord>;
const inState = (outcome: Parameters<typeof receive>[2]) => receive(minted, { ...arrived, problems: [] }, outcome, []).next;

describe('a message', () => {
  it.each([
    ['accept', 'accepted', 'message.accepted'],
    ['triage', 'triage', 'message.triaged'],
    ['ignore', 'ignored', 'message.ignored'],
    ['refuse', 'refused', 'message.refused'],
  ] as const)('when received to %s is %s', (outcome, status, event) => {
    expect(receive(minted, { ...arrived, problems: [] }, outcome, [])).toMatchObject({ next: { status }, event });
  });

  it('leaves triage by a person alone, once', () => {
    const waiting = inState('triage');
    expect(accept(waiting, { customerId: 'CUS-1' }, now)).toMatchObject({
      next: { status: 'accepted', customerId: 'CUS-1' },
      detail: { by: 'ada' },
    });
    expect(dismiss(waiting, 'Advertisement.', now).next.dismissal).toEqual({ reason: 'Advertisement.', by: 'ada', at });
    for (const outcome of ['accept', 'ignore', 'refuse'] as const) {
      expect(() => accept(inState(outcome), { customerId: 'CUS-1' }, now)).toThrow(Refusal);
      expect(() => dismiss(inState(outcome), 'x', now)).toThrow(Refusal);
    }
  });

  it('is not accepted for nobody', () => {
    expect(() => accept(inState('triage'), {}, now)).toThrow('Whose message is it?');
  });

  it('belongs to whom the person said, whatever was thought before', () => {
    const thought = { ...inState('triage'), contactId: 'CON-9', personId: 'PER-9', answers: { type: 'incident', id: 'i-9' } };
    const { next } = accept(thought, { customerId: 'CUS-1' }, now);
    expect([next.contactId, next.personId, next.answers]).toEqual([undefined, undefined, undefined]);
  });
});

describe('a shortened text', () => {
  it('is within its limit, well formed, and begins as it did', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.integer({ min: 2, max: 30 }), (text, longest) => {
        const short = shortened(text, longest);
        expect(short.length).toBeLessThanOrEqual(longest);
        expect(short).not.toMatch(/\p{Cs}/u);
        expect(text.startsWith(short.replace(/…$/, '')) || /\p{Cs}/u.test(text)).toBe(true);
      }),
    );
  });

  it('makes a title of one to two hundred characters of anything', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.string({ maxLength: 300 }), (subject, text) => {
        const title = titleOf(subject, text);
        expect(title.trim()).toBe(title);
        expect(title.length).toBeGreaterThan(0);
        expect(title.length).toBeLessThanOrEqual(200);
      }),
    );
  });
});
