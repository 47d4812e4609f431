import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { design } from '../../../functions/design/area.js';
import type { Area } from '../../../functions/kernel/area.js';
import { support } from '../../../functions/support/area.js';
import { chanceFrom } from '../../fuzz/chance.js';
import { type Asked, startDesk, type TestDesk } from '../../support/desk.js';
import { type SmallDesk, smallDesk } from '../../support/fixtures.js';

/** Which versions were in force on 12 March? Lists as they stood at an instant, against what was read at that instant. */

let desk: TestDesk;
let small: SmallDesk;
beforeAll(async () => {
  desk = await startDesk();
  small = await smallDesk(desk);
});
afterAll(() => desk.close());

const call = (area: Area, request: string, asked: Asked = {}) => desk.call(area, request, asked);
const hour = (n: number) => new Date(Date.parse('2026-03-03T00:00:00.000Z') + n * 3_600_000);

const STEP = { id: 'half', clock: 'resolution', at: { percent: 50 }, audience: [{ kind: 'assignee' }], channels: ['email'] };
const NOUNS: readonly (readonly [plural: string, area: Area, facts: () => object])[] = [
  ['calendars', design, () => ({ timezone: 'Europe/Berlin', hours: { mon: [['09:00', '17:00']] } })],
  ['escalation-policies', design, () => ({ steps: [STEP], terminal: { kind: 'topic', topic: 'management' } })],
  ['teams', support, () => ({})],
  [
    'agreements',
    design,
    () => ({
      customerId: small.customerId,
      calendarId: small.calendarId,
      timezone: 'Europe/Berlin',
      validFrom: '2026-01-01',
      targets: { '1': { resolution: { minutes: 60 } }, '2': {}, '3': {}, '4': {} },
    }),
  ],
];

async function walked(area: Area, path: string, limit: number): Promise<any[]> {
  const items: any[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const more: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { status, body } = await call(area, `GET ${path}${path.includes('?') ? '&' : '?'}limit=${limit}${more}`);
    expect([path, status]).toEqual([path, 200]);
    if (body.nextCursor !== null) expect(body.items).toHaveLength(limit);
    items.push(...body.items);
    cursor = body.nextCursor;
  }
  return items;
}

describe.each(NOUNS)('the list of %s', (plural, area, facts) => {
  /** What the whole list said at each hour, when that hour was now. */
  const stood: any[][] = [];
  const HOURS = 24;

  beforeAll(async () => {
    const chance = chanceFrom(plural.length);
    const end = plural === 'agreements' ? 'discard' : 'retire';
    for (let n = 0; n < HOURS; n++) {
      desk.now = hour(n);
      if (n % 2 === 0) await call(area, `POST /v1/${plural}`, { body: { title: `Made at ${n}`, ...facts() } });
      const known = await walked(area, `/v1/${plural}`, 100);
      const active = known.filter(({ title, status }) => title.startsWith('Made') && !['retired', 'ended'].includes(status));
      const one = chance.pick(active);
      const headers = { 'if-match': `"${one.version}"` };
      if (chance.happens(0.7))
        await call(area, `PATCH /v1/${plural}/${one.id}`, { headers, body: { title: `Made, said anew at ${n}` } });
      else if (active.length > 1) await call(area, `POST /v1/${plural}/${one.id}/${end}`, { headers, body: {} });
      stood.push(await walked(area, `/v1/${plural}`, 100));
    }
  });

  const byId = (items: any[]) => [...items].sort((a, b) => (a.id < b.id ? -1 : 1));

  it('is what it was at each instant, in full pages of any size', async () => {
    for (const n of [0, 3, 8, 13, HOURS - 1]) {
      const at = new Date(hour(n).getTime() + 1_800_000).toISOString();
      for (const limit of [1, 4, 100])
        expect(byId(await walked(area, `/v1/${plural}?asOf=${at}`, limit))).toEqual(byId(stood[n]!));
    }
    expect(await walked(area, `/v1/${plural}?asOf=2026-03-01T00:00:00Z`, 10)).toEqual([]);
  });

  it('is newest first, and takes no filters beside the instant', async () => {
    const at = hour(HOURS).toISOString();
    const created = (await walked(area, `/v1/${plural}?asOf=${at}&sort=created`, 5)).map(({ createdAt }) => createdAt);
    expect(created).toEqual([...created].sort().reverse());
    const { status, body } = await call(area, `GET /v1/${plural}?asOf=${at}&sort=number`);
    expect([status, body.errors[0].pointer]).toEqual([400, '?sort']);
  });

  it('reads no more for what was made since', async () => {
    const early = new Date(hour(2).getTime() + 1).toISOString();
    const reads = await countReads(() => walked(area, `/v1/${plural}?asOf=${early}`, 1));
    expect(reads).toBeGreaterThan(2);
    await Promise.all(
      Array.from({ length: 30 }, (_, i) => call(area, `POST /v1/${plural}`, { body: { title: `Later ${i}`, ...facts() } })),
    );
    expect(await countReads(() => walked(area, `/v1/${plural}?asOf=${early}`, 1))).toBe(reads);
  });
});

/** Requests to the table, and the items that they brought. */
async function countReads(work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  desk.table.client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      count += 1 + (((answer.output as { Items?: unknown[] }).Items?.length as number | undefined) ?? 0);
      return answer;
    },
    { name: 'counting', step: 'initialize' },
  );
  try {
    await work();
    return count;
  } finally {
    desk.table.client.middlewareStack.remove('counting');
  }
}

describe('an agreement that was another customer’s', () => {
  it('is not shown as it then was to those who serve its present one', async () => {
    const subject = 'scoped';
    const identity = { issuer: 'https://issuer.example', subject };
    desk.now = hour(40);
    await call(support, 'POST /v1/people', {
      body: { title: 'Sam Scoped', email: 'sam@desk.example', identity, customerScope: [small.customerId] },
    });
    const [, , , agreement] = NOUNS;
    const { body: made } = await call(design, 'POST /v1/agreements', {
      body: { ...agreement![2](), title: 'Of others', customerId: small.otherCustomerId },
    });
    desk.now = hour(41);
    await call(design, `PATCH /v1/agreements/${made.id}`, {
      headers: { 'if-match': '"1"' },
      body: { customerId: small.customerId, title: 'Of Harbour' },
    });
    const asked = { roles: 'agent', sub: subject };
    const then = hour(40).toISOString();
    expect((await call(design, `GET /v1/agreements/${made.id}`, asked)).body.title).toBe('Of Harbour');
    expect((await call(design, `GET /v1/agreements/${made.id}?asOf=${then}`, asked)).status).toBe(404);
    const { body } = await call(design, `GET /v1/agreements?asOf=${then}&limit=100`, asked);
    expect(body.items.map(({ id }: any) => id)).not.toContain(made.id);
    const since = await call(design, `GET /v1/agreements?asOf=${hour(41).toISOString()}&limit=100`, asked);
    expect(since.body.items.map(({ id }: any) => id)).toContain(made.id);
  });
});
