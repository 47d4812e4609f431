import { beforeAll, describe, expect, it } from 'vitest';
import { clock, command, mailsAbout, open } from './incident.js';
import { FRIDAY, MONDAY, minutesAfter, next } from './local-time.js';
import { hire, type Organisation, type Party } from './organisation.js';
import { BERLIN_OFFICE, promise } from './promise.js';
import { theWorld } from './which-world.js';
import type { World } from './world.js';

const ZONE = 'Europe/Berlin';

describe('an incident at 17:50 on a Friday, in hours from nine to six', async () => {
  const { world, organisation } = await theWorld();
  const told = describe.skipIf(!world.canMoveClock);

  told('on a world whose clock can be moved', () => weekend(world, organisation));
});

function weekend(world: World, organisation: Organisation): void {
  let called: Party;
  // biome-ignore lint/suspicious/noExplicitAny: an incident as the API shows it.
  let incident: any;
  let friday: Date;
  let monday: Date;

  beforeAll(async () => {
    called = await hire(world, 'Hanna Fink');
    const { serviceId } = await promise(world, organisation, {
      title: 'Freight booking',
      calendar: BERLIN_OFFICE,
      targets: { response: { minutes: 60 }, resolution: { minutes: 480 }, update: { days: 1 } },
      levels: [[called]],
      steps: [
        {
          id: 'half-time',
          clock: 'response',
          at: { percent: 50 },
          audience: [{ kind: 'team-level', level: 1 }],
          channels: ['email'],
        },
      ],
    });
    friday = next(await world.now(), ZONE, FRIDAY, '17:50');
    monday = next(friday, ZONE, MONDAY, '09:00');
    await world.to(friday);
    incident = await open(world, 'requester', { title: 'Bookings vanish', impact: 2, urgency: 2, serviceId });
  });

  const usedOnFriday = (): number => minutesAfter(friday, 10).getTime() - Date.parse(incident.receivedAt);

  it('is due on Monday: what is left of the hour after ten minutes on Friday', async () => {
    const response = await clock(world, incident.id, 'response');
    expect(Date.parse(response.due)).toBe(minutesAfter(monday, 60).getTime() - usedOnFriday());
    const resolution = await clock(world, incident.id, 'resolution');
    expect(Date.parse(resolution.due)).toBe(minutesAfter(monday, 480).getTime() - usedOnFriday());
  });

  it('keeps a promise in working days by the day: the same time on the next working day', async () => {
    const update = await clock(world, incident.id, 'update');
    expect(update.target).toEqual({ days: 1 });
    expect(Date.parse(update.due)).toBe(Date.parse(incident.receivedAt) + 3 * 24 * 3_600_000);
  });

  it('uses no time over the weekend, and calls nobody', async () => {
    await world.to(minutesAfter(friday, 24 * 60));
    const saturday = await clock(world, incident.id, 'response');
    expect(saturday.elapsedMinutes).toBeCloseTo(usedOnFriday() / 60_000, 9);
    await world.to(minutesAfter(monday, 0));
    expect((await clock(world, incident.id, 'response')).elapsedMinutes).toBeCloseTo(usedOnFriday() / 60_000, 2);
    expect(await mailsAbout(world, incident, called.email)).toEqual([]);
  });

  it('tells the team at half of the hour, on Monday morning', async () => {
    await world.to(minutesAfter(monday, 21));
    const [mail] = await mailsAbout(world, incident, called.email);
    expect(mail.subject).toContain('50% of the time used');
    expect(Date.parse(mail.at) - (minutesAfter(monday, 30).getTime() - usedOnFriday())).toBeLessThan(5_000);
    expect(Date.parse(mail.at)).toBeGreaterThanOrEqual(minutesAfter(monday, 30).getTime() - usedOnFriday());
  });

  it('is met when somebody takes note before it is due, and says how the minutes add up', async () => {
    await command(world, incident.id, 'acknowledge');
    const { body } = await world.api('GET', `/v1/incidents/${incident.id}/clocks/response/explain`, { as: 'agent' });
    expect(body).toMatchObject({ status: 'stopped', breached: false });
    const sum = body.segments.reduce((total: number, { milliseconds }: { milliseconds: number }) => total + milliseconds, 0);
    expect(sum).toBe(body.elapsedMilliseconds);
    expect(sum / 60_000).toBeCloseTo(body.elapsedMinutes, 9);
    const closed = body.segments.filter(({ kind }: { kind: string }) => kind === 'closed');
    expect(closed).toMatchObject([{ from: minutesAfter(friday, 10).toISOString(), to: monday.toISOString(), milliseconds: 0 }]);
  });
}
