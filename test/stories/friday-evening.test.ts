import { beforeAll, describe, expect, it } from 'vitest';
import { clock, command, mailsAbout, read } from './incident.js';
import { rawOf } from './letter.js';
import { FRIDAY, MONDAY, minutesAfter, next } from './local-time.js';
import { customerByMail, hire, mailIsAbout, type Organisation, type Party } from './organisation.js';
import { BERLIN_OFFICE, promise } from './promise.js';
import { theWorld } from './which-world.js';
import type { World } from './world.js';

const ZONE = 'Europe/Berlin';

describe('a mail at 17:50 on a Friday, in hours from nine to six', async () => {
  const { world, organisation } = await theWorld();
  const possible = world.canMoveClock && world.deskAddress !== undefined;
  describe.skipIf(!possible)('on a world that receives mail and whose clock can be moved', () => weekend(world, organisation));
});

function weekend(world: World, shared: Organisation): void {
  let called: Party;
  let writer: Party;
  let incident: any;
  let friday: Date;
  let monday: Date;

  beforeAll(async () => {
    called = await hire(world, 'Hanna Fink');
    const own = await customerByMail(world, shared, 'freight');
    writer = own.writer;
    const { serviceId } = await promise(world, own.organisation, {
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
    await mailIsAbout(world, own.organisation.customers.harbour.id, serviceId);
    await world.to(friday);
    const letter = {
      from: `Bea Quast <${writer.email}>`,
      to: world.deskAddress!,
      subject: 'Bookings vanish',
      text: 'Since noon.',
    };
    await world.sendMail({ from: writer.email, to: [letter.to], raw: rawOf(letter) });
    const receipt = await world.eventually('the receipt', async () => (await world.mails({ to: writer.email }))[0]);
    incident = await read(world, /\[(INC-\d+)\]/.exec(receipt.subject)![1]!);
  });

  it('opens an incident that was received then', () => {
    expect(incident).toMatchObject({ source: 'mail', title: 'Bookings vanish', requesterId: writer.id });
    expect(Date.parse(incident.receivedAt)).toBeGreaterThanOrEqual(Math.floor(friday.getTime() / 1000) * 1000);
    expect(Date.parse(incident.receivedAt)).toBeLessThan(minutesAfter(friday, 1).getTime());
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
    await world.to(monday);
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
