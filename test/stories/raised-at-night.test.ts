import { beforeAll, describe, expect, it } from 'vitest';
import { clock, command, history, mailsAbout, open } from './incident.js';
import { minutesAfter, next, TUESDAY, WEDNESDAY } from './local-time.js';
import { hire, type Organisation, type Party } from './organisation.js';
import { BERLIN_OFFICE, promise } from './promise.js';
import { theWorld } from './which-world.js';
import type { World } from './world.js';

const ZONE = 'Europe/Berlin';

describe('a priority raised at night', async () => {
  const { world, organisation } = await theWorld();
  describe.skipIf(!world.canMoveClock)('on a world whose clock can be moved', () => night(world, organisation));
});

function night(world: World, organisation: Organisation): void {
  let called: Party;
  let [kept, missed]: any[] = [];
  let evening: Date;
  let morning: Date;
  let raisedAt: Date;

  beforeAll(async () => {
    called = await hire(world, 'Jana Adler');
    const step = { clock: 'resolution', audience: [{ kind: 'team-level', level: 1 }], channels: ['email'] };
    const { serviceId } = await promise(world, organisation, {
      title: 'Customs declarations',
      calendar: BERLIN_OFFICE,
      targets: {
        '1': { resolution: { minutes: 60 } },
        '2': { resolution: { minutes: 10 } },
        '3': { resolution: { minutes: 480 } },
        '4': { resolution: { minutes: 960 } },
      },
      levels: [[called]],
      steps: [25, 40, 100].map((percent) => ({ ...step, id: `at-${percent}`, at: { percent } })),
    });
    evening = next(await world.now(), ZONE, TUESDAY, '17:30');
    morning = next(evening, ZONE, WEDNESDAY, '09:00');
    await world.to(evening);
    const report = { impact: 2, urgency: 2, serviceId };
    kept = await open(world, 'requester', { title: 'Declarations are refused', ...report });
    missed = await open(world, 'requester', { title: 'Declarations are slow', ...report });
    await world.to(next(evening, ZONE, WEDNESDAY, '02:00'));
    raisedAt = await world.now();
    await command(world, kept.id, 'reclassify', { impact: 1, urgency: 1, why: 'The whole port waits.' });
    await command(world, missed.id, 'reclassify', { impact: 1, why: 'More of them wait.' });
  });

  const usedInTheEvening = (): number => minutesAfter(evening, 30).getTime() - Date.parse(kept.receivedAt);
  const toldOf = async (incident: any) => mailsAbout(world, incident, called.email);

  it('carries over the half hour that was used, and is due in the morning', async () => {
    const resolution = await clock(world, kept.id, 'resolution');
    expect(resolution).toMatchObject({ priority: '1', target: { minutes: 60 }, breached: false });
    expect(resolution.elapsedMinutes).toBeCloseTo(usedInTheEvening() / 60_000, 9);
    expect(Date.parse(resolution.due)).toBe(minutesAfter(morning, 60).getTime() - usedInTheEvening());
  });

  it('sends one notice for all the steps that the new target has passed', async () => {
    const [mail, ...more] = await world.eventually('the notice', async () => {
      const mails = await toldOf(kept);
      return mails.length > 0 && mails;
    });
    expect(mail.subject).toContain('New target, already advanced');
    expect(more).toEqual([]);
  });

  it('is a breach at the instant of the change where the new target was used up before', async () => {
    const resolution = await clock(world, missed.id, 'resolution');
    expect(resolution).toMatchObject({ priority: '2', breached: true });
    expect(Date.parse(resolution.breachedAt)).toBeGreaterThanOrEqual(raisedAt.getTime());
    expect(Date.parse(resolution.breachedAt)).toBeLessThan(minutesAfter(raisedAt, 1).getTime());
    expect(Date.parse(resolution.computedDue)).toBe(Date.parse(missed.receivedAt) + 10 * 60_000);
    await world.eventually('the notice', async () => (await toldOf(missed)).length === 1);
  });

  it('is not undone by lowering the priority again', async () => {
    await command(world, missed.id, 'reclassify', { impact: 3, urgency: 2, why: 'It was one of them.' });
    expect(await clock(world, missed.id, 'resolution')).toMatchObject({ breached: true });
    const events = await history(world, `/v1/incidents/${missed.id}`);
    const breaches = events.flatMap(({ detail }) =>
      ((detail['clocks'] ?? []) as { what: string }[]).filter(({ what }) => what === 'breached'),
    );
    expect(breaches).toHaveLength(1);
  });

  it('lets the morning take its course: one more notice, when the new target is missed', async () => {
    await world.to(minutesAfter(morning, 60));
    expect((await toldOf(kept)).map(({ subject }) => subject.replace(/\[.*?\] /, ''))).toEqual([
      'New target, already advanced: Declarations are refused',
      'Target missed: Declarations are refused',
    ]);
    expect(await toldOf(missed)).toHaveLength(1);
  });
}
