import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operation } from '../../../../functions/operation/area.js';
import { operationEvents } from '../../../../functions/operation/hearing.js';
import { incidents } from '../../../../functions/operation/incident/entity.js';
import { letterOf } from '../../../../functions/operation/incident/letters.js';
import { type Asked, startDesk, type TestDesk } from '../../../support/desk.js';
import { areasUnderTest, type SmallDesk, smallDesk } from '../../../support/fixtures.js';

let desk: TestDesk;
let small: SmallDesk;
let ids: Record<'colleague' | 'wide' | 'manager' | 'scoped' | 'guard' | 'guards' | 'outsider', string>;

const { relationship, support, design } = areasUnderTest;
const agent = { roles: 'agent', sub: 'agent-1' };
const outsider = { roles: 'agent admin sms-manager', sub: 'agent-2' };
const scoped = { roles: 'agent', sub: 'agent-3' };
const guard = { roles: 'agent', sub: 'agent-4' };
const auditor = { roles: 'auditor', sub: 'auditor-1' };
const contact = { roles: 'requester', sub: 'contact-1' };
const colleague = { roles: 'requester', sub: 'contact-3' };
const wide = { roles: 'requester', sub: 'contact-4' };
const manager = { roles: 'requester', sub: 'contact-5' };

const call = (request: string, asked: Asked = agent) => desk.call(operation, request, asked);
const move = async (id: string, verb: string, body: object = {}, as: Asked = agent) => {
  const { headers } = await call(`GET /v1/incidents/${id}`, as);
  return call(`POST /v1/incidents/${id}/${verb}`, { ...as, body, headers: { 'if-match': headers['etag'] ?? '"1"' } });
};
const open = async (over: object = {}, as: Asked = agent) => {
  const whose = as === agent ? { requesterId: small.contactId, serviceId: small.serviceId } : {};
  const made = await call('POST /v1/incidents', { ...as, body: { title: 'Mail is down', ...whose, ...over } });
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  return made.body;
};
const listed = async (query: string, as: Asked): Promise<string[]> => {
  const all: string[] = [];
  let cursor = '';
  do {
    const { status, body } = await call(`GET /v1/incidents?limit=3${query}${cursor}`, as);
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
    if (body.nextCursor !== null) expect(body.items).toHaveLength(3);
    all.push(...body.items.map(({ id }: { id: string }) => id));
    cursor = body.nextCursor === null ? '' : `&cursor=${encodeURIComponent(body.nextCursor)}`;
  } while (cursor !== '');
  expect(new Set(all).size).toBe(all.length);
  return all;
};

beforeAll(async () => {
  desk = await startDesk();
  desk.now = new Date('2026-03-02T08:30:00.000Z');
  small = await smallDesk(desk);
  const issuer = 'https://issuer.example';
  const hire = async (subject: string, facts: object = {}) =>
    (
      await desk.call(support, 'POST /v1/people', {
        body: { title: subject, email: `${subject}@desk.example`, identity: { issuer, subject }, ...facts },
      })
    ).body.id;
  const meet = async (subject: string, facts: object = {}) =>
    (
      await desk.call(relationship, 'POST /v1/contacts', {
        body: {
          title: subject,
          email: `${subject}@harbour.example`,
          customerId: small.customerId,
          identity: { issuer, subject },
          ...facts,
        },
      })
    ).body.id;
  const guardId = await hire('agent-4');
  ids = {
    outsider: await hire('agent-2'),
    scoped: await hire('agent-3', { customerScope: [small.customerId] }),
    guard: guardId,
    guards: (await desk.call(support, 'POST /v1/teams', { body: { title: 'Security', memberIds: [guardId] } })).body.id,
    colleague: await meet('contact-3'),
    wide: await meet('contact-4', { grants: ['customer-wide'] }),
    manager: await meet('contact-5', { grants: ['on-behalf'] }),
  };
});
afterAll(() => desk.close());

