import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Wire, type WireAnswer, type WireRequest, wireTo } from '../../fuzz/gateway-call.js';
import { startDesk, type TestDesk } from '../../support/desk.js';

/** What the edge takes and what it refuses, before any noun is asked. */

let desk: TestDesk;
let wire: Wire;
beforeAll(async () => {
  desk = await startDesk();
  wire = wireTo(desk.dependencies);
});
afterAll(() => desk.close());

const suppliers = '/v1/suppliers';
const post = (body: string | Uint8Array, more: Partial<WireRequest> = {}) =>
  wire({ method: 'POST', path: suppliers, body, ...more });
const make = async (title: string): Promise<string> => (await post(JSON.stringify({ title }))).json.id;
const get = (path: string, more: Partial<WireRequest> = {}) => wire({ method: 'GET', path: `${suppliers}${path}`, ...more });

/** A refusal as RFC 9457 has it: status, the last word of its type, and the pointers of its bad fields. */
function refusal({ status, headers, json, text }: WireAnswer) {
  expect(headers['content-type']).toBe('application/problem+json');
  expect(json).toMatchObject({
    status,
    title: expect.any(String),
    detail: expect.any(String),
    instance: expect.stringMatching(/^wire-/),
  });
  expect(text).not.toMatch(/\bat .*\.[tj]s|node_modules|dynamodb|"(pk|sk)"/i);
  return [status, json.type.split(':').at(-1), (json.errors ?? []).map(({ pointer }: { pointer: string }) => pointer)];
}

describe('a body', () => {
  it.each<[string, string, unknown[]]>([
    ['is cut short', '{"title":"x"', [400, 'invalid', ['']]],
    ['is not JSON', 'title=x', [400, 'invalid', ['']]],
    ['is a list', '[]', [400, 'invalid', ['']]],
    ['is nothing', 'null', [400, 'invalid', ['']]],
    ['lacks what is required', '{}', [400, 'invalid', ['/title']]],
    ['has unknown fields', '{"title":"x","colour":"red","x/y":1}', [400, 'invalid', ['/colour', '/x~1y']]],
    [
      'sets what the system sets',
      '{"title":"x","id":"1","version":7,"createdBy":"me"}',
      [400, 'invalid', ['/id', '/version', '/createdBy']],
    ],
    ['has fields of another type', '{"title":1,"kind":"moon","email":"x"}', [400, 'invalid', ['/title', '/kind', '/email']]],
    ['names a field twice', '{"title":"x","title":"y"}', [400, 'invalid', ['/title']]],
    ['reaches for the prototype', '{"title":"x","__proto__":{"kind":"internal"}}', [400, 'invalid', ['/__proto__']]],
    ['holds half a letter', '{"title":"\\ud83d"}', [400, 'invalid', ['/title']]],
    ['is nested deeply', `{"title":${'['.repeat(30)}${']'.repeat(30)}}`, [400, 'invalid', ['']]],
  ])('that %s is refused', async (_, body, expected) => expect(refusal(await post(body))).toEqual(expected));

  it('that is too large is refused, encoded or not', async () => {
    const large = JSON.stringify({ title: 'x', notes: 'y'.repeat(300_000) });
    expect(refusal(await post(large))).toEqual([413, 'too-large', []]);
    expect(refusal(await post(Buffer.from(large)))).toEqual([413, 'too-large', []]);
  });

  it('is JSON by its content type, and taken when the gateway encoded it', async () => {
    for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded'])
      expect(refusal(await post('{"title":"x"}', { headers: { 'content-type': type } }))).toEqual([415, 'not-json', []]);
    const encoded = await post(Buffer.from('{"title":"Prüfung 漢字 🖨️"}'), {
      headers: { 'content-type': 'application/json; charset=utf-8' },
    });
    expect([encoded.status, encoded.json.title]).toEqual([201, 'Prüfung 漢字 🖨️']);
    expect(refusal(await post(Uint8Array.from([0xff, 0xfe, 0x00])))).toEqual([400, 'invalid', ['']]);
  });

  it('that is absent is an empty one', async () => {
    expect(refusal(await wire({ method: 'POST', path: suppliers }))).toEqual([400, 'invalid', ['/title']]);
  });

  it('keeps any text as it was, inert', async () => {
    const title = `<script>alert('x')</script> =1+1 \u202e "quoted" \\ 漢字`;
    const { json } = await post(JSON.stringify({ title }));
    const read = await get(`/${json.id}`);
    expect([read.json.title, read.headers['content-type'], read.headers['x-content-type-options']]).toEqual([
      title,
      'application/json',
      'nosniff',
    ]);
  });
});

