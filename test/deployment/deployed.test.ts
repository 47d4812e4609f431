import { verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DescribeReceiptRuleSetCommand, SESClient } from '@aws-sdk/client-ses';
import { beforeAll, describe, expect, it } from 'vitest';
import { kmsKey } from '../../functions/platform/root-key.js';
import { eventually, type World } from '../stories/world.js';
import { emulated } from './emulator.js';
import { openWorld } from './world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});

describe('a deployment', () => {
  it('lets nobody in without a token, or with one that was altered', async () => {
    expect((await world.api('GET', '/v1/suppliers')).status).toBe(401);
    const token = await world.tokenFor('admin');
    const altered = { authorization: `Bearer ${token.slice(0, -6)}AAAAAA` };
    expect((await world.api('GET', '/v1/suppliers', { headers: altered })).status).toBe(401);
    expect((await world.api('GET', '/v1/suppliers', { as: 'admin' })).status).toBe(200);
  });

  it('shows its pages and its contract to everybody', async () => {
    const { status, body } = await world.api('GET', '/v1/openapi.json');
    expect(status).toBe(200);
    expect(body.openapi).toBe('3.1.0');
    expect(Object.keys(body.paths)).toContain('/v1/incidents/{id}');
    for (const page of ['/', '/docs']) {
      const { status, headers, text } = await world.api('GET', page);
      expect([page, status, headers.get('content-type')]).toEqual([page, 200, 'text/html; charset=utf-8']);
      const [, asset] = /(?:src|href)="(\/assets\/[^"]+)"/.exec(text)!;
      expect((await world.api('GET', asset!)).status).toBe(200);
    }
  });

  it('keeps a supplier: created, read by number, listed, amended on the version seen, in its history', async () => {
    const made = await world.api('POST', '/v1/suppliers', { as: 'relations', body: { title: 'Northern Cables' } });
    expect(made).toMatchObject({ status: 201, body: { version: 1, title: 'Northern Cables' } });
    const { id, number } = made.body;
    expect((await world.api('GET', `/v1/suppliers/${number}`, { as: 'agent' })).body).toEqual(made.body);
    const { body: list } = await world.api('GET', '/v1/suppliers', { as: 'agent' });
    expect(list.items.map((item: { id: string }) => item.id)).toContain(id);
    const amend = () =>
      world.api('PATCH', `/v1/suppliers/${id}`, {
        as: 'admin',
        body: { title: 'Southern Cables' },
        headers: { 'if-match': '"1"', 'content-type': 'application/merge-patch+json' },
      });
    expect((await amend()).status).toBe(200);
    expect((await amend()).status).toBe(412);
    const { body: history } = await world.api('GET', `/v1/suppliers/${id}/history`, { as: 'auditor' });
    expect(history.items.map(({ event }: { event: string }) => event)).toEqual(['supplier.created', 'supplier.amended']);
  });

  it('knows roles by the groups of the token', async () => {
    expect((await world.api('GET', '/v1/suppliers', { as: 'requester' })).status).toBe(403);
    expect((await world.api('POST', '/v1/suppliers', { as: 'auditor', body: { title: 'x' } })).status).toBe(403);
  });

  it('answers an unknown path itself, and an unknown record as a problem', async () => {
    expect((await world.api('GET', '/v1/nothing', { as: 'agent' })).status).toBe(404);
    const absent = await world.api('GET', '/v1/suppliers/SUP-999999', { as: 'agent' });
    expect(absent.headers.get('content-type')).toContain('application/problem+json');
    expect(absent).toMatchObject({ status: 404, body: { status: 404 } });
  });

  it('has added one rule to the receipt rules of the account, and left the other alone', async () => {
    const { Rules } = await new SESClient({}).send(new DescribeReceiptRuleSetCommand({ RuleSetName: 'theirs' }));
    expect(Rules?.map(({ Name }) => Name).sort()).toEqual(['foreign', 'steward-test']);
    expect(Rules?.find(({ Name }) => Name === 'steward-test')).toMatchObject({ Enabled: true, Recipients: ['desk.example'] });
  });

  it('notes what happens, tells it again, and is ready to seal the day', async () => {
    const aws = emulated(process.env['AWS_ENDPOINT_URL']!);
    const from = new Date(Date.now() - 3_600_000).toISOString();
    const noted = await world.eventually('the journal', async () => {
      const range = { from, to: new Date(Date.now() + 60_000).toISOString() };
      const told = await aws.invoke('steward-test-governance-tasks', { task: 'republish', ...range });
      return told.published > 2 && told;
    });
    expect(noted.next).toBeUndefined();
    expect(await aws.invoke('steward-test-governance-tasks', { task: 'seal' })).toMatchObject({ left: 0 });
    expect(await aws.invoke('steward-test-support-tasks', { task: 'erase' })).toEqual({ finished: [], left: [] });
  });

  it('signs roots with a key that KMS keeps', async () => {
    const outputs = Object.assign({}, ...Object.values(JSON.parse(readFileSync(process.env['STEWARD_OUTPUTS']!, 'utf8'))));
    const key = kmsKey({
      keyId: outputs.RootKeyId,
      endpoint: process.env['AWS_ENDPOINT_URL'],
      region: async () => 'eu-west-1',
      credentials: async () => ({ accessKeyId: 'test', secretAccessKey: 'test' }),
      clock: () => new Date(),
    });
    const text = Buffer.from('{"day":"2026-03-02"}');
    const signature = Buffer.from(await key.sign(text), 'base64');
    expect(verify('sha256', text, await key.publicKey(), signature)).toBe(true);
  });

  it('makes an incident of mail, and answers it', async () => {
    const mark = Date.now().toString(36);
    const email = `mona@quay-${mark}.example`;
    const facts = { title: 'Quay Works', domains: [`quay-${mark}.example`], timezone: 'Europe/Berlin' };
    const { body: customer } = await world.api('POST', '/v1/customers', { as: 'admin', body: facts });
    const contact = { title: 'Mona', email, customerId: customer.id };
    expect((await world.api('POST', '/v1/contacts', { as: 'admin', body: contact })).status).toBe(201);
    const raw = [
      `From: Mona <${email}>`,
      `To: ${world.deskAddress}`,
      'Subject: The crane stands still',
      `Message-ID: <${mark}@quay>`,
      '',
      'Since this morning.',
      '',
    ];
    await world.sendMail({ from: email, to: [world.deskAddress!], raw: raw.join('\r\n') });
    const receipt = await eventually('the receipt', async () => (await world.mails({ to: email }))[0], 50_000, 500);
    expect(receipt.subject).toContain('The crane stands still');
    const [number] = /INC-\d+/.exec(receipt.subject)!;
    const { body: incident } = await world.api('GET', `/v1/incidents/${number}`, { as: 'agent' });
    expect(incident).toMatchObject({ title: 'The crane stands still', source: 'mail', customerId: customer.id });
  });
});
