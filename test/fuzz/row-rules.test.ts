import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDesk, type TestDesk } from '../support/desk.js';
import { type BusyDesk, busyDesk, MARKS } from './a-busy-desk.js';
import type { WireRequest } from './gateway-call.js';
import { idsFor, type Operation, operations } from './operations.js';
import { rightRequestOf } from './right-request.js';

/**
 * Every route by those whom row rules narrow: staff who serve one customer, staff outside a restricted incident's teams, contacts
 * with a grant, watchers. What is not theirs does not exist for them, whatever their role.
 */
const STAFF_ROLES = 'agent service-owner change-manager relationship-manager sms-manager admin approver';
type Who = Pick<WireRequest, 'roles' | 'sub'>;
const SCOPED: Who = { roles: STAFF_ROLES, sub: 'scoped' };
const OUTSIDER: Who = { roles: STAFF_ROLES, sub: 'outsider' };
const MEMBER: Who = { roles: 'agent', sub: 'member' };
const AUDITOR: Who = { roles: 'auditor', sub: 'auditor' };
const GRANTED: Who = { roles: 'requester', sub: 'granted' };
const WATCHER: Who = { roles: 'requester', sub: 'watcher' };
const CLOSED = 'closedsecretokapi';
const FOREIGN = [MARKS.foreign, 'Otto Other', 'otto@other', 'Other Works', 'Foreign terms'];

let desk: TestDesk;
let busy: BusyDesk;
let closed: string;
/** The other customer's record of each noun. */
let foreign: Record<string, string>;

