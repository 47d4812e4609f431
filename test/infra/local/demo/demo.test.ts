import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agreements } from '../../../../functions/design/agreement/entity.js';
import { viewClocks } from '../../../../functions/design/agreement/view.js';
import type { AnyEntity } from '../../../../functions/kernel/entity.js';
import { incidents } from '../../../../functions/operation/incident/entity.js';
import type { Incident } from '../../../../functions/operation/incident/incident.js';
import { boundOf } from '../../../../functions/operation/incident/surroundings.js';
import { verifyChain } from '../../../../functions/platform/chain.js';
import { complaints } from '../../../../functions/relationship/complaint/entity.js';
import { contact } from '../../../../functions/relationship/contact.js';
import { customer } from '../../../../functions/relationship/customer.js';
import { service } from '../../../../functions/strategy/service.js';
import { person } from '../../../../functions/support/person.js';
import { team } from '../../../../functions/support/team.js';
import { clearHalfLoaded, firstStart } from '../../../../infra/local/demo/first-start.js';
import { demoState, holdsRecords, keepDemoState } from '../../../../infra/local/demo/state.js';
import { type Home, openHome } from '../../../../infra/local/home.js';
import { LOCAL_ISSUER, samplePeople } from '../../../../infra/local/sample-people.js';
import { scratchFolder } from '../scratch.js';

let home: Home;
let folder: string;
const said: string[] = [];
const say = (line: string) => void said.push(line);
const loading = { issuer: LOCAL_ISSUER, say };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'steward-demo-'));
  home = await openHome({ folder, url: 'http://127.0.0.1:1' });
  expect(await firstStart(home, folder, true, loading)).toBe(true);
}, 300_000);
afterAll(async () => {
  await home.close();
  rmSync(folder, { recursive: true, force: true });
});

const records = () => home.dependencies.store.for({ actor: 'test', now: home.clock.now(), correlation: 'test' });

/** Every record of a noun, whole. */
async function all<T>(entity: AnyEntity): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await records().list(entity, 'all', {}, { limit: 100, ...(cursor !== undefined && { cursor }) });
    found.push(
      ...((await Promise.all(page.items.map(({ id }) => records().read(entity, id)))) as { record: T }[]).map((s) => s.record),
    );
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

