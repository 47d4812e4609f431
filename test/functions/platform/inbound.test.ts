import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentsOf } from '../../../functions/platform/documents.js';
import { type MailStore, mailStoreIn, storedMails } from '../../../functions/platform/inbound.js';
import { tallyIn } from '../../../functions/platform/tally.js';
import { bucketAt } from '../../support/buckets.js';
import { startTable, type TestTable } from '../../support/table.js';

describe('the mail store', () => {
  const objects = new Map<string, { body: Buffer; type: string | undefined }>([
    ['/mail/inbound/1', { body: Buffer.from('raw'), type: undefined }],
  ]);
  let server: Server;
  let store: MailStore;
  beforeAll(async () => {
    server = createServer(async (request, answer) => {
      const { method, url = '', headers } = request;
      const path = url.split('?')[0]!;
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      if (method === 'PUT') objects.set(path, { body: Buffer.concat(chunks), type: headers['content-type'] });
      const found = objects.get(path);
      answer.writeHead(found ? 200 : 404, { 'content-type': 'application/xml' });
      answer.end(method === 'PUT' ? '' : (found?.body ?? '<Error><Code>NoSuchKey</Code><Message>No such key.</Message></Error>'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    store = mailStoreIn({ mail: bucketAt(endpoint, 'mail'), attachments: bucketAt(endpoint, 'attachments') });
  });
  afterAll(() => server.close());

  it('reads from the mail bucket and keeps in the attachments bucket', async () => {
    expect(Buffer.from(await store.raw('inbound/1')).toString()).toBe('raw');
    await store.keep('message/a/1', Buffer.from([1, 2, 3]), 'image/png');
    expect(objects.get('/attachments/message/a/1')).toEqual({ body: Buffer.from([1, 2, 3]), type: 'image/png' });
  });

  it('fails for a message that is not there', async () => {
    await expect(store.raw('inbound/2')).rejects.toThrow('404');
  });
});

describe('an event of the mail bucket', () => {
  it('of no known shape is refused', () => {
    for (const event of [
      {},
      undefined,
      { Records: [{}] },
      { 'detail-type': 'Object Deleted', time: '2026-03-02T10:00:00Z', detail: {} },
    ])
      expect(() => storedMails(event)).toThrow();
  });
});

describe('a tally', () => {
  let table: TestTable;
  beforeAll(async () => {
    table = await startTable();
  });
  afterAll(() => table.close());

  const at = (minute: number) => new Date(Date.parse('2026-03-02T10:00:00.000Z') + minute * 60_000);

  it('answers what was counted within the hour before', async () => {
    const count = tallyIn(documentsOf(table.client), 'steward', 'MESSAGE#SENDER');
    const seen = [];
    for (const minute of [0, 1, 30, 54, 59, 61, 66, 200])
      seen.push((await count('cleo', { messages: 1, answers: 2 }, at(minute))).messages);
    expect(seen).toEqual([0, 1, 2, 3, 4, 3, 4, 0]);
    expect(await count('otto', { messages: 1, answers: 0 }, at(66))).toEqual({ messages: 0, answers: 0 });
    expect(await count('cleo', { messages: 0, answers: 0 }, at(201))).toEqual({ messages: 1, answers: 2 });
  });

  it('counts each of many at once', async () => {
    const count = tallyIn(documentsOf(table.client), 'steward', 'MESSAGE#SENDER');
    const seen = await Promise.all(Array.from({ length: 20 }, () => count('many', { messages: 1 }, at(0))));
    expect(seen.map(({ messages }) => messages).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });
});