beforeAll(async () => {
  desk = await startDesk();
  busy = await busyDesk(desk);
  const post = async (path: string, body: object, as: Partial<WireRequest> = {}): Promise<string> => {
    const answer = await busy.wire({ method: 'POST', path: `/v1/${path}`, body: JSON.stringify(body), ...as });
    if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.text}`);
    return answer.json?.id;
  };
  const identity = (subject: string) => ({ issuer: 'https://issuer.example', subject });
  const [customerId, otherId] = busy.ids['customer']!;
  const hire = (subject: string, facts: object = {}) =>
    post('people', { title: subject, email: `${subject}@desk.example`, identity: identity(subject), ...facts });
  const meet = (subject: string, facts: object = {}) =>
    post('contacts', { title: subject, email: `${subject}@harbour.example`, customerId, identity: identity(subject), ...facts });
  await hire('scoped', { customerScope: [customerId] });
  await hire('outsider');
  const memberIds = [await hire('member')];
  const teamId = await post('teams', { title: 'Security', memberIds });
  await meet('granted', { grants: ['customer-wide', 'on-behalf'] });
  const watcher = await meet('watcher');
  await post(`incidents/${busy.own['incident']}/watchers`, { id: watcher });
  const report = { title: CLOSED, description: CLOSED, requesterId: busy.ids['contact']![0], serviceId: busy.ids['service']![0] };
  closed = await post('incidents', { ...report, restrictedTo: [teamId] });
  const as = MEMBER;
  await post(`incidents/${closed}/comments`, { body: CLOSED }, as);
  await post(`incidents/${closed}/watchers`, { id: watcher }, as);
  await post(`incidents/${closed}/worklog`, { minutes: 5, text: CLOSED }, as);
  await post(`incidents/${closed}/attachments`, { fileName: `${CLOSED}.txt`, contentType: 'text/plain', size: 9 }, as);
  await post(`incidents/${closed}/links`, { type: 'relates-to', entity: 'service', id: busy.ids['service']![0] }, as);
  const terms = {
    title: 'Foreign terms',
    customerId: otherId,
    calendarId: busy.ids['calendar']![0],
    timezone: 'UTC',
    validFrom: '2026-01-01',
  };
  const targets = Object.fromEntries(['1', '2', '3', '4'].map((priority) => [priority, { resolution: { minutes: 240 } }]));
  foreign = {
    incident: busy.foreign['incident']!,
    complaint: busy.foreign['complaint']!,
    customer: otherId!,
    contact: busy.ids['contact']![2]!,
    message: busy.ids['message']![0]!,
    alert: busy.ids['alert']![0]!,
    webhook: await post('webhooks', { title: 'Foreign terms', url: 'https://x.example/', events: ['*'], customerId: otherId }),
    agreement: await post('agreements', { ...terms, targets }),
  };
});
afterAll(() => desk.close());

const onOne = (noun: string): Operation[] =>
  operations.filter((operation) => operation.path.includes('{id}') && operation.noun === noun && !operation.route.open);
const known = (text: string, words: readonly string[]): string | undefined => words.find((word) => text.includes(word));

/** Asks every route of one record, and answers what was told or not refused as it should be. */
async function told(who: Who, noun: string, id: string, words: readonly string[]): Promise<{ asked: number; wrong: string[] }> {
  const wrong: string[] = [];
  const routes = onOne(noun);
  for (const operation of routes) {
    const answer = await busy.wire({ ...(await rightRequestOf(busy, operation, id)), ...who });
    const open = operation.route.roles.some((role) => who.roles!.split(' ').includes(role));
    if (answer.status !== (open ? 404 : 403) || known(answer.text, words))
      wrong.push(`${operation.method} ${operation.path}: ${answer.status} ${answer.text.slice(0, 300)}`);
  }
  return { asked: routes.length, wrong };
}

/** Every list, without and with each of its filters. */
async function listed(who: Who, words: readonly string[]): Promise<{ asked: number; wrong: string[]; ids: Set<string> }> {
  const wrong: string[] = [];
  const ids = new Set<string>();
  let asked = 0;
  for (const operation of operations
    .filter(({ path, method }) => method === 'GET' && !path.includes('{'))
    .filter(({ route }) => !route.open)) {
    const filters = operation.query.filter(({ name }) => !['limit', 'cursor', 'sort'].includes(name)).map(({ name }) => name);
    const choices: Record<string, string> = { phase: 'live', status: 'active', party: 'anybody', language: 'en' };
    for (const pick of [0, -1]) {
      const value = (name: string) => idsFor(busy.ids, (from) => from.at(pick)!)(name) ?? choices[name] ?? 'live';
      const queries: Record<string, string>[] = [{ limit: '100' }, ...filters.map((name) => ({ [name]: value(name) }))];
      for (const one of filters)
        for (const other of filters) if (one < other) queries.push({ [one]: value(one), [other]: value(other) });
      for (const query of queries) {
        const answer = await busy.wire({ method: 'GET', path: operation.path, query, ...who });
        asked++;
        for (const item of answer.json?.items ?? []) ids.add(item.id);
        if (answer.status >= 500 || known(answer.text, words))
          wrong.push(`${operation.path} ${JSON.stringify(query)}: ${answer.text.slice(0, 300)}`);
      }
    }
  }
  return { asked, wrong, ids };
}

describe('staff who serve one customer', () => {
  it.each(['incident', 'complaint', 'customer', 'contact', 'message', 'agreement'])(
    'find no %s of another on any route, whatever their roles',
    { timeout: 60_000 },
    async (noun) => {
      const { asked, wrong } = await told(SCOPED, noun, foreign[noun]!, FOREIGN);
      expect(wrong).toEqual([]);
      expect(asked).toBeGreaterThan(6);
    },
  );

  it('find none in any list, and those of their own in some', async () => {
    const { asked, wrong, ids } = await listed(SCOPED, FOREIGN);
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(80);
    for (const id of [busy.own['incident']!, busy.colleague['incident']!, busy.own['complaint']!, busy.ids['customer']![0]!])
      expect(ids).toContain(id);
    for (const id of Object.values(foreign)) expect(ids).not.toContain(id);
  });

  it('read their own on every route', { timeout: 60_000 }, async () => {
    for (const operation of onOne('incident').filter(({ method }) => method === 'GET')) {
      const answer = await busy.wire({ ...(await rightRequestOf(busy, operation, busy.own['incident']!)), ...SCOPED });
      expect([operation.path, answer.status]).toEqual([operation.path, 200]);
    }
  });

  it('learn from no service or team what other customers’ records point to it', async () => {
    for (const path of [`services/${busy.ids['service']![0]}`, `teams/${busy.ids['team']![0]}`]) {
      const answer = await busy.wire({ method: 'GET', path: `/v1/${path}/links`, query: { direction: 'from' }, ...SCOPED });
      expect(answer.status).toBe(403);
    }
  });
});

describe('a restricted incident', () => {
  it.each([
    ['staff of every role outside its teams', OUTSIDER],
    ['staff who serve its customer only', SCOPED],
    ['the contact with the grant to see all of its customer’s', GRANTED],
    ['a watcher', WATCHER],
    ['its own requester', { roles: 'requester', sub: 'contact-1' }],
  ])('does not exist for %s, on any route or in any list', { timeout: 60_000 }, async (_, who) => {
    const one = await told(who, 'incident', closed, [CLOSED]);
    expect(one.wrong).toEqual([]);
    expect(one.asked).toBeGreaterThan(30);
    const lists = await listed(who, [CLOSED]);
    expect(lists.wrong).toEqual([]);
    expect(lists.ids).not.toContain(closed);
  });

  it.each([
    ['a member of its teams', MEMBER],
    ['an auditor', AUDITOR],
  ])('is read by %s on every route and in lists', { timeout: 60_000 }, async (_, who) => {
    for (const operation of onOne('incident').filter(({ method }) => method === 'GET')) {
      const answer = await busy.wire({ ...(await rightRequestOf(busy, operation, closed)), ...who });
      expect([operation.path, [200, 404].includes(answer.status)]).toEqual([operation.path, true]);
      if (!/\{(attachment|clock)\}/.test(operation.path)) expect([operation.path, answer.status]).toEqual([operation.path, 200]);
    }
    expect((await listed(who, [])).ids).toContain(closed);
  });
});

describe('contacts who see more than their own', () => {
  it.each([
    ['with the grant', GRANTED],
    ['who watches', WATCHER],
  ])('%s find nothing of another customer’s', { timeout: 60_000 }, async (_, who) => {
    const one = await told(who, 'incident', foreign['incident']!, [...FOREIGN, MARKS.internal]);
    expect(one.wrong).toEqual([]);
    const lists = await listed(who, [...FOREIGN, MARKS.internal]);
    expect(lists.wrong).toEqual([]);
  });

  it('read what is public of what they see, and nothing internal', async () => {
    for (const [who, id] of [
      [GRANTED, busy.own['incident']!],
      [GRANTED, busy.colleague['incident']!],
      [WATCHER, busy.own['incident']!],
    ] as const)
      for (const operation of onOne('incident').filter(
        ({ method, route }) => method === 'GET' && route.roles.includes('requester'),
      )) {
        const answer = await busy.wire({ ...(await rightRequestOf(busy, operation, id)), ...who });
        expect([operation.path, answer.status]).toEqual([operation.path, operation.path.endsWith('{attachment}') ? 404 : 200]);
        expect(answer.text).not.toContain(MARKS.internal);
      }
    expect((await listed(GRANTED, [])).ids).toContain(busy.colleague['incident']!);
    const watched = await listed(WATCHER, [MARKS.colleague]);
    expect(watched.wrong).toEqual([]);
    expect(watched.ids).toContain(busy.own['incident']!);
  });

  it('without either find nothing of their colleagues’', { timeout: 60_000 }, async () => {
    const { wrong } = await told(WATCHER, 'incident', busy.colleague['incident']!, [MARKS.colleague, MARKS.internal]);
    expect(wrong).toEqual([]);
  });
});
