import { describe, expect, it } from 'vitest';
import { verifyChain } from '../../functions/platform/chain.js';
import type { RootFile } from '../../functions/platform/root.js';
import { against, checkRoots } from '../../functions/platform/rooted.js';
import { command, history, mailsAbout, open } from './incident.js';
import { create, customerByMail, expectDone, type Organisation } from './organisation.js';
import { theWorld } from './which-world.js';
import type { World } from './world.js';

describe('what happened is proven', async () => {
  const { world, organisation } = await theWorld();
  describe.skipIf(!world.canMoveClock)('on a world whose clock can be moved', () => proving(world, organisation));
});

const DAY = 24 * 60;

/** Every root so far, as an auditor fetches them. */
async function rootsOf(world: World): Promise<RootFile[]> {
  const { body } = expectDone(await world.api('GET', '/v1/roots?sort=day&limit=100', { as: 'auditor' }));
  return Promise.all(
    body.items.map(async ({ id }: { id: string }) => {
      const { url } = expectDone(await world.api('GET', `/v1/roots/${id}/file`, { as: 'auditor' })).body;
      return (await (await fetch(url)).json()) as RootFile;
    }),
  );
}

function proving(world: World, shared: Organisation): void {
  let incident: any;

  it('by a root of the day before, which an auditor fetches and holds the history against', async () => {
    incident = await open(world, 'requester', { title: 'The archive is read-only' });
    const day = (await world.now()).toISOString().slice(0, 10);
    await world.advance(DAY + 90);
    const roots = await rootsOf(world);
    expect(roots.map(({ statement }) => statement.day)).toContain(day);
    const checked = checkRoots(roots, [roots[0]!.publicKey]);
    expect(checked.fault).toBeUndefined();
    const events = await history(world, `/v1/incidents/${incident.id}`);
    expect(verifyChain('incident', incident.id, events).whole).toBe(true);
    const standing = against(checked, `incident ${incident.id}`, events);
    expect(standing).toMatchObject({ held: true, rooted: expect.toSatisfy((rooted: number) => rooted > 0) });
    expect(against(checked, `incident ${incident.id}`, [])).toMatchObject({ held: false, what: 'cut' });
  });

  it('to nobody else', async () => {
    for (const as of ['requester', 'agent'] as const) expect((await world.api('GET', '/v1/roots', { as })).status).toBe(403);
  });

  it('and told again to whoever lost it, without anybody hearing it twice', async () => {
    const before = await mailsAbout(world, incident, shared.contacts.requester.email);
    expect(before.length).toBeGreaterThan(0);
    const to = await world.now();
    const from = new Date(to.getTime() - 3 * DAY * 60_000);
    const range = { from: from.toISOString(), to: to.toISOString() };
    const asked = { area: 'governance', task: 'republish', ...range };
    const { body } = expectDone(await world.api('POST', '/local/tasks', { body: asked }));
    expect(body.published).toBeGreaterThan(1);
    await world.advance(1);
    expect(await mailsAbout(world, incident, shared.contacts.requester.email)).toHaveLength(before.length);
  });

  it('and of an erased contact nothing is left but digests', async () => {
    const { writer } = await customerByMail(world, shared, 'zebrafinch');
    const facts = { title: 'The feed is late', description: 'zebrafinch writes', requesterId: writer.id };
    const report = await create(world, 'incidents', facts, 'agent');
    await command(world, report.id, 'cancel', { reason: 'Not needed.' });
    const path = `/v1/contacts/${writer.id}`;
    const { body: own } = await world.api('GET', path, { as: 'admin' });
    const { body: preview } = await world.api('GET', `${path}/erasure`, { as: 'admin' });
    expect(preview.held).toContainEqual({ entity: 'incident', count: 1, more: false, waiting: 0 });
    const body = { basis: 'request', confirm: own.number };
    expectDone(await world.api('POST', `${path}/erase`, { as: 'admin', body, headers: { 'if-match': `"${own.version}"` } }));
    await world.advance(61);
    expect((await world.api('GET', `${path}/erasure`, { as: 'admin' })).body.progress).toMatchObject({ state: 'finished' });
    for (const [entity, of] of [
      ['contact', path],
      ['incident', `/v1/incidents/${report.id}`],
    ] as const) {
      const events = await history(world, of);
      expect(JSON.stringify(events)).not.toMatch(/Bea Quast|zebrafinch writes|bea@/);
      expect(verifyChain(entity, of.split('/').at(-1)!, events)).toMatchObject({ whole: true, events: events.length });
    }
  });
}
