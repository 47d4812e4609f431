import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roots } from '../../../../functions/governance/root/entity.js';
import type { Progress } from '../../../../functions/governance/root/sealing.js';
import { governanceTasks } from '../../../../functions/governance/working.js';
import type { HistoryEvent } from '../../../../functions/kernel/records.js';
import type { Files } from '../../../../functions/kernel/route.js';
import { digestOf, faultIn, type RootFile } from '../../../../functions/platform/root.js';
import { keyFrom } from '../../../../functions/platform/root-key.js';
import { against, checkRoots } from '../../../../functions/platform/rooted.js';
import { relationship } from '../../../../functions/relationship/area.js';
import { supplier } from '../../../../functions/relationship/supplier.js';
import { heldObjects, startDesk, type TestDesk } from '../../../support/desk.js';
import { journalOf } from '../../../support/journal.js';

const pem = (): string =>
  String(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }));
const key = keyFrom(pem());

let desk: TestDesk;
let noted: Awaited<ReturnType<typeof journalOf>>;
let held: Map<string, Uint8Array>;
let tasks: ReturnType<typeof governanceTasks>;
let publicKey: string;

beforeAll(async () => {
  desk = await startDesk();
  noted = await journalOf(desk);
  held = new Map();
  publicKey = await key.publicKey();
  tasks = tasksWith(key);
});
afterAll(async () => {
  await noted.close();
  desk.close();
});

const tasksWith = (signing: typeof key) =>
  governanceTasks(
    { ...desk.dependencies, rootFiles: heldObjects(held) as Files & ReturnType<typeof heldObjects> },
    { key: signing, bus: { send: async () => ({}) } as never },
  );

/** Lets the relay catch up at the time that it is, then moves on to an instant. */
async function at(instant: string): Promise<void> {
  await noted.caughtUp();
  desk.now = new Date(instant);
}
const seal = async (): Promise<Progress> => (await tasks({ task: 'seal' })) as Progress;
const rootOf = (day: string): RootFile => JSON.parse(Buffer.from(held.get(`roots/${day}.json`)!).toString('utf8'));
const named = ({ heads }: RootFile) => heads.map(({ entity, sequence }) => `${entity} ${sequence}`);
const records = () => desk.dependencies.store.for({ actor: 'test', now: desk.now, correlation: 'test' });
const historyOf = async (id: string): Promise<HistoryEvent[]> =>
  (await records().history(supplier.entity, id, { limit: 100 })).items;

async function register(title: string): Promise<string> {
  const { status, body } = await desk.call(relationship, 'POST /v1/suppliers', { body: { title } });
  expect(status).toBe(201);
  return body.id;
}
const amend = (id: string, version: number, title: string) =>
  desk.call(relationship, `PATCH /v1/suppliers/${id}`, { body: { title }, headers: { 'if-match': `"${version}"` } });

