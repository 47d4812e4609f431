import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../../functions/kernel/errors.js';
import type { Alert, Signal } from '../../../../functions/operation/alert/alert.js';
import { fromAlertmanager } from '../../../../functions/operation/alert/alertmanager.js';
import { fromGeneric } from '../../../../functions/operation/alert/generic.js';
import { observe } from '../../../../functions/operation/alert/observing.js';
import { calm, gathered, isOver, MOST_MEMBERS, sizeOf } from '../../../../functions/operation/alert/storm.js';
import { meaningOf } from '../../../../functions/operation/alert-source/source.js';

const at = (minute: number) => new Date(Date.UTC(2026, 2, 2, 10, minute)).toISOString();
const signal = (state: Signal['state'], fingerprint: string, minute?: number): Signal => ({
  state,
  fingerprint,
  title: fingerprint,
  description: '',
  labels: {},
  annotations: {},
  ...(minute !== undefined && { startsAt: at(minute) }),
});
const base = { status: 'firing', startsAt: at(0), receivedAt: at(0), episode: 1 } as Alert;

/** What stands after signals that are heard one after the other, each a second apart. */
const after = (signals: readonly Signal[]): Alert =>
  signals.reduce((alert, each, i) => {
    const seen = observe(alert, each, new Date(Date.parse(at(30)) + i * 1000).toISOString());
    return seen.as === 'changed' ? (seen.decision.next as Alert) : alert;
  }, base);

describe('signals of one alert', () => {
  const episodes = fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 5 });

  it('in any order, and any number of times, end where those in order do', () => {
    fc.assert(
      fc.property(episodes, fc.boolean(), fc.infiniteStream(fc.nat()), (starts, lastEnds, chance) => {
        const ordered = [...starts].sort((a, b) => a - b);
        const last = ordered.at(-1)!;
        const all = ordered.flatMap((minute) => [
          signal('firing', 'x', minute),
          ...(minute < last || lastEnds ? [signal('resolved', 'x', minute)] : []),
        ]);
        const shuffled = [...all, ...all]
          .map((each) => [chance.next().value ?? 0, each] as const)
          .sort(([a], [b]) => a - b)
          .map(([, each]) => each);
        const state = (alert: Alert) => ({ status: alert.status, startsAt: alert.startsAt });
        expect(state(after(shuffled))).toEqual(state(after(all)));
        expect(state(after(all))).toEqual({ status: lastEnds ? 'resolved' : 'firing', startsAt: at(last) });
      }),
      { numRuns: 300 },
    );
  });
});

describe('a storm', () => {
  it('counts each alert once, and is over when every one has ended', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(300), { minLength: 1, maxLength: 50 }), fc.nat(5), (ids, times) => {
        const firing = ids.map((id) => signal('firing', `f${id}`, 1));
        let storm = gathered(calm(at(1)), firing, 0, at(1))!;
        for (let i = 0; i < times; i++) expect(gathered(storm, firing, 0, at(2))).toBeUndefined();
        expect([sizeOf(storm), isOver(storm)]).toEqual([ids.length, false]);
        for (const id of ids) storm = gathered(storm, [signal('resolved', `f${id}`, 1)], 0, at(3))!;
        expect(isOver(storm)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('without end keeps to its size, says how many there were, and is never taken to be over', () => {
    const many = Array.from({ length: MOST_MEMBERS + 40 }, (_, i) => signal('firing', `f${i}`, 1));
    const storm = gathered(calm(at(1)), many, 0, at(1))!;
    expect([storm.members.length, sizeOf(storm)]).toEqual([MOST_MEMBERS, MOST_MEMBERS + 40]);
    const ended = gathered(
      storm,
      many.map((each) => ({ ...each, state: 'resolved' as const })),
      0,
      at(2),
    )!;
    expect(isOver(ended)).toBe(false);
    expect(JSON.stringify(ended).length).toBeLessThan(380_000);
  });
});

describe('whatever is sent', () => {
  it.each([
    ['Alertmanager', fromAlertmanager, 'version'],
    ['a generic source', fromGeneric, 'x'],
  ] as const)('as %s’s payload is read or refused', (_, read, key) => {
    const alert = fc.record(
      {
        status: fc.constantFrom('firing', 'resolved', 'x'),
        fingerprint: fc.string({ maxLength: 220 }),
        title: fc.string(),
        labels: fc.dictionary(fc.string(), fc.anything()),
        annotations: fc.anything(),
        startsAt: fc.oneof(
          fc.string(),
          fc.constantFrom('0001-01-01T00:00:00Z', '+275760-09-13T00:00:00Z', '2026-03-02T10:00:00+14:00'),
        ),
        endsAt: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.record({ [key]: fc.constant('4'), alerts: fc.array(alert) })), (given) => {
        try {
          for (const one of read(given).signals) {
            expect(one.title.length).toBeLessThanOrEqual(200);
            expect(one.startsAt ?? '2026-01-01T00:00:00.000Z').toMatch(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/);
          }
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          expect(error.reason).toBe('invalid');
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('rules', () => {
  it('each add what no earlier one said, and the source what none did', () => {
    const source = {
      rules: [
        { when: { a: '1' }, serviceId: 's1' },
        { when: { a: '1', b: 'x*' }, serviceId: 's2', urgency: 1 },
        { when: { c: '1' }, ignore: true },
      ],
      teamId: 't',
      impact: 3,
    } as never;
    expect(meaningOf(source, { a: '1', b: 'xy' })).toEqual({ serviceId: 's1', urgency: 1, teamId: 't', impact: 3 });
    expect(meaningOf(source, { a: '1', b: 'y' })).toEqual({ serviceId: 's1', teamId: 't', impact: 3 });
    expect(meaningOf(source, { toString: '1', c: '1' })).toEqual({ ignore: true, teamId: 't', impact: 3 });
  });
});
