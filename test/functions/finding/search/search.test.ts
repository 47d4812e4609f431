import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finding } from '../../../../functions/finding/area.js';
import { indexing } from '../../../../functions/finding/hearing.js';
import { searched } from '../../../../functions/finding/search/searched.js';
import { findingTasks } from '../../../../functions/finding/working.js';
import { operation } from '../../../../functions/operation/area.js';
import { incidents } from '../../../../functions/operation/incident/entity.js';
import { documentsOf } from '../../../../functions/platform/documents.js';
import { shardOf } from '../../../../functions/platform/items.js';
import { postingsOver, type Reading } from '../../../../functions/platform/postings.js';
import { relationship } from '../../../../functions/relationship/area.js';
import { support } from '../../../../functions/support/area.js';
import { areas } from '../../../../infra/areas.js';
import { type Asked, startDesk, type TestDesk } from '../../../support/desk.js';
import { type SmallDesk, smallDesk } from '../../../support/fixtures.js';

let desk: TestDesk;
let small: SmallDesk;
let index: ReturnType<typeof indexing>;
const agent = { roles: 'agent', sub: 'agent-1' };
const contact = { roles: 'requester', sub: 'contact-1' };
const stranger = { roles: 'requester', sub: 'contact-2' };

beforeAll(async () => {
  desk = await startDesk();
  small = await smallDesk(desk);
  index = indexing(desk.dependencies);
  for (const [noun, id] of [
    ['customer', small.customerId],
    ['customer', small.otherCustomerId],
    ['contact', small.contactId],
  ] as const)
    await index(noun, id);
});
afterAll(() => desk.close());

/** Each a moment after the one before: their ids are in that order. */
const open = async (body: object, as: Asked = agent) => {
  desk.now = new Date(desk.now.getTime() + 1000);
  const { body: made } = await desk.call(operation, 'POST /v1/incidents', {
    ...as,
    body: { serviceId: small.serviceId, ...(as === agent && { requesterId: small.contactId }), ...body },
  });
  await index('incident', made.id);
  return made;
};
const comment = async (id: string, body: string, visibility: string) => {
  await desk.call(operation, `POST /v1/incidents/${id}/comments`, { ...agent, body: { body, visibility } });
  await index('incident', id);
};
const search = async (q: string, as: Asked = agent, more: Record<string, string> = {}) =>
  (await desk.call(finding, `GET /v1/search?${new URLSearchParams({ q, ...more })}`, as)).body;
const ids = async (...asked: Parameters<typeof search>): Promise<string[]> =>
  (await search(...asked)).items.map(({ id }: { id: string }) => id);

