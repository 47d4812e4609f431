import { describe, expect, test } from 'vitest';
import { CalendarDefinition } from '../../../../functions/design/calendar/calendar.js';
import { DAY, MINUTE, type Span } from '../../../../functions/design/calendar/interval.js';
import { WorkingTime } from '../../../../functions/design/calendar/working-time.js';
import { Refusal } from '../../../../functions/kernel/errors.js';

const HOUR = 60 * MINUTE;
const weekdays = (...intervals: [string, string][]) => ({
  mon: intervals,
  tue: intervals,
  wed: intervals,
  thu: intervals,
  fri: intervals,
});
const everyDay = (...intervals: [string, string][]) => ({ ...weekdays(...intervals), sat: intervals, sun: intervals });
const working = (timezone: string, hours: object, exceptions: object = {}) =>
  new WorkingTime(CalendarDefinition.parse({ timezone, hours, exceptions }));

const at = (text: string): number => Date.parse(text);
const text = (instant: number | undefined): string | undefined =>
  instant === undefined ? undefined : new Date(instant).toISOString().replace('.000Z', 'Z');
const berlin = working('Europe/Berlin', weekdays(['09:00', '17:00']), { '2026-12-25': [], '2026-12-24': [['09:00', '12:00']] });

describe('ten examples', () => {
  test('a ticket on Thursday at 15:00 with four hours is due on Friday at 11:00', () => {
    expect(text(berlin.due(at('2026-03-05T14:00:00Z'), 4 * HOUR))).toBe('2026-03-06T10:00:00Z');
  });

  test('a ticket on Friday evening counts from Monday morning', () => {
    expect(text(berlin.due(at('2026-03-06T17:50:00Z'), HOUR))).toBe('2026-03-09T09:00:00Z');
  });

  test('a due instant exactly at closing is that closing, not the next opening', () => {
    expect(text(berlin.due(at('2026-03-06T08:00:00Z'), 8 * HOUR))).toBe('2026-03-06T16:00:00Z');
  });

  test('a holiday is skipped and a short day counts its own hours', () => {
    expect(text(berlin.due(at('2026-12-24T10:00:00Z'), 2 * HOUR))).toBe('2026-12-28T09:00:00Z');
  });

  test('a pause from Friday 17:50 to Monday 08:10 in a calendar of nine to six is ten minutes', () => {
    const nineToSix = working('Europe/Berlin', weekdays(['09:00', '18:00']));
    const pause: Span = [at('2026-03-06T16:50:00Z'), at('2026-03-09T07:10:00Z')];
    expect(nineToSix.elapsed(...pause)).toBe(10 * MINUTE);
    expect(text(nineToSix.due(at('2026-03-06T15:00:00Z'), 3 * HOUR, [pause]))).toBe('2026-03-09T09:10:00Z');
  });

  test('one to five in the morning lasts three hours in spring and five in autumn', () => {
    const nights = working('Europe/Berlin', everyDay(['01:00', '05:00']));
    expect(nights.elapsed(at('2026-03-28T12:00:00Z'), at('2026-03-29T12:00:00Z'))).toBe(3 * HOUR);
    expect(nights.elapsed(at('2026-10-24T12:00:00Z'), at('2026-10-25T12:00:00Z'))).toBe(5 * HOUR);
  });

  test('a shift over midnight goes on until the morning, and a holiday takes only what lies on its own date', () => {
    const nights = working('Asia/Kolkata', weekdays(['22:00', '06:00']), { '2026-03-04': [] });
    const open = nights.openIntervals(at('2026-03-02T12:00:00Z'), at('2026-03-05T12:00:00Z'));
    expect(open.map(([from, to]) => [text(from), text(to)])).toEqual([
      ['2026-03-02T16:30:00Z', '2026-03-03T00:30:00Z'],
      ['2026-03-03T16:30:00Z', '2026-03-03T18:30:00Z'],
      ['2026-03-04T18:30:00Z', '2026-03-05T00:30:00Z'],
    ]);
  });

  test('two working days from Thursday 15:00 are Monday 15:00', () => {
    expect(text(berlin.dueDays(at('2026-03-05T14:00:00Z'), 2))).toBe('2026-03-09T14:00:00Z');
  });

  test('the date that Samoa skipped had no hours', () => {
    const apia = working('Pacific/Apia', weekdays(['09:00', '17:00']));
    expect(text(apia.due(at('2011-12-30T02:00:00Z'), 2 * HOUR))).toBe('2012-01-01T20:00:00Z');
    expect(text(apia.dueDays(at('2011-12-30T02:00:00Z'), 1))).toBe('2012-01-02T02:00:00Z');
  });

  test('around the clock, eight hours are eight hours', () => {
    const always = working('America/New_York', everyDay(['00:00', '24:00']));
    expect(text(always.due(at('2026-11-01T04:30:00Z'), 8 * HOUR))).toBe('2026-11-01T12:30:00Z');
    expect(always.elapsed(at('2020-01-01T00:00:00Z'), at('2026-01-01T00:00:00Z'))).toBe(
      at('2026-01-01T00:00:00Z') - at('2020-01-01T00:00:00Z'),
    );
  });
});

