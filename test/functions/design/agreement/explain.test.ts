import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ClockExplanation, explainClock } from '../../../../functions/design/agreement/explain.js';
import { CLOCKS, type ClockName } from '../../../../functions/design/agreement/terms.js';
import { calendars, instant, short, Ticket } from './ticket.js';

const explain = (ticket: Ticket, clock: ClockName, now: string): ClockExplanation =>
  explainClock(ticket.states, clock, calendars.find, instant(now))!;

test('each segment says what counted it, why it stood still and who did so', () => {
  const ticket = Ticket.open('03-06T14:00')
    .on('03-06T15:50', 'pended', 'customer')
    .on('03-09T08:10', 'resumed')
    .on('03-09T09:00', 'resolved');
  const told = explain(ticket, 'resolution', '03-10T12:00');
  expect(
    told.segments.map(({ from, to, kind, minutes, reason, by }) => [short(from), short(to), kind, minutes, reason, by]),
  ).toEqual([
    ['03-06T14:00', '03-06T15:50', 'running', 110, undefined, undefined],
    ['03-06T15:50', '03-06T16:00', 'paused', 0, 'customer', 'ada'],
    ['03-06T16:00', '03-09T08:00', 'closed', 0, undefined, undefined],
    ['03-09T08:00', '03-09T08:10', 'paused', 0, 'customer', 'ada'],
    ['03-09T08:10', '03-09T09:00', 'running', 50, undefined, undefined],
  ]);
  expect(told).toMatchObject({ elapsedMinutes: 160, elapsedMilliseconds: 9_600_000, status: 'stopped' });
});

test('each segment names the term, and so the calendar version and the rule, that counted it', () => {
  const ticket = Ticket.open('03-05T08:00', '2').retarget('03-05T12:00', '1', {}, { id: 'new-york', version: 1 });
  const told = explain(ticket, 'resolution', '03-05T15:00');
  expect(
    told.segments.map(({ term, kind, minutes }) => [told.terms[term]!.calendar.id, told.terms[term]!.how, kind, minutes]),
  ).toEqual([
    ['berlin', 'attached', 'running', 240],
    ['new-york', 'carry', 'closed', 0],
    ['new-york', 'carry', 'running', 60],
  ]);
  expect(told.terms[1]).toMatchObject({
    by: 'ada',
    why: 'priority',
    rule: 'customer-service',
    priority: '1',
    target: { minutes: 240 },
  });
});

test('the time between resolving and reopening is stopped', () => {
  const ticket = Ticket.open('03-05T08:00').on('03-05T09:00', 'resolved').on('03-05T11:00', 'reopened');
  expect(
    explain(ticket, 'resolution', '03-05T12:00').segments.map(({ kind, minutes, reason }) => [kind, minutes, reason]),
  ).toEqual([
    ['running', 60, undefined],
    ['stopped', 0, 'resolved'],
    ['running', 60, undefined],
  ]);
});

test('a clock that is not promised has nothing to explain', () => {
  expect(explainClock(Ticket.open('03-05T08:00', '4').states, 'update', calendars.find, instant('03-05T09:00'))).toBeUndefined();
});

const step = fc.record({
  after: fc.integer({ min: 0, max: 40 * 60 }),
  what: fc.constantFrom(
    'acknowledged',
    'replied',
    'customer',
    'third-party',
    'resumed',
    'resolved',
    'reopened',
    'priority',
    'calendar',
    'retroactive',
    'restart',
  ),
});

/** Lets any history happen; answers the ticket and the instant after its last event. */
function live(steps: readonly { after: number; what: string }[]): [Ticket, string] {
  let at = Date.parse(instant('03-26T07:00'));
  const ticket = Ticket.open('03-26T07:00');
  for (const { after, what } of steps) {
    at += after * 60_000 + 137;
    const when = new Date(at).toISOString().slice(5, -1);
    if (what === 'customer' || what === 'third-party') ticket.on(when, 'pended', what);
    else if (what === 'priority') ticket.retarget(when, '1');
    else if (what === 'calendar') ticket.retarget(when, '3', {}, { id: 'new-york', version: 1 });
    else if (what === 'retroactive' || what === 'restart')
      ticket.retarget(when, '2', { retarget: what }, { id: 'always', version: 1 });
    else ticket.on(when, what as 'replied');
  }
  return [ticket, new Date(at + 3 * 3_600_000).toISOString().slice(5, -1)];
}

test('whatever happened, the segments leave no gap and sum to what is shown', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
      const [ticket, now] = live(steps);
      for (const clock of CLOCKS) {
        const told = explainClock(ticket.states, clock, calendars.find, instant(now));
        if (!told) continue;
        const { segments } = told;
        expect(segments.reduce((sum, { milliseconds }) => sum + milliseconds, 0)).toBe(Math.round(told.elapsedMinutes * 60_000));
        expect(segments.slice(1).every(({ from }, i) => from === segments[i]!.to)).toBe(true);
        expect(segments[0]?.from ?? told.from).toBe(told.from);
        expect(segments.every(({ from, to }) => from < to)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test('whatever happens, a breach never disappears or moves, and is told once', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
      const [ticket, now] = live(steps);
      const breaches = ticket.facts.filter(({ what }) => what === 'breached').map(({ clock, at }) => `${clock} ${at}`);
      expect(new Set(breaches).size).toBe(breaches.length);
      const kept = ticket.states.flatMap(({ clock, breach, past }) =>
        [...(breach ? [breach.at] : []), ...(past ?? []).flatMap(({ breachedAt }) => breachedAt ?? [])].map(
          (at) => `${clock} ${at}`,
        ),
      );
      expect(kept.sort()).toEqual(breaches.sort());
      expect(ticket.states.every(({ breach }) => !breach || breach.at < instant(now))).toBe(true);
    }),
    { numRuns: 300 },
  );
});
