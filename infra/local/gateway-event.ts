import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Claims } from './authoriser.js';
import type { Route, RouteMatch } from './route-table.js';

/** Everything a payload is made of; `path` is decoded already. */
export interface GatewayRequest {
  incoming: IncomingMessage;
  path: string;
  body: Buffer;
  match: RouteMatch<Route>;
  claims: Claims | undefined;
  now: Date;
}

/** The payload, format 2.0, that an HTTP API sends to a function. */
export function gatewayEvent({ incoming, path, body, match, claims, now }: GatewayRequest): APIGatewayProxyEventV2 {
  const { method = 'GET', url = '/', headers: given } = incoming;
  const mark = url.indexOf('?');
  const rawQueryString = mark === -1 ? '' : url.slice(mark + 1);
  const { headers, cookies } = headersOf(given);
  const isBase64Encoded = body.length > 0 && !isText(headers['content-type']);
  const { route, parameters } = match;
  const routeKey = route.path === '$default' ? '$default' : `${route.method} ${route.path}`;
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString,
    ...(cookies && { cookies }),
    headers,
    ...(rawQueryString && { queryStringParameters: queryOf(rawQueryString) }),
    ...(Object.keys(parameters).length > 0 && { pathParameters: parameters }),
    requestContext: contextOf({ incoming, headers, method, path, routeKey, claims, now }),
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

type Context = Pick<GatewayRequest, 'incoming' | 'claims' | 'now'> & {
  headers: Record<string, string>;
  method: string;
  path: string;
  routeKey: string;
};

function contextOf({
  incoming,
  headers,
  method,
  path,
  routeKey,
  claims,
  now,
}: Context): APIGatewayProxyEventV2['requestContext'] {
  const context = {
    accountId: '000000000000',
    apiId: 'local',
    domainName: headers['host'] ?? 'localhost',
    domainPrefix: 'local',
    http: {
      method,
      path,
      protocol: `HTTP/${incoming.httpVersion}`,
      sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
      userAgent: headers['user-agent'] ?? '',
    },
    requestId: randomUUID(),
    routeKey,
    stage: '$default',
    time: clfTime(now),
    timeEpoch: now.getTime(),
    ...(claims && { authorizer: { jwt: { claims, scopes: null } } }),
  };
  return context as APIGatewayProxyEventV2['requestContext'];
}

/** Names in lower case, repeated ones joined by a comma, cookies apart. */
function headersOf(given: IncomingMessage['headers']): { headers: Record<string, string>; cookies: string[] | undefined } {
  const headers: Record<string, string> = {};
  for (const name in given) {
    const value = given[name];
    if (name !== 'cookie' && value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(',');
  }
  return { headers, cookies: given.cookie?.split(/;\s*/) };
}

/** Decoded; repeated names joined by a comma. */
function queryOf(rawQueryString: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    values[name] = Object.hasOwn(values, name) ? `${values[name]},${value}` : value;
  }
  return values;
}

/** API Gateway hands only these on as text; all else, forms and bodies of no type included, is base64. */
const isText = (type = ''): boolean => /^\s*(text\/|application\/(json|xml|javascript)\s*(;|$))/i.test(type);

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `23/Nov/2026:12:42:28 +0000` */
function clfTime(now: Date): string {
  const iso = now.toISOString();
  return `${iso.slice(8, 10)}/${MONTHS[now.getUTCMonth()]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}
