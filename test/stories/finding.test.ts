import { beforeAll, describe, expect, it } from 'vitest';
import { comment, open } from './incident.js';
import type { Organisation } from './organisation.js';
import { theWorld } from './which-world.js';
import type { Who, World } from './world.js';

describe('finding by words', () => {
  let world: World;
  let organisation: Organisation;
  const mark = `q${Date.now().toString(36)}`;

  beforeAll(async () => {
    ({ world, organisation } = await theWorld());
  });

  const search = async (q: string, as: Who): Promise<string[]> =>
    (await world.api('GET', `/v1/search?${new URLSearchParams({ q })}`, { as })).body.items.map(
      ({ number }: { number: string }) => number,
    );
  const within = (q: string, as: Who, number: string) =>
    world.eventually(
      `${q} to find ${number}`,
      async () => (await search(q, as)).includes(number),
      world.canMoveClock ? 1000 : 20_000,
    );

  it('shows what was written a second ago, in English and in Chinese, to the desk and to whoever reported it', async () => {
    const mine = await open(world, 'requester', { title: `Forklift ${mark}`, description: 'The battery does not charge.' });
    await within(`forklift ${mark}`, 'agent', mine.number);
    await within(`${mark} batt`, 'requester', mine.number);
    const theirs = await open(world, 'requester-2', { title: `叉车电池充不上电 ${mark}` });
    await within(`电池 ${mark}`, 'agent', theirs.number);
    await within('充不上', 'requester-2', theirs.number);
    expect(await search(mark, 'requester')).toEqual([mine.number]);
    expect(await search(mark, 'requester-2')).toEqual([theirs.number]);
    expect(await search(mark, 'agent')).toEqual([theirs.number, mine.number]);
    expect(await search(theirs.number, 'requester')).toEqual([]);
    expect(await search(theirs.number, 'agent')).toContain(theirs.number);
  });

  it('shows a comment to whom it was written', async () => {
    const { id, number } = await open(world, 'agent', {
      title: 'Lift stands',
      requesterId: organisation.contacts.requester.id,
    });
    await comment(world, id, 'agent', `Internal ${mark}int`, 'internal');
    await comment(world, id, 'agent', `Public ${mark}pub`);
    await within(`${mark}int`, 'agent', number);
    await within(`${mark}pub`, 'requester', number);
    expect(await search(`${mark}int`, 'requester')).toEqual([]);
  });
});
