import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MovableClock } from '../../../infra/local/clock.js';
import { parseSchedule } from '../../../infra/local/schedule-expression.js';
import { type ScheduleEntry, Schedules } from '../../../infra/local/schedules.js';
import { settle } from '../../../infra/local/settling.js';
import { closing, eventually, scratchFolder } from './scratch.js';

const DAY = 24 * 60;

async function running(
  entry: Omit<ScheduleEntry, 'name' | 'target'>,
  target: () => Promise<unknown> = async () => undefined,
  cap = 60,
) {
  const clock = closing(await MovableClock.open());
  await clock.set(new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000));
  const file = join(scratchFolder(), 'schedules.json');
  const calls: { at: number; event: unknown }[] = [];
  const start = clock.millis();
  const open = async () => {
    const heard = async (event: unknown) => {
      calls.push({ at: Math.round((clock.millis() - start) / 60_000), event });
      await target();
    };
    const schedules = closing(
      await Schedules.open({ file, clock, cap, fault: () => undefined, schedules: [{ name: 'sweep', ...entry, target: heard }] }),
    );
    clock.settleWith(() => settle([schedules]));
    return schedules;
  };
  return { clock, calls, open, schedules: await open() };
}

describe('schedules', () => {
  it('are called at each of their instants while the clock moves', async () => {
    const { clock, calls } = await running({ expression: 'rate(10 minutes)' });
    await clock.advance(35);
    expect(calls.map(({ at }) => at)).toEqual([10, 20, 30]);
    await clock.advance(10);
    expect(calls.map(({ at }) => at)).toEqual([10, 20, 30, 40]);
    expect(calls[0]!.event).toMatchObject({ source: 'aws.scheduler', 'detail-type': 'Scheduled Event' });
  });

  it('are not called more than the cap in one move, and are up to date after it', async () => {
    const { clock, calls } = await running({ expression: 'rate(1 minute)' }, undefined, 20);
    await clock.advance(7 * DAY);
    expect(calls.length).toBeGreaterThan(15);
    expect(calls.length).toBeLessThanOrEqual(20);
    expect(calls.at(-1)!.at).toBe(7 * DAY);
    await clock.advance(1);
    expect(calls.at(-1)!.at).toBe(7 * DAY + 1);
  });

  it('are made up for once after the machine was off, with the input they were given', async () => {
    const input = { job: 'close', at: '<aws.scheduler.scheduled-time>' };
    const { clock, calls, schedules, open } = await running({ expression: 'rate(1 hour)', input });
    await schedules.close();
    await clock.advance(DAY);
    expect(calls).toEqual([]);
    await open();
    await eventually(() => calls.length === 1);
    expect(calls[0]!.event).toEqual({ job: 'close', at: expect.stringMatching(/^\d{4}-.*:00:00Z$/) });
  });

  it('are tried again when the function fails', async () => {
    let failures = 1;
    const { clock, calls } = await running({ expression: 'rate(1 hour)' }, async () => {
      if (failures-- > 0) throw new Error('busy');
    });
    await clock.advance(61);
    expect(calls).toHaveLength(2);
  });
});

describe('a schedule expression', () => {
  const instants = (expression: string, timezone: string, from: string, count = 3) => {
    const schedule = parseSchedule(expression, timezone);
    const found: string[] = [];
    for (let at = schedule.next(Date.parse(from)); at !== undefined && found.length < count; at = schedule.next(at)) {
      found.push(new Date(at).toISOString().slice(0, 16));
    }
    return found;
  };

  it('follows the clocks of its zone', () => {
    expect(instants('cron(0 8 * * ? *)', 'Europe/Berlin', '2026-03-27T12:00:00Z')).toEqual([
      '2026-03-28T07:00',
      '2026-03-29T06:00',
      '2026-03-30T06:00',
    ]);
  });

  it('skips a time that does not happen, and takes one that happens twice once', () => {
    expect(instants('cron(30 2 * * ? *)', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-30T00:30',
      '2026-03-31T00:30',
    ]);
    expect(instants('cron(30 2 * * ? *)', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
  });

  it('knows lists, ranges, steps, names, last days and nth weekdays', () => {
    expect(instants('cron(0/20 9,17 ? * MON-FRI *)', 'UTC', '2026-11-20T17:30:00Z')).toEqual([
      '2026-11-20T17:40',
      '2026-11-23T09:00',
      '2026-11-23T09:20',
    ]);
    expect(instants('cron(0 0 L * ? *)', 'UTC', '2028-02-01T00:00:00Z', 2)).toEqual(['2028-02-29T00:00', '2028-03-31T00:00']);
    expect(instants('cron(0 6 ? * 2#1 *)', 'UTC', '2026-11-01T00:00:00Z', 2)).toEqual(['2026-11-02T06:00', '2026-12-07T06:00']);
    expect(instants('cron(0 6 ? * 6L *)', 'UTC', '2026-11-01T00:00:00Z', 1)).toEqual(['2026-11-27T06:00']);
    expect(instants('cron(0 6 1 JAN ? 2020)', 'UTC', '2026-11-01T00:00:00Z', 1)).toEqual([]);
  });

  it.each([
    'every day',
    'rate(0 minutes)',
    'rate(5 weeks)',
    'cron(* * *)',
    'cron(0 8 * * * *)',
    'cron(61 8 * * ? *)',
    'cron(0 8 3W * ? *)',
  ])('is refused when it is %s', (expression) => {
    expect(() => parseSchedule(expression)).toThrow(expression);
  });
});
