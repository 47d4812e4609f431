import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Area } from '../kernel/area.js';
import { type AnyEntity, partitionOf } from '../kernel/entity.js';
import { Refusal } from '../kernel/errors.js';
import type { Caller } from '../kernel/permission.js';
import { recordReply } from '../kernel/present.js';
import type { HistoryEvent } from '../kernel/records.js';
import type { Context, Input, Reply, Route } from '../kernel/route.js';
import { parseOrRefuse } from '../kernel/write-routes.js';
import type { Dependencies } from './dependencies.js';
import { type RepeatKey, repeatKey } from './idempotency.js';
import { type Claims, type Directory, identify } from './identity.js';
import { parseJson, refuseTooLarge } from './json-body.js';
import { postingsOver } from './postings.js';
import { fault, problem } from './problem.js';
import { routerOver } from './router.js';
import { leftUnder, sharesFor } from './shares.js';
import { Repeated } from './store.js';

export type HttpHandler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/** Serves one area's routes behind an HTTP API (payload format 2.0). */
export function serve(area: Area, directory: Directory, dependencies: Dependencies): HttpHandler {
  const find = routerOver(area.routes);
  const identifyCaller = identify(dependencies.store, directory);
  const { documents, env } = dependencies;
  const postings = postingsOver(documents, env.TABLE_NAME, Number(env.SHARDS));

  return async (event) => {
    const { requestId } = event.requestContext;
    const log = dependencies.log.with({ requestId });
    const started = performance.now();
    let route: Route | undefined;
    let answer: APIGatewayProxyStructuredResultV2;
    try {
      const { method, path } = event.requestContext.http;
      const match = find(method, event.rawPath || path);
      if ('methods' in match) throw unknownRoute(method, event.rawPath, match.methods);
      route = match.route;
      answer = toHttp(await answerTo(event, match.route, match.params), event);
    } catch (error) {
      if (!(error instanceof Refusal)) log.error('fault', { error, route: route?.path });
      answer = error instanceof Refusal ? problem(error, requestId) : fault(requestId, error);
    }
    log.info('request', {
      route: route && `${route.method} ${route.path}`,
      status: answer.statusCode,
      ms: Math.round(performance.now() - started),
    });
    return answer;
  };

  async function answerTo(event: APIGatewayProxyEventV2, route: Route, params: Input['params']): Promise<Reply> {
    const now = dependencies.clock();
    const caller = route.open ? NOBODY : await identifyCaller(claimsOf(event), now);
    if (!route.open && !route.roles.some((role) => caller.roles.includes(role))) throw forbidden(route, caller);
    const text = bodyText(event);
    const repeat = repeatOf(event, route, caller, text);
    const context = contextFor(caller, now, event.requestContext.requestId, repeat);
    const before = repeat && (await replay(route, repeat, context));
    if (before) return before;
    const input = inputFrom(event, route, params, text);
    try {
      return await route.handle(input, context);
    } catch (error) {
      // Whoever used the key meanwhile explains every refusal: the record moved on by their hand.
      const refused = error instanceof Repeated || error instanceof Refusal;
      const first = repeat && refused ? await replay(route, repeat, context) : undefined;
      if (first) return first;
      throw error;
    }
  }

  function contextFor(caller: Caller, now: Date, requestId: string, repeat: RepeatKey | undefined): Context {
    const { store, signer, files, rootFiles, vault, settings } = dependencies;
    const recordsAs = (actor: string) => store.for({ actor, now, correlation: requestId, ...(repeat && { repeat }) });
    const writer = { actor: caller.id, now, correlation: requestId, ...(repeat && { repeat }) };
    const recordsOf = { records: store.for(writer), recordsAs, shares: sharesFor(dependencies, writer) };
    return { caller, now, requestId, signer, files, rootFiles, vault, postings, settings, ...recordsOf };
  }

  async function eventOf(entity: AnyEntity, { id, sequence }: { id: string; sequence: number }): Promise<HistoryEvent> {
    return (await dependencies.store.event(entity, id, sequence))!;
  }

  /** The first answer to this key, rebuilt from what it left in the history. */
  async function replay(route: Route, repeat: RepeatKey, context: Context): Promise<Reply | undefined> {
    const entity = ownerOf(area, route);
    const left = await leftUnder(dependencies, entity, repeat, context.now);
    if (!left || left.shared) return undefined;
    if (route.present) {
      const { companion: sk } = left;
      const item = sk === undefined ? {} : await context.records.companion(entity, partitionOf(entity, left.id), sk);
      // What was removed since is still in the event that told of it.
      return route.present(item ?? (await eventOf(entity, left)).detail, context);
    }
    const event = await eventOf(entity, left);
    return recordReply(
      entity,
      { record: event.record as never, sequence: event.sequence, head: event.hash },
      context.caller,
      route.status,
    );
  }
}