describe('a query', () => {
  it.each<[Record<string, string>, string[]]>([
    [{ limit: '0' }, ['?limit']],
    [{ limit: '101' }, ['?limit']],
    [{ limit: '1.5' }, ['?limit']],
    [{ limit: 'ten' }, ['?limit']],
    [{ colour: 'red' }, ['?colour']],
    [JSON.parse('{"__proto__":"x"}'), ['?__proto__']],
    [{ sort: 'colour' }, ['?sort']],
    [{ cursor: 'x' }, ['?cursor']],
    [{ cursor: 'a'.repeat(9000) }, ['?cursor']],
  ])('that asks %j is refused with a pointer to it', async (query, pointers) =>
    expect(refusal(await get('', { query }))).toEqual([400, 'invalid', pointers]),
  );

  it('is refused where none is taken, and an instant must be one', async () => {
    const id = await make('Queried');
    expect(
      refusal(
        await wire({
          method: 'POST',
          path: `${suppliers}/${id}/retire`,
          query: { force: '1' },
          headers: { 'if-match': '"1"' },
          body: '{}',
        }),
      ),
    ).toEqual([400, 'invalid', ['?force']]);
    for (const asOf of ['yesterday', '2026-03-02', '2026-03-02T10:00:00+01:00'])
      expect(refusal(await get(`/${id}`, { query: { asOf } }))).toEqual([400, 'invalid', ['?asOf']]);
  });

  it('asks as of an instant however precisely it is written', async () => {
    const start = desk.now;
    desk.now = new Date('2026-03-02T12:00:00.500Z');
    const id = await make('Precise');
    desk.now = start;
    expect((await get(`/${id}`, { query: { asOf: '2026-03-02T12:00:00Z' } })).status).toBe(404);
    expect((await get(`/${id}`, { query: { asOf: '2026-03-02T12:00:00.5Z' } })).status).toBe(200);
    expect((await get(`/${id}`, { query: { asOf: '2026-03-02T12:00:00.500999Z' } })).status).toBe(200);
  });
});

describe('If-Match', () => {
  it.each(['*', '1', "'1'", 'W/"1"', '"1", "2"', '"x"', '""', '"-1"', '"9999999999"', ' '])(
    'is refused as %j',
    async (header) => {
      const answer = await wire({
        method: 'PATCH',
        path: `${suppliers}/${await make('Matched')}`,
        body: '{"title":"y"}',
        headers: { 'if-match': header },
      });
      expect(refusal(answer)).toEqual([400, 'invalid', ['!If-Match']]);
    },
  );

  it('that is missing is 428, and one that is stale 412 with the version that stands', async () => {
    const id = await make('Versions');
    const amend = (headers: Record<string, string>) =>
      wire({ method: 'PATCH', path: `${suppliers}/${id}`, body: '{"title":"y"}', headers });
    expect(refusal(await amend({}))).toEqual([428, 'precondition-required', []]);
    const stale = await amend({ 'if-match': '"2"' });
    expect(refusal(stale)).toEqual([412, 'stale', []]);
    expect(stale.json.version).toBe(1);
    expect((await amend({ 'if-match': ' "1" ' })).status).toBe(200);
  });
});

describe('If-None-Match', () => {
  it('is answered 304 without a body where the version is named, alone or among others, and for any', async () => {
    const id = await make('Known');
    for (const header of ['"1"', 'W/"1"', '"0", "1"', 'W/"7" , W/"1"', '*']) {
      const answer = await get(`/${id}`, { headers: { 'if-none-match': header } });
      expect([header, answer.status, answer.text, answer.headers['etag']]).toEqual([header, 304, '', '"1"']);
    }
    for (const header of ['"2"', '1', '', '"11"'])
      expect((await get(`/${id}`, { headers: { 'if-none-match': header } })).status).toBe(200);
  });
});

