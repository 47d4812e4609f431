import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { portal } from '../../../functions/portal/api.js';
import { startDesk } from '../../support/desk.js';
import { areaOf, type Demo, demo, letters, PEOPLE } from './demo.js';

export interface DeskServer {
  readonly url: string;
  readonly demo: Demo;
  close(): void;
}

const root = join(import.meta.dirname, '../../..');

/**
 * The real routes over a real table, behind the pages as they were built, with what one machine adds
 * (`/local/…`) in its place, unless told that it is deployed. Tokens are not verified here: that is the gateway's.
 */
export async function startDeskServer(port = 0, oneMachine = true): Promise<DeskServer> {
  const desk = await startDesk();
  const made = await demo(desk);
  const pages = portal({ folder: join(root, 'functions/portal/dist') });
  let ahead = desk.now.getTime() - Date.now();

  const local: Record<string, (url: URL, body: string) => object> = {
    'GET /local/people': () => PEOPLE,
    'GET /local/token': (url) => ({ token: tokenFor(url.searchParams.get('as') ?? '') }),
    'GET /local/clock': () => ({ now: desk.now.toISOString() }),
    'GET /local/mail': () => letters(made),
    'POST /local/clock': (_, body) => {
      const { advanceMinutes, now } = JSON.parse(body) as { advanceMinutes?: number; now?: string };
      ahead = now === undefined ? ahead + (advanceMinutes ?? 0) * 60_000 : Date.parse(now) - Date.now();
      desk.now = new Date(Date.now() + ahead);
      return { now: desk.now.toISOString() };
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, 'http://desk');
    const body = await textOf(request);
    desk.now = new Date(Date.now() + ahead);
    const here = oneMachine ? local[`${request.method} ${url.pathname}`] : undefined;
    if (here) return send(response, 200, { 'content-type': 'application/json' }, JSON.stringify(here(url, body)));
    const area = url.pathname === '/v1/openapi.json' ? undefined : areaOf(url.pathname);
    if (!area) {
      const page = await pages(eventOf(request, url));
      return send(
        response,
        page.statusCode!,
        page.headers as Record<string, string>,
        Buffer.from(page.body ?? '', page.isBase64Encoded ? 'base64' : 'utf8'),
      );
    }
    const caller = claimsOf(request.headers.authorization);
    if (!caller) return send(response, 401, { 'content-type': 'application/json' }, '{"message":"Unauthorized"}');
    const { 'if-match': seen, 'idempotency-key': key } = request.headers as Record<string, string>;
    const headers = { ...(seen && { 'if-match': seen }), ...(key && { 'idempotency-key': key }) };
    const got = await desk.call(area, `${request.method} ${url.pathname}${url.search}`, {
      ...caller,
      headers,
      ...(body !== '' && { body }),
    });
    send(response, got.status, got.headers, got.body === undefined ? '' : JSON.stringify(got.body));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => send(response, 500, {}, String(error)));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    demo: made,
    close: () => {
      server.closeAllConnections();
      server.close();
      desk.close();
    },
  };
}

const send = (response: ServerResponse, status: number, headers: Record<string, string>, body: string | Buffer): void =>
  void response.writeHead(status, headers).end(status === 304 ? undefined : body);

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const eventOf = (request: IncomingMessage, url: URL): APIGatewayProxyEventV2 =>
  ({
    rawPath: url.pathname,
    headers: request.headers,
    requestContext: { requestId: 'request-1', http: { method: request.method, path: url.pathname } },
  }) as unknown as APIGatewayProxyEventV2;

export const tokenFor = (id: string): string => {
  const person = PEOPLE.find((each) => each.id === id);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return [part({ alg: 'none' }), part({ sub: id, name: person?.name, 'cognito:groups': person?.roles ?? [] }), 'unsigned'].join(
    '.',
  );
};

function claimsOf(authorization: string | undefined): { sub: string; roles: string } | undefined {
  const part = authorization?.split('.')[1];
  if (part === undefined) return undefined;
  const claims = JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as { sub: string; 'cognito:groups': string[] };
  return { sub: claims.sub, roles: claims['cognito:groups'].join(' ') };
}
