import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Area } from '../../functions/kernel/area.js';
import type { Dependencies } from '../../functions/platform/dependencies.js';
import { type HttpHandler, serve } from '../../functions/platform/http.js';
import { directory } from '../../functions/support/directory.js';
import { areas } from '../../infra/areas.js';

/** A request as it comes over the wire: nothing about it is assumed to be well-formed. */
export interface WireRequest {
  readonly method: string;
  /** Already percent-encoded, or broken. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes go through the gateway as base64. */
  readonly body?: string | Uint8Array;
  readonly roles?: string;
  readonly sub?: string;
  /** Instead of those that `roles` and `sub` make; null: none at all. */
  readonly claims?: Readonly<Record<string, unknown>> | null;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly json: any;
}

export type Wire = (request: WireRequest) => Promise<WireAnswer>;

export const ISSUER = 'https://issuer.example';

/** Every area's function behind one gateway, which picks the area by the route's path, as the HTTP API does. */
export function wireTo(dependencies: Dependencies, served: readonly Area[] = areas): Wire {
  const handlers = served.map((area) => [area, serve(area, directory, dependencies)] as const);
  let requests = 0;
  return async (request) => {
    const handler = handlers.find(([area]) => serves(area, request.path))?.[1] ?? handlers[0]![1];
    return answerOf(await handler(eventOf(request, `wire-${++requests}`)));
  };
}

const serves = (area: Area, path: string): boolean =>
  area.routes.some((route) => path.split('/')[2] === route.path.split('/')[2]);

function eventOf(request: WireRequest, requestId: string): APIGatewayProxyEventV2 {
  const { method, path, query, headers = {}, body, roles = 'admin', sub = 'user-1', claims } = request;
  const given = claims === undefined ? { iss: ISSUER, sub, 'cognito:groups': `[${roles}]` } : claims;
  const bytes = body instanceof Uint8Array;
  return {
    version: '2.0',
    rawPath: path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(query && Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      requestId,
      http: { method, path },
      ...(given !== null && { authorizer: { jwt: { claims: given } } }),
    },
    ...(body !== undefined && { body: bytes ? Buffer.from(body).toString('base64') : body }),
    isBase64Encoded: bytes,
  } as unknown as APIGatewayProxyEventV2;
}

function answerOf(result: Awaited<ReturnType<HttpHandler>>): WireAnswer {
  const headers = (result.headers ?? {}) as Record<string, string>;
  const text = result.body ?? '';
  return {
    status: result.statusCode ?? 0,
    headers,
    text,
    json: headers['content-type']?.includes('json') ? JSON.parse(text) : undefined,
  };
}