describe('an Idempotency-Key', () => {
  it.each(['', ' ', 'a b', 'é', 'x'.repeat(201), '\t'].map((key) => [key.slice(0, 20), key] as const))(
    'is refused as %j',
    async (_, key) =>
      expect(refusal(await post('{"title":"x"}', { headers: { 'idempotency-key': key } }))).toEqual([
        400,
        'invalid',
        ['!Idempotency-Key'],
      ]),
  );

  it('is of its caller and its route, and refused with another body', async () => {
    const headers = { 'idempotency-key': 'k-1' };
    const first = await post('{"title":"Keyed"}', { headers });
    expect((await post('{"title":"Keyed"}', { headers })).json).toEqual(first.json);
    expect(refusal(await post('{"title":"Other"}', { headers }))).toEqual([422, 'key-reused', []]);
    expect((await post('{"title":"Keyed"}', { headers, sub: 'user-2' })).json.id).not.toBe(first.json.id);
    expect(
      (await wire({ method: 'POST', path: '/v1/customers', body: '{"title":"Keyed","timezone":"UTC"}', headers })).status,
    ).toBe(201);
  });

  it('gives every one of many at once the first answer, though the version it names is stale by then', async () => {
    const id = await make('At once');
    const request = {
      method: 'PATCH',
      path: `${suppliers}/${id}`,
      body: '{"title":"Once"}',
      headers: { 'if-match': '"1"', 'idempotency-key': 'at-once' },
    };
    const answers = await Promise.all(Array.from({ length: 12 }, () => wire(request)));
    expect(answers.map(({ status, json }) => [status, json.version])).toEqual(answers.map(() => [200, 2]));
    const move = {
      method: 'POST',
      path: `${suppliers}/${id}/retire`,
      body: '{}',
      headers: { 'if-match': '"2"', 'idempotency-key': 'moved-once' },
    };
    const moves = await Promise.all(Array.from({ length: 12 }, () => wire(move)));
    expect(moves.map(({ status, json }) => [status, json.status])).toEqual(moves.map(() => [200, 'retired']));
    expect((await get(`/${id}/history`)).json.items).toHaveLength(3);
  });

  it('replays comments, links and their removal as they were answered first', async () => {
    const [id, other] = [await make('Commented'), await make('Linked')];
    const once = async (method: string, path: string, body: object | undefined, key: string) => {
      const request = {
        method,
        path: `${suppliers}/${id}/${path}`,
        ...(body && { body: JSON.stringify(body) }),
        headers: { 'idempotency-key': key },
      };
      const [first, again] = [await wire(request), await wire(request)];
      expect([again.status, again.json]).toEqual([first.status, first.json]);
      return first;
    };
    expect((await once('POST', 'comments', { body: 'Said once.' }, 'c-1')).status).toBe(201);
    const link = await once('POST', 'links', { type: 'relates-to', entity: 'supplier', id: other }, 'l-1');
    expect((await once('DELETE', `links/${link.json.link}`, undefined, 'd-1')).status).toBe(204);
    expect((await get(`/${id}/comments`)).json.items).toHaveLength(1);
    expect((await get(`/${id}/history`)).json.items).toHaveLength(4);
  });

  it('of a link that was removed since is answered as it was first', async () => {
    const [id, other] = [await make('From'), await make('To')];
    const request = {
      method: 'POST',
      path: `${suppliers}/${id}/links`,
      body: JSON.stringify({ type: 'relates-to', entity: 'supplier', id: other }),
      headers: { 'idempotency-key': 'gone' },
    };
    const first = await wire(request);
    await wire({ method: 'DELETE', path: `${suppliers}/${id}/links/${first.json.link}` });
    const again = await wire(request);
    expect([again.status, again.json]).toEqual([201, first.json]);
  });
});

describe('a path', () => {
  it.each(['PUT', 'HEAD', 'OPTIONS', 'TRACE', 'get', 'PATCH', ''])(
    'that is asked by %j says by what it is asked',
    async (method) => {
      const answer = await wire({ method, path: suppliers });
      expect(refusal(answer)).toEqual([405, 'no-such-method', []]);
      expect(answer.headers['allow']).toBe('GET,POST');
    },
  );

  it.each(
    [
      '/v1/suppliers/NUMBER',
      '/v1/suppliers/UNIQUE%23email%23x',
      '/v1/suppliers/%2e%2e',
      '/v1/suppliers/%00',
      '/v1/suppliers/%',
      `/v1/suppliers/${'x'.repeat(3000)}`,
      '/v1/suppliers/x/history/y',
      '/v1/suppliers/x/nothing',
      '/v2/suppliers',
      '/v1/%73uppliers',
    ].map((path) => [path.slice(0, 40), path] as const),
  )('%s leads to nothing', async (_, path) => expect((await wire({ method: 'GET', path })).status).toBe(404));

  it('may end in a slash, and hold an encoded number', async () => {
    const { json } = await get(`/${await make('Encoded')}`);
    expect((await wire({ method: 'GET', path: `${suppliers}/` })).status).toBe(200);
    expect((await get(`/${json.number.replace('-', '%2D')}`)).json.id).toBe(json.id);
  });
});
