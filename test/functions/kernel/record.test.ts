import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Instant, LocalDate, recordShape } from '../../../functions/kernel/record.js';

describe('an instant', () => {
  it('is kept in full, however it was written, so that text compares as time', () => {
    expect(Instant.parse('2026-03-02T10:00:00Z')).toBe('2026-03-02T10:00:00.000Z');
    expect(Instant.parse('2026-03-02T10:00:00.5Z')).toBe('2026-03-02T10:00:00.500Z');
    expect(Instant.parse('2026-03-02T10:00:00.123999Z')).toBe('2026-03-02T10:00:00.123Z');
  });

  it('comes back as it was when it is in full', () =>
    fc.assert(
      fc.property(fc.date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
        expect(Instant.parse(date.toISOString())).toBe(date.toISOString());
      }),
    ));

  it.each([
    '2026-03-02',
    '2026-03-02T10:00Z',
    '2026-02-30T10:00:00Z',
    '2026-03-02T24:00:00Z',
    '2026-03-02T10:00:00+01:00',
    '2026-03-02T10:00:00',
    'yesterday',
    '',
    '+012026-03-02T10:00:00Z',
  ])('is not %j', (text) => expect(Instant.safeParse(text).success).toBe(false));
});

describe('a date', () => {
  it.each(['2026-13-01', '2026-02-29', '2026-3-1', '20260301', ''])('is not %j', (text) =>
    expect(LocalDate.safeParse(text).success).toBe(false),
  );
});

describe('a title', () => {
  it('is one line, whatever was in it', () => {
    expect(recordShape.title.parse('  Printer\r\nBcc: all\u0000\u0085\u2028 out  ')).toBe('Printer Bcc: all  out');
    expect(recordShape.title.safeParse('\n\t').success).toBe(false);
  });
});
