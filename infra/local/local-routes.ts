import type { IncomingMessage, ServerResponse } from 'node:http';
import { logFault } from './fault.js';
import type { Home } from './home.js';
import { readBody, TooLong } from './http-server.js';
import type { Issuer } from './issuer.js';
import { samplePeople } from './sample-people.js';

/**
 * `/local/*` and the issuer's documents: what only one machine has. A sample person's token without a password, the outbox,
 * the system's clock, and what AWS services would say on the default bus. No deployed template knows these paths.
 */
export function localRoutes(home: Home, issuer: Issuer) {
  return async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<boolean> => {
    const url = new URL(incoming.url ?? '/', 'http://localhost');
    const route = `${incoming.method} ${url.pathname}`;
    const answer = ROUTES[route];
    if (!answer) return false;
    try {
      const body = incoming.method === 'POST' ? await jsonOf(incoming) : {};
      send(outgoing, 200, await answer({ home, issuer, query: url.searchParams, body }));
    } catch (error) {
      const theirs = error instanceof RangeError || error instanceof TooLong;
      if (!theirs) logFault(`answering ${route}`, error);
      send(outgoing, theirs ? 400 : 500, { message: theirs ? error.message : 'Something went wrong here; see the log.' });
    }
    return true;
  };
}

interface Asked {
  readonly home: Home;
  readonly issuer: Issuer;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

const ROUTES: Readonly<Record<string, (asked: Asked) => object | Promise<object>>> = {
  'GET /.well-known/openid-configuration': ({ issuer }) => issuer.discovery,
  'GET /.well-known/jwks.json': ({ issuer }) => issuer.jwks,
  'GET /local/people': () => ({ items: samplePeople }),
  'GET /local/token': async ({ issuer, query }) => {
    const person = samplePeople.find(({ id }) => id === query.get('as'));
    if (!person)
      throw new RangeError(
        `Nobody is called "${query.get('as') ?? ''}" here; ?as= takes ${samplePeople.map(({ id }) => id).join(', ')}.`,
      );
    const { id, name, roles } = person;
    return { token: await issuer.token({ id, username: id, name }, { groups: roles, ttl: 12 * 3600 }), person };
  },
  'GET /local/mail': async ({ home, query }) => {
    const [to, since, limit] = ['to', 'since', 'limit'].map((name) => query.get(name) ?? undefined);
    if (since !== undefined && Number.isNaN(Date.parse(since))) throw new RangeError('since takes an instant.');
    const found = await home.outbox.list({
      ...(to !== undefined && { to }),
      ...(since !== undefined && { since }),
      limit: Math.min(Number(limit ?? 100) || 100, 1000),
    });
    return { items: found };
  },
  'POST /local/events': async ({ home, body: { source, detailType, detail, resources = [] } }) => {
    if (typeof source !== 'string' || typeof detailType !== 'string' || typeof detail !== 'object' || !Array.isArray(resources))
      throw new RangeError('Give "source", "detailType" and "detail", as PutEvents takes them, and perhaps "resources".');
    const [id] = await home.raise({ source, detailType, detail, resources: resources.map(String) });
    return { id };
  },
  'GET /local/clock': ({ home }) => ({ now: home.clock.now().toISOString() }),
  'POST /local/tasks': async ({ home, body: { area, ...input } }) => {
    const ask = home.tasks[String(area)];
    if (!ask) throw new RangeError(`"area" is one of ${Object.keys(home.tasks).join(', ')}.`);
    return ask(input);
  },
  'POST /local/clock': async ({ home, body: { now, advanceMinutes } }) => {
    if ((now === undefined) === (advanceMinutes === undefined))
      throw new RangeError('Give either "now", an instant, or "advanceMinutes", a number.');
    if (now === undefined && typeof advanceMinutes !== 'number') throw new RangeError('"advanceMinutes" is a number of minutes.');
    if (now !== undefined && !(typeof now === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(now)))
      throw new RangeError('"now" is an instant with its zone, such as 2026-12-01T09:00:00Z.');
    await home.settled();
    if (now === undefined) await home.clock.advance(advanceMinutes as number);
    else await home.clock.set(now as string);
    await home.settled();
    return { now: home.clock.now().toISOString() };
  },
};

async function jsonOf(incoming: IncomingMessage): Promise<Record<string, unknown>> {
  const text = (await readBody(incoming, 64 * 1024)).toString('utf8');
  try {
    const body: unknown = JSON.parse(text || '{}');
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new RangeError('The body is a JSON object.');
}

function send(outgoing: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  outgoing.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  outgoing.end(text);
}
