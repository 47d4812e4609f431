import type { SQSRecord } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from '../../../../functions/platform/outgoing.js';
import { support } from '../../../../functions/support/area.js';
import { dispatcher } from '../../../../functions/support/dispatching.js';
import { startDesk, type TestDesk } from '../../../support/desk.js';

let desk: TestDesk;
beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.close());

const admin = { roles: 'admin', sub: 'user-1' };

/** A queue as SQS has it, in memory: groups in order, one message of a group in hand at a time, hidden ones block theirs. */
class Queue {
  readonly waiting: { body: string; group: string; id: string; hiddenUntil: number }[] = [];
  #count = 0;

  put(body: object, group: string): void {
    this.waiting.push({ body: JSON.stringify(body), group, id: `m${++this.#count}`, hiddenUntil: 0 });
  }

  async send(command: any): Promise<any> {
    const { Entries, ReceiptHandle, VisibilityTimeout } = command.input;
    for (const entry of Entries ?? []) this.put(JSON.parse(entry.MessageBody), entry.MessageGroupId);
    const held = this.waiting.find(({ id }) => id === ReceiptHandle);
    if (held) held.hiddenUntil = desk.now.getTime() + VisibilityTimeout * 1000;
    return {};
  }

  /** Everything that can be received now, batch by batch, until nothing can. */
  async run(handle: ReturnType<typeof dispatcher>, rounds = 50): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      const blocked = new Set(
        this.waiting.filter(({ hiddenUntil }) => hiddenUntil > desk.now.getTime()).map(({ group }) => group),
      );
      const batch = this.waiting.filter(({ group }) => !blocked.has(group)).slice(0, 10);
      if (batch.length === 0) return;
      const Records = batch.map(
        ({ id, body, group }) =>
          ({ messageId: id, receiptHandle: id, body, attributes: { MessageGroupId: group } }) as unknown as SQSRecord,
      );
      const failed = new Set((await handle({ Records })).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      for (const { id } of batch)
        if (!failed.has(id))
          this.waiting.splice(
            this.waiting.findIndex((one) => one.id === id),
            1,
          );
    }
  }
}

interface Hit {
  readonly url: string;
  readonly id: string;
}

async function setUp(answers: (hit: Hit) => Outcome) {
  const queue = new Queue();
  const hits: Hit[] = [];
  const handle = dispatcher(desk.dependencies, queue as never, async (url, headers) => {
    const hit = { url, id: headers['webhook-id']! };
    const answer = answers(hit);
    if (answer.status === 200) hits.push(hit);
    return answer;
  });
  return { queue, hits, handle };
}

async function aWebhook(url: string, over: object = {}): Promise<string> {
  const { body } = await desk.call(support, 'POST /v1/webhooks', {
    ...admin,
    body: { title: 'Hook', url, events: ['incident.*'], ...over },
  });
  await desk.call(support, `POST /v1/webhooks/${body.id}/secret`, { ...admin, body: {} });
  return body.id;
}

const happened = (id: string, sequence: number) => ({
  kind: 'event',
  type: 'incident.amended',
  event: {
    entity: 'incident',
    id,
    number: 'INC-1',
    version: sequence,
    sequence,
    at: desk.now.toISOString(),
    changed: [],
    actor: 'x',
    correlation: 'x',
  },
});
const logOf = async (id: string): Promise<any[]> =>
  (await desk.call(support, `GET /v1/webhooks/${id}/deliveries?limit=100`, admin)).body.items;
const later = (minutes: number) => {
  desk.now = new Date(desk.now.getTime() + minutes * 60_000);
};
const retire = async (id: string): Promise<void> => {
  const { headers } = await desk.call(support, `GET /v1/webhooks/${id}`, admin);
  await desk.call(support, `POST /v1/webhooks/${id}/retire`, { ...admin, body: {}, headers: { 'if-match': headers['etag']! } });
};

