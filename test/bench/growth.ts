import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AttributeValue, BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { v7 } from 'uuid';
import { TABLE } from '../../functions/kernel/table.js';
import { operation } from '../../functions/operation/area.js';
import { incidents } from '../../functions/operation/incident/entity.js';
import type { Incident } from '../../functions/operation/incident/incident.js';
import { wireOfAll } from '../../functions/platform/attribute-value.js';
import { recordItem } from '../../functions/platform/items.js';
import { Dynoxide } from '../../infra/local/dynoxide.js';
import { engineClient } from '../../infra/local/engine-client.js';
import { LOCAL_CREDENTIALS } from '../../infra/local/signature.js';
import { ensureTable } from '../../infra/local/table.js';
import { type Desk, deskOver } from '../support/desk.js';
import { type SmallDesk, smallDesk } from '../support/fixtures.js';
import { prose } from './desk.js';
import { median } from './report.js';

export interface Growth {
  readonly sizes: readonly [small: number, large: number];
  /** By question: median milliseconds at each size, and the ratio. */
  readonly questions: readonly {
    readonly what: string;
    readonly small: number;
    readonly large: number;
    readonly ratio: number;
  }[];
  /** Records a second while the large one was filled. */
  readonly filling: number;
}

interface Stand {
  readonly desk: Desk;
  readonly small: SmallDesk;
  readonly ids: readonly string[];
  readonly filling: number;
  close(): Promise<void>;
}

/** The same requests to two desks at once, of few and of many incidents: what they cost must not depend on how many there are. */
export async function growth(sizes: readonly [number, number], rounds = 150): Promise<Growth> {
  const stands = [await filled(sizes[0]), await filled(sizes[1])] as const;
  try {
    const times = new Map<string, [number[], number[]]>();
    for (let round = 0; round < rounds; round++) {
      for (const [which, stand] of stands.entries()) {
        for (const [what, request, body] of questionsOf(stand, round)) {
          const began = performance.now();
          const { status } = await stand.desk.call(operation, request, { ...(body && { body }) });
          if (status >= 300) throw new Error(`${request}: ${status}`);
          const kept = times.get(what) ?? [[], []];
          kept[which]!.push(performance.now() - began);
          times.set(what, kept);
        }
      }
    }
    const questions = [...times].map(([what, [small, large]]) => {
      const [a, b] = [median(small), median(large)];
      return { what, small: a, large: b, ratio: b / a };
    });
    return { sizes, questions, filling: stands[1].filling };
  } finally {
    for (const stand of stands) await stand.close();
  }
}

const CUSTOMERS = 10; // so that their pages are full among a thousand records too

function questionsOf({ small, ids }: Stand, round: number): [string, string, object?][] {
  const someone = `${round % CUSTOMERS}`;
  const { customerId, serviceId } = small;
  const report = { title: 'It does not answer', description: prose(1500, round), customerId, serviceId };
  return [
    ['create', 'POST /v1/incidents', report],
    ['read', `GET /v1/incidents/${ids[(round * 7919) % ids.length]}`],
    ['read by number', `GET /v1/incidents/INC-${2_000_000 + ((round * 7919) % ids.length)}`],
    ['list all', 'GET /v1/incidents?limit=50'],
    ['list by phase', 'GET /v1/incidents?phase=live&limit=50'],
    ['list by customer', `GET /v1/incidents?customerId=customer-${someone}&limit=50`],
    ['list by requester', `GET /v1/incidents?requesterId=contact-${someone}&limit=50`],
    ['list by team', `GET /v1/incidents?teamId=team-${someone}&phase=done&limit=50`],
    ['list by assignee', `GET /v1/incidents?assigneeId=person-${someone}&phase=done&limit=50`],
  ];
}

/** A desk whose table holds so many incidents, written in the store's own layout straight into the engine. */
async function filled(many: number): Promise<Stand> {
  const folder = await mkdtemp(join(tmpdir(), 'steward-growth-'));
  const engine = await Dynoxide.start({ folder });
  const client = new DynamoDBClient({ endpoint: engine.endpoint, region: 'local', credentials: LOCAL_CREDENTIALS });
  const indexes = TABLE.indexes.map(({ name, partitionKey, sortKey, projects }) => ({
    name,
    partition: partitionKey,
    sort: sortKey,
    projection: projects,
  }));
  await ensureTable(client, { name: 'steward', indexes });
  const documents = engineClient(engine.endpoint);
  const desk = deskOver(documents, 1);
  const small = await smallDesk(desk);
  const { body } = await desk.call(operation, 'POST /v1/incidents', {
    body: { title: 'The first', description: prose(1500, 1), customerId: small.customerId, serviceId: small.serviceId },
  });
  const { record } = await desk.dependencies.store
    .for({ actor: 'bench', now: desk.now, correlation: 'bench' })
    .read(incidents, body.id);
  const began = performance.now();
  const ids = await fill(client, record, many);
  const filling = (many * 1000) / (performance.now() - began);
  const close = async () => {
    documents.destroy();
    client.destroy();
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { desk, small, ids, filling, close };
}

const BATCH = 25;
const attributes = (item: object) => wireOfAll(item) as Record<string, AttributeValue>;

async function fill(client: DynamoDBClient, template: Incident, many: number): Promise<string[]> {
  const ids: string[] = [];
  let next = 0;
  const worker = async () => {
    while (next < many) {
      const numbers = Array.from({ length: Math.min(BATCH, many - next) }, (_, i) => next + i);
      next += numbers.length;
      const items = numbers.map((n) => itemOf(template, n));
      for (const [i, n] of numbers.entries()) ids[n] = String(items[i]!['pk']).slice('INCIDENT#'.length);
      const { UnprocessedItems } = await client.send(
        new BatchWriteItemCommand({
          RequestItems: { steward: items.map((item) => ({ PutRequest: { Item: attributes(item) } })) },
        }),
      );
      if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error('The engine left items unwritten.');
    }
  };
  await Promise.all([worker(), worker()]);
  return ids;
}

/** One of a table that has grown over years: nine of ten are done, and one in ten is not. */
function itemOf(template: Incident, n: number) {
  const createdAt = new Date(Date.UTC(2024, 0, 1) + n * 60_000).toISOString();
  const status = n % 20 === 0 ? 'new' : n % 20 === 1 ? 'resolved' : 'closed';
  const whose = { customerId: `customer-${n % CUSTOMERS}`, requesterId: `contact-${n % CUSTOMERS}` };
  const who = { teamId: `team-${n % CUSTOMERS}`, assigneeId: `person-${n % CUSTOMERS}` };
  const record: Incident = {
    ...template,
    ...whose,
    ...who,
    id: v7({ msecs: Date.parse(createdAt) }),
    number: `INC-${2_000_000 + n}`,
    status,
    createdAt,
    updatedAt: createdAt,
    description: prose(600, n),
  };
  return recordItem(incidents, record, { sequence: 1, head: '0'.repeat(64), lastAt: createdAt }, 1);
}
