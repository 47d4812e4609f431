import { beforeAll, describe, expect, it } from 'vitest';
import { command, comment, history, mailsAbout, open, read } from './incident.js';
import type { Organisation } from './organisation.js';
import { theWorld } from './which-world.js';
import type { World } from './world.js';

describe('resolved incidents', async () => {
  const { world, organisation } = await theWorld();
  describe.skipIf(!world.canMoveClock)('on a world whose clock can be moved', () => waiting(world, organisation));
});

function waiting(world: World, { contacts }: Organisation): void {
  let [left, objected]: any[] = [];
  const DAY = 24 * 60;

  beforeAll(async () => {
    const resolution = { code: 'user-guided', text: 'Please clear the cache.' };
    [left, objected] = [
      await open(world, 'requester', { title: 'The page is white' }),
      await open(world, 'requester', { title: 'The page is grey' }),
    ];
    for (const { id } of [left, objected]) await command(world, id, 'resolve', resolution);
  });

  it('stay open for five days', async () => {
    await world.advance(4 * DAY);
    expect((await read(world, left.id)).status).toBe('resolved');
  });

  it('are taken up again when the requester objects', async () => {
    await comment(world, objected.id, 'requester', 'It is still grey.');
    expect(await read(world, objected.id)).toMatchObject({ status: 'in-progress', reopenings: 1 });
  });

  it('are closed by the schedule after that, once, and the requester is told', async () => {
    await world.advance(DAY + 61);
    expect((await read(world, left.id)).status).toBe('closed');
    expect((await read(world, objected.id)).status).toBe('in-progress');
    await world.advance(121); // The schedule comes round again.
    const events = await history(world, `/v1/incidents/${left.id}`);
    const closings = events.filter(({ event }) => event === 'incident.closed');
    expect(closings).toMatchObject([{ actor: 'system', detail: { automatic: true } }]);
    const mails = await mailsAbout(world, left, contacts.requester.email);
    expect(mails.filter(({ subject }) => subject.includes('Closed'))).toHaveLength(1);
  });
}