describe('a watcher', () => {
  it('sees what it watches, in its list and by itself, until it watches no more', async () => {
    const { id } = await open();
    const own = await open({ title: 'Its own' }, colleague);
    expect((await call(`GET /v1/incidents/${id}`, colleague)).status).toBe(404);
    expect((await call(`POST /v1/incidents/${id}/watchers`, { ...contact, body: { id: ids.colleague } })).status).toBe(204);
    expect((await call(`GET /v1/incidents/${id}`, colleague)).body).toMatchObject({ id });
    expect((await call(`GET /v1/incidents/${id}`, colleague)).body).not.toHaveProperty('watchers');
    expect(await listed('', colleague)).toEqual(expect.arrayContaining([id, own.id]));
    expect(await listed(`&watcherId=${ids.colleague}`, colleague)).toEqual([id]);
    expect(await listed(`&requesterId=${ids.colleague}`, colleague)).not.toContain(id);
    expect((await call(`DELETE /v1/incidents/${id}/watchers/${ids.colleague}`, colleague)).status).toBe(204);
    expect((await call(`GET /v1/incidents/${id}`, colleague)).status).toBe(404);
    expect(await listed('', colleague)).not.toContain(id);
  });

  it('is told what is public, and reads nothing internal; what it says moves nothing', async () => {
    const { id } = await open();
    await call(`POST /v1/incidents/${id}/watchers`, { ...agent, body: { id: ids.colleague } });
    await call(`POST /v1/incidents/${id}/watchers`, { ...agent, body: {} });
    await call(`POST /v1/incidents/${id}/comments`, { ...agent, body: { body: 'inside only', visibility: 'internal' } });
    await call(`POST /v1/incidents/${id}/comments`, { ...agent, body: { body: 'We look into it.' } });
    await move(id, 'resolve', { code: 'fixed', text: 'Done.' });
    const { items } = (await call(`GET /v1/incidents/${id}/history?limit=100`)).body;
    const told = items.flatMap(({ detail }: any) => detail.notices ?? []).map(({ letter, to }: any) => [letter, to.id]);
    expect(told.filter(([, to]: string[]) => to === ids.colleague)).toEqual([
      ['public-comment', ids.colleague],
      ['incident-resolved', ids.colleague],
    ]);
    expect(JSON.stringify((await call(`GET /v1/incidents/${id}/comments`, colleague)).body)).not.toContain('inside only');
    await call(`POST /v1/incidents/${id}/comments`, { ...colleague, body: { body: 'Thank you.' } });
    expect((await call(`GET /v1/incidents/${id}`)).body.status).toBe('resolved');
    expect((await move(id, 'reopen', { reason: 'x' }, colleague)).status).toBe(403);
    expect((await move(id, 'close', {}, colleague)).status).toBe(403);
    expect((await move(id, 'close', {}, contact)).status).toBe(200);
  });

  it('is a contact of the same customer, or staff; who watches only decides for itself', async () => {
    const { id } = await open();
    const add = (body: object, as: Asked = agent) => call(`POST /v1/incidents/${id}/watchers`, { ...as, body });
    expect((await add({ id: small.otherContactId })).status).toBe(400);
    expect((await add({ id: small.contactId })).status).toBe(409);
    expect((await add({ id: ids.outsider })).status).toBe(204);
    expect((await add({ id: ids.outsider })).status).toBe(409);
    expect((await add({ id: ids.colleague })).status).toBe(204);
    expect((await add({ id: ids.wide }, colleague)).status).toBe(403);
    expect((await add({ id: small.otherContactId }, contact)).status).toBe(400);
    expect((await call(`DELETE /v1/incidents/${id}/watchers/${ids.outsider}`, colleague)).status).toBe(403);
    expect((await call(`DELETE /v1/incidents/${id}/watchers/${ids.wide}`)).status).toBe(404);
  });

  it('of a customer that it is not of any more is left behind', async () => {
    const { id } = await open();
    await call(`POST /v1/incidents/${id}/watchers`, { ...agent, body: { id: ids.colleague } });
    await move(id, 'reclassify', { customerId: small.otherCustomerId, requesterId: small.otherContactId, why: 'Theirs.' });
    expect((await call(`GET /v1/incidents/${id}/watchers`)).body.items).toEqual([]);
    expect(await listed('', colleague)).not.toContain(id);
  });
});

