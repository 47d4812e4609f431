import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { Gateway, type GatewayOptions } from '../../../infra/local/gateway.js';
import { RouteTable } from '../../../infra/local/route-table.js';
import { closing } from './scratch.js';

type Handler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyResultV2>;
const echo: Handler = async (event) => ({
  statusCode: 200,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(event),
});

async function gateway(handler: Handler = echo, more: Partial<GatewayOptions> = {}) {
  const routes = [
    { method: 'ANY', path: '/v1/incidents/{id}', function: handler, authorised: true },
    { method: 'GET', path: '/docs', function: handler, authorised: false },
    { method: 'ANY', path: '$default', function: handler, authorised: false },
  ];
  const claimsOf = async (header: string | undefined) =>
    header === 'Bearer good' ? { sub: 'p-1', 'cognito:groups': '[agents]' } : undefined;
  return closing(
    await Gateway.open({ routes, claimsOf, now: () => new Date('2026-11-23T12:42:28Z'), fault: () => undefined, ...more }),
  );
}
const event = async (answer: Response) =>
  (await answer.json()) as APIGatewayProxyEventV2 & { requestContext: Record<string, unknown> };

describe('the gateway', () => {
  it('makes the payload that API Gateway makes', async () => {
    const { url } = await gateway();
    const made = await event(
      await fetch(`${url}/v1/incidents/INC%201?a=1&a=2&b=x%20y`, {
        method: 'PATCH',
        headers: { authorization: 'Bearer good', cookie: 'one=1; two=2', 'content-type': 'application/json', 'X-Custom': 'A' },
        body: '{"title":"ü"}',
      }),
    );
    expect(made).toMatchObject({
      version: '2.0',
      routeKey: 'ANY /v1/incidents/{id}',
      rawPath: '/v1/incidents/INC 1',
      rawQueryString: 'a=1&a=2&b=x%20y',
      queryStringParameters: { a: '1,2', b: 'x y' },
      pathParameters: { id: 'INC 1' },
      cookies: ['one=1', 'two=2'],
      headers: { 'x-custom': 'A', 'content-type': 'application/json' },
      body: '{"title":"ü"}',
      isBase64Encoded: false,
      requestContext: {
        http: { method: 'PATCH', path: '/v1/incidents/INC 1', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
        authorizer: { jwt: { claims: { sub: 'p-1', 'cognito:groups': '[agents]' }, scopes: null } },
        time: '23/Nov/2026:12:42:28 +0000',
        stage: '$default',
      },
    });
    expect(made.headers['cookie']).toBeUndefined();
    expect(made.requestContext['requestId']).toMatch(/^[\w-]{36}$/);
  });

  it('hands bodies of any type but text on as base64, forms and untyped ones included', async () => {
    const { url } = await gateway();
    const post = async (type: string | undefined) =>
      event(
        await fetch(`${url}/x`, { method: 'POST', body: Buffer.from('ab'), ...(type && { headers: { 'content-type': type } }) }),
      );
    for (const type of ['application/x-www-form-urlencoded', 'image/png', 'application/merge-patch+json', undefined]) {
      expect(await post(type)).toMatchObject({ isBase64Encoded: true, body: 'YWI=' });
    }
    for (const type of ['text/csv', 'application/json; charset=utf-8', 'application/xml']) {
      expect(await post(type)).toMatchObject({ isBase64Encoded: false, body: 'ab' });
    }
  });

  it('gives results back with status, headers, cookies and bytes', async () => {
    const { url } = await gateway(async () => ({
      statusCode: 201,
      headers: { Location: '/v1/x', 'X-Number': 7 },
      cookies: ['a=1; HttpOnly', 'b=2'],
      body: Buffer.from([0, 255]).toString('base64'),
      isBase64Encoded: true,
    }));
    const answer = await fetch(`${url}/docs`);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe('/v1/x');
    expect(answer.headers.get('x-number')).toBe('7');
    expect(answer.headers.getSetCookie()).toEqual(['a=1; HttpOnly', 'b=2']);
    expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([0, 255]);
  });

  it('takes a result without a status for the body of a 200', async () => {
    const { url } = await gateway(async () => ({ hello: 'there' }) as never);
    const answer = await fetch(`${url}/docs`);
    expect([answer.status, await answer.json()]).toEqual([200, { hello: 'there' }]);
  });

  it('answers 401 without a good token, and never calls the function then', async () => {
    let calls = 0;
    const { url } = await gateway(async () => ({ statusCode: 200, body: String(++calls) }));
    for (const headers of [{}, { authorization: 'Bearer bad' }] as Record<string, string>[]) {
      const answer = await fetch(`${url}/v1/incidents/1`, { headers });
      expect([answer.status, await answer.text()]).toEqual([401, '{"message":"Unauthorized"}']);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
    expect(calls).toBe(0);
  });

  it('answers 413 beyond ten mebibytes', async () => {
    const { url } = await gateway(async ({ body }) => ({ statusCode: 200, body: String(body?.length) }));
    const post = (size: number) =>
      fetch(`${url}/x`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x'.repeat(size) });
    const limit = 10 * 1024 * 1024;
    expect(await (await post(limit)).text()).toBe(String(limit));
    const refused = await post(limit + 1);
    expect([refused.status, await refused.text()]).toEqual([413, '{"message":"Request Too Long"}']);
  });

  it('answers 500 without a word about why, and tells the fault', async () => {
    const faults: unknown[] = [];
    const { url } = await gateway(async () => Promise.reject(new Error('secret')), { fault: (_, error) => faults.push(error) });
    const answer = await fetch(`${url}/docs`);
    expect([answer.status, await answer.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
    expect(faults).toMatchObject([{ message: 'secret' }]);
    expect((await fetch(`${url}/%zz`)).status).toBe(400);
  });

  it('asks the hook of one machine first, and tells when it has answered', async () => {
    const answered: string[] = [];
    const local: GatewayOptions['local'] = (incoming, outgoing) => {
      if (!incoming.url?.startsWith('/local/')) return false;
      outgoing.end('here');
      return true;
    };
    const { url } = await gateway(echo, { local, answered: (method) => answered.push(method) });
    expect(await (await fetch(`${url}/local/mail`)).text()).toBe('here');
    await fetch(`${url}/docs`);
    expect(answered).toEqual(['GET']);
  });

  it('answers 404 where no route is', async () => {
    const { url } = await gateway(echo, { routes: [] });
    const answer = await fetch(`${url}/x`);
    expect([answer.status, await answer.text()]).toEqual([404, '{"message":"Not Found"}']);
  });
});

describe('the table of routes', () => {
  const routes = [
    { method: 'ANY', path: '/v1/{proxy+}' },
    { method: 'GET', path: '/v1/incidents/{id}' },
    { method: 'ANY', path: '/v1/incidents/{id}' },
    { method: 'GET', path: '/v1/incidents/queue' },
    { method: 'ANY', path: '$default' },
  ];
  const table = new RouteTable(routes);
  it.each([
    ['GET', '/v1/incidents/queue', '/v1/incidents/queue', {}],
    ['GET', '/v1/incidents/7', '/v1/incidents/{id}', { id: '7' }],
    ['GET', '/v1/incidents/7/close', '/v1/{proxy+}', { proxy: 'incidents/7/close' }],
    ['GET', '/v1/incidents/', '/v1/{proxy+}', { proxy: 'incidents/' }],
    ['GET', '/v1', '$default', {}],
    ['GET', '/', '$default', {}],
  ])('finds the most specific one for %s %s', (method, path, template, parameters) => {
    const match = table.match(method, path)!;
    expect([match.route.path, match.parameters]).toEqual([template, parameters]);
  });

  it('prefers the method to ANY', () => {
    expect(table.match('GET', '/v1/incidents/7')!.route.method).toBe('GET');
    expect(table.match('PUT', '/v1/incidents/7')!.route.method).toBe('ANY');
  });
});