describe('edges', () => {
  test('exactly at closing is closed, exactly at opening open', () => {
    expect(berlin.isOpen(at('2026-03-05T16:00:00Z'))).toBe(false);
    expect(berlin.isOpen(at('2026-03-05T08:00:00Z'))).toBe(true);
    expect(berlin.isOpen(at('2026-03-05T07:59:59.999Z'))).toBe(false);
    expect(text(berlin.nextOpening(at('2026-03-06T16:00:00Z')))).toBe('2026-03-09T08:00:00Z');
  });

  test('a target of zero is due at the start, even outside hours and while paused', () => {
    const saturday = at('2026-03-07T10:00:00Z');
    expect(berlin.due(saturday, 0)).toBe(saturday);
    expect(berlin.dueDays(saturday, 0)).toBe(saturday);
    expect(berlin.due(saturday, 0, [[saturday - 1, Infinity]])).toBe(saturday);
  });

  test('a pause without end leaves no due instant, unless it was reached before', () => {
    const start = at('2026-03-05T08:00:00Z');
    expect(berlin.due(start, 2 * HOUR, [[start + HOUR, Infinity]])).toBe(Infinity);
    expect(berlin.due(start, 2 * HOUR, [[start + 2 * HOUR, Infinity]])).toBe(start + 2 * HOUR);
    expect(berlin.dueDays(start, 1, [[start + HOUR, Infinity]])).toBe(Infinity);
    expect(berlin.dueDays(start, 1, [[start + DAY, Infinity]])).toBe(start + DAY);
  });

  test('overlapping pauses count once', () => {
    const start = at('2026-03-05T08:00:00Z');
    const pauses: Span[] = [
      [start + HOUR, start + 2 * HOUR],
      [start + HOUR / 2, start + 1.5 * HOUR],
      [start, start],
      [start + HOUR, start + 1.2 * HOUR],
    ];
    expect(berlin.elapsed(start, start + 4 * HOUR, pauses)).toBe(2.5 * HOUR);
    expect(berlin.due(start, 2.5 * HOUR, pauses)).toBe(start + 4 * HOUR);
  });

  test('working days: pauses are added as working time, also one that covers the instant itself', () => {
    const start = at('2026-03-05T08:30:00Z');
    expect(text(berlin.dueDays(start, 1, [[at('2026-03-05T15:00:00Z'), at('2026-03-06T08:00:00Z')]]))).toBe(
      '2026-03-06T09:30:00Z',
    );
    expect(text(berlin.dueDays(start, 1, [[at('2026-03-06T08:15:00Z'), at('2026-03-06T10:00:00Z')]]))).toBe(
      '2026-03-06T10:15:00Z',
    );
    expect(text(berlin.dueDays(start, 1, [[at('2026-03-07T08:15:00Z'), at('2026-03-08T10:00:00Z')]]))).toBe(
      '2026-03-06T08:30:00Z',
    );
  });

  test('working days: the wall time moves into the hours of its day', () => {
    const short = working('Europe/Berlin', {
      ...weekdays(['09:00', '12:00'], ['13:00', '17:00']),
      fri: [
        ['10:00', '12:00'],
        ['14:00', '15:00'],
      ],
    });
    const thursday = (time: string) => at(`2026-03-05T${time}:00+01:00`);
    expect(text(short.dueDays(thursday('09:15'), 1))).toBe('2026-03-06T09:00:00Z');
    expect(text(short.dueDays(thursday('13:30'), 1))).toBe('2026-03-06T13:00:00Z');
    expect(text(short.dueDays(thursday('16:30'), 1))).toBe('2026-03-06T14:00:00Z');
    expect(text(short.dueDays(thursday('12:00'), 1))).toBe('2026-03-06T13:00:00Z');
  });

  test('working days: a closing is a due instant, as it is for minutes', () => {
    const friday: [string, string][] = [
      ['10:00', '12:00'],
      ['14:00', '15:00'],
    ];
    const split = working('Europe/Berlin', { ...weekdays(['09:00', '17:00']), fri: friday });
    expect(text(split.dueDays(at('2026-03-05T11:00:00Z'), 1))).toBe('2026-03-06T11:00:00Z');
    expect(text(split.dueDays(at('2026-03-05T11:00:01Z'), 1))).toBe('2026-03-06T13:00:00Z');
  });

  test('working days: a start outside hours counts from the next opening, so a later start is never due earlier', () => {
    expect(text(berlin.dueDays(at('2026-03-06T15:59:00Z'), 1))).toBe('2026-03-09T15:59:00Z');
    expect(text(berlin.dueDays(at('2026-03-07T09:00:00Z'), 1))).toBe('2026-03-10T08:00:00Z');
  });

  test('working days keep the wall time across a clock change', () => {
    expect(text(berlin.dueDays(at('2026-03-27T14:00:00Z'), 1))).toBe('2026-03-30T13:00:00Z');
  });

  test('an interval that touches a skipped wall time resolves as Temporal does', () => {
    const nights = working('Europe/Berlin', everyDay(['02:30', '05:00']));
    expect(
      nights.openIntervals(at('2026-03-29T00:00:00Z'), at('2026-03-29T12:00:00Z')).map(([a, b]) => [text(a), text(b)]),
    ).toEqual([['2026-03-29T01:30:00Z', '2026-03-29T03:00:00Z']]);
  });

  test('an exception over midnight opens the morning after as well', () => {
    const special = working('UTC', weekdays(['09:00', '17:00']), { '2026-03-07': [['22:00', '02:00']] });
    expect(special.elapsed(at('2026-03-07T00:00:00Z'), at('2026-03-09T00:00:00Z'))).toBe(4 * HOUR);
  });

  test('what is not due within ten years is refused, not looked for', () => {
    const closed = working('UTC', {}, { '2026-03-02': [['09:00', '17:00']] });
    expect(closed.nextOpening(at('2026-03-03T00:00:00Z'))).toBeUndefined();
    expect(() => closed.due(at('2026-03-02T00:00:00Z'), 9 * HOUR)).toThrow(Refusal);
    expect(() => closed.dueDays(at('2026-03-02T10:00:00Z'), 1)).toThrow('not due within ten years');
    expect(() => closed.dueDays(at('2026-03-03T10:00:00Z'), 1)).toThrow(Refusal);
    expect(() => berlin.due(at('2026-01-01T00:00:00Z'), 30_000 * HOUR)).toThrow(Refusal);
  });
});
