import { createHash, createHmac } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { describe, expect, it } from 'vitest';
import { AwsEndpoint } from '../../../infra/local/aws-endpoint.js';
import { ObjectStore } from '../../../infra/local/object-store.js';
import { s3 } from '../../../infra/local/s3.js';
import { checkPresigned } from '../../../infra/local/signature.js';
import { bucketAt } from '../../support/buckets.js';
import { clientConfig } from './aws-clients.js';
import { closing, scratchFolder } from './scratch.js';

async function bucket() {
  const store = new ObjectStore(scratchFolder(), ['attachments'], () => new Date());
  const { url } = closing(await AwsEndpoint.open({ services: [s3(store)] }));
  const client = new S3Client(clientConfig(url));
  return { store, url, client, at: { Bucket: 'attachments', Key: 'INC-1/a b/ü?.txt' } };
}

describe('a locked bucket', () => {
  it('takes something once, and neither replaces nor removes it', async () => {
    const store = new ObjectStore(scratchFolder(), ['roots'], () => new Date(), ['roots']);
    const { url } = closing(await AwsEndpoint.open({ services: [s3(store)] }));
    const roots = bucketAt(url, 'roots');
    expect(await roots.putNew('roots/2026-03-02.json', Buffer.from('first'), 'application/json')).toBe(true);
    expect(await roots.putNew('roots/2026-03-02.json', Buffer.from('second'), 'application/json')).toBe(false);
    await expect(roots.put('roots/2026-03-02.json', Buffer.from('third'), 'application/json')).rejects.toThrow('403');
    await expect(roots.remove('roots/2026-03-02.json')).rejects.toThrow('403');
    expect(Buffer.from(await roots.get('roots/2026-03-02.json')).toString()).toBe('first');
  });

  it('is not every bucket: what lies in another can be removed, once or twice', async () => {
    const { url } = await bucket();
    const files = bucketAt(url, 'attachments');
    await files.put('message/1/a b.txt', Buffer.from('x'), 'text/plain');
    for (let times = 0; times < 2; times++) await files.remove('message/1/a b.txt');
    await expect(files.get('message/1/a b.txt')).rejects.toThrow('404');
  });
});

describe('S3', () => {
  it('keeps objects with their facts, whole and in parts', async () => {
    const { client, at } = await bucket();
    await client.send(new PutObjectCommand({ ...at, Body: 'hello world', ContentType: 'text/plain', Metadata: { by: 'anna' } }));
    const found = await client.send(new GetObjectCommand(at));
    expect(await found.Body!.transformToString()).toBe('hello world');
    expect(found).toMatchObject({
      ContentType: 'text/plain',
      Metadata: { by: 'anna' },
      ETag: '"5eb63bbbe01eeed093cb22bb8f5acdc3"',
    });
    const part = await client.send(new GetObjectCommand({ ...at, Range: 'bytes=6-' }));
    expect(await part.Body!.transformToString()).toBe('world');
    expect(await client.send(new HeadObjectCommand(at))).toMatchObject({ ContentLength: 11, ContentType: 'text/plain' });

    await client.send(new DeleteObjectCommand(at));
    await expect(client.send(new GetObjectCommand(at))).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(client.send(new HeadObjectCommand(at))).rejects.toMatchObject({ name: 'NotFound' });
    await expect(client.send(new GetObjectCommand({ ...at, Bucket: 'other' }))).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(client.send(new ListObjectsV2Command({ Bucket: 'attachments' }))).rejects.toMatchObject({
      name: 'NotImplemented',
    });
  });

  it('takes streams, and a conditional put once', async () => {
    const { client, at } = await bucket();
    await client.send(
      new PutObjectCommand({
        ...at,
        Body: Readable.from([Buffer.from('str'), Buffer.from('eam')]),
        ContentLength: 6,
        IfNoneMatch: '*',
      }),
    );
    expect(await (await client.send(new GetObjectCommand(at))).Body!.transformToString()).toBe('stream');
    await expect(client.send(new PutObjectCommand({ ...at, Body: 'x', IfNoneMatch: '*' }))).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
  });

  it('lets nobody in without a signature', async () => {
    const { url, client, at } = await bucket();
    await client.send(new PutObjectCommand({ ...at, Body: 'secret' }));
    expect((await fetch(`${url}/attachments/INC-1/a%20b/%C3%BC%3F.txt`)).status).toBe(403);
  });
});