describe('the search', () => {
  it('covers every noun that is listed, for those who may list it, and no field that is hidden', () => {
    const nouns = areas.flatMap(({ entities }) => entities).filter(({ name }) => !['queue', 'root'].includes(name));
    expect(searched.map(({ entity }) => entity.name).sort()).toEqual(nouns.map(({ name }) => name).sort());
    const routes = areas.flatMap((area) => area.routes);
    for (const { entity, fields, roles } of searched) {
      const list = routes.find(({ method, path }) => method === 'GET' && path === `/v1/${entity.plural}`)!;
      expect([entity.name, [...list.roles].sort()]).toEqual([entity.name, [...roles].sort()]);
      const shape = Object.keys((entity.schema as unknown as { shape: object }).shape);
      expect(fields.filter((field) => !shape.includes(field) || entity.hidden?.includes(field))).toEqual([]);
    }
  });

  it('finds words in title, text and comments, by their beginning, in English and Chinese', async () => {
    const { id } = await open({ title: 'Gantry crane seized', description: '龙门吊卡住了，无法移动' });
    await comment(id, 'The gearbox rattles.', 'public');
    for (const q of ['gant', 'crane seized', 'CRANE gearb', '龙门吊', '移', 'rattles 卡住']) expect(await ids(q)).toEqual([id]);
    for (const q of ['antry', 'crane lifted', '吊门']) expect(await ids(q)).toEqual([]);
  });

  it('finds by number at once, with or without its letters', async () => {
    const { id, number } = await open({ title: 'Doormat worn' });
    expect(await ids(number)).toEqual([id]);
    expect(await ids(number.toLowerCase(), contact)).toEqual([id]);
    expect(await ids(number.slice(4), agent, { type: 'incident' })).toContain(id);
    expect(await ids(number, stranger)).toEqual([]);
  });

  it('shows a requester its own by public words, never by the desk’s', async () => {
    const mine = await open({ title: 'Sluice blocked' }, contact);
    const theirs = await open({ title: 'Sluice blocked' }, stranger);
    await comment(mine.id, 'Suspect sabotage.', 'internal');
    await comment(mine.id, 'A diver is coming.', 'public');
    expect(await ids('sluice')).toEqual([theirs.id, mine.id]);
    expect(await ids('sluice', contact)).toEqual([mine.id]);
    expect(await ids('sluice', stranger)).toEqual([theirs.id]);
    expect(await ids('sabotage')).toEqual([mine.id]);
    expect(await ids('sabotage', contact)).toEqual([]);
    expect(await ids('diver', contact)).toEqual([mine.id]);
    expect((await search('harbour', contact)).items).toEqual([]);
    expect(await ids('harbour', agent, { type: 'customer' })).toEqual([small.customerId]);
    const refused = await desk.call(finding, 'GET /v1/search?q=harbour&type=customer', contact);
    expect(refused.status).toBe(403);
  });

  it('shows a restricted record to its circle and auditors, also while the index is late', async () => {
    const { body: person } = await desk.call(support, 'POST /v1/people', {
      body: { title: 'Gale Guard', email: 'gale@desk.example', identity: { issuer: 'https://issuer.example', subject: 'guard' } },
    });
    const { body: team } = await desk.call(support, 'POST /v1/teams', { body: { title: 'Guards', memberIds: [person.id] } });
    const { id } = await open({ title: 'Badge cloned' });
    expect(await ids('badge')).toEqual([id]);
    const { headers } = await desk.call(operation, `GET /v1/incidents/${id}`, agent);
    const restricted = await desk.call(operation, `POST /v1/incidents/${id}/restrict`, {
      ...agent,
      roles: 'admin',
      body: { teamIds: [team.id], reason: 'Personnel.' },
      headers: { 'if-match': headers['etag']! },
    });
    expect(restricted.status).toBe(200);
    for (const state of ['late', 'told']) {
      if (state === 'told') await index('incident', id);
      for (const who of [agent, contact]) expect(await ids('badge', who)).toEqual([]);
    }
    expect(await ids('badge', { roles: 'agent', sub: 'guard' })).toEqual([id]);
    expect(await ids('badge', { roles: 'auditor', sub: 'aud' })).toEqual([id]);
  });

  it('forgets words that are gone', async () => {
    const { body: made } = await desk.call(relationship, 'POST /v1/suppliers', {
      body: { title: 'Tarpaulin Partners', notes: 'cheap' },
    });
    await index('supplier', made.id);
    expect(await ids('tarpaulin')).toEqual([made.id]);
    await desk.call(relationship, `PATCH /v1/suppliers/${made.id}`, {
      body: { title: 'Canvas Partners', notes: null },
      headers: { 'if-match': '"1"' },
    });
    await index('supplier', made.id);
    await index('supplier', made.id);
    expect(await ids('tarpaulin')).toEqual([]);
    expect(await ids('cheap')).toEqual([]);
    expect(await ids('canvas')).toEqual([made.id]);
  });

  it('gives full pages, and cursors that belong to one search and caller', async () => {
    const made: string[] = [];
    for (let i = 0; i < 7; i++) made.unshift((await open({ title: `Pallet ${i}` })).id);
    const first = await search('pallet', agent, { limit: '3' });
    const second = await search('pallet', agent, { limit: '3', cursor: first.nextCursor });
    const third = await search('pallet', agent, { limit: '3', cursor: second.nextCursor });
    expect([first, second, third].map(({ items }) => items.map(({ id }: { id: string }) => id))).toEqual([
      made.slice(0, 3),
      made.slice(3, 6),
      made.slice(6),
    ]);
    expect(third).toMatchObject({ nextCursor: null, complete: true });
    for (const [q, as] of [
      ['pallets', agent],
      ['pallet', contact],
    ] as const)
      expect(await search(q, as, { cursor: first.nextCursor })).toMatchObject({ status: 400 });
  });

  it('puts first, when asked for the best, what has the very word in its title', async () => {
    const exact = await open({ title: 'Winch jammed' });
    const beginning = await open({ title: 'Winches ordered' });
    const text = await open({ title: 'Rope', description: 'winch' });
    expect(await ids('winch', agent, { sort: 'best' })).toEqual([exact.id, text.id, beginning.id]);
    const page = await search('winch', agent, { sort: 'best', limit: '1' });
    expect(page.items[0]).toMatchObject({ id: exact.id, score: 6 });
    const rest = await search('winch', agent, { sort: 'best', limit: '2', cursor: page.nextCursor });
    expect(rest).toMatchObject({ items: [{ score: 4 }, { score: 3 }], nextCursor: null });
  });
});

