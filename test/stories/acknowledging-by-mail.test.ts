import { beforeAll, describe, expect, it } from 'vitest';
import { history, mailsAbout, open, read } from './incident.js';
import { hire, type Party } from './organisation.js';
import { promise } from './promise.js';
import { theWorld } from './which-world.js';
import type { Answer, World } from './world.js';

describe('a person on call, paged by mail', () => {
  let world: World;
  let called: Party;
  let incident: any;
  let link: URL;

  beforeAll(async () => {
    const { organisation, ...stage } = await theWorld();
    world = stage.world;
    called = await hire(world, 'Ines Koch');
    const { serviceId } = await promise(world, organisation, {
      title: 'Gate control',
      targets: { response: { minutes: 2 }, resolution: { minutes: 240 } },
      levels: [[called]],
      steps: [
        {
          id: 'page',
          clock: 'response',
          at: { percent: 25 },
          audience: [{ kind: 'team-level', level: 1 }],
          channels: ['email'],
          acknowledgeWithinMinutes: 30,
        },
      ],
    });
    incident = await open(world, 'requester', { title: 'The gate does not open', impact: 1, urgency: 1, serviceId });
    if (world.canMoveClock) await world.advance(1);
    const page = await world.eventually('the page', async () => (await mailsAbout(world, incident, called.email))[0], 90_000);
    const found = /https?:\/\/\S+\/links\/acknowledge\?token=[\w.~-]+/.exec(page.text);
    link = new URL(found![0]);
  }, 120_000);

  const show = (token: string): Promise<Answer> => world.api('GET', `${link.pathname}?token=${encodeURIComponent(token)}`);
  const act = (token: string): Promise<Answer> =>
    world.api('POST', link.pathname, {
      body: new URLSearchParams({ token }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  const token = (): string => link.searchParams.get('token')!;

  it('sees what it is about behind the link, and nothing happens: scanners follow links', async () => {
    const { status, text, headers } = await show(token());
    expect(status).toBe(200);
    expect(text).toContain(`Acknowledge ${incident.number}?`);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    await show(token());
    expect((await read(world, incident.id)).acknowledgedAt).toBeUndefined();
  });

  it('is told when the link was altered, which acknowledges nothing', async () => {
    const [first, ...rest] = token();
    for (const altered of [`${first === 'a' ? 'b' : 'a'}${rest.join('')}`, token().slice(0, -4), `${token()}x`, '']) {
      const { status, text } = await act(altered);
      expect(status).toBe(400);
      expect(text).toContain('This link does not hold');
    }
    expect((await read(world, incident.id)).acknowledgedAt).toBeUndefined();
  });

  it('acknowledges by posting the page, without signing in, and in its own name', async () => {
    const { status, text } = await act(token());
    expect(status).toBe(200);
    expect(text).toContain(`${incident.number} is acknowledged`);
    expect(await read(world, incident.id)).toMatchObject({ status: 'in-progress', acknowledgedBy: called.id });
    const events = await history(world, `/v1/incidents/${incident.id}`);
    expect(events.find(({ event }) => event === 'incident.acknowledged')).toMatchObject({ actor: called.id });
  });

  it('reads the second time that it was done already', async () => {
    for (const again of [await act(token()), await show(token())]) {
      expect(again.status).toBe(200);
      expect(again.text).toContain(`${incident.number} was acknowledged already`);
    }
    const events = await history(world, `/v1/incidents/${incident.id}`);
    expect(events.filter(({ event }) => event === 'incident.acknowledged')).toHaveLength(1);
  });

  it('is called no more', async ({ skip }) => {
    skip(!world.canMoveClock, 'The half hour until the next level would have to be waited for.');
    await world.advance(40);
    const pages = (await mailsAbout(world, incident)).filter(({ subject }) => subject.includes('Please acknowledge'));
    expect(pages.map(({ to }) => to)).toEqual([[called.email]]);
  });

  it('finds after a week that the link has expired', async ({ skip }) => {
    skip(!world.canMoveClock, 'A week would have to be waited for.');
    await world.advance(7 * 24 * 60);
    const { status, text } = await show(token());
    expect(status).toBe(410);
    expect(text).toContain('This link has expired');
  });
});