describe('a presigned link', () => {
  const sign = (url: string, expires: number, date = new Date()) => {
    const stamp = date.toISOString().replace(/[-:]|\.\d+/g, '');
    const scope = [stamp.slice(0, 8), 'eu-west-1', 's3', 'aws4_request'];
    const who = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=local%2F${scope.join('%2F')}`;
    const query = `${who}&X-Amz-Date=${stamp}&X-Amz-Expires=${expires}&X-Amz-SignedHeaders=host`;
    const canonical = `GET\n/attachments/a%20b\n${query}\nhost:${new URL(url).host}\n\nhost\nUNSIGNED-PAYLOAD`;
    const text = `AWS4-HMAC-SHA256\n${stamp}\n${scope.join('/')}\n${createHash('sha256').update(canonical).digest('hex')}`;
    const key = scope.reduce<Buffer>(
      (secret, part) => createHmac('sha256', secret).update(part).digest(),
      Buffer.from('AWS4local'),
    );
    return `${url}/attachments/a%20b?${query}&X-Amz-Signature=${createHmac('sha256', key).update(text).digest('hex')}`;
  };

  it('is checked as the published example says', () => {
    const query = new URLSearchParams({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request',
      'X-Amz-Date': '20130524T000000Z',
      'X-Amz-Expires': '86400',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    });
    const headers = { host: 'examplebucket.s3.amazonaws.com' };
    const request = { method: 'GET', path: '/test.txt', query, headers, body: Buffer.alloc(0) };
    const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
    const at = Date.parse('2013-05-24T12:00:00Z');
    expect(() => checkPresigned(request, credentials, at)).not.toThrow();
    expect(() => checkPresigned({ ...request, path: '/test2.txt' }, credentials, at)).toThrow(/does not match/);
    expect(() => checkPresigned(request, credentials, at + 86_400_000)).toThrow(/expired/);
  });

  it('opens its object until it expires, and nothing when altered', async () => {
    const { url, client } = await bucket();
    await client.send(new PutObjectCommand({ Bucket: 'attachments', Key: 'a b', Body: 'hello' }));
    const link = sign(url, 60);
    expect(await (await fetch(link)).text()).toBe('hello');
    expect((await fetch(link.replace('a%20b', 'a%20c'))).status).toBe(403);
    expect((await fetch(link.replace('X-Amz-Expires=60', 'X-Amz-Expires=61'))).status).toBe(403);
    expect((await fetch(link, { method: 'DELETE' })).status).toBe(403);
    expect((await fetch(sign(url, 60, new Date(Date.now() - 120_000)))).status).toBe(403);
  });
});

describe("the browser's form upload", () => {
  const prepared = async (Conditions: object[] = [['content-length-range', 1, 1000]], Expires = 60) => {
    const made = await bucket();
    const options = {
      Bucket: 'attachments',
      Key: 'up/1',
      Conditions: Conditions as never,
      Fields: { 'Content-Type': 'text/plain' },
      Expires,
    };
    const { url, fields } = await createPresignedPost(made.client, options);
    const post = (size: number, changed: Record<string, string> = {}) => {
      const form = new FormData();
      for (const [name, value] of Object.entries({ ...fields, ...changed })) form.set(name, value);
      form.set('file', new Blob(['x'.repeat(size)]), 'a.txt');
      return fetch(url, { method: 'POST', body: form });
    };
    return { ...made, post };
  };

  it('keeps a file within the signed size and refuses one beyond it', async () => {
    const { post, store } = await prepared();
    expect((await post(1000)).status).toBe(204);
    expect(await store.head('attachments', 'up/1')).toMatchObject({ size: 1000, contentType: 'text/plain' });
    await store.delete('attachments', 'up/1');
    const refused = await post(1001);
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('EntityTooLarge')]);
    expect((await post(0)).status).toBe(400);
    expect(await store.head('attachments', 'up/1')).toBeUndefined();
  });

  it('refuses another key, another type, an extra field and an altered policy', async () => {
    const { post } = await prepared();
    expect((await post(10, { key: 'up/2' })).status).toBe(403);
    expect((await post(10, { 'Content-Type': 'text/html' })).status).toBe(403);
    expect((await post(10, { 'x-amz-meta-by': 'me' })).status).toBe(403);
    const Policy = Buffer.from(JSON.stringify({ expiration: '2099-01-01T00:00:00Z', conditions: [] })).toString('base64');
    expect((await post(10, { Policy })).status).toBe(403);
  });

  it('refuses a policy that has expired', async () => {
    const { post } = await prepared([], -5);
    expect(await (await post(10)).text()).toContain('Policy expired');
  });
});
