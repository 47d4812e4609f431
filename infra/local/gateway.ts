import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from 'aws-lambda';
import type { Claims } from './authoriser.js';
import { type Fault, logFault } from './fault.js';
import { gatewayEvent } from './gateway-event.js';
import { listen, readBody, stop, TooLong } from './http-server.js';
import { type Route, RouteTable } from './route-table.js';

/**
 * An HTTP API: turns requests into the payload 2.0 that API Gateway sends to a function, and the function's result into an
 * answer. Refuses as API Gateway does: 404 without a route, 401 without a good token, 413 beyond 10 MiB, 500 when the function
 * throws. Before the routes it asks `local`, which answers what only one machine has.
 */
export class Gateway {
  #routes: RouteTable<GatewayRoute>;

  private constructor(
    private readonly options: Required<Omit<GatewayOptions, 'port'>>,
    private readonly server: Server,
  ) {
    this.#routes = new RouteTable(options.routes);
  }

  url = '';

  static async open({
    port = 0,
    local = () => false,
    fault = logFault,
    answered = () => undefined,
    ...rest
  }: GatewayOptions): Promise<Gateway> {
    const server = createServer({ keepAliveTimeout: 60_000 });
    const gateway = new Gateway({ ...rest, local, fault, answered }, server);
    server.on('request', (incoming, outgoing) => {
      gateway.#respond(incoming, outgoing).catch((error: unknown) => {
        fault('answering a request', error);
        outgoing.destroy();
      });
    });
    gateway.url = await listen(server, port);
    return gateway;
  }

  close(): Promise<void> {
    return stop(this.server);
  }

  async #respond(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (await this.options.local(incoming, outgoing)) return;
    try {
      await this.#invoke(incoming, outgoing);
    } catch (error) {
      if (outgoing.destroyed) return; // The sender went away; nobody waits for an answer.
      if (error instanceof TooLong) return refuse(outgoing, 413, 'Request Too Long');
      this.options.fault(`answering ${incoming.method} ${incoming.url}`, error);
      refuse(outgoing, 500, 'Internal Server Error');
    } finally {
      this.options.answered(incoming.method ?? 'GET');
    }
  }

  async #invoke(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const path = decoded(incoming.url ?? '/');
    if (path === undefined) return refuse(outgoing, 400, 'Bad Request');
    const match = this.#routes.match(incoming.method ?? 'GET', path);
    if (!match) return refuse(outgoing, 404, 'Not Found');
    const { route } = match;
    const claims = route.authorised ? await this.options.claimsOf(incoming.headers.authorization) : undefined;
    if (route.authorised && !claims) return unauthorised(outgoing, incoming.headers.authorization !== undefined);
    const body = await readBody(incoming, LIMIT);
    const event = gatewayEvent({ incoming, path, body, match, claims, now: this.options.now() });
    send(outgoing, await route.function(event));
  }
}

/** As API Gateway: ten mebibytes. */
const LIMIT = 10 * 1024 * 1024;

export type GatewayFunction = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyResultV2>;

export interface GatewayRoute extends Route {
  function: GatewayFunction;
  /** Whether a good token is needed. */
  authorised: boolean;
}

export interface GatewayOptions {
  routes: readonly GatewayRoute[];
  /** The claims of an Authorization header, undefined for one that is refused. */
  claimsOf: (authorization: string | undefined) => Promise<Claims | undefined>;
  now: () => Date;
  port?: number;
  /** Answers a request itself and says true, or says false. */
  local?: (incoming: IncomingMessage, outgoing: ServerResponse) => boolean | Promise<boolean>;
  /** Told after each answer, for instance to look at the stream at once. */
  answered?: (method: string) => void;
  fault?: Fault;
}

/** The path without its query, percent-decoded once as API Gateway does; undefined when it cannot be. */
function decoded(url: string): string | undefined {
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function refuse(outgoing: ServerResponse, status: number, message: string, headers: Record<string, string> = {}): void {
  const body = JSON.stringify({ message });
  outgoing.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers });
  outgoing.end(body);
}

function unauthorised(outgoing: ServerResponse, given: boolean): void {
  refuse(outgoing, 401, 'Unauthorized', { 'www-authenticate': given ? 'Bearer error="invalid_token"' : 'Bearer' });
}

/** A result without a status is the body of a 200, as payload 2.0 has it. */
function send(outgoing: ServerResponse, result: APIGatewayProxyResultV2): void {
  if (typeof result !== 'object' || result === null || result.statusCode === undefined) {
    const body = typeof result === 'string' ? result : JSON.stringify(result ?? null);
    outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    outgoing.end(body);
    return;
  }
  const { statusCode, headers = {}, cookies, body = '', isBase64Encoded } = result;
  const bytes = isBase64Encoded ? Buffer.from(body, 'base64') : Buffer.from(body);
  const all: Record<string, string | string[] | number> = {};
  for (const [name, value] of Object.entries(headers)) all[name.toLowerCase()] = String(value);
  if (cookies && cookies.length > 0) all['set-cookie'] = cookies;
  if (statusCode !== 204 && statusCode !== 304) all['content-length'] = bytes.length;
  if (bytes.length > 0) all['content-type'] ??= 'text/plain;charset=UTF-8';
  outgoing.writeHead(statusCode, all);
  outgoing.end(bytes);
}
