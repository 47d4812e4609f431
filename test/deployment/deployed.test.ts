import { describe, expect, it } from 'vitest';
import { deployedWorld, type Somebody } from './world.js';

const world = deployedWorld();

interface Asked {
  readonly as?: Parameters<typeof world.tokenFor>[0];
  readonly body?: object;
  readonly headers?: Record<string, string>;
}

async function call(request: string, { as, body, headers = {} }: Asked = {}) {
  const [method, path] = request.split(' ') as [string, string];
  const token = as === undefined ? undefined : await world.tokenFor(as);
  const answer = await fetch(`${world.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by tests.
  return { status: answer.status, headers: answer.headers, body: (text.startsWith('{') ? JSON.parse(text) : text) as any };
}

async function make(collection: string, body: object, as: Asked['as'] = 'admin'): Promise<string> {
  const made = await call(`POST /v1/${collection}`, { as, body });
  if (made.status !== 201) throw new Error(`POST ${collection}: ${made.status} ${JSON.stringify(made.body)}`);
  return made.body.id;
}

async function until<T>(seen: () => Promise<T | undefined>, seconds = 40): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await seen();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`Nothing was seen for ${seconds} s.`);
    await new Promise((resume) => setTimeout(resume, 500));
  }
}

describe('a deployment', () => {
  it('lets nobody in without a token, or with one that was altered', async () => {
    expect((await call('GET /v1/suppliers')).status).toBe(401);
    const token = await world.tokenFor('admin');
    const altered = `${token.slice(0, -6)}AAAAAA`;
    expect((await call('GET /v1/suppliers', { headers: { authorization: `Bearer ${altered}` } })).status).toBe(401);
  });

  it('shows its contract to everybody, with the routes that it serves', async () => {
    const { status, body } = await call('GET /v1/openapi.json');
    expect(status).toBe(200);
    expect(body.openapi).toBe('3.1.0');
    expect(Object.keys(body.paths)).toContain('/v1/incidents/{id}');
    expect((await call('GET /')).status).toBe(200);
    expect((await call('GET /docs')).status).toBe(200);
  });

  it('keeps a supplier: created, read by number, listed, amended on the version seen, in its history', async () => {
    const made = await call('POST /v1/suppliers', { as: 'relationship-manager', body: { title: 'Northern Cables' } });
    expect(made).toMatchObject({ status: 201, body: { version: 1, title: 'Northern Cables' } });
    const { id, number } = made.body;
    expect((await call(`GET /v1/suppliers/${number}`, { as: 'agent' })).body).toEqual(made.body);
    expect((await call('GET /v1/suppliers', { as: 'agent' })).body.items.map((item: { id: string }) => item.id)).toContain(id);
    const amend = (version: number) =>
      call(`PATCH /v1/suppliers/${id}`, {
        as: 'admin',
        body: { title: 'Southern Cables' },
        headers: { 'if-match': `"${version}"` },
      });
    expect((await amend(1)).status).toBe(200);
    expect((await amend(1)).status).toBe(412);
    const { body } = await call(`GET /v1/suppliers/${id}/history`, { as: 'auditor' });
    expect(body.items.map(({ event }: { event: string }) => event)).toEqual(['supplier.created', 'supplier.amended']);
  });

  it('knows roles by the groups of the token', async () => {
    expect((await call('GET /v1/suppliers', { as: 'requester' })).status).toBe(403);
    expect((await call('POST /v1/suppliers', { as: 'auditor', body: { title: 'x' } })).status).toBe(403);
  });

  it('answers an unknown path itself, and an unknown record as a problem', async () => {
    expect((await call('GET /v1/nothing', { as: 'agent' })).status).toBe(404);
    expect(await call('GET /v1/suppliers/SUP-999999', { as: 'agent' })).toMatchObject({ status: 404, body: { status: 404 } });
  });

  it('tells the customer by mail that their incident was received, and keeps the customer’s side to itself', async () => {
    const cleo: Somebody = { name: 'cleo', roles: ['requester'] };
    const customerId = await make('customers', { title: 'Harbour Works', timezone: 'Europe/Berlin' });
    const identity = await world.identityOf(cleo);
    const requesterId = await make('contacts', { title: 'Cleo', email: 'cleo@harbour.example', customerId, identity });
    const made = await call('POST /v1/incidents', {
      as: 'agent',
      body: { title: 'Mail is slow', impact: 2, urgency: 2, customerId, requesterId },
    });
    expect(made).toMatchObject({ status: 201, body: { status: 'new' } });
    expect((await call(`GET /v1/incidents/${made.body.id}`, { as: cleo })).status).toBe(200);
    const letter = await until(async () =>
      (await world.mails()).find(({ to, subject }) => to === 'cleo@harbour.example' && subject.includes(made.body.number)),
    );
    expect(letter.text).toContain('Mail is slow');
  });
});
