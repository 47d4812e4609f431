import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDesk, type TestDesk } from '../support/desk.js';
import { type BusyDesk, busyDesk, CONTACT, FOREIGN_WORDS } from './a-busy-desk.js';
import { type Chance, chanceFrom } from './chance.js';
import { nonconformity } from './conforming.js';
import type { WireAnswer, WireRequest } from './gateway-call.js';
import { broken, mutated, oddSegment, oddText } from './mutate.js';
import { filled, idsFor, type Operation, operations } from './operations.js';
import { sample } from './sample.js';

/**
 * Every route of the OpenAPI document with bodies that are nearly right, quite wrong, or no JSON at all. Half of it on the
 * customer's side, which must never see a word of others; then staff. The same seed repeats a run.
 */
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 4000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20000);
const AT_ONCE = 4;

const STAFF = [
  'agent',
  'service-owner',
  'change-manager',
  'relationship-manager',
  'sms-manager',
  'auditor',
  'admin',
  'admin',
  'admin',
];
/** What must be in no answer: our keys, conditions, engine, files and traces. */
const INTERNAL =
  /ConditionalCheck|TransactionCancel|ValidationException|dynamodb|dynoxide|\bgsi\d|"(pk|sk|ttl)"|EVENT#|UNIQUE#|IDEMPOTENCY#|node_modules|\.ts:\d|\.js:\d|\bat \w+ \(|TypeError|RangeError|ZodError|undefined is not|of undefined|of null/;

let desk: TestDesk;
let busy: BusyDesk;
beforeAll(async () => {
  desk = await startDesk();
  busy = await busyDesk(desk);
});
afterAll(() => desk.close());

interface Sent {
  readonly operation: Operation;
  readonly request: WireRequest;
}

/** The versions that answers named, so that some writes name the right one. */
const versions = new Map<string, string>();

function requestOf(operation: Operation, chance: Chance, as: Pick<WireRequest, 'roles' | 'sub'>): Sent {
  let id = '';
  const path = filled(operation.path, (name) => {
    if (chance.happens(0.08)) return oddSegment(chance);
    if (name === 'id') {
      id = chance.pick(busy.ids[operation.noun]!);
      return id;
    }
    return { version: '1', clock: 'resolution', template: busy.ids['reply-template']![0] }[name] ?? oddSegment(chance);
  });
  const headers = headersOf(operation, id, chance);
  return {
    operation,
    request: { method: operation.method, path, query: queryOf(operation, chance), headers, ...bodyOf(operation, chance), ...as },
  };
}

function queryOf(operation: Operation, chance: Chance): Record<string, string> {
  const idFor = idsFor(busy.ids, (from) => chance.pick(from));
  const asked = operation.query
    .filter(() => chance.happens(0.3))
    .map(({ name, schema }) => [name, chance.happens(0.6) ? String(sample(schema, chance, idFor, name)) : oddText(chance)]);
  if (chance.happens(0.04)) asked.push([chance.pick(['x', '__proto__', 'limit', '']), '1']);
  return Object.fromEntries(asked);
}

function headersOf(operation: Operation, id: string, chance: Chance): Record<string, string> {
  const headers: Record<string, string> = {};
  if (operation.route.ifMatch && chance.happens(0.9))
    headers['if-match'] = chance.happens(0.85)
      ? (versions.get(id) ?? '"1"')
      : chance.pick(['*', '1', 'W/"1"', '"x"', '"99999999999"', '', '"1", "2"']);
  if (operation.method !== 'GET' && chance.happens(0.2))
    headers['idempotency-key'] = chance.happens(0.8)
      ? `key-${chance.below(40)}`
      : chance.pick(['', ' ', 'é', 'x'.repeat(300), 'a b']);
  if (chance.happens(0.03))
    headers['content-type'] = chance.pick(['text/plain', 'application/json; charset=utf-16', '', 'application/xml']);
  if (operation.method === 'GET' && chance.happens(0.1))
    headers['if-none-match'] = chance.pick(['*', '"1"', 'W/"1"', 'x', '"1","2"']);
  return headers;
}