describe('the demo organisation', () => {
  it('has two customers in different zones, their contacts, five live services, three teams and agreements in force', async () => {
    const customers = await all<{ timezone: string }>(customer.entity);
    expect(customers.map(({ timezone }) => timezone).sort()).toEqual(['Asia/Shanghai', 'Europe/Berlin']);
    expect((await all(contact.entity)).length).toBe(10);
    const services = await all<{ status: string; teamId: string; ownerId: string }>(service.entity);
    expect(services).toHaveLength(5);
    for (const each of services)
      expect(each).toMatchObject({ status: 'live', teamId: expect.any(String), ownerId: expect.any(String) });
    const teams = await all<{ levels: string[][] }>(team.entity);
    expect(teams).toHaveLength(3);
    for (const { levels } of teams) expect(levels.every((level) => level.length > 0)).toBe(true);
    const inForce = await all<{ status: string; customerId?: string }>(agreements);
    expect(inForce.map(({ status }) => status)).toEqual(Array(5).fill('active'));
    expect(inForce.filter(({ customerId }) => customerId === undefined)).toHaveLength(1);
    expect(new Set((await all<{ status: string }>(complaints)).map(({ status }) => status)).size).toBe(5);
  });

  it('knows every sample person by its sign-in', async () => {
    for (const { id, roles } of samplePeople) {
      const entity = roles.includes('requester') ? contact.entity : person.entity;
      expect(await records().holder(entity, 'identity', `${LOCAL_ISSUER}|${id}`), id).toBeDefined();
    }
  });

  it('has more than a hundred incidents, numbered in the order in which they came', async () => {
    const every = await all<Incident>(incidents);
    expect(every.length).toBeGreaterThan(115);
    const rising = [...every].sort((a, b) => a.number.localeCompare(b.number));
    expect(rising.map(({ createdAt }) => createdAt)).toEqual(every.map(({ createdAt }) => createdAt).sort());
    for (const status of ['closed', 'resolved', 'cancelled', 'pending', 'new', 'in-progress'])
      expect(every.filter((incident) => incident.status === status).length, status).toBeGreaterThan(0);
    expect(every.filter(({ reopenings }) => reopenings > 0).length).toBeGreaterThan(2);
    expect(new Set(every.map(({ title }) => title)).size).toBeGreaterThan(90);
  });

  it('has live incidents whose clocks are running, among them one due within the hour and one breached', async () => {
    const live = (await all<Incident>(incidents)).filter(({ status }) => ['new', 'in-progress', 'pending'].includes(status));
    expect(live.length).toBeGreaterThanOrEqual(12);
    const now = home.clock.now().toISOString();
    const clocks = await Promise.all(
      live.map(async (incident) => viewClocks(incident.clocks, (await boundOf(records(), incident)).calendars, now)),
    );
    const running = clocks.filter((views) => views.some(({ status }) => status === 'running'));
    expect(running.length).toBeGreaterThanOrEqual(12);
    const resolutions = clocks.flat().filter(({ clock }) => clock === 'resolution');
    const dueSoon = resolutions.filter(({ breached, remainingMinutes }) => !breached && remainingMinutes < 60);
    expect(dueSoon.length).toBeGreaterThanOrEqual(1);
    expect(resolutions.some(({ breached }) => breached)).toBe(true);
    expect(resolutions.some(({ status }) => status === 'paused')).toBe(true);
    expect(live.some(({ priority }) => priority === 1)).toBe(true);
    expect(live.some(({ assigneeId }) => assigneeId === undefined)).toBe(true);
  });

  it('kept most of its promises and broke some', async () => {
    const states = (await all<Incident>(incidents)).filter(({ status }) => status === 'closed').flatMap(({ clocks }) => clocks);
    const promised = states.filter(({ clock, terms }) => clock === 'resolution' && terms.length > 0);
    const kept = promised.filter(({ breach }) => breach === undefined).length / promised.length;
    expect(kept).toBeGreaterThan(0.75);
    expect(kept).toBeLessThan(0.99);
  });

  it('has a history that verifies from the first event to the last', async () => {
    for (const { id } of await all<Incident>(incidents)) {
      const { items } = await records().history(incidents, id, { limit: 100 });
      expect(verifyChain('incident', id, items)).toMatchObject({ whole: true });
    }
  });

  it('tells people of the last minutes and of nothing before, and its escalations wait', async () => {
    const sent = await home.outbox.list();
    expect(sent.length).toBeGreaterThan(6);
    expect(sent.length).toBeLessThan(30);
    const subjects = sent.map(({ subject }) => subject ?? '').join('\n');
    for (const words of ['We have received', 'Target missed', 'Please acknowledge', 'Assigned to you', 'Resolved'])
      expect(subjects).toContain(words);
    expect(sent.some(({ subject }) => /请确认接手/.test(subject ?? ''))).toBe(true);
    expect(home.clock.sleepers).toBeGreaterThan(10);
  });

  it('is not loaded again by the second start', async () => {
    const lines = said.length;
    expect(await firstStart(home, folder, true, loading)).toBe(true);
    expect(said).toHaveLength(lines);
    expect(await all(customer.entity)).toHaveLength(2);
  });
});

describe('a first start', () => {
  it('leaves an empty folder empty when no demo is wanted, now and later', async () => {
    const empty = scratchFolder();
    const bare = await openHome({ folder: empty, url: 'http://127.0.0.1:1' });
    try {
      expect(await firstStart(bare, empty, false, loading)).toBe(false);
      expect(await firstStart(bare, empty, true, loading)).toBe(false);
      expect(await holdsRecords(bare)).toBe(false);
    } finally {
      await bare.close();
    }
  });

  it('that was cut short is cleared away by the next, with a sentence', async () => {
    const half = scratchFolder();
    const cut = await openHome({ folder: half, url: 'http://127.0.0.1:1' });
    await keepDemoState(half, 'loading');
    await expect(clearHalfLoaded(half, say)).rejects.toThrow('is in use');
    await cut.close();
    await clearHalfLoaded(half, say);
    expect(said.at(-1)).toContain('begun again');
    expect(await demoState(half)).toBeUndefined();
  });
});
