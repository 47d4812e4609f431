import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { executionName, nextTimer, type Timer } from '../../../functions/kernel/timer.js';

const instant = fc
  .date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

describe('the timer of a record', () => {
  it('begins a generation only when nothing waits or the next instant moved earlier', () => {
    const first = nextTimer(undefined, '2026-03-02T10:00:00.000Z')!;
    expect(first).toEqual({ generation: 1, wakeAt: '2026-03-02T10:00:00.000Z' });
    expect(nextTimer(first, '2026-03-02T11:00:00.000Z')).toEqual(first);
    expect(nextTimer(first, '2026-03-02T09:00:00.000Z')?.generation).toBe(2);
    expect(nextTimer(first, undefined)).toEqual({ generation: 1 });
    expect(nextTimer({ generation: 1 }, '2026-03-02T11:00:00.000Z')?.generation).toBe(2);
    expect(nextTimer(undefined, undefined)).toBeUndefined();
  });

  it('never goes back a generation, and never sleeps past what is due', () =>
    fc.assert(
      fc.property(fc.array(fc.option(instant, { nil: undefined }), { maxLength: 30 }), (wanted) => {
        let timer: Timer | undefined;
        for (const wakeAt of wanted) {
          const next = nextTimer(timer, wakeAt);
          expect(next?.generation ?? 0).toBeGreaterThanOrEqual(timer?.generation ?? 0);
          if (wakeAt === undefined) expect(next?.wakeAt).toBeUndefined();
          else expect(next!.wakeAt! <= wakeAt).toBe(true);
          timer = next;
        }
      }),
    ));

  it('names its execution in 80 characters at the most', () =>
    expect(executionName('escalation-policy', '018f3a2e-7c00-7000-8000-000000000000', { generation: 999_999_999 })).toMatch(
      /^[\w-]{1,80}$/,
    ));
});