describe('the index', () => {
  const postings = () => postingsOver(documentsOf(desk.table.client), 'steward', 2);
  const reading = (sequence: number, words: readonly string[]): Reading => ({
    sequence,
    found: { desk: Object.fromEntries(words.map((word) => [word, 1])), deskScopes: ['restricted'], theirs: {}, theirScopes: [] },
    postings: ({ desk: said }) => Object.keys(said).map((word) => ({ scope: 'restricted', stem: word, words: { [word]: 1 } })),
  });
  const has = async (noun: string, word: string): Promise<boolean> =>
    (await postings().read({ noun, scope: 'restricted', stem: word, shard: shardOf('a', 2) }, '~', 10)).postings.length > 0;

  it('is never undone by what was read of an earlier event', async () => {
    await postings().settle('early', 'a', async () => reading(2, ['new']));
    await postings().settle('early', 'a', async () => reading(1, ['old']));
    expect([await has('early', 'new'), await has('early', 'old')]).toEqual([true, false]);
  });

  it('agrees with the latest event when several are taken in at once, in any order, also where one transaction is too small', async () => {
    const many = (mark: string) => Array.from({ length: 150 }, (_, i) => `${mark}${i}`);
    let latest = 0;
    const take = async (sequence: number) => {
      latest = Math.max(latest, sequence);
      await postings().settle('busy', 'a', async () => reading(latest, latest % 2 ? many('odd') : many('even')));
    };
    await Promise.all([3, 1, 6, 2, 5, 4].map(take));
    expect([await has('busy', 'even0'), await has('busy', 'even149')]).toEqual([true, true]);
    expect([await has('busy', 'odd0'), await has('busy', 'odd149')]).toEqual([false, false]);
  });

  it('goes on where a writing was cut short', async () => {
    const documents = documentsOf(desk.table.client);
    let left = 2;
    const dying = postingsOver(
      {
        ...documents,
        transactWrite: async (input) => {
          if (left-- === 0) throw new Error('Cut short.');
          return documents.transactWrite(input);
        },
      },
      'steward',
      2,
    );
    const words = Array.from({ length: 250 }, (_, i) => `w${i}`);
    await expect(dying.settle('cut', 'a', async () => reading(1, words))).rejects.toThrow('Cut short.');
    await postings().settle('cut', 'a', async () => reading(2, ['w249', 'last']));
    expect([await has('cut', 'w0'), await has('cut', 'w120'), await has('cut', 'w249'), await has('cut', 'last')]).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it('takes in all that there is when asked by hand, as after loading records past the bus', async () => {
    const { body } = await desk.call(operation, 'POST /v1/incidents', {
      ...agent,
      body: { title: 'Capstan unheard of', requesterId: small.contactId, serviceId: small.serviceId },
    });
    expect(await ids('capstan')).toEqual([]);
    const { indexed, from } = await findingTasks(desk.dependencies)({ task: 'index' });
    expect(from).toBeUndefined();
    expect(indexed).toBeGreaterThan(15);
    expect(await ids('capstan')).toEqual([body.id]);
    expect(await ids('office', agent, { type: 'calendar' })).toEqual([small.calendarId]);
    expect(await findingTasks(desk.dependencies)({ task: 'index', from: { noun: 'reply-template' } })).toEqual({ indexed: 0 });
  });

  it('costs one incident no more than some forty items, in one transaction', async () => {
    let writes = 0;
    const documents = documentsOf(desk.table.client);
    const counting = indexing({
      ...desk.dependencies,
      documents: {
        ...documents,
        transactWrite: async (input) => {
          writes += input.TransactItems.length;
          return documents.transactWrite(input);
        },
      },
    });
    const { body } = await desk.call(operation, 'POST /v1/incidents', {
      ...agent,
      body: {
        title: 'Label printer prints blank labels',
        description:
          'The label printer in hall three prints blank labels since this morning. We changed the roll, turned it off and on again, and ' +
          'sent a test page from the driver, which came out empty too. Orders for the evening truck wait for their labels.',
        requesterId: small.contactId,
        serviceId: small.serviceId,
      },
    });
    await counting(incidents.name, body.id);
    expect(writes).toBeGreaterThan(20);
    expect(writes).toBeLessThan(45);
  });
});