describe('a contact who was granted it', () => {
  it('sees all of its customer’s, and no other’s; others see their own', async () => {
    const [theirs, foreign] = [await open(), await open({ requesterId: small.otherContactId })];
    expect((await call(`GET /v1/incidents/${theirs.id}`, wide)).status).toBe(200);
    expect((await call(`GET /v1/incidents/${foreign.id}`, wide)).status).toBe(404);
    const all = await listed('', wide);
    expect(all).toContain(theirs.id);
    expect(all).not.toContain(foreign.id);
    expect(await listed(`&customerId=${small.customerId}`, wide)).toEqual(all);
    expect((await call(`GET /v1/incidents?customerId=${small.otherCustomerId}`, wide)).status).toBe(400);
    expect((await call(`GET /v1/incidents?customerId=${small.customerId}`, colleague)).status).toBe(400);
    expect((await move(theirs.id, 'close', {}, wide)).status).toBe(403);
  });

  it('reports for a colleague, and both see it; nobody reports for another’s customer', async () => {
    const made = await open({ title: 'For Cleo', requesterId: small.contactId }, manager);
    expect(made).toMatchObject({ requesterId: small.contactId, customerId: small.customerId });
    for (const as of [contact, manager]) {
      expect((await call(`GET /v1/incidents/${made.id}`, as)).status).toBe(200);
      expect(await listed('', as)).toContain(made.id);
    }
    const report = (requesterId: string, as: Asked) => call('POST /v1/incidents', { ...as, body: { title: 'x', requesterId } });
    expect((await report(small.otherContactId, manager)).body.errors[0].pointer).toBe('/requesterId');
    expect((await report(small.contactId, colleague)).body.errors[0].pointer).toBe('/requesterId');
  });
});

describe('an agent who serves some customers only', () => {
  it('sees and changes those customers’ incidents, and learns of no others', async () => {
    const [theirs, foreign, nobodys] = [
      await open(),
      await open({ requesterId: small.otherContactId }),
      await open({ requesterId: undefined }),
    ];
    expect((await call(`GET /v1/incidents/${theirs.id}`, scoped)).status).toBe(200);
    for (const { id, number } of [foreign, nobodys]) {
      for (const key of [id, number]) expect((await call(`GET /v1/incidents/${key}`, scoped)).status).toBe(404);
      expect((await move(id, 'acknowledge', {}, scoped)).status).toBe(404);
    }
    const seen = await listed('', scoped);
    expect(seen).toContain(theirs.id);
    for (const { id } of [foreign, nobodys]) expect(seen).not.toContain(id);
    expect((await call(`GET /v1/incidents?customerId=${small.otherCustomerId}`, scoped)).status).toBe(403);
    expect(
      (await call('POST /v1/incidents', { ...scoped, body: { title: 'x', requesterId: small.otherContactId } })).status,
    ).toBe(400);
    expect((await call('POST /v1/incidents', { ...scoped, body: { title: 'x' } })).status).toBe(403);
    expect(
      (
        await move(
          theirs.id,
          'reclassify',
          { customerId: small.otherCustomerId, requesterId: small.otherContactId, why: 'x' },
          scoped,
        )
      ).status,
    ).toBe(400);
    expect((await move(theirs.id, 'merge', { into: foreign.id }, scoped)).body.errors[0].message).toBe('No such incident.');
    expect(
      (
        await call(`POST /v1/incidents/${theirs.id}/links`, {
          ...scoped,
          body: { type: 'relates-to', entity: 'incident', id: foreign.id },
        })
      ).status,
    ).toBe(400);
  });

  it('has queues of its own for customers that are served apart, also for what was opened before', async () => {
    const [before, other] = [await open(), await open({ requesterId: small.otherContactId })];
    await move(before.id, 'assign', { assigneeId: small.agentId });
    expect(await listed('&phase=live&sort=due', scoped)).toEqual([]);
    const path = `/v1/customers/${small.customerId}`;
    const { headers } = await desk.call(relationship, `GET ${path}`);
    await desk.call(relationship, `PATCH ${path}`, { body: { servedApart: true }, headers: { 'if-match': headers['etag']! } });
    const hear = operationEvents(desk.dependencies, { mail: async () => '', publish: async () => '' });
    const heard = {
      source: 'steward',
      'detail-type': 'customer.amended',
      detail: { entity: 'customer', id: small.customerId, sequence: 2 },
    };
    await hear(heard);
    await hear(heard);
    const after = await open();
    for (const query of ['&phase=live&sort=due', '&sort=number', `&teamId=${small.teamId}&phase=live`]) {
      const seen = await listed(query, scoped);
      expect(seen).toEqual(expect.arrayContaining([before.id, after.id]));
      expect(seen).not.toContain(other.id);
    }
    expect(await listed(`&assigneeId=${small.agentId}&phase=live`, scoped)).toEqual([before.id]);
    expect(await listed(`&assigneeId=${small.agentId}&phase=live`, agent)).toEqual([before.id]);
    await move(after.id, 'resolve', { code: 'fixed', text: 'x' });
    expect(await listed('&phase=live&sort=due', scoped)).not.toContain(after.id);
    expect(await listed('&phase=resolved', scoped)).toContain(after.id);
  });

  it('is held to them in every noun that is some customer’s', async () => {
    const asked = { ...scoped, roles: 'agent relationship-manager service-owner' };
    const ask = (area: Parameters<TestDesk['call']>[0], request: string, more: object = {}) =>
      desk.call(area, request, { ...asked, ...more });
    expect((await ask(relationship, `GET /v1/customers/${small.otherCustomerId}`)).status).toBe(404);
    expect((await ask(relationship, `GET /v1/customers/${small.customerId}`)).status).toBe(200);
    expect((await ask(relationship, 'GET /v1/customers')).body.items.map(({ id }: any) => id)).toEqual([small.customerId]);
    expect((await ask(relationship, `GET /v1/contacts/${small.otherContactId}`)).status).toBe(404);
    expect((await ask(relationship, 'GET /v1/contacts')).body.items.map(({ customerId }: any) => customerId)).not.toContain(
      small.otherCustomerId,
    );
    const contactOf = (customerId: string, email: string) =>
      ask(relationship, 'POST /v1/contacts', { body: { title: 'x', email, customerId } });
    expect((await contactOf(small.otherCustomerId, 'x1@x.example')).status).toBe(403);
    expect((await contactOf(small.customerId, 'x2@x.example')).status).toBe(201);
    const complaint = { title: 'x', description: 'x' };
    expect(
      (await ask(relationship, 'POST /v1/complaints', { body: { ...complaint, customerId: small.otherCustomerId } })).status,
    ).toBe(403);
    expect(
      (await ask(relationship, 'POST /v1/complaints', { body: { ...complaint, customerId: small.customerId } })).status,
    ).toBe(201);
    expect((await ask(relationship, 'GET /v1/complaints')).body.items.map(({ customerId }: any) => customerId)).toEqual([
      small.customerId,
    ]);
    expect((await ask(design, `GET /v1/agreements/${small.agreementId}`)).status).toBe(200);
    expect((await ask(design, `GET /v1/agreements?customerId=${small.otherCustomerId}`)).status).toBe(403);
    expect((await ask(design, `GET /v1/agreements/${small.agreementId}/attainment`)).status).toBe(200);
  });
});

