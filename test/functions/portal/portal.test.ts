import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PortalHandler, portal } from '../../../functions/portal/portal.js';

let folder: string;
let handler: PortalHandler;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portal-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Console</title>');
  await writeFile(join(folder, 'assets', 'letter.html'), '<!doctype html>');
  await writeFile(join(folder, 'openapi.json'), '{"openapi":"3.1.0"}');
  await writeFile(join(folder, 'assets', 'console-ABC.js'), 'export {};');
  await writeFile(join(folder, 'secret.txt'), 'not for show');
  handler = portal({ folder });
});
afterAll(() => rm(folder, { recursive: true }));

const ask = (rawPath: string, headers: Record<string, string> = {}, method = 'GET', by = handler) =>
  by({
    rawPath,
    headers,
    requestContext: { requestId: 'r-1', http: { method, path: rawPath } },
  } as unknown as APIGatewayProxyEventV2);

describe('the portal', () => {
  it('serves the page at / under a policy without inline script or style', async () => {
    const { statusCode, headers, body } = await ask('/');
    expect(statusCode).toBe(200);
    expect(body).toContain('<title>Console</title>');
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    });
    const policy = String(headers!['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toContain('unsafe');
  });

  it('lets a letter bring its styles, and nothing that runs', async () => {
    const policy = String((await ask('/assets/letter.html')).headers!['content-security-policy']);
    expect(policy).toContain("default-src 'none'; style-src 'unsafe-inline'");
    expect(policy).not.toContain('script-src');
  });

  it('answers 304 to whoever has it already', async () => {
    const first = await ask('/');
    const again = await ask('/', { 'if-none-match': `"other", ${String(first.headers!['etag'])}` });
    expect(again.statusCode).toBe(304);
    expect(again.body).toBeUndefined();
  });

  it('compresses for those who take it', async () => {
    const { headers, body, isBase64Encoded } = await ask('/v1/openapi.json', { 'accept-encoding': 'br, gzip' });
    expect(headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding', 'content-type': 'application/json' });
    expect(isBase64Encoded).toBe(true);
    expect(JSON.parse(gunzipSync(Buffer.from(body!, 'base64')).toString())).toEqual({ openapi: '3.1.0' });
  });

  it('keeps assets for good, because their names change with them', async () => {
    expect((await ask('/assets/console-ABC.js')).headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
    });
  });

  it('shows nothing but its own files', async () => {
    for (const path of [
      '/secret.txt',
      '/assets/../secret.txt',
      '/assets/%2e%2e/secret.txt',
      '/assets/',
      '/assets/none.js',
      '/v1/other',
      '/assets/..%2fsecret.txt',
    ]) {
      const { statusCode, headers, body } = await ask(path);
      expect([path, statusCode]).toEqual([path, 404]);
      expect(headers).toMatchObject({ 'content-type': 'application/problem+json' });
      expect(JSON.parse(body!)).toMatchObject({ status: 404, instance: 'r-1' });
    }
  });

  it('takes no writes', async () => {
    expect(await ask('/', {}, 'POST')).toMatchObject({ statusCode: 405, headers: { allow: 'GET, HEAD' } });
    expect((await ask('/', {}, 'HEAD')).body).toBeUndefined();
  });

  it('serves the contract that it is given instead of the built one', async () => {
    const { body } = await ask(
      '/v1/openapi.json',
      {},
      'GET',
      portal({ folder, openApi: { openapi: '3.1.0', info: { title: 'Now' } } }),
    );
    expect(JSON.parse(body!)).toMatchObject({ info: { title: 'Now' } });
  });

  it('finds a file that was written after it was first asked for', async () => {
    expect((await ask('/docs')).statusCode).toBe(404);
    await writeFile(join(folder, 'docs.html'), '<!doctype html>');
    expect((await ask('/docs')).statusCode).toBe(200);
  });
});
