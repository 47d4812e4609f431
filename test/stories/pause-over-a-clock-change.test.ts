import { beforeAll, describe, expect, it } from 'vitest';
import { clock, command, comment, open, read } from './incident.js';
import { FRIDAY, instantAt, MONDAY, minutesAfter, next, nextSpringForward } from './local-time.js';
import type { Organisation } from './organisation.js';
import { BERLIN_OFFICE, promise } from './promise.js';
import { theWorld } from './which-world.js';
import type { World } from './world.js';

const ZONE = 'Europe/Berlin';
const DAY = 24 * 3_600_000;
const ALL_WEEK = {
  timezone: ZONE,
  hours: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, [['00:00', '24:00']]])),
};

describe('a pause over the weekend on which clocks are put forward', async () => {
  const { world, organisation } = await theWorld();
  describe.skipIf(!world.canMoveClock)('on a world whose clock can be moved', () => spring(world, organisation));
});

function spring(world: World, organisation: Organisation): void {
  let [office, attended]: any[] = [];
  let friday: Date;
  let sunday: string;
  let monday: Date;

  beforeAll(async () => {
    const targets = { response: { minutes: 600 }, resolution: { minutes: 3000 } };
    const ours = await promise(world, organisation, { title: 'Berth planning', calendar: BERLIN_OFFICE, targets });
    const always = await promise(world, organisation, { title: 'Berth lights', calendar: ALL_WEEK, targets });
    sunday = nextSpringForward(await world.now(), ZONE);
    friday = next(new Date(instantAt(ZONE, sunday, '12:00').getTime() - 7 * DAY), ZONE, FRIDAY, '17:20');
    monday = next(friday, ZONE, MONDAY, '08:10');
    await world.to(friday);
    office = await open(world, 'requester', { title: 'The plan is empty', serviceId: ours.serviceId });
    attended = await open(world, 'requester', { title: 'The lights flicker', serviceId: always.serviceId });
    await world.to(minutesAfter(friday, 30));
    for (const { id } of [office, attended]) await command(world, id, 'pend', { reason: 'customer', note: 'Which berth?' });
  });

  it('freezes what remains: there is no due instant while it waits', async () => {
    const before = await clock(world, office.id, 'resolution');
    expect(before).toMatchObject({ status: 'paused' });
    expect(before.due).toBeUndefined();
    await world.to(monday);
    const frozen = await clock(world, office.id, 'resolution');
    expect(frozen.remainingMinutes).toBe(before.remainingMinutes);
    expect((await clock(world, office.id, 'response')).status).toBe('running');
  });

  it('goes on when the requester answers', async () => {
    for (const { id } of [office, attended]) await comment(world, id, 'requester', 'Berth 4.');
    expect(await read(world, office.id)).toMatchObject({ status: 'in-progress' });
    expect(await clock(world, office.id, 'resolution')).toMatchObject({ status: 'running' });
  });

  it('counts ten minutes of pause in hours from nine to six, not sixty-two hours', async () => {
    const { receivedAt } = await read(world, office.id);
    const { due } = await clock(world, office.id, 'resolution');
    const { body } = await preview({ calendar: BERLIN_OFFICE, op: 'due', start: receivedAt, minutes: 3010 });
    expect(Math.abs(Date.parse(due) - Date.parse(body.due))).toBeLessThan(10_000);
  });

  it('counts the weekend as it lasted where somebody always attends: an hour less than the clocks show', async () => {
    const { body } = await world.api('GET', `/v1/incidents/${attended.id}/clocks/resolution/explain`, { as: 'agent' });
    const paused = body.segments.filter(({ kind }: { kind: string }) => kind === 'paused');
    expect(paused).toHaveLength(1);
    const lasted = Date.parse(paused[0].to) - Date.parse(paused[0].from);
    const shown = 62 * 60 + 20;
    expect(Math.round(lasted / 60_000)).toBe(shown - 60);
    expect(Date.parse(body.due)).toBe(Date.parse(attended.receivedAt) + 3000 * 60_000 + lasted);
    const sum = body.segments.reduce((total: number, { milliseconds }: { milliseconds: number }) => total + milliseconds, 0);
    expect(sum).toBe(body.elapsedMilliseconds);
  });

  const preview = (body: object) => world.api('POST', '/v1/calendars/preview', { as: 'agent', body });
}