describe('a restricted incident', () => {
  const restricted = async (over: object = {}) => {
    const incident = await open({ title: 'Stolen badge', description: 'secret-badge', ...over });
    const { status } = await move(incident.id, 'restrict', { teamIds: [ids.guards], reason: 'Security.' });
    expect(status).toBe(200);
    return incident;
  };

  it('is seen by the members of its teams and by auditors, whoever else asks', async () => {
    const { id, number } = await restricted();
    await call(`GET /v1/incidents/${id}`, outsider);
    for (const as of [guard, auditor]) {
      expect((await call(`GET /v1/incidents/${number}`, as)).body).toMatchObject({
        id,
        restricted: true,
        restrictedTo: [ids.guards],
      });
      expect(await listed('&phase=live&sort=due', as)).toContain(id);
      expect(await listed('&sort=number', as)).toContain(id);
      expect(await listed(`&customerId=${small.customerId}`, as)).toContain(id);
    }
    for (const as of [agent, outsider, scoped, contact, colleague, wide]) {
      for (const rest of [
        '',
        '/history',
        '/comments',
        '/attachments',
        '/links',
        '/clocks',
        '/worklog',
        '/watchers',
        '/children',
        '/deliveries',
      ])
        expect([403, 404]).toContain((await call(`GET /v1/incidents/${id}${rest}`, as)).status);
      expect(await listed('', as)).not.toContain(id);
    }
    for (const as of [agent, outsider, scoped]) {
      expect(await listed('&phase=live&sort=due', as)).not.toContain(id);
      expect((await move(id, 'acknowledge', {}, as)).status).toBe(404);
    }
    expect((await move(id, 'acknowledge', {}, guard)).status).toBe(200);
  });

  it('leaves the pages of those who do not see it full, and stands once in those of who does', async () => {
    const made = await Promise.all(Array.from({ length: 4 }, () => restricted()));
    await Promise.all(Array.from({ length: 4 }, () => open()));
    const [inside, outside] = [await listed('&phase=live&sort=due', guard), await listed('&phase=live&sort=due', outsider)];
    for (const { id } of made) {
      expect(inside).toContain(id);
      expect(outside).not.toContain(id);
    }
    expect(inside.filter((id) => !outside.includes(id)).length).toBeGreaterThanOrEqual(4);
    expect(outside.filter((id) => !inside.includes(id))).toEqual([]);
  });

  it('is seen again when that is lifted, and by those who watched it', async () => {
    const { id } = await open();
    await call(`POST /v1/incidents/${id}/watchers`, { ...agent, body: { id: ids.colleague } });
    await move(id, 'restrict', { teamIds: [ids.guards], reason: 'Security.' });
    expect(await listed('', colleague)).not.toContain(id);
    expect((await move(id, 'lift-restriction', { reason: 'Harmless.' })).status).toBe(404);
    expect((await move(id, 'lift-restriction', { reason: 'Harmless.' }, guard)).status).toBe(200);
    expect(await listed('', colleague)).toContain(id);
    expect(await listed('&phase=live&sort=due', agent)).toContain(id);
    expect((await listed('&phase=live&sort=due', guard)).filter((each) => each === id)).toHaveLength(1);
  });

  it('is opened so from the start, by staff only', async () => {
    const { id } = await open({ restrictedTo: [ids.guards] });
    expect((await call(`GET /v1/incidents/${id}`, outsider)).status).toBe(404);
    expect((await call(`GET /v1/incidents/${id}`, guard)).status).toBe(200);
    const refused = await call('POST /v1/incidents', { ...contact, body: { title: 'x', restrictedTo: [ids.guards] } });
    expect(refused.status).toBe(403);
    expect(
      (await call('POST /v1/incidents', { ...agent, body: { title: 'x', restrictedTo: ['nobody'] } })).body.errors[0].pointer,
    ).toBe('/restrictedTo/0');
  });

  it('is written about in letters that say nothing of it, but to its teams', async () => {
    const { id, number } = await restricted();
    const records = desk.dependencies.store.for({ actor: 'x', now: desk.now, correlation: 'x' });
    const { record } = await records.read(incidents, id);
    const surroundings = { records, signer: desk.dependencies.signer, settings: desk.dependencies.settings, now: desk.now };
    const letter = (kind: 'person' | 'contact' | 'topic', to: string, name = 'assigned') =>
      letterOf({ key: 'k', letter: name, to: { kind, id: to }, data: { level: 1 } }, record, surroundings);
    expect(await letter('person', ids.guard)).toMatchObject({ letter: 'assigned', title: 'Stolen badge' });
    for (const [kind, to] of [
      ['person', small.agentId],
      ['contact', small.contactId],
      ['contact', ids.wide],
      ['topic', 'management'],
    ] as const)
      expect(await letter(kind, to)).toMatchObject({ letter: 'incident-restricted', number, title: '' });
    expect(JSON.stringify(await letter('person', small.agentId, 'page'))).not.toContain('Stolen badge');
    expect(await letter('person', small.agentId, 'page')).toHaveProperty('acknowledgeLink');
  });

  it('is closed to who leaves the team, and open to who joins it', async () => {
    const { id } = await restricted();
    const path = `/v1/teams/${ids.guards}`;
    const { headers } = await desk.call(support, `GET ${path}`);
    await desk.call(support, `PATCH ${path}`, { body: { memberIds: [ids.outsider] }, headers: { 'if-match': headers['etag']! } });
    desk.now = new Date(desk.now.getTime() + 31_000);
    expect((await call(`GET /v1/incidents/${id}`, guard)).status).toBe(404);
    expect((await call(`GET /v1/incidents/${id}`, outsider)).status).toBe(200);
    expect(await listed('&phase=live&sort=due', guard)).not.toContain(id);
    expect(await listed('&phase=live&sort=due', outsider)).toContain(id);
  });
});
