import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Area } from '../../../functions/kernel/area.js';
import type { AnyEntity } from '../../../functions/kernel/entity.js';
import { partitionOf } from '../../../functions/kernel/entity.js';
import type { HistoryEvent, Records } from '../../../functions/kernel/records.js';
import { operation } from '../../../functions/operation/area.js';
import { incidents } from '../../../functions/operation/incident/entity.js';
import { verifyChain } from '../../../functions/platform/chain.js';
import type { Documents } from '../../../functions/platform/documents.js';
import { storeOver } from '../../../functions/platform/store.js';
import { relationship } from '../../../functions/relationship/area.js';
import { complaints } from '../../../functions/relationship/complaint/entity.js';
import { contact } from '../../../functions/relationship/contact.js';
import { support } from '../../../functions/support/area.js';
import { messages } from '../../../functions/support/message/entity.js';
import { type Arrived, receive } from '../../../functions/support/message/message.js';
import { person } from '../../../functions/support/person.js';
import { SUBJECTS, supportTasks, THEIRS } from '../../../functions/support/working.js';
import { areas } from '../../../infra/areas.js';
import { heldObjects, startDesk, type TestDesk } from '../../support/desk.js';
import { type SmallDesk, smallDesk } from '../../support/fixtures.js';

/** Words that nothing but the erased person brought in. */
const WORDS = ['quokkaname', 'quokka.old@harbour.example', 'quokka@harbour.example', 'quokkasaid', '+49 quokka', 'quokkanote'];

let desk: TestDesk;
let small: SmallDesk;
let records: Records;
let removed: string[];
let contactId: string;
let [closed, live, secret, complaint, mail]: string[] = [];
const cleo = { roles: 'requester', sub: 'quokka' };
const agent = { roles: 'agent', sub: 'agent-1' };

beforeAll(async () => {
  desk = await startDesk();
  small = await smallDesk(desk);
  records = desk.dependencies.store.for({ actor: 'test', now: desk.now, correlation: 'test' });
  removed = [];
});
afterAll(() => desk.close());

const tasks = () =>
  supportTasks({
    ...desk.dependencies,
    bucketNamed: (bucket: string) =>
      ({
        ...heldObjects(),
        remove: async (key: string) => {
          removed.push(`${bucket}/${key}`);
        },
      }) as never,
  });