describe('the roots of days', () => {
  let [north, south] = ['', ''];

  it('are none while nothing has happened', async () => {
    expect(await seal()).toEqual({ sealed: [], left: 0 });
    expect(held.size).toBe(0);
  });

  it('name each chain that grew once, with its latest head, when the day is over and its news are in', async () => {
    north = await register('Northern Cables');
    south = await register('Southern Cables');
    await amend(north, 1, 'Northern Cables & Sons');
    await at('2026-03-02T23:59:00.000Z');
    expect((await seal()).sealed).toEqual([]);
    await at('2026-03-03T00:10:00.000Z');
    expect((await seal()).sealed).toEqual([]);
    await at('2026-03-03T00:20:00.000Z');
    expect(await seal()).toEqual({ sealed: ['2026-03-02'], upTo: '2026-03-02', left: 0 });
    const root = rootOf('2026-03-02');
    expect(named(root).sort()).toEqual(['supplier 1', 'supplier 2']);
    expect(faultIn(root, [publicKey])).toBeUndefined();
    const { head } = await records().read(supplier.entity, north);
    expect(root.heads.find(({ id }) => id === north)).toMatchObject({ sequence: 2, hash: head });
  });

  it('are made once, however often it is asked, and by however many at once', async () => {
    expect((await Promise.all([seal(), seal(), seal()])).flatMap(({ sealed }) => sealed)).toEqual([]);
    const { items } = await records().list(roots, 'byDay', {}, { limit: 10 });
    expect(items).toHaveLength(1);
  });

  it('cover only what changed since, and follow each other over days without news', async () => {
    await at('2026-03-05T12:00:00.000Z');
    await amend(south, 1, 'Southern Cables Ltd');
    await at('2026-03-06T09:00:00.000Z');
    expect(await seal()).toEqual({ sealed: ['2026-03-05'], upTo: '2026-03-05', left: 0 });
    const root = rootOf('2026-03-05');
    expect(named(root)).toEqual(['supplier 2']);
    expect(root.statement).toMatchObject({ from: '2026-03-03', previous: digestOf(rootOf('2026-03-02').statement) });
  });

  it('are made up for when days were missed, each by itself and oldest first', async () => {
    for (const day of ['07', '08']) {
      await at(`2026-03-${day}T12:00:00.000Z`);
      await register(`Supplier of the ${day}th`);
    }
    await at('2026-03-20T12:00:00.000Z');
    // Nothing happened from the 9th on: after seven days a root says so.
    expect(await seal()).toEqual({ sealed: ['2026-03-07', '2026-03-08', '2026-03-15'], upTo: '2026-03-19', left: 0 });
    expect(rootOf('2026-03-15').statement).toMatchObject({ from: '2026-03-09', heads: 0 });
  });

  it('take up what a crash left between the stored root and its record', async () => {
    await register('Eastern Cables');
    await at('2026-03-21T12:00:00.000Z');
    const create = tasksWith(key);
    const lost = new Map(held);
    await create({ task: 'seal' });
    const stored = held.get('roots/2026-03-20.json')!;
    expect(lost.has('roots/2026-03-20.json')).toBe(false);
    const { items } = await records().list(roots, 'byDay', {}, { limit: 1 });
    expect(items[0]).toMatchObject({ day: '2026-03-20', digest: digestOf(JSON.parse(Buffer.from(stored).toString()).statement) });
  });

  it('are refused where something else lies in their place', async () => {
    await register('Western Cables');
    await at('2026-03-22T12:00:00.000Z');
    held.set('roots/2026-03-21.json', Buffer.from(JSON.stringify(rootOf('2026-03-20'))));
    await expect(seal()).rejects.toThrow('says something else than the journal');
    const foreign = { ...rootOf('2026-03-20'), signature: 'MEUCIQ==' };
    held.set('roots/2026-03-21.json', Buffer.from(JSON.stringify(foreign)));
    await expect(seal()).rejects.toThrow('is no root of ours');
    // As after a crash: the object is there, its record is not.
    held.delete('roots/2026-03-21.json');
    const { create } = records();
    const before = desk.dependencies.store.for;
    desk.dependencies.store.for = (writer) => ({
      ...before(writer),
      create: () => Promise.reject(new Error('The process ended.')),
    });
    await expect(seal()).rejects.toThrow('The process ended');
    desk.dependencies.store.for = before;
    expect(create).toBeDefined();
    const left = held.get('roots/2026-03-21.json');
    expect((await seal()).sealed).toEqual(['2026-03-21']);
    expect(held.get('roots/2026-03-21.json')).toBe(left);
  });

  it('hold together, and with the histories as they are', async () => {
    const files = [...held.keys()].map((name) => rootOf(name.slice(6, 16)));
    const checked = checkRoots(files, [publicKey]);
    expect(checked.fault).toBeUndefined();
    expect(checked.whole).toHaveLength(files.length);
    for (const id of [north, south])
      expect(against(checked, `supplier ${id}`, await historyOf(id))).toMatchObject({ held: true });
  });

  it('are listed and fetched by auditors, and by nobody of the desk', async () => {
    const { governance } = await import('../../../../functions/governance/area.js');
    const list = await desk.call(governance, 'GET /v1/roots?sort=day', { roles: 'auditor' });
    expect(list.body.items[0]).toMatchObject({ day: '2026-03-21', status: 'sealed' });
    const one = await desk.call(governance, `GET /v1/roots/${list.body.items[0].id}/file`, { roles: 'auditor' });
    expect(one).toMatchObject({
      status: 200,
      body: { fileName: 'root-2026-03-21.json', url: expect.stringContaining('roots/2026') },
    });
    expect((await desk.call(governance, 'GET /v1/roots', { roles: 'agent' })).status).toBe(403);
  });
});
