import { beforeAll, describe, expect, it } from 'vitest';
import { command, history, mailsAbout, open } from './incident.js';
import { hire, type Organisation, type Party } from './organisation.js';
import { type Promised, promise } from './promise.js';
import { theWorld } from './which-world.js';
import type { World } from './world.js';

/** Called once half of the time to respond is gone, and a level further up every ten minutes. */
const PAGE = {
  id: 'page',
  clock: 'response',
  at: { percent: 50 },
  audience: [{ kind: 'team-level', level: 1 }],
  channels: ['email'],
  acknowledgeWithinMinutes: 10,
};
const TARGETS = { response: { minutes: 20 }, resolution: { minutes: 600 } };

type Shown = any;

describe('an escalation', () => {
  let world: World;
  let organisation: Organisation;

  beforeAll(async () => {
    ({ world, organisation } = await theWorld());
  });

  const service = (title: string, levels: Party[][], more: object = {}): Promise<Promised> =>
    promise(world, organisation, { title, targets: TARGETS, steps: [PAGE], levels, ...more });
  const report = (title: string, { serviceId }: Promised): Promise<Shown> =>
    open(world, 'requester', { title, impact: 1, urgency: 1, serviceId });
  /** Whom each page went to, in order. */
  const paged = async (incident: Shown): Promise<string[]> =>
    (await mailsAbout(world, incident)).filter(({ subject }) => subject.includes('Please acknowledge')).map(({ to }) => to[0]);

  it('pages the first level in time, within a target of two minutes', { timeout: 180_000 }, async () => {
    const called = await hire(world, 'Kofi Mensah');
    const soon = { targets: { response: { minutes: 2 }, resolution: { minutes: 240 } } };
    const incident = await report('The scale shows nothing', await service('Scales', [[called]], soon));
    if (world.canMoveClock) await world.advance(1);
    await world.eventually('the page', async () => (await paged(incident)).length > 0, 120_000);
    expect(await paged(incident)).toEqual([called.email]);
  });

  it('skips at once a level with nobody in it', async ({ skip }) => {
    skip(!world.canMoveClock, 'Ten minutes would have to be waited for.');
    const second = await hire(world, 'Mara Vogt');
    const incident = await report('The lift stops between floors', await service('Lifts', [[], [second]]));
    await world.advance(11);
    expect(await paged(incident)).toEqual([second.email]);
  });

  it('skips somebody who left', async ({ skip }) => {
    skip(!world.canMoveClock, 'Ten minutes would have to be waited for.');
    const [gone, second] = [await hire(world, 'Olaf Renner'), await hire(world, 'Petra Lang')];
    const incident = await report('The heating is cold', await service('Heating', [[gone], [second]]));
    const { headers } = await world.api('GET', `/v1/people/${gone.id}`, { as: 'admin' });
    await world.api('POST', `/v1/people/${gone.id}/deactivate`, {
      as: 'admin',
      body: {},
      headers: { 'if-match': headers.get('etag')! },
    });
    await world.advance(11);
    expect(await paged(incident)).toEqual([second.email]);
  });

  it('reaches the management topic where nobody is at all', async ({ skip }) => {
    skip(!world.canMoveClock, 'Ten minutes would have to be waited for.');
    const before = await world.now();
    const incident = await report('The camera shows black', await service('Cameras', []));
    await world.advance(11);
    const told = (await world.mails({ to: 'management', since: before })).filter(({ text, subject }) =>
      `${subject} ${text}`.includes(incident.number),
    );
    expect(told).toHaveLength(1);
  });

  it('climbs while nobody acknowledges: level by level, the service owner, the management topic', async ({ skip }) => {
    skip(!world.canMoveClock, 'Half an hour would have to be waited for.');
    const [first, second, owner] = [await hire(world, 'Rosa Paul'), await hire(world, 'Sven Ott'), await hire(world, 'Uta Wolf')];
    const before = await world.now();
    const incident = await report('The dock door jams', await service('Dock doors', [[first], [second]], { owner }));
    await world.advance(60);
    expect(await paged(incident)).toEqual([first.email, second.email, owner.email, expect.stringContaining('management')]);
    const at = (await mailsAbout(world, incident)).filter(({ subject }) => subject.includes('Please acknowledge'));
    const minutes = at.map((mail) => Math.round((Date.parse(mail.at) - before.getTime()) / 60_000));
    expect(minutes).toEqual([10, 20, 30, 40]);
  });

  it('stops climbing once somebody has acknowledged', async ({ skip }) => {
    skip(!world.canMoveClock, 'Half an hour would have to be waited for.');
    const [first, second] = [await hire(world, 'Vera Roth'), await hire(world, 'Willi Kern')];
    const incident = await report('The forklift will not charge', await service('Forklifts', [[first], [second]]));
    await world.advance(11);
    await command(world, incident.id, 'acknowledge');
    await world.advance(60);
    expect(await paged(incident)).toEqual([first.email]);
  });

  it('goes at once to the next level when a mail bounces', async ({ skip }) => {
    skip(!world.canMoveClock, 'Ten minutes would have to be waited for.');
    const email = `bounce+${Date.now().toString(36)}@simulator.amazonses.com`;
    const [broken, second] = [await hire(world, 'Xaver Thoma', { email }), await hire(world, 'Yara Said')];
    const incident = await report('The printer queue is stuck', await service('Print queue', [[broken], [second]]));
    const before = await world.now();
    await world.advance(11);
    await world.eventually('the page instead', async () => (await paged(incident)).includes(second.email));
    expect((await paged(incident)).slice(0, 2)).toEqual([email, second.email]);
    const instead = (await mailsAbout(world, incident, second.email))[0];
    expect(Date.parse(instead.at) - before.getTime()).toBeLessThan(12 * 60_000);
    const events = await history(world, `/v1/incidents/${incident.id}`);
    expect(events.find(({ event }) => event === 'incident.notice-not-delivered')?.detail).toMatchObject({ how: 'bounced' });
  });

  it('tells each step once, and the breach as a fact at its instant', async ({ skip }) => {
    skip(!world.canMoveClock, 'Twenty minutes would have to be waited for.');
    const called = await hire(world, 'Zoe Brandl');
    const steps = [50, 100].map((percent) => ({
      id: `at-${percent}`,
      clock: 'response',
      at: { percent },
      audience: [{ kind: 'team-level', level: 1 }],
      channels: ['email'],
    }));
    const incident = await report('The label roll is torn', await service('Label rolls', [[called]], { steps }));
    await world.advance(60);
    const told = await mailsAbout(world, incident, called.email);
    expect(told.map(({ subject }) => subject.replace(/\[.*?\] /, ''))).toEqual([
      '50% of the time used: The label roll is torn',
      'Target missed: The label roll is torn',
    ]);
    const events = await history(world, `/v1/incidents/${incident.id}`);
    const breaches = events.flatMap(({ detail }) =>
      ((detail['clocks'] ?? []) as { what: string; clock: string; at: string }[]).filter(({ what }) => what === 'breached'),
    );
    expect(breaches).toHaveLength(1);
    expect(Date.parse(breaches[0]!.at)).toBe(Date.parse(incident.receivedAt) + 20 * 60_000);
  });
});
