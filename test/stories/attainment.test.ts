import { beforeAll, describe, expect, it } from 'vitest';
import { command, open } from './incident.js';
import type { Organisation } from './organisation.js';
import { type Promised, promise } from './promise.js';
import { theWorld } from './which-world.js';
import type { World } from './world.js';

describe('the attainment of a month', async () => {
  const { world, organisation } = await theWorld();
  describe.skipIf(!world.canMoveClock)('on a world whose clock can be moved', () => month(world, organisation));
});

function month(world: World, organisation: Organisation): void {
  const DONE = { code: 'fixed', text: 'Done.' };
  let promised: Promised;
  let [met, breached, cancelled, reopened, running]: any[] = [];

  beforeAll(async () => {
    promised = await promise(world, organisation, {
      title: 'Weighbridge',
      targets: { response: { minutes: 30 }, resolution: { minutes: 120 } },
    });
    // All in one month, whichever day it is now.
    const now = await world.now();
    await world.to(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 2, 12)));
    const report = (title: string) => open(world, 'requester', { title, serviceId: promised.serviceId });
    met = await report('Met');
    breached = await report('Breached');
    cancelled = await report('Cancelled');
    reopened = await report('Reopened');
    running = await report('Running');
    await world.advance(10);
    for (const { id } of [met, breached, reopened, running]) await command(world, id, 'acknowledge');
    await command(world, met.id, 'resolve', DONE);
    await command(world, reopened.id, 'resolve', DONE);
    await command(world, cancelled.id, 'cancel', { reason: 'It was a drill.' });
    await world.advance(115);
    await command(world, reopened.id, 'reopen', { reason: 'It came back.' }, 'requester');
    await command(world, breached.id, 'resolve', DONE);
    await world.advance(1);
  });

  const report = async (): Promise<any> => {
    const { body } = await world.api('GET', `/v1/agreements/${promised.agreementId}/attainment`, { as: 'auditor' });
    return body;
  };
  const numbers = (units: { record: string }[]): string[] => units.map(({ record }) => record).sort();

  it('counts what was met, missed, and left out, with the records behind each figure', async () => {
    const { clocks } = await report();
    const resolution = clocks.find(({ clock }: { clock: string }) => clock === 'resolution');
    expect(numbers(resolution.met)).toEqual([met.number]);
    expect(numbers(resolution.breached)).toEqual([breached.number, running.number].sort());
    expect(numbers(resolution.excluded)).toEqual([cancelled.number]);
    expect(resolution.percent).toBeCloseTo(100 / 3, 9);
  });

  it('judges the answer apart from the solution', async () => {
    const { clocks } = await report();
    const response = clocks.find(({ clock }: { clock: string }) => clock === 'response');
    expect(numbers(response.met)).toEqual([met.number, breached.number, reopened.number, running.number].sort());
    expect(numbers(response.excluded)).toEqual([cancelled.number]);
    expect(response.percent).toBe(100);
  });

  it('counts a reopened one once, by where it ends: while it runs in time not at all, then as met', async () => {
    await command(world, reopened.id, 'resolve', DONE);
    const { clocks, period } = await report();
    const resolution = clocks.find(({ clock }: { clock: string }) => clock === 'resolution');
    expect(numbers(resolution.met)).toEqual([met.number, reopened.number].sort());
    expect(resolution.percent).toBe(50);
    expect(period).toMatchObject({ kind: 'month', begins: expect.stringMatching(/-01$/) });
  });

  it('is of its month alone', async () => {
    const now = await world.now();
    const before = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 15)).toISOString().slice(0, 10);
    const { body } = await world.api('GET', `/v1/agreements/${promised.agreementId}/attainment?on=${before}`, { as: 'auditor' });
    for (const { met, breached, excluded, percent } of body.clocks)
      expect([met, breached, excluded, percent]).toEqual([[], [], [], null]);
  });
}