const NOBODY: Caller = { id: 'nobody', kind: 'contact', roles: [] };

/** The noun whose partitions a route writes: the first half of its permission. */
const ownerOf = (area: Area, route: Route): AnyEntity =>
  area.entities.find(({ name }) => name === route.permission.split(':')[0])!;

const claimsOf = (event: APIGatewayProxyEventV2): Claims => {
  const { authorizer } = event.requestContext as { authorizer?: { jwt?: { claims?: Claims } } };
  return authorizer?.jwt?.claims ?? {};
};

const bodyText = (event: APIGatewayProxyEventV2): string =>
  event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? '');

function repeatOf(event: APIGatewayProxyEventV2, route: Route, caller: Caller, body: string): RepeatKey | undefined {
  const key = event.headers['idempotency-key'];
  if (key === undefined || route.method === 'GET' || route.stateless || route.open) return undefined;
  if (!/^[\x21-\x7e]{1,200}$/.test(key))
    throw new Refusal('invalid', 'An Idempotency-Key has 1 to 200 visible ASCII characters.', {
      errors: [{ pointer: '!Idempotency-Key', message: 'Not usable.' }],
    });
  return repeatKey(caller.id, `${route.method} ${route.path}`, key, event.rawPath, body);
}

function inputFrom(event: APIGatewayProxyEventV2, route: Route, params: Input['params'], text: string): Input {
  const given = event.queryStringParameters ?? {};
  const query = route.query ? parseOrRefuse(route.query, given, 'The query', '?') : refuseAny(given);
  if (route.signed) {
    refuseTooLarge(text, route.signed.maximumBody);
    const json = () => parseJson(text, event.headers['content-type']);
    return { params, query, body: undefined, signed: { headers: event.headers, text, json } };
  }
  if (route.body) refuseTooLarge(text);
  const form = route.open && /^application\/x-www-form-urlencoded/i.test(event.headers['content-type'] ?? '');
  const raw = !route.body
    ? undefined
    : form
      ? Object.fromEntries(new URLSearchParams(text))
      : text === ''
        ? {}
        : parseJson(text, event.headers['content-type']);
  const body = route.body ? parseOrRefuse(route.body, raw, 'The body') : undefined;
  return { params, query, body, ...(route.ifMatch && { expected: versionFrom(event.headers['if-match']) }) };
}

function refuseAny(given: Readonly<Record<string, unknown>>): undefined {
  const names = Object.keys(given);
  if (names.length > 0)
    throw new Refusal('invalid', 'This route takes no query parameters.', {
      errors: names.map((name) => ({ pointer: `?${name}`, message: 'There is no such parameter.' })),
    });
  return undefined;
}

function versionFrom(header: string | undefined): number {
  if (header === undefined)
    throw new Refusal('precondition-required', 'Say which version you saw: If-Match with the ETag of the record.');
  const version = /^"(\d{1,9})"$/.exec(header.trim())?.[1];
  if (version === undefined)
    throw new Refusal('invalid', 'If-Match takes the ETag as it was given, such as "7".', {
      errors: [{ pointer: '!If-Match', message: 'Not an ETag of ours.' }],
    });
  return Number(version);
}

const unknownRoute = (method: string, path: string, methods: string[]): Refusal =>
  methods.length === 0
    ? new Refusal('not-found', `There is no ${path}.`)
    : new Refusal('no-such-method', `${path} answers ${methods.join(', ')}, not ${method}.`, { facts: { methods } });

const forbidden = (route: Route, caller: Caller): Refusal =>
  new Refusal(
    'forbidden',
    caller.roles.length === 0
      ? 'Your sign-in carries no role here; ask an administrator.'
      : `${route.permission} is open to: ${route.roles.join(', ')}.`,
  );

function toHttp(reply: Reply, event: APIGatewayProxyEventV2): APIGatewayProxyStructuredResultV2 {
  const etag = reply.etag === undefined ? undefined : `"${reply.etag}"`;
  const headers = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(etag !== undefined && { etag }),
    ...(reply.location !== undefined && { location: reply.location }),
    ...reply.headers,
  };
  if (etag !== undefined && event.requestContext.http.method === 'GET' && names(event.headers['if-none-match'], etag))
    return { statusCode: 304, headers };
  if (reply.html !== undefined)
    return { statusCode: reply.status, headers: { ...headers, 'content-type': 'text/html; charset=utf-8' }, body: reply.html };
  if (reply.body === undefined) return { statusCode: reply.status, headers };
  return {
    statusCode: reply.status,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(reply.body),
  };
}

/** True when an `If-None-Match` names this ETag, among others perhaps; compared weakly, as RFC 9110 has it. */
const names = (header: string | undefined, etag: string): boolean =>
  (header ?? '').split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag);
