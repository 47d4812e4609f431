import { beforeAll, describe, expect, it } from 'vitest';
import { verifyChain } from '../../functions/platform/chain.js';
import { history, open, read } from './incident.js';
import { theWorld } from './which-world.js';
import type { World } from './world.js';

describe('two agents writing to one incident at once', () => {
  let world: World;
  let id: string;

  beforeAll(async () => {
    ({ world } = await theWorld());
    ({ id } = await open(world, 'agent', { title: 'The crane stands still', impact: 1, urgency: 2 }));
  });

  const amend = (as: 'agent' | 'agent-2', etag: string, body: object) =>
    world.api('PATCH', `/v1/incidents/${id}`, { as, body, headers: { 'if-match': etag } });

  it('are let in one by one: the second is told that it saw an old version, and which is current', async () => {
    const etag = (await world.api('GET', `/v1/incidents/${id}`, { as: 'agent' })).headers.get('etag')!;
    const answers = await Promise.all([
      amend('agent', etag, { title: 'Crane 3 stands still' }),
      amend('agent-2', etag, { description: 'Since the storm.' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    const refused = answers.find(({ status }) => status === 412)!;
    expect(refused.body).toMatchObject({ status: 412, version: Number(etag.slice(1, -1)) + 1 });
  });

  it('lose nothing when the second looks again', async () => {
    const stored = await world.api('GET', `/v1/incidents/${id}`, { as: 'agent' });
    const [first, second] = [{ title: 'Crane 3 stands still' }, { description: 'Since the storm.' }];
    const missing = stored.body.title === first.title ? second : first;
    expect((await amend('agent-2', stored.headers.get('etag')!, missing)).status).toBe(200);
    expect(await read(world, id)).toMatchObject({ ...first, ...second });
  });

  it('must say which version they saw', async () => {
    const answer = await world.api('PATCH', `/v1/incidents/${id}`, { as: 'agent', body: { title: 'Whatever stands' } });
    expect(answer.status).toBe(428);
  });

  it('comment freely, since comments do not change the version, and every comment is kept', async () => {
    const before = await read(world, id);
    const said = Array.from({ length: 12 }, (_, i) => `Remark ${i}`);
    const answers = await Promise.all(
      said.map((body, i) =>
        world.api('POST', `/v1/incidents/${id}/comments`, {
          as: i % 2 === 0 ? 'agent' : 'agent-2',
          body: { body, visibility: 'internal' },
        }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(said.map(() => 201));
    const { body } = await world.api('GET', `/v1/incidents/${id}/comments`, { as: 'agent' });
    expect(body.items.map((comment: { body: string }) => comment.body).sort()).toEqual(said.sort());
    expect((await read(world, id)).version).toBe(before.version);
  });

  it('are both found in a history that verifies', async () => {
    const events = await history(world, `/v1/incidents/${id}`);
    expect(verifyChain('incident', id, events)).toMatchObject({ whole: true });
    expect(new Set(events.map(({ actor }) => actor)).size).toBe(2);
    expect(events.filter(({ event }) => event === 'incident.amended')).toHaveLength(2);
  });

  it('that repeat a request with the same key get the first answer, and one effect', async () => {
    const ask = (title: string) =>
      world.api('POST', '/v1/incidents', { as: 'agent', body: { title }, headers: { 'idempotency-key': `crane-${id}` } });
    const [first, again] = [await ask('The other crane, too'), await ask('The other crane, too')];
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body.id).toBe(first.body.id);
    expect((await ask('Another title')).status).toBe(422);
  });
});
