import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../../functions/kernel/permission.js';
import { startDesk, type TestDesk } from '../support/desk.js';
import { type BusyDesk, busyDesk, COLLEAGUE, CONTACT, FOREIGN_WORDS, MARKS, STRANGER } from './a-busy-desk.js';
import type { WireAnswer, WireRequest } from './gateway-call.js';
import { idsFor, type Operation, operations } from './operations.js';
import { rightRequestOf } from './right-request.js';

/** Every route by every role, on one's own records and on those of others: what must not be told is told by none. */

let desk: TestDesk;
let busy: BusyDesk;
beforeAll(async () => {
  desk = await startDesk();
  busy = await busyDesk(desk);
});
afterAll(() => desk.close());

/** Nouns of which the customer's side has records of its own. */
const THEIRS = ['incident', 'complaint'];
const admin = { roles: 'admin', sub: 'user-1' };

const rightRequest = (operation: Operation, id: string): Promise<WireRequest> => rightRequestOf(busy, operation, id);

const standing = async (): Promise<string[]> => {
  const all: string[] = [];
  for (const [noun, plural] of [
    ['incident', 'incidents'],
    ['complaint', 'complaints'],
  ] as const)
    for (const id of [busy.foreign[noun]!, busy.colleague[noun]!])
      for (const of of ['', '/history?limit=100', '/comments', '/attachments', '/links']) {
        const [path, query] = `/v1/${plural}/${id}${of}`.split('?');
        const { text } = await busy.wire({ method: 'GET', path: path!, ...(query && { query: { limit: '100' } }), ...admin });
        all.push(
          JSON.stringify(JSON.parse(text), (_, value) =>
            value && typeof value === 'object' && !Array.isArray(value)
              ? Object.fromEntries(Object.entries(value).sort())
              : value,
          ),
        );
      }
  return all;
};
const foreignWord = (answer: WireAnswer, words: readonly string[] = FOREIGN_WORDS) =>
  words.find((word) => answer.text.includes(word) || JSON.stringify(answer.headers).includes(word));

describe('another’s record', () => {
  it('is not there for a contact, on any route, and nothing about it is told or changed', { timeout: 120_000 }, async () => {
    const before = await standing();
    const told: string[] = [];
    let asked = 0;
    for (const operation of operations.filter(({ path, noun }) => path.includes('{id}') && THEIRS.includes(noun)))
      for (const id of [busy.foreign[operation.noun]!, busy.colleague[operation.noun]!]) {
        const answer = await busy.wire({ ...(await rightRequest(operation, id)), ...CONTACT });
        asked++;
        const allowed = operation.route.roles.includes('requester') ? [404] : [403];
        if (!allowed.includes(answer.status) || foreignWord(answer))
          told.push(`${operation.method} ${operation.path}: ${answer.status} ${answer.text}`);
      }
    expect(told).toEqual([]);
    expect(asked).toBeGreaterThan(50);
    expect(await standing()).toEqual(before);
  });

  it('is in no list of a contact, whatever is asked of it', async () => {
    const told: string[] = [];
    let asked = 0;
    for (const operation of operations.filter(({ path, method }) => method === 'GET' && !path.includes('{'))) {
      const filters = operation.query.filter(({ name }) => !['limit', 'cursor', 'sort'].includes(name)).map(({ name }) => name);
      const idFor = idsFor(busy.ids, (from) => from.at(-1)!);
      const queries: Record<string, string>[] = [
        {},
        { limit: '100' },
        ...filters.map((name) => ({ [name]: idFor(name) ?? 'new' })),
        Object.fromEntries(filters.map((name) => [name, idFor(name) ?? 'new'])),
      ];
      for (const query of queries)
        for (const who of [CONTACT, { roles: 'requester', sub: 'nobody-known' }]) {
          const answer = await busy.wire({ method: 'GET', path: operation.path, query, ...who });
          asked++;
          const words = who === CONTACT ? FOREIGN_WORDS : [...FOREIGN_WORDS, MARKS.own];
          if (answer.status >= 500 || foreignWord(answer, words))
            told.push(`${operation.path} ${JSON.stringify(query)}: ${answer.text}`);
        }
    }
    expect(told).toEqual([]);
    expect(asked).toBeGreaterThan(50);
  });

  it('is not reached with another’s cursor or idempotency key', async () => {
    for (let i = 0; i < 2; i++)
      await busy.wire({
        method: 'POST',
        path: '/v1/complaints',
        body: JSON.stringify({ title: MARKS.foreign, description: 'x' }),
        ...STRANGER,
      });
    const theirs = await busy.wire({ method: 'GET', path: '/v1/complaints', query: { limit: '1' }, ...STRANGER });
    expect(theirs.json.nextCursor).toEqual(expect.any(String));
    const cursor = { limit: '1', cursor: theirs.json.nextCursor };
    expect((await busy.wire({ method: 'GET', path: '/v1/complaints', query: cursor, ...CONTACT })).status).toBe(400);
    const write = {
      method: 'POST',
      path: '/v1/complaints',
      body: JSON.stringify({ title: MARKS.foreign, description: 'y' }),
      headers: { 'idempotency-key': 'shared' },
    };
    const first = await busy.wire({ ...write, ...STRANGER });
    const second = await busy.wire({ ...write, body: JSON.stringify({ title: 'Mine', description: 'z' }), ...CONTACT });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.json.id).not.toBe(first.json.id);
    expect(foreignWord(second)).toBeUndefined();
  });

  it('is not told by reporting in another’s name', async () => {
    for (const [path, body] of [
      ['incidents', { title: 'In another’s name', requesterId: busy.ids['contact']![2], customerId: busy.ids['customer']![1] }],
      [
        'complaints',
        {
          title: 'In another’s name',
          description: 'x',
          contactId: busy.ids['contact']![2],
          customerId: busy.ids['customer']![1],
        },
      ],
    ] as const) {
      const made = await busy.wire({ method: 'POST', path: `/v1/${path}`, body: JSON.stringify(body), ...CONTACT });
      if (made.status === 201) expect(made.json.customerId).toBe(busy.ids['customer']![0]);
      else expect([400, 403]).toContain(made.status);
      expect(foreignWord(made)).toBeUndefined();
    }
  });
});