async function done(area: Area, request: string, asked: object = {}): Promise<any> {
  const answer = await desk.call(area, request, asked);
  if (answer.status >= 300) throw new Error(`${request}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
async function move(area: Area, path: string, verb: string, body: object, as: object = agent): Promise<any> {
  const { version } = await done(area, `GET ${path}`, as);
  return done(area, `POST ${path}/${verb}`, { ...as, body, headers: { 'if-match': `"${version}"` } });
}

const historyOf = async (entity: AnyEntity, id: string): Promise<HistoryEvent[]> =>
  (await records.history(entity, id, { limit: 100 })).items;

/** Everything that the table holds of a record, as one text. */
async function everythingOf(entity: AnyEntity, id: string): Promise<string> {
  const beside = await records.companions(entity, partitionOf(entity, id), ['COMMENT#', 'ATTACHMENT#', 'WORKLOG#'], {
    limit: 100,
  });
  return JSON.stringify([await records.read(entity, id), await historyOf(entity, id), beside.items]);
}
const wordsIn = (text: string) => WORDS.filter((word) => text.includes(word));

let received = 0;
async function receivedMail(address: string): Promise<string> {
  const key = ++received;
  const pass = { spf: 'PASS', dkim: 'PASS', dmarc: 'PASS', spam: 'PASS', virus: 'PASS' } as const;
  const arrived: Arrived = {
    title: 'quokkasaid by mail',
    receivedAt: desk.now.toISOString(),
    from: { name: 'quokkaname', address },
    verdicts: pass,
    reason: 'automatic',
    sentence: 'It was written by a machine.',
    human: false,
    mayAcknowledge: false,
    text: 'quokkasaid',
    folded: 'quokkasaid before',
    attachments: 0,
    problems: [],
    raw: { key: `inbound/${key}`, size: 9, copy: `message/${key}/message.eml` },
  } as Arrived;
  return (await records.create(messages, (minted) => receive(minted, arrived, 'ignore', []))).record.id;
}

describe('who can be erased, and what is theirs', () => {
  it('is known to the task that does it, whatever area declares it', () => {
    const every = areas.flatMap(({ entities }) => entities);
    const names = (entities: readonly AnyEntity[]) => entities.map(({ name }) => name).sort();
    expect(names(SUBJECTS)).toEqual(names(every.filter(({ subject }) => subject)));
    expect(names(THEIRS)).toEqual(names(every.filter(({ about }) => about)));
    expect(names(THEIRS)).toEqual(['complaint', 'incident', 'message']);
  });
});

describe('a contact', () => {
  it('is shown what is kept of it before anything is done', async () => {
    const facts = { title: 'quokkaname', email: 'quokka.old@harbour.example', phone: '+49 quokka', notes: 'quokkanote' };
    const identity = { issuer: 'https://issuer.example', subject: 'quokka' };
    contactId = (await done(relationship, 'POST /v1/contacts', { body: { ...facts, customerId: small.customerId, identity } }))
      .id;
    await done(relationship, `PATCH /v1/contacts/${contactId}`, {
      body: { email: 'quokka@harbour.example' },
      headers: { 'if-match': '"1"' },
    });
    await done(relationship, `POST /v1/contacts/${contactId}/comments`, { body: { body: 'quokkanote: calls often' } });
    const report = { description: 'quokkasaid', serviceId: small.serviceId };
    closed = (await done(operation, 'POST /v1/incidents', { ...cleo, body: { title: 'quokkasaid: closed', ...report } })).id;
    live = (await done(operation, 'POST /v1/incidents', { ...cleo, body: { title: 'quokkasaid: live', ...report } })).id;
    secret = (await done(operation, 'POST /v1/incidents', { ...cleo, body: { title: 'quokkasaid: secret', ...report } })).id;
    await move(operation, `/v1/incidents/${secret}`, 'restrict', { teamIds: [small.teamId], reason: 'Personnel.' });
    await move(operation, `/v1/incidents/${secret}`, 'cancel', { reason: 'Not needed.' });
    await done(operation, `POST /v1/incidents/${closed}/comments`, { ...cleo, body: { body: 'quokkasaid again' } });
    await done(operation, `POST /v1/incidents/${closed}/comments`, { ...agent, body: { body: 'The desk answers.' } });
    const file = { fileName: 'quokkaname.pdf', contentType: 'application/pdf', size: 9 };
    await done(operation, `POST /v1/incidents/${closed}/attachments`, { ...cleo, body: file });
    await move(operation, `/v1/incidents/${closed}`, 'resolve', { code: 'fixed', text: 'Done, dear quokkaname.' });
    await move(operation, `/v1/incidents/${closed}`, 'close', {});
    complaint = (await done(relationship, 'POST /v1/complaints', { ...cleo, body: { title: 'Slow', description: 'quokkasaid' } }))
      .id;
    await move(relationship, `/v1/complaints/${complaint}`, 'withdraw', { reason: 'Settled.' });
    mail = await receivedMail('Quokka.old@harbour.example');

    const preview = await done(relationship, `GET /v1/contacts/${contactId}/erasure`);
    expect(preview).toMatchObject({
      fields: ['title', 'email', 'phone', 'identity', 'notes'],
      events: 3,
      held: [
        { entity: 'message', count: 1, more: false, waiting: 0 },
        { entity: 'incident', count: 2, more: false, waiting: 1 },
        { entity: 'complaint', count: 1, more: false, waiting: 0 },
      ],
    });
    expect(preview.progress).toBeUndefined();
  });

  it('is given all of it in one answer', async () => {
    const { subject, addresses, held } = await done(relationship, `GET /v1/contacts/${contactId}/personal-data`);
    expect(subject).toMatchObject({ title: 'quokkaname', phone: '+49 quokka' });
    expect(addresses).toEqual(['quokka.old@harbour.example', 'quokka@harbour.example']);
    const said = Object.fromEntries(held.map((one: any) => [`${one.entity} ${one.address ?? ''}`, one.items.length]));
    expect(said).toEqual({
      'message quokka.old@harbour.example': 1,
      'message quokka@harbour.example': 0,
      'incident ': 2,
      'complaint ': 1,
    });
    expect(held.find((one: any) => one.entity === 'complaint').items[0].personal).toMatchObject({ description: 'quokkasaid' });
    const more = await desk.call(relationship, `GET /v1/contacts/${contactId}/personal-data?cursor=x`);
    expect(more.status).toBe(400);
    expect((await desk.call(relationship, `GET /v1/contacts/${contactId}/personal-data`, agent)).status).toBe(403);
  });

  it('is erased by an administrator who names it, on the version that was seen, once', async () => {
    const path = `POST /v1/contacts/${contactId}/erase`;
    const { number } = await done(relationship, `GET /v1/contacts/${contactId}`);
    const headers = { 'if-match': '"2"' };
    const body = { basis: 'request', confirm: number };
    expect((await desk.call(relationship, path, { ...agent, body, headers })).status).toBe(403);
    expect((await desk.call(relationship, path, { body: { ...body, confirm: 'CON-1' }, headers })).status).toBe(400);
    expect((await desk.call(relationship, path, { body, headers: { 'if-match': '"1"' } })).status).toBe(412);
    const erased = await done(relationship, path, { body, headers });
    expect(erased).toMatchObject({ title: 'Erased', status: 'erased', erasure: { state: 'erasing', basis: 'request' } });
    expect(wordsIn(JSON.stringify(erased))).toEqual([]);
    const again = { body, headers: { 'if-match': '"3"' } };
    expect((await desk.call(relationship, path, again)).status).toBe(409);
    const amend = { body: { title: 'quokkaname' }, headers: { 'if-match': '"3"' } };
    expect((await desk.call(relationship, `PATCH /v1/contacts/${contactId}`, amend)).status).toBe(409);
    expect(await records.holder(contact.entity, 'email', 'quokka@harbour.example')).toBeUndefined();
  });

  it('is gone from what nobody works with any more; the rest waits', async () => {
    const before = await historyOf(incidents, closed!);
    const { number } = await done(relationship, `GET /v1/contacts/${contactId}`);
    expect(await tasks()({ task: 'erase' })).toEqual({ finished: [], left: [number] });
    for (const [entity, id] of [
      [incidents, closed],
      [incidents, secret],
      [complaints, complaint],
      [messages, mail],
    ] as const) {
      expect([entity.name, wordsIn(await everythingOf(entity, id!))]).toEqual([entity.name, []]);
      expect(verifyChain(entity.name, id!, await historyOf(entity, id!))).toMatchObject({ whole: true });
    }
    const after = await historyOf(incidents, closed!);
    expect(after.map(({ hash }) => hash).slice(0, before.length)).toEqual(before.map(({ hash }) => hash));
    expect(after.at(-1)).toMatchObject({ event: 'incident.erased', detail: { entity: 'contact', id: contactId } });
    expect(wordsIn(await everythingOf(incidents, live!))).toContain('quokkasaid');
    expect(removed).toEqual(
      expect.arrayContaining([
        'mail/inbound/1',
        'attachments/message/1/message.eml',
        expect.stringMatching(/^attachments\/incident\//),
      ]),
    );
    const { progress } = await done(relationship, `GET /v1/contacts/${contactId}/erasure`);
    expect(progress).toMatchObject({ state: 'erasing', waiting: 1, erased: { incident: 2, complaint: 1, message: 1 } });
  });

  it('leaves what others said, and who did what', async () => {
    const { items } = await done(operation, `GET /v1/incidents/${closed}/comments`, agent);
    expect(items.map(({ body, erased }: any) => `${erased === true} ${body}`).sort()).toEqual([
      'false The desk answers.',
      'true ',
    ]);
    const { items: files } = await done(operation, `GET /v1/incidents/${closed}/attachments`, agent);
    expect(files[0]).toMatchObject({ fileName: 'erased', erased: true });
    expect((await desk.call(operation, `GET /v1/incidents/${closed}/attachments/${files[0].id}`, agent)).status).toBe(404);
    expect((await records.read(incidents, closed!)).record.requesterId).toBe(contactId);
  });

  it('is looked at again without a trace while something waits', async () => {
    const { sequence } = await records.read(contact.entity, contactId);
    await tasks()({ task: 'erase' });
    expect((await records.read(contact.entity, contactId)).sequence).toBe(sequence);
  });

  it('is gone altogether when the last one is done, with histories that still hold', async () => {
    await move(operation, `/v1/incidents/${live}`, 'cancel', { reason: 'No longer wanted.' });
    const { number } = await done(relationship, `GET /v1/contacts/${contactId}`);
    expect(await tasks()({ task: 'erase' })).toEqual({ finished: [number], left: [] });
    expect(await tasks()({ task: 'erase' })).toEqual({ finished: [], left: [] });
    for (const [entity, id] of [
      [incidents, live],
      [contact.entity, contactId],
    ] as const) {
      expect([entity.name, wordsIn(await everythingOf(entity, id!))]).toEqual([entity.name, []]);
      expect(verifyChain(entity.name, id!, await historyOf(entity, id!))).toMatchObject({ whole: true });
    }
    const events = (await historyOf(contact.entity, contactId)).map(({ event }) => event);
    expect(events.at(-1)).toBe('contact.erasure-finished');
    const { progress, fields } = await done(relationship, `GET /v1/contacts/${contactId}/erasure`);
    expect(progress).toMatchObject({ state: 'finished', waiting: 0, erased: { incident: 3, complaint: 1, message: 1 } });
    expect(fields).toEqual(['title', 'email']);
  });
});

describe('an erasure that is cut short', () => {
  it('ends where it would have ended, wherever that was', async () => {
    let steps = 0;
    for (let cut = 1; cut <= 16; cut++) {
      const email = `cut${cut}@harbour.example`;
      const { id, number } = await done(relationship, 'POST /v1/contacts', {
        body: { title: 'quokkaname', email, customerId: small.customerId, notes: 'quokkanote' },
      });
      const mails = [await receivedMail(email), await receivedMail(email)];
      await done(relationship, `POST /v1/contacts/${id}/erase`, {
        body: { basis: 'request', confirm: number },
        headers: { 'if-match': '"1"' },
      });
      let writes = 0;
      const { documents } = desk.dependencies;
      const ending = () => {
        if (++writes === cut) throw new Error('The process ended.');
      };
      const failing: Documents = {
        ...documents,
        update: async (input) => {
          ending();
          return documents.update(input);
        },
        transactWrite: async (input) => {
          ending();
          return documents.transactWrite(input);
        },
      };
      const store = storeOver(failing, { table: 'steward', shards: 2 }, desk.dependencies.signer);
      const broken = supportTasks({
        ...desk.dependencies,
        documents: failing,
        store,
        bucketNamed: () => heldObjects() as never,
      });
      await broken({ task: 'erase' }).catch(() => (steps += 1));
      await tasks()({ task: 'erase' });
      for (const [entity, of] of [[contact.entity, id] as const, ...mails.map((one) => [messages, one] as const)]) {
        expect([cut, entity.name, wordsIn(await everythingOf(entity, of))]).toEqual([cut, entity.name, []]);
        expect(verifyChain(entity.name, of, await historyOf(entity, of))).toMatchObject({ whole: true });
      }
      expect((await records.read(contact.entity, id)).record.erasure.state).toBe('finished');
    }
    expect(steps).toBeGreaterThan(3);
  });
});

describe('a member of staff', () => {
  it('is erased in the same way, and not by itself', async () => {
    const facts = {
      title: 'quokkaname',
      email: 'quokka@desk.example',
      identity: { issuer: 'https://issuer.example', subject: 'boss' },
    };
    const { id, number } = await done(support, 'POST /v1/people', { body: facts });
    const asked = { body: { basis: 'retention-over', confirm: number }, headers: { 'if-match': '"1"' } };
    const own = await desk.call(support, `POST /v1/people/${id}/erase`, { ...asked, roles: 'admin', sub: 'boss' });
    expect(own.status).toBe(403);
    await done(support, `POST /v1/people/${id}/erase`, asked);
    expect((await tasks()({ task: 'erase' })).finished).toEqual([number]);
    expect(wordsIn(await everythingOf(person.entity, id))).toEqual([]);
    // Their account may still be there: a token says which roles it has, and they are gone all the same.
    desk.now = new Date(desk.now.getTime() + 60_000);
    const late = await desk.call(support, 'GET /v1/people', { roles: 'admin', sub: 'boss' });
    expect([late.status, late.body.detail]).toEqual([403, expect.stringContaining('no role')]);
    expect(
      (await desk.call(support, `POST /v1/people/${id}/reactivate`, { body: {}, headers: { 'if-match': '"2"' } })).status,
    ).toBe(412);
  });
});
