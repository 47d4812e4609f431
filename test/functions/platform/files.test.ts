import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwsEndpoint } from '../../../infra/local/aws-endpoint.js';
import { ObjectStore } from '../../../infra/local/object-store.js';
import { s3 } from '../../../infra/local/s3.js';
import { bucketAt } from '../../support/buckets.js';

const folder = mkdtempSync(join(tmpdir(), 'steward-files-'));
let endpoint: AwsEndpoint;
let now = new Date('2026-03-02T10:00:00.000Z');
beforeAll(async () => {
  endpoint = await AwsEndpoint.open({ services: [s3(new ObjectStore(folder, ['attachments'], () => now))] });
});
afterAll(async () => {
  await endpoint.close();
  rmSync(folder, { recursive: true, force: true });
});

const bucket = () => bucketAt(endpoint.url, 'attachments', () => now);
const post = async ({ url, fields }: { url: string; fields: Record<string, string> }, bytes: string) => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([bytes]), 'a.txt');
  return fetch(url, { method: 'POST', body: form });
};

describe('an attached file', () => {
  it('is posted with a form, and fetched by a link that gives it its name', async () => {
    const form = await bucket().upload('incident/1/a', 'text/plain', 100);
    expect((await post(form, 'hello')).status).toBe(204);
    expect(await bucket().size('incident/1/a')).toBe(5);
    const answer = await fetch(await bucket().download('incident/1/a', 'Größe 1.txt', 'text/plain'));
    expect(await answer.text()).toBe('hello');
    expect(answer.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe%201.txt");
  });

  it('may not be larger than it was said to be', async () => {
    const form = await bucket().upload('incident/1/b', 'text/plain', 4);
    expect((await post(form, 'hello')).status).toBe(400);
    expect(await bucket().size('incident/1/b')).toBeUndefined();
  });

  it('is given to nobody whose link was altered or is old', async () => {
    await bucket().put('incident/1/c', Buffer.from('secret'), 'text/plain');
    const link = await bucket().download('incident/1/c', 'c.txt', 'text/plain');
    expect((await fetch(link.replace('incident/1/c', 'incident/1/a'))).status).toBe(403);
    now = new Date(now.getTime() + 6 * 60_000);
    expect((await fetch(link)).status).toBe(403);
  });

  it('is read and written by the functions themselves', async () => {
    await bucket().put('message/x', Buffer.from([1, 2, 3]), 'image/png');
    expect([...(await bucket().get('message/x'))]).toEqual([1, 2, 3]);
    await expect(bucket().get('message/y')).rejects.toThrow('404');
  });
});
