import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyChain } from '../../../functions/platform/chain.js';
import { relationship } from '../../../functions/relationship/area.js';
import { startDesk, type TestDesk } from '../../support/desk.js';

let desk: TestDesk;
beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.close());

const create = (body: object, headers: Record<string, string> = {}) =>
  desk.call(relationship, 'POST /v1/suppliers', { body, headers });

describe('a register', () => {
  it('is created with a number, a version and a place', async () => {
    const made = await create({ title: 'Northern Cables', kind: 'external' });
    expect(made).toMatchObject({
      status: 201,
      headers: { etag: '"1"', location: `/v1/suppliers/${made.body.id}` },
      body: { title: 'Northern Cables', version: 1, status: 'active' },
    });
    expect(made.body.number).toMatch(/^SUP-\d+$/);
  });

  it('is read by id and by number, and not sent again to who has it', async () => {
    const { body } = await create({ title: 'Read me' });
    expect((await desk.call(relationship, `GET /v1/suppliers/${body.id}`)).body).toEqual(body);
    expect((await desk.call(relationship, `GET /v1/suppliers/${body.number}`)).body).toEqual(body);
    expect(await desk.call(relationship, `GET /v1/suppliers/${body.id}`, { headers: { 'if-none-match': '"1"' } })).toMatchObject({
      status: 304,
      body: undefined,
    });
  });

  it('is amended only on the version that was seen', async () => {
    const { body } = await create({ title: 'Amend me', notes: 'old' });
    const amend = (headers: Record<string, string>, patch: object) =>
      desk.call(relationship, `PATCH /v1/suppliers/${body.id}`, { body: patch, headers });
    expect((await amend({}, { title: 'x' })).status).toBe(428);
    expect(await amend({ 'if-match': '"1"' }, { title: 'Amended', notes: null })).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
      body: { title: 'Amended', version: 2 },
    });
    expect(await amend({ 'if-match': '"1"' }, { title: 'Late' })).toMatchObject({
      status: 412,
      body: { version: 2, type: 'urn:steward:refusal:stale' },
    });
    expect((await desk.call(relationship, `GET /v1/suppliers/${body.id}`)).body.notes).toBeUndefined();
  });

  it('stays as it is when a patch asks for what stands already', async () => {
    const { body } = await create({ title: 'Leave me', notes: 'as they are' });
    for (const patch of [{}, { title: 'Leave me' }, { notes: 'as they are', email: null }]) {
      const answer = await desk.call(relationship, `PATCH /v1/suppliers/${body.id}`, {
        body: patch,
        headers: { 'if-match': '"1"' },
      });
      expect(answer).toMatchObject({ status: 200, headers: { etag: '"1"' }, body });
    }
    const late = await desk.call(relationship, `PATCH /v1/suppliers/${body.id}`, { body: {}, headers: { 'if-match': '"7"' } });
    expect(late.status).toBe(412);
    expect((await desk.call(relationship, `GET /v1/suppliers/${body.id}/history`)).body.items).toHaveLength(1);
  });

  it('names every bad field', async () => {
    const { status, body } = await create({ title: '', importance: 'huge', colour: 'red' });
    expect(status).toBe(400);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual(['/colour', '/importance', '/title']);
  });

  it('retires, refuses to retire twice naming what is open, and is reinstated', async () => {
    const { body } = await create({ title: 'Retire me' });
    const move = (verb: string, version: number) =>
      desk.call(relationship, `POST /v1/suppliers/${body.id}/${verb}`, { body: {}, headers: { 'if-match': `"${version}"` } });
    expect((await move('retire', 1)).body.status).toBe('retired');
    expect(await move('retire', 2)).toMatchObject({ status: 409, body: { moves: ['reinstate'] } });
    expect((await move('reinstate', 2)).body.status).toBe('active');
  });

  it('answers a repeated Idempotency-Key as it did first, also after the record moved on', async () => {
    const headers = { 'idempotency-key': 'one-1' };
    const first = await create({ title: 'Once' }, headers);
    await desk.call(relationship, `PATCH /v1/suppliers/${first.body.id}`, {
      body: { title: 'Later' },
      headers: { 'if-match': '"1"' },
    });
    const again = await create({ title: 'Once' }, headers);
    expect(again).toEqual(first);
    expect((await create({ title: 'Other' }, headers)).status).toBe(422);
  });

  it('gives one record to many at once with the same key', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => create({ title: 'Race' }, { 'idempotency-key': 'race-1' })),
    );
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.every(({ status }) => status === 201)).toBe(true);
  });

  it('forgets a key after a day', async () => {
    const headers = { 'idempotency-key': 'old-1' };
    const first = await create({ title: 'Old' }, headers);
    const then = desk.now;
    desk.now = new Date(then.getTime() + 25 * 3600_000);
    const second = await create({ title: 'Old' }, headers);
    desk.now = then;
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.body.id);
  });

  it('lists full pages until the last, newest first, across shards', async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    const sizes: number[] = [];
    do {
      const page: Awaited<ReturnType<typeof create>> = await desk.call(
        relationship,
        `GET /v1/suppliers?limit=3${cursor ? `&cursor=${cursor}` : ''}`,
      );
      expect(page.status).toBe(200);
      sizes.push(page.body.items.length);
      seen.push(...page.body.items.map(({ number }: { number: string }) => number));
      cursor = page.body.nextCursor;
    } while (cursor);
    expect(sizes.slice(0, -1).every((size) => size === 3)).toBe(true);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual([...seen].sort((a, b) => Number(b.slice(4)) - Number(a.slice(4))));
  });

  it('refuses a cursor of another list, caller or making', async () => {
    const { body } = await desk.call(relationship, 'GET /v1/suppliers?limit=1');
    expect((await desk.call(relationship, `GET /v1/customers?limit=1&cursor=${body.nextCursor}`)).status).toBe(400);
    expect(
      (await desk.call(relationship, `GET /v1/suppliers?limit=1&cursor=${body.nextCursor}`, { sub: 'somebody-else' })).status,
    ).toBe(400);
    expect((await desk.call(relationship, 'GET /v1/suppliers?limit=1&cursor=aaaa')).status).toBe(400);
  });

  it('names the filters it answers when asked for others', async () => {
    expect((await desk.call(relationship, 'GET /v1/suppliers?colour=red')).status).toBe(400);
  });

  it('keeps a chained history that verifies, and shows it as of any instant', async () => {
    const { body } = await create({ title: 'Then' });
    const before = desk.now;
    desk.now = new Date(before.getTime() + 3600_000);
    await desk.call(relationship, `PATCH /v1/suppliers/${body.id}`, {
      body: { title: 'Now', email: 'a@b.example' },
      headers: { 'if-match': '"1"' },
    });
    await desk.call(relationship, `POST /v1/suppliers/${body.id}/comments`, { body: { body: 'Called them.' } });
    const { body: history } = await desk.call(relationship, `GET /v1/suppliers/${body.id}/history`);
    expect(history.items.map(({ event, version }: { event: string; version: number }) => [event, version])).toEqual([
      ['supplier.created', 1],
      ['supplier.amended', 2],
      ['supplier.commented', 2],
    ]);
    expect(verifyChain('supplier', body.id, history.items)).toMatchObject({ whole: true, events: 3 });
    const altered = structuredClone(history.items);
    altered[1].record.title = 'Never';
    expect(verifyChain('supplier', body.id, altered)).toMatchObject({ whole: false, sequence: 2 });
    expect((await desk.call(relationship, `GET /v1/suppliers/${body.id}?asOf=${before.toISOString()}`)).body.title).toBe('Then');
    expect((await desk.call(relationship, `GET /v1/suppliers/${body.id}?asOf=2020-01-01T00:00:00Z`)).status).toBe(404);
    desk.now = before;
  });

  it('links both ways', async () => {
    const [a, b] = [await create({ title: 'A' }), await create({ title: 'B' })];
    const link = await desk.call(relationship, `POST /v1/suppliers/${a.body.id}/links`, {
      body: { type: 'relates-to', entity: 'supplier', id: b.body.id },
    });
    expect(link).toMatchObject({ status: 201, body: { number: b.body.number } });
    expect((await desk.call(relationship, `GET /v1/suppliers/${b.body.id}/links?direction=from`)).body.items).toMatchObject([
      { id: a.body.id, number: a.body.number },
    ]);
    expect((await desk.call(relationship, `DELETE /v1/suppliers/${a.body.id}/links/${link.body.link}`)).status).toBe(204);
    expect((await desk.call(relationship, `GET /v1/suppliers/${b.body.id}/links?direction=from`)).body.items).toEqual([]);
  });

  it('survives fifty writers at once: every acknowledged comment is in the history', async () => {
    const { body } = await create({ title: 'Busy' });
    const said = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        desk.call(relationship, `POST /v1/suppliers/${body.id}/comments`, { body: { body: `Comment ${i}` } }),
      ),
    );
    const done = said.filter(({ status }) => status === 201).length;
    const { body: history } = await desk.call(relationship, `GET /v1/suppliers/${body.id}/history?limit=100`);
    expect(history.items.filter(({ event }: { event: string }) => event === 'supplier.commented')).toHaveLength(done);
    expect(verifyChain('supplier', body.id, history.items).whole).toBe(true);
    expect(done).toBeGreaterThan(0);
  });

  it('is not there for the customer’s side', async () => {
    expect((await desk.call(relationship, 'GET /v1/suppliers', { roles: 'requester' })).status).toBe(403);
    expect((await desk.call(relationship, 'POST /v1/suppliers', { roles: 'auditor', body: { title: 'x' } })).status).toBe(403);
  });
});