describe('a receiver that fails', () => {
  it('holds no other back, and when it recovers has everything once, in order per record', async () => {
    let up = false;
    const [bad, good] = [await aWebhook('https://bad.example/'), await aWebhook('https://good.example/')];
    const { queue, hits, handle } = await setUp(({ url }) => ({ status: up || url.includes('good') ? 200 : 500, took: 1 }));
    for (let sequence = 1; sequence <= 3; sequence++) for (const id of ['r1', 'r2', 'r3']) queue.put(happened(id, sequence), id);
    for (const id of ['r1', 'r2']) queue.put(happened(id, 3), id); // told twice
    await queue.run(handle);
    expect(
      hits
        .filter(({ url }) => url.includes('good'))
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['r1', 'r2', 'r3'].flatMap((id) => [1, 2, 3].map((sequence) => `evt_${id}_${sequence}`)));
    for (let i = 0; i < 20; i++) {
      later(3);
      await queue.run(handle);
    }
    up = true;
    for (let i = 0; i < 40 && queue.waiting.length > 0; i++) {
      later(60);
      await queue.run(handle);
    }
    expect(queue.waiting).toEqual([]);
    for (const id of ['r1', 'r2', 'r3'])
      expect(hits.filter((hit) => hit.url.includes('bad') && hit.id.includes(id)).map((hit) => hit.id)).toEqual(
        [1, 2, 3].map((sequence) => `evt_${id}_${sequence}`),
      );
    expect((await logOf(bad)).every(({ state }) => state === 'delivered')).toBe(true);
    await Promise.all([bad, good].map(retire));
  });

  it('is tried by few while many wait, and is disabled in the end, with nothing lost', async () => {
    const id = await aWebhook('https://gone.example/');
    let tries = 0;
    const { queue, handle } = await setUp(() => {
      tries += 1;
      return { why: 'timeout', took: 10_000 };
    });
    for (let record = 0; record < 40; record++) queue.put(happened(`many-${record}`, 1), `many-${record}`);
    await queue.run(handle);
    const atOnce = tries;
    expect(atOnce).toBeLessThan(25);
    for (let i = 0; i < 6; i++) {
      later(5);
      await queue.run(handle);
    }
    for (let i = 0; i < 60 && queue.waiting.length > 0; i++) {
      later(60);
      await queue.run(handle);
    }
    expect(queue.waiting).toEqual([]);
    expect((await desk.call(support, `GET /v1/webhooks/${id}`, admin)).body.status).toBe('disabled');
    const { body } = await desk.call(support, `GET /v1/webhooks/${id}/history?limit=100`, admin);
    const disabled = body.items.filter(({ event }: { event: string }) => event === 'webhook.disabled');
    expect(disabled).toHaveLength(1);
    expect(disabled[0].detail.notices).toMatchObject([{ letter: 'webhook-disabled', to: { kind: 'topic' } }]);
    const log = await logOf(id);
    expect(log).toHaveLength(40);
    expect(log.filter(({ state }) => state !== 'held' && state !== 'failed')).toEqual([]);
  }, 60_000);
});

describe('a fault of ours', () => {
  it('leaves the message and what follows it in the queue', async () => {
    const id = await aWebhook('https://fault.example/');
    const [queue, hits] = [new Queue(), [] as Hit[]];
    let faults = 0;
    const quiet = { ...desk.dependencies.log, error: () => undefined };
    const calm = dispatcher({ ...desk.dependencies, log: quiet as never }, queue as never, async (url, headers) => {
      const hit = { url, id: headers['webhook-id']! };
      if (hit.id.endsWith('_1') && faults++ === 0) throw new Error('nobody knows why');
      hits.push(hit);
      return { status: 200, took: 1 };
    });
    for (const sequence of [1, 2]) queue.put(happened('f1', sequence), 'f1');
    await queue.run(calm);
    expect(hits).toEqual([]);
    later(1);
    await queue.run(calm);
    expect(hits.map((hit) => hit.id)).toEqual(['evt_f1_1', 'evt_f1_2']);
    await retire(id);
  });
});
