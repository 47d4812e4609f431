import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, open } from './incident.js';
import { create, expectDone, move } from './organisation.js';
import { theWorld } from './which-world.js';

interface Received {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly id: string; readonly sequence: number };
}

/** Other software that is told of incidents, and is sometimes not there. */
describe('a webhook', async () => {
  const { world, organisation } = await theWorld();
  describe.skipIf(!world.canMoveClock)('to a receiver on this machine', () => {
    let receiver: Server;
    let [status, secrets]: [number, string[]] = [200, []];
    const received: Received[] = [];
    const tries: { readonly id: string; readonly signed: boolean }[] = [];
    let url = '';
    let webhookId = '';

    beforeAll(async () => {
      receiver = createServer((request, response) => {
        const parts: Buffer[] = [];
        request.on('data', (part: Buffer) => parts.push(part));
        request.on('end', () => {
          const text = Buffer.concat(parts).toString();
          const [id, stamp] = [String(request.headers['webhook-id']), String(request.headers['webhook-timestamp'])];
          const right = secrets.map((secret) => {
            const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
            return `v1,${createHmac('sha256', key).update(`${id}.${stamp}.${text}`).digest('base64')}`;
          });
          const given = String(request.headers['webhook-signature']).split(' ');
          tries.push({ id, signed: right.every((each) => given.includes(each)) });
          if (status === 200) received.push({ id, ...JSON.parse(text) });
          response.writeHead(status, status === 302 ? { location: 'http://169.254.169.254/' } : {}).end();
        });
      });
      await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
      const events = ['incident.*'];
      const owner = organisation.people.owner.id;
      const body = { title: 'Chat of the yard', url, events, customerId: organisation.customers.harbour.id, ownerId: owner };
      webhookId = (await create(world, 'webhooks', body)).id;
      secrets = [await issue()];
    });
    afterAll(() => new Promise((resolve) => receiver.close(resolve)));

    const issue = async (): Promise<string> =>
      expectDone(await world.api('POST', `/v1/webhooks/${webhookId}/secret`, { as: 'admin', body: {} })).body.secret;
    const ask = (what: string, body: object = {}) =>
      world.api('POST', `/v1/webhooks/${webhookId}/${what}`, { as: 'admin', body });
    const typesOf = (record: string, since = 0) =>
      received.filter(({ data }, i) => data.id === record && i >= since).map(({ type }) => type);
    const log = async (): Promise<any[]> =>
      expectDone(await world.api('GET', `/v1/webhooks/${webhookId}/deliveries?limit=100`, { as: 'admin' })).body.items;
    const told = (record: string, type: string, since = 0) =>
      world.eventually(`${type} to be told`, async () => typesOf(record, since).includes(type));

    it('is told of what it asked for and may see, thinly and signed, and answers a ping', async () => {
      expectDone(await ask('test'));
      await world.eventually('the ping', async () => received.some(({ type }) => type === 'webhook.ping'));
      const secret = `Crane ${Date.now()}`;
      const mine = await open(world, 'requester', { title: secret });
      const theirs = await open(world, 'requester-2', { title: 'Of another customer' });
      await command(world, mine.id, 'acknowledge');
      await told(mine.id, 'incident.acknowledged');
      expect(typesOf(mine.id).slice(0, 1)).toEqual(['incident.opened']);
      expect(typesOf(theirs.id)).toEqual([]);
      expect(JSON.stringify(received)).not.toContain(secret);
      expect(tries.every(({ signed }) => signed)).toBe(true);
      expect(received[0]).toMatchObject({
        type: expect.any(String),
        timestamp: expect.any(String),
        data: { entity: expect.any(String) },
      });
    });

    it('that fails and recovers gets everything once, in order per record', async () => {
      const [one, two] = [await open(world, 'requester', { title: 'One' }), await open(world, 'requester', { title: 'Two' })];
      await told(two.id, 'incident.opened');
      const since = received.length;
      status = 503;
      for (const { id } of [one, two]) {
        await command(world, id, 'acknowledge');
        await command(world, id, 'pend', { reason: 'supplier' });
        await command(world, id, 'resume');
      }
      await world.eventually('it to fail', async () => (await log()).some(({ tries: many }) => many > 0));
      await world.advance(8);
      const waiting = (await log()).filter(({ state }) => state === 'waiting');
      expect(waiting.length).toBeGreaterThan(5);
      expect(waiting.some(({ attempts, nextAttemptAt }) => attempts[0]?.status === 503 && nextAttemptAt)).toBe(true);
      status = 200;
      await world.advance(90);
      for (const { id } of [one, two]) {
        await told(id, 'incident.resumed', since);
        const sequences = received
          .slice(since)
          .filter(({ data }) => data.id === id)
          .map(({ data }) => data.sequence);
        expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
        expect(typesOf(id, since)).toEqual(
          expect.arrayContaining(['incident.acknowledged', 'incident.pended', 'incident.resumed']),
        );
      }
      const ids = received.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    });

    it('holds under two secrets while one follows the other', async () => {
      secrets = [await issue(), ...secrets];
      expectDone(await ask('test'));
      const before = tries.length;
      await world.eventually('the ping', async () => tries.length > before);
      expect(tries.at(-1)!.signed).toBe(true);
    });

    it('follows no redirection', async () => {
      await world.advance(20);
      status = 302;
      const { id } = await open(world, 'requester', { title: 'Elsewhere' });
      const entry = await world.eventually('the try', async () => {
        // What happened to it afterwards waits behind its first event.
        const found = (await log()).find((each) => each.id === id && each.type === 'incident.opened');
        return found?.tries > 0 && found;
      });
      expect(entry.state).toBe('waiting');
      expect(entry.attempts[0]).toMatchObject({ status: 302 });
      status = 200;
      await world.advance(20);
    });

    it('is told again what was asked for, under the same id', async () => {
      const [latest] = (await log()).filter(({ state }) => state === 'delivered');
      const times = () => received.filter(({ id }) => id === latest.messageId).length;
      const before = times();
      expectDone(await ask(`deliveries/${encodeURIComponent(latest.delivery)}/replay`));
      await world.eventually('it again', async () => times() === before + 1);
      const from = latest.at;
      expectDone(await ask('replay', { from, to: (await world.now()).toISOString() }));
      await world.eventually('it once more', async () => times() === before + 2);
    });

    it('that is gone is disabled, its owner told, and later gets what it missed', async () => {
      const began = await world.now();
      status = 410;
      const { id } = await open(world, 'requester', { title: 'Nobody there' });
      await world.eventually('it to be disabled', async () => {
        const { body } = await world.api('GET', `/v1/webhooks/${webhookId}`, { as: 'admin' });
        return body.status === 'disabled';
      });
      const [mail] = await world.eventually('the letter', async () => {
        const found = (await world.mails({ to: organisation.people.owner.email, since: began })).filter(({ text }) =>
          text.includes('410'),
        );
        return found.length > 0 && found;
      });
      expect(mail!.subject).toContain('Chat of the yard');
      status = 200;
      await move(world, `/v1/webhooks/${webhookId}`, 'enable');
      expectDone(
        await ask('replay', {
          from: began.toISOString(),
          to: new Date(Date.parse(began.toISOString()) + 3_600_000).toISOString(),
        }),
      );
      await told(id, 'incident.opened');
    });

    it('is not taken to where nobody outside has any business', async () => {
      for (const wrong of ['ftp://example.org/', 'http://u:p@127.0.0.1/', 'javascript:1', 'file:///etc/passwd']) {
        const { status: answered } = await world.api('POST', '/v1/webhooks', {
          as: 'admin',
          body: { title: 'x', url: wrong, events: ['*'] },
        });
        expect([wrong, answered]).toEqual([wrong, 400]);
      }
    });
  });
});
