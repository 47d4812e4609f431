import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Course } from '../../../../infra/local/demo/course.js';
import { pastMonth } from '../../../../infra/local/demo/month.js';
import { present } from '../../../../infra/local/demo/present.js';
import { agreementFor } from '../../../../infra/local/demo/promises.js';
import { lengthOf, MINUTE, workingMinutesBefore, workingTime } from '../../../../infra/local/demo/times.js';

const DAY = 24 * 60 * MINUTE;
const anyMoment = fc.integer({ min: Date.parse('2026-02-01T00:00:00Z'), max: Date.parse('2027-12-31T00:00:00Z') });

const instantsOf = ({ received, steps }: Course): number[] => [received, ...steps.map(({ at }) => at)];
const inOrder = (instants: readonly number[]): boolean => instants.every((at, i) => i === 0 || instants[i - 1]! <= at);

describe('the month of the demo organisation', () => {
  it('is over by now and in order, whatever hour, weekday or holiday it is loaded on', () => {
    fc.assert(
      fc.property(anyMoment, (now) => {
        const courses = pastMonth(now, 1);
        expect(courses).toHaveLength(108);
        for (const instants of courses.map(instantsOf)) {
          expect(inOrder(instants)).toBe(true);
          expect(instants[0]).toBeGreaterThanOrEqual(now - 30 * DAY);
          expect(instants.at(-1)).toBeLessThan(now);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('is the same for the same seed, and another for another', () => {
    const now = Date.parse('2026-06-17T09:00:00Z');
    const outline = (seed: number) =>
      pastMonth(now, seed).map(({ told, received, steps }) => [told.title, received, steps.length]);
    expect(outline(7)).toEqual(outline(7));
    expect(outline(7)).not.toEqual(outline(8));
  });

  it('has breaches, pauses, reopenings, raised and cancelled ones among many that go well', () => {
    const courses = pastMonth(Date.parse('2026-06-17T09:00:00Z'), 20_000);
    const having = (deed: string) => courses.filter(({ steps }) => steps.some(({ does }) => does === deed)).length;
    const twice = courses.filter(({ steps }) => steps.filter(({ does }) => does === 'resolve').length > 1).length;
    for (const count of [having('pend'), having('reclassify'), having('cancel'), twice]) {
      expect(count).toBeGreaterThan(2);
      expect(count).toBeLessThan(40);
    }
    expect(having('close')).toBeGreaterThan(60);
  });
});

describe('what is going on at the demo organisation', () => {
  it('has one due within the hour, two breached and one of priority 1 at any moment', () => {
    fc.assert(
      fc.property(anyMoment, (now) => {
        const left = present(now, 1).map(({ told, received }) => {
          const { calendar, targets } = agreementFor(told.customer, told.service);
          const priority = told.impact + told.urgency - 1;
          const length = lengthOf(targets[`${priority}` as '1'].resolution, calendar);
          return { priority, minutes: (length - workingTime[calendar].elapsed(received, now)) / MINUTE, calendar };
        });
        expect(left.filter(({ minutes, calendar }) => calendar === 'always' && minutes > 0 && minutes < 60)).toHaveLength(1);
        expect(left.filter(({ minutes }) => minutes < 0)).toHaveLength(2);
        expect(left.filter(({ priority }) => priority === 1)).toHaveLength(1);
      }),
      { numRuns: 50 },
    );
  });

  it('never lies in the future, and each goes in order', () => {
    fc.assert(
      fc.property(anyMoment, (now) => {
        for (const course of present(now, 1)) {
          expect(inOrder(instantsOf(course))).toBe(true);
          expect(Math.max(...instantsOf(course))).toBeLessThanOrEqual(now);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('working minutes before an instant', () => {
  it('are that many by the calendar, from the latest instant that has them', () => {
    fc.assert(
      fc.property(anyMoment, fc.integer({ min: 1, max: 3000 }), (now, minutes) => {
        const from = workingMinutesBefore('shanghai', now, minutes);
        expect(workingTime.shanghai.elapsed(from, now)).toBeGreaterThanOrEqual(minutes * MINUTE);
        expect(workingTime.shanghai.elapsed(from + 1, now)).toBeLessThan(minutes * MINUTE);
      }),
    );
  });
});