function bodyOf(operation: Operation, chance: Chance): Pick<WireRequest, 'body'> {
  if (!operation.body) return chance.happens(0.05) ? { body: 'unasked' } : {};
  const value = sample(
    operation.body,
    chance,
    idsFor(busy.ids, (from) => chance.pick(from)),
  );
  const how = chance.next();
  const wrong = how < 0.45 ? value : how < 0.7 ? mutated(value, chance) : mutated(mutated(value, chance), chance);
  const text = JSON.stringify(wrong) ?? '';
  return { body: how > 0.88 ? broken(text, chance) : how < 0.05 ? Buffer.from(text) : text };
}

async function fuzz(
  as: (chance: Chance) => Pick<WireRequest, 'roles' | 'sub'>,
  seed: number,
  count: number,
  judge: (sent: Sent, answer: WireAnswer) => void,
) {
  const statuses = new Map<number, number>();
  const reached = new Set<string>();
  const worker = async (who: number) => {
    const chance = chanceFrom(seed + who);
    for (let i = who; i < count; i += AT_ONCE) {
      const sent = requestOf(operations[i % operations.length]!, chance, as(chance));
      const answer = await busy.wire(sent.request);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      if (answer.status < 300) reached.add(`${sent.operation.method} ${sent.operation.path}`);
      if (answer.headers['etag'] && answer.json?.id) versions.set(answer.json.id, answer.headers['etag']);
      judge(sent, answer);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, who) => worker(who)));
  return { statuses, reached };
}

const shown = ({ operation, request }: Sent, answer: WireAnswer): string =>
  `${operation.method} ${request.path} ${JSON.stringify(request.query)} ${JSON.stringify(request.headers)} ${String(request.body).slice(0, 500)} → ${answer.status} ${answer.text.slice(0, 500)}`;

/** A refusal may name what was asked for, as it was asked for. */
const withoutEcho = (text: string, path: string): string =>
  path
    .split('/')
    .filter((segment) => segment.includes('%23'))
    .reduce((rest, segment) => rest.replaceAll(decodeURIComponent(segment), ''), text);

/** What is wrong with an answer, whoever asked. */
function complaintsAbout(sent: Sent, answer: WireAnswer): string[] {
  const { operation, request } = sent;
  const inside = INTERNAL.exec(withoutEcho(answer.text, request.path))?.[0];
  const named = answer.status < 300 || answer.status === 304 || operation.documented.has(answer.status) || answer.status === 404;
  const page = operation.route.open && answer.headers['content-type']?.startsWith('text/html');
  const problem = answer.status < 400 || page || /problem\+json/.test(answer.headers['content-type'] ?? '');
  const unlike = nonconformity(operation, answer);
  return [
    ...(unlike === undefined ? [] : [`not as documented (${unlike})`]),
    ...(answer.status >= 500 || answer.status < 200 ? [`status ${answer.status}`] : []),
    ...(inside !== undefined ? [`says ${inside}`] : []),
    ...(named ? [] : [`${answer.status} is not in the document`]),
    ...(problem ? [] : ['a refusal that is not problem details']),
    ...(answer.status >= 400 && !page && answer.json?.instance === undefined ? ['no request id'] : []),
  ].map((what) => `${what}: ${shown(sent, answer)}`);
}

describe('any request', () => {
  it('of the customer’s side is answered clearly, and with nothing of others', { timeout: 600_000 }, async () => {
    const wrong: string[] = [];
    const { statuses, reached } = await fuzz(
      () => CONTACT,
      SEED,
      Math.round(REQUESTS * 0.4),
      (sent, answer) => {
        wrong.push(...complaintsAbout(sent, answer));
        const leaked = FOREIGN_WORDS.find((word) => answer.text.includes(word));
        if (leaked) wrong.push(`${leaked} leaked: ${shown(sent, answer)}`);
      },
    );
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(reached.size).toBeGreaterThan(8);
    expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(Math.round(REQUESTS * 0.4));
  });

  it('of staff is answered clearly', { timeout: 600_000 }, async () => {
    const wrong: string[] = [];
    const as = (chance: Chance) => ({ roles: chance.pick(STAFF), sub: 'agent-1' });
    const { reached } = await fuzz(as, SEED + 1000, Math.round(REQUESTS * 0.6), (sent, answer) =>
      wrong.push(...complaintsAbout(sent, answer)),
    );
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(reached.size).toBeGreaterThan(operations.length / 3);
  });
});
