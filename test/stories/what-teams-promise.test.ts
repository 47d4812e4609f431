import { beforeAll, describe, expect, it } from 'vitest';
import { command, history, mailsAbout, open, read } from './incident.js';
import { create, expectDone, hire, move, type Organisation, type Party } from './organisation.js';
import { ALWAYS, MANAGEMENT, type Promised, promise } from './promise.js';
import { theWorld } from './which-world.js';
import type { World } from './world.js';

describe('what teams and suppliers promise beneath what customers are promised', async () => {
  const { world, organisation } = await theWorld();
  describe.skipIf(!world.canMoveClock)('on a world whose clock can be moved', () => passedOn(world, organisation));
});

type Json = any;

function passedOn(world: World, organisation: Organisation): void {
  let promised: Promised;
  let lead: Party;
  let [network, carrier, olaId, contractId]: string[] = [];
  let incident: Json;

  const bind = async (title: string, kind: string, party: object, minutes: number, more: object = {}): Promise<string> => {
    const targets = Object.fromEntries(['1', '2', '3', '4'].map((priority) => [priority, { assignment: { minutes } }]));
    const { id: calendarId } = await create(world, 'calendars', { title: `Hours of ${title}`, ...ALWAYS });
    const terms = { title, kind, ...party, calendarId, timezone: 'Europe/Berlin', validFrom: '2026-01-01', targets, ...more };
    const { id } = await create(world, 'agreements', terms);
    await move(world, `/v1/agreements/${id}`, 'activate');
    return id;
  };
  const get = async (path: string): Promise<Json> => expectDone(await world.api('GET', path, { as: 'auditor' })).body;
  const assignments = async (): Promise<Json[]> =>
    (await get(`/v1/incidents/${incident.id}/clocks`)).items.filter(({ clock }: Json) => clock === 'assignment');

  beforeAll(async () => {
    const steps = [
      {
        id: 'late',
        clock: 'assignment',
        at: { percent: 100 },
        audience: [{ kind: 'team-level', level: 1 }],
        channels: ['email'],
      },
    ];
    lead = await hire(world, 'Nadia Petrov');
    ({ id: network = '' } = await create(world, 'teams', { title: 'Network', levels: [[lead.id]] } as object));
    const { id: supplierId } = await create(world, 'suppliers', { title: 'Line Carrier' });
    ({ id: carrier = '' } = await create(world, 'teams', { title: 'Line Carrier’s desk', supplierId } as object));
    const { id: escalationPolicyId } = await create(world, 'escalation-policies', {
      title: 'Escalation of the network team',
      steps,
      terminal: MANAGEMENT,
    });
    olaId = await bind('Network OLA', 'OLA', { teamId: network }, 60, { escalationPolicyId });
    contractId = await bind('Contract of the line', 'underpinning-contract', { supplierId }, 120);
    promised = await promise(world, organisation, { title: 'Quay line', targets: { resolution: { minutes: 480 } } });
    incident = await open(world, 'requester', { title: 'The quay is offline', serviceId: promised.serviceId });
  });

  it('runs from where the team gets the incident, and its lead is told when its time is up', async () => {
    await world.advance(30);
    await command(world, incident.id, 'assign', { teamId: network });
    const [clock, ...others] = await assignments();
    expect(others).toEqual([]);
    expect(clock).toMatchObject({ promise: 'OLA', agreement: { id: olaId }, breached: false });
    expect(clock.elapsedMinutes).toBeLessThan(5);
    await world.advance(61);
    expect(await assignments()).toMatchObject([{ breached: true, status: 'running' }]);
    await world.eventually('the lead is told', async () => (await mailsAbout(world, incident, lead.email)).length > 0, 30_000);
    const { overdueSince } = await read(world, incident.id);
    expect(overdueSince).toBeUndefined(); // nothing that the customer was promised
  });

  it('ends when somebody else gets it, whose own promise then counts', async () => {
    await command(world, incident.id, 'assign', { teamId: carrier });
    await world.advance(45);
    await command(world, incident.id, 'pend', { reason: 'customer' });
    await world.advance(300);
    await command(world, incident.id, 'resume');
    await command(world, incident.id, 'resolve', { code: 'fixed', text: 'The line was cut, and is mended.' });
    const shown = await assignments();
    expect(shown).toMatchObject([
      { promise: 'OLA', assignedTo: { teamId: network }, breached: true, status: 'stopped' },
      { promise: 'underpinning-contract', assignedTo: { teamId: carrier }, breached: false, status: 'stopped' },
    ]);
    for (const { cycle, elapsedMinutes } of shown) {
      const explained = await get(`/v1/incidents/${incident.id}/clocks/assignment/explain?cycle=${cycle}`);
      const sum = explained.segments.reduce((total: number, { milliseconds }: Json) => total + milliseconds, 0);
      expect(sum / 60_000).toBeCloseTo(elapsedMinutes, 6);
    }
    expect(shown[1].elapsedMinutes).toBeGreaterThanOrEqual(45);
    expect(shown[1].elapsedMinutes).toBeLessThan(60);
  });

  it('is counted for whoever promised it, and leaves the customer’s agreement as it was', async () => {
    const attained = async (id: string): Promise<Json> => (await get(`/v1/agreements/${id}/attainment`)).clocks;
    expect(await attained(olaId!)).toMatchObject([{ clock: 'assignment', percent: 0, breached: [{ record: incident.number }] }]);
    expect(await attained(contractId!)).toMatchObject([
      { clock: 'assignment', percent: 100, met: [{ record: incident.number }] },
    ]);
    const customers = await attained(promised.agreementId);
    expect(customers.find(({ clock }: Json) => clock === 'resolution')).toMatchObject({ percent: 100 });
    const told = (await history(world, `/v1/incidents/${incident.id}`)).flatMap(
      ({ detail }) => (detail['clocks'] as Json[]) ?? [],
    );
    expect(told.filter(({ clock, what }) => clock === 'assignment' && what === 'stopped').map(({ why }) => why)).toEqual([
      'reassigned',
      'resolved',
    ]);
  });
}
