import { Agent, request } from 'node:http';

/**
 * The load, run as a process of its own so that making it costs the machine under test no processor time of its process:
 * `tsx load.ts '<plan>'` sends requests over kept connections until the time is over, and prints what it saw as JSON.
 */
export interface Plan {
  readonly url: string;
  readonly clients: number;
  readonly milliseconds: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly ask: 'create' | 'read' | 'update' | 'list' | 'transaction';
  /** What is created; of the other questions the paths that are asked for in turn. */
  readonly body?: object;
  readonly paths?: readonly string[];
}

export interface Seen {
  readonly done: number;
  readonly failed: number;
  /** Requests a second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

async function run(plan: Plan): Promise<Seen> {
  const agent = new Agent({ keepAlive: true, maxSockets: plan.clients });
  const times: number[] = [];
  let failed = 0;
  const versions = plan.ask === 'update' ? await versionsOf(agent, plan) : new Map<string, number>();
  const began = performance.now();
  const until = began + plan.milliseconds;
  const client = async (which: number) => {
    const next = asking(plan, which, versions);
    for (let n = 0; performance.now() < until; n++) {
      const { method, path, body, headers } = next(n);
      const from = performance.now();
      const answer = await send(agent, plan, method, path, body, headers);
      times.push(performance.now() - from);
      if (answer.status >= 300) failed += 1;
      next.heard(answer);
    }
  };
  await Promise.all(Array.from({ length: plan.clients }, (_, which) => client(which)));
  const took = performance.now() - began;
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  return { done: times.length, failed, rate: ((times.length - failed) * 1000) / took, p50: at(0.5), p99: at(0.99) };
}

interface Ask {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly headers?: Record<string, string>;
}

type Asking = ((n: number) => Ask) & { heard(answer: Answer): void };

/** What one client asks, one after the other; who updates keeps to records of its own, on the version it was told last. */
function asking({ ask, body, paths = [], clients }: Plan, which: number, versions: Map<string, number>): Asking {
  const heard = () => undefined;
  const own = paths.filter((_, i) => i % clients === which);
  if (ask === 'create') {
    return Object.assign(() => ({ method: 'POST', path: '/v1/incidents', body: body! }), { heard });
  }
  if (ask === 'transaction')
    return Object.assign((n: number) => transaction(body as never, `${process.pid}-${which}-${n}`), { heard });
  if (ask === 'update') {
    let asked = '';
    const next = (n: number): Ask => {
      asked = own[n % own.length]!;
      const title = `Renamed for the time ${n} by ${which}`;
      return { method: 'PATCH', path: asked, body: { title }, headers: { 'if-match': `"${versions.get(asked) ?? 1}"` } };
    };
    return Object.assign(next, {
      heard: ({ status, body: said }: Answer) => {
        const { version } = JSON.parse(said) as { version?: number };
        if (version !== undefined && (status === 200 || status === 412)) versions.set(asked, version);
      },
    });
  }
  return Object.assign((n: number) => ({ method: 'GET', path: paths[(which * 7919 + n) % paths.length]! }), { heard });
}

/** The versions that updates begin from, asked for before the time runs. */
async function versionsOf(agent: Agent, plan: Plan): Promise<Map<string, number>> {
  const versions = new Map<string, number>();
  for (const path of plan.paths ?? []) {
    const { body } = await send(agent, plan, 'GET', path);
    versions.set(path, (JSON.parse(body) as { version: number }).version);
  }
  return versions;
}

/** Four items, straight to the engine: what it can do at the most, whatever is built on it. */
function transaction({ table, size }: { table: string; size: number }, name: string): Ask {
  const text = (S: string) => ({ S });
  const items = ['record', 'event', 'guard', 'other'].map((sk) => ({
    Put: {
      TableName: table,
      Item: {
        pk: text(name),
        sk: text(sk),
        ...(sk === 'record' && { gsi1pk: text('all'), gsi1sk: text(name), gsi2pk: text('some'), gsi2sk: text(name) }),
        ...(sk === 'record' || sk === 'event' ? { body: text('x'.repeat(size)) } : {}),
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  }));
  return {
    method: 'POST',
    path: '/',
    body: { TransactItems: items },
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-date': '20260101T000000Z',
      'x-amz-target': 'DynamoDB_20120810.TransactWriteItems',
      authorization:
        'AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
    },
  };
}

function send(agent: Agent, plan: Plan, method: string, path: string, body?: object, more: object = {}): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    ...plan.headers,
    ...(text !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    ...more,
  };
  return new Promise((resolve, reject) => {
    const asked = request(`${plan.url}${path}`, { agent, method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
    });
    asked.on('error', reject);
    asked.end(text);
  });
}

const [plan] = process.argv.slice(2);
if (plan !== undefined) process.stdout.write(JSON.stringify(await run(JSON.parse(plan) as Plan)));
