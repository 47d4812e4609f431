import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CalendarDefinition, WEEKDAYS } from '../../../../functions/design/calendar/calendar.js';
import { DAY, MINUTE, type Span } from '../../../../functions/design/calendar/interval.js';
import { WorkingTime } from '../../../../functions/design/calendar/working-time.js';

const ZONES = [
  'America/Santiago',
  'Asia/Beirut',
  'Africa/Cairo',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Europe/Berlin',
  'Asia/Shanghai',
  'America/New_York',
  'Asia/Kolkata',
  'America/Havana',
  'Africa/Casablanca',
  'UTC',
];
const YEARS: Span = [Date.parse('2010-12-01T00:00:00Z'), Date.parse('2027-12-31T00:00:00Z')];

const wallTime = fc
  .integer({ min: 0, max: 287 })
  .map((n) => `${String(Math.floor(n / 12)).padStart(2, '0')}:${String((n % 12) * 5).padStart(2, '0')}`);
const interval = fc.tuple(wallTime, fc.oneof(wallTime, fc.constant('24:00'))).filter(([from, to]) => from !== to);
const intervals = fc.array(interval, { maxLength: 3 });
const date = fc.integer({ min: YEARS[0] / DAY, max: YEARS[1] / DAY }).map((n) => new Date(n * DAY).toISOString().slice(0, 10));
const calendar: fc.Arbitrary<CalendarDefinition> = fc.record({
  timezone: fc.constantFrom(...ZONES),
  hours: fc
    .record(Object.fromEntries(WEEKDAYS.map((day) => [day, intervals])), { requiredKeys: [] })
    .map((hours) => ({ ...hours, wed: [['08:00', '18:00']] as [string, string][] })),
  exceptions: fc.dictionary(date, intervals, { maxKeys: 6 }),
});
const time = calendar.map((definition) => new WorkingTime(definition));
const instant = fc.integer({ min: YEARS[0], max: YEARS[1] - 2 * 365 * DAY });
const length = fc.integer({ min: 1, max: 120 * 60 * MINUTE });
/** Pauses near a start: some before it, overlapping freely. */
const pauses = fc.array(fc.tuple(fc.integer({ min: -2 * DAY, max: 20 * DAY }), fc.integer({ min: 0, max: 4 * DAY })), {
  maxLength: 5,
});
const near = (start: number, offsets: [number, number][]): Span[] =>
  offsets.map(([after, long]) => [start + after, start + after + long]);

const holds = <T>(property: fc.IProperty<T>) => fc.assert(property, { numRuns: 300 });

describe('for random calendars', () => {
  test('due and elapsed are inverse, with pauses', () => {
    holds(
      fc.property(time, instant, length, pauses, (calendar, start, long, offsets) => {
        const around = near(start, offsets);
        const due = calendar.due(start, long, around);
        expect(calendar.elapsed(start, due, around)).toBe(long);
        expect(calendar.elapsed(start, due - 1, around)).toBe(long - 1);
      }),
    );
  });

  test('due is monotonic in start and in length', () => {
    holds(
      fc.property(time, instant, length, fc.nat(3 * DAY), fc.nat(600 * MINUTE), (calendar, start, long, later, more) => {
        expect(calendar.due(start + later, long)).toBeGreaterThanOrEqual(calendar.due(start, long));
        expect(calendar.due(start, long + more)).toBeGreaterThanOrEqual(calendar.due(start, long));
      }),
    );
  });

  test('a pause never makes anything due earlier, and moves it by the working time that it takes', () => {
    holds(
      fc.property(time, instant, length, pauses, (calendar, start, long, offsets) => {
        const around = near(start, offsets);
        const due = calendar.due(start, long, around);
        expect(due).toBeGreaterThanOrEqual(calendar.due(start, long));
        const paused = calendar.elapsed(start, due) - calendar.elapsed(start, due, around);
        expect(due).toBe(calendar.due(start, long + paused));
      }),
    );
  });

  test('elapsed does not depend on how the time is cut', () => {
    holds(
      fc.property(
        time,
        instant,
        fc.array(fc.nat(40 * DAY), { minLength: 1, maxLength: 6 }),
        pauses,
        (calendar, start, cuts, offsets) => {
          const around = near(start, offsets);
          const edges = [start, ...cuts.map((cut) => start + cut).sort((a, b) => a - b)];
          const parts = edges.slice(1).map((to, i) => calendar.elapsed(edges[i]!, to, around));
          expect(parts.reduce((sum, part) => sum + part, 0)).toBe(calendar.elapsed(start, edges.at(-1)!, around));
        },
      ),
    );
  });

  test('elapsed is the length of the open intervals, which neither touch nor overlap', () => {
    holds(
      fc.property(time, instant, fc.nat(60 * DAY), (calendar, start, long) => {
        const open = calendar.openIntervals(start, start + long);
        expect(open.reduce((sum, [from, to]) => sum + to - from, 0)).toBe(calendar.elapsed(start, start + long));
        expect(open.every(([from, to], i) => from < to && (i === 0 || open[i - 1]![1] < from))).toBe(true);
      }),
    );
  });

  test('what is due in working days lies in hours or at a closing, and later for later starts', () => {
    holds(
      fc.property(time, instant, fc.integer({ min: 1, max: 20 }), fc.nat(3 * DAY), (calendar, start, days, later) => {
        const due = calendar.dueDays(start, days);
        expect(calendar.isOpen(due) || calendar.isOpen(due - 1)).toBe(true);
        expect(due).toBeGreaterThan(start);
        expect(calendar.dueDays(start, days + 1)).toBeGreaterThanOrEqual(due);
        // A wall time that is repeated may fall back by as much as the clock did.
        expect(calendar.dueDays(start + later, days)).toBeGreaterThanOrEqual(due - 60 * MINUTE);
      }),
    );
  });

  test('the order in which years are asked for changes nothing', () => {
    holds(
      fc.property(calendar, fc.array(instant, { minLength: 2, maxLength: 6 }), length, (definition, starts, long) => {
        const shared = new WorkingTime(definition);
        const dues = starts.map((start) => shared.due(start, long));
        expect(dues).toEqual(starts.map((start) => new WorkingTime(definition).due(start, long)));
      }),
    );
  });
});
