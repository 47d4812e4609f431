import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Dynoxide } from '../../infra/local/dynoxide.js';
import { LOCAL_CREDENTIALS } from '../../infra/local/signature.js';
import { ensureTable } from '../../infra/local/table.js';
import { type Desk, openDesk, report } from './desk.js';
import type { Plan, Seen } from './load.js';
import { startMachine } from './machine.js';

const run = promisify(execFile);
const LOAD = join(import.meta.dirname, 'load.ts');

/** One stretch of load from a second process. */
export async function load(plan: Plan): Promise<Seen> {
  const { stdout } = await run(process.execPath, ['--import', 'tsx', LOAD, JSON.stringify(plan)], { maxBuffer: 1 << 24 });
  return JSON.parse(stdout) as Seen;
}

export interface Measured extends Seen {
  /** Milliseconds of processor time of all processes of the machine, what runs behind the answers included. */
  readonly cpu?: number;
}

export const ASKED = ['create', 'read', 'update', 'list'] as const;
export type Asked = (typeof ASKED)[number];

export interface Throughput {
  /** By `create 8`: the median of the rounds. */
  readonly seen: Readonly<Record<string, Measured>>;
  /** Transactions a second of the engine alone, by clients. */
  readonly ceiling: Readonly<Record<number, number>>;
  /** Megabytes of all processes after the load. */
  readonly megabytes: number;
  readonly startedIn: number;
  readonly rounds: number;
  readonly milliseconds: number;
}

const CLIENTS = [1, 8] as const;

/** The machine over HTTP and its engine alone, interleaved: create, read, update and list by one client and by eight. */
export async function throughput(rounds = 3, milliseconds = 1500): Promise<Throughput> {
  const [machine, engine] = [await startMachine(), await startEngine()];
  try {
    const headers = { authorization: `Bearer ${await machine.token('admin')}` };
    const desk = await openDesk(machine, await machine.token('admin'));
    const ids = await stock(machine.url, headers, desk, 1000);
    const all = new Map<string, Measured[]>();
    const keep = (name: string, seen: Measured) => all.set(name, [...(all.get(name) ?? []), seen]);
    for (let round = 0; round < rounds; round++) {
      for (const clients of CLIENTS) {
        const common = { clients, milliseconds };
        keep(`transaction ${clients}`, await load({ ...common, ...engine.plan }));
        for (const ask of ASKED) {
          await machine.settled();
          const before = await machine.cpu();
          const seen = await load({ ...common, url: machine.url, headers, ask, ...questionOf(ask, desk, ids) });
          const used = (await machine.cpu()) - before;
          keep(`${ask} ${clients}`, { ...seen, cpu: used / seen.done });
        }
      }
    }
    const seen = Object.fromEntries([...all].map(([name, each]) => [name, median(each)]));
    return {
      seen,
      ceiling: Object.fromEntries(CLIENTS.map((clients) => [clients, seen[`transaction ${clients}`]!.rate])),
      megabytes: (await machine.memory()) / 1e6,
      startedIn: machine.startedIn,
      rounds,
      milliseconds,
    };
  } finally {
    await machine.stop();
    await engine.stop();
  }
}

/** Of each number on its own, so that no round's luck is reported. */
function median(all: readonly Measured[]): Measured {
  const of = (pick: (seen: Measured) => number) => all.map(pick).sort((a, b) => a - b)[all.length >> 1]!;
  return {
    done: of(({ done }) => done),
    failed: Math.max(...all.map(({ failed }) => failed)),
    rate: of(({ rate }) => rate),
    p50: of(({ p50 }) => p50),
    p99: of(({ p99 }) => p99),
    cpu: of(({ cpu = 0 }) => cpu),
  };
}

function questionOf(ask: Asked, desk: Desk, ids: readonly string[]) {
  if (ask === 'create') {
    const { requesterId: _, ...silent } = desk;
    return { body: report(silent, 7) };
  }
  if (ask === 'list') return { paths: ['/v1/incidents?limit=50'] };
  return { paths: ids.slice(0, ask === 'update' ? 80 : 400).map((id) => `/v1/incidents/${id}`) };
}

/** So many incidents, created as any client would, eight at a time. */
async function stock(url: string, headers: Record<string, string>, desk: Desk, many: number) {
  const ids: string[] = [];
  let left = many;
  const worker = async () => {
    while (left-- > 0) {
      const body = JSON.stringify(report(desk, left));
      const answer = await fetch(`${url}/v1/incidents`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body,
      });
      if (!answer.ok) throw new Error(await answer.text());
      ids.push(((await answer.json()) as { id: string }).id);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return ids;
}

/** The engine on a file of its own, with the table and only the two indexes of the specification's measurement. */
async function startEngine() {
  const folder = await mkdtemp(join(tmpdir(), 'steward-engine-'));
  const engine = await Dynoxide.start({ folder });
  const client = new DynamoDBClient({ endpoint: engine.endpoint, region: 'local', credentials: LOCAL_CREDENTIALS });
  const indexes = ['gsi1', 'gsi2'].map((name) => ({
    name,
    partition: `${name}pk`,
    sort: `${name}sk`,
    projection: ['list'],
  }));
  await ensureTable(client, { name: 'ceiling', indexes });
  client.destroy();
  return {
    plan: { url: engine.endpoint, headers: {}, ask: 'transaction' as const, body: { table: 'ceiling', size: 1024 } },
    async stop() {
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