describe('one’s own record', () => {
  it('is shown to its contact with what was written for it, and no word that is internal', async () => {
    const seen: string[] = [];
    let asked = 0;
    for (const operation of operations.filter(
      ({ method, path, noun }) => method === 'GET' && path.includes('{id}') && THEIRS.includes(noun),
    )) {
      const id = busy.own[operation.noun]!;
      const answer = await busy.wire({ ...(await rightRequest(operation, id)), ...CONTACT });
      asked++;
      const expected = !operation.route.roles.includes('requester') ? 403 : operation.path.endsWith('{attachment}') ? 404 : 200;
      if (answer.status !== expected || foreignWord(answer)) seen.push(`${operation.path}: ${answer.status} ${answer.text}`);
    }
    expect(seen).toEqual([]);
    expect(asked).toBeGreaterThan(10);
    const comments = await busy.wire({ method: 'GET', path: `/v1/incidents/${busy.own['incident']}/comments`, ...CONTACT });
    expect(comments.text).toContain(MARKS.own);
    const theirs = await busy.wire({ method: 'GET', path: '/v1/incidents', ...COLLEAGUE });
    expect(theirs.text).toContain(MARKS.colleague);
    expect(theirs.text).not.toContain(MARKS.own);
  });
});

describe('a role', () => {
  it.each([...ROLES, 'none' as const])(
    '%s reaches the routes that are open to it, and no others',
    { timeout: 120_000 },
    async (role) => {
      const wrong: string[] = [];
      const who = role === 'requester' ? CONTACT : { roles: role === 'none' ? '' : role, sub: 'agent-1' };
      const closed = operations.filter(({ route }) => !route.open && !route.roles.includes(role as Role));
      for (const operation of closed) {
        const id = busy.ids[operation.noun]?.[0] ?? 'none';
        const answer = await busy.wire({ ...(await rightRequest(operation, id)), ...who });
        if (answer.status !== 403)
          wrong.push(`${operation.method} ${operation.path} is closed, yet: ${answer.status} ${answer.text}`);
      }
      const read = operations.filter(
        ({ route, method }) => method === 'GET' && !route.open && route.roles.includes(role as Role),
      );
      for (const operation of read) {
        const id = busy.own[operation.noun] ?? busy.ids[operation.noun]?.[0] ?? 'none';
        const answer = await busy.wire({ ...(await rightRequest(operation, id)), ...who });
        if (answer.status === 403 || answer.status >= 500)
          wrong.push(`${operation.path} is open, yet: ${answer.status} ${answer.text}`);
      }
      expect(wrong).toEqual([]);
      expect(closed.length + read.length).toBeGreaterThan(0);
      if (role === 'auditor') expect(closed.filter(({ method }) => method === 'GET')).toEqual([]);
      if (role === 'none') expect(read).toEqual([]);
    },
  );

  it('auditor changes nothing', () => {
    const open = operations.filter(
      ({ method, route }) => method !== 'GET' && !route.stateless && route.roles.includes('auditor'),
    );
    expect(open.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });

  it.each([
    ['no claims', null],
    ['an empty token', {}],
    ['groups that are not text', { iss: 'x', sub: 'y', 'cognito:groups': { admin: true } }],
    ['a group that contains a role’s name', { iss: 'x', sub: 'y', 'cognito:groups': '[not-admin admins]' }],
    ['a scope beside groups', { iss: 'x', sub: 'y', 'cognito:groups': '[]', scope: 'steward/admin' }],
    ['a scope of another API', { iss: 'x', sub: 'y', client_id: 'z', scope: 'other/admin' }],
  ])('is not had by %s', async (_, claims) => {
    const answer = await busy.wire({ method: 'GET', path: '/v1/suppliers', claims });
    expect([answer.status, answer.json.status]).toEqual([403, 403]);
  });
});
