import { v7 } from 'uuid';
import { attainmentPartition } from '../../functions/operation/incident/clocking.js';
import { incidents } from '../../functions/operation/incident/entity.js';
import { NO_ESCALATION } from '../../functions/operation/incident/escalation.js';
import type { Incident } from '../../functions/operation/incident/incident.js';
import type { Item } from '../../functions/platform/items.js';
import { assemble } from '../../functions/platform/writing.js';
import { type Chance, chanceFrom } from '../fuzz/chance.js';

/**
 * Where the heat goes: incidents are opened and worked on with a realistic skew, each write is put together by the store's own
 * code, and what every partition key takes is counted. DynamoDB gives one key value 1,000 write units a second and no more.
 */
export interface Heat {
  /** Write units a second of the hottest keys of the table and of each index, hottest first. */
  readonly hottest: readonly { readonly key: string; readonly units: number }[];
  readonly writes: number;
}

/** What the simulation assumes; said in the README beside what it found. */
export const SKEW = {
  /** One customer has half of the traffic, and one team does a third of the work. */
  customer: 0.5,
  team: 1 / 3,
  customers: 200,
  teams: 40,
  people: 400,
  /** One write in four opens an incident; the others are acknowledged, waited for, commented on, resolved and closed. */
  opens: 0.25,
} as const;

/** `rate`: writes a second. The simulation carries out `sample` of them and counts each for as many as it stands for. */
export function heatOf(rate: number, shards: number, sample = 6_000, seed = 7): Heat {
  const chance = chanceFrom(seed);
  const live: Incident[] = [];
  const heat = new Map<string, number>();
  const before = new Map<string, Item>();
  const each = rate / sample;
  for (let n = 0; n < sample; n++) {
    const index = live.length === 0 || chance.happens(SKEW.opens) ? -1 : chance.below(live.length);
    const was = live[index];
    const next = was ? moved(was, n, chance) : opened(n, chance);
    const now = new Date(Date.UTC(2026, 2, 2) + n);
    const seen = was && { record: was, sequence: 1, head: 'head', lastAt: now.toISOString() };
    const month = attainmentPartition(`agreement-${next.customerId}`, '2026-03', next.id);
    const counted =
      was?.status === next.status ? [] : [{ operation: 'put' as const, pk: month, sk: next.id, body: { id: next.id } }];
    const timer = next.nextDue === undefined ? {} : { timer: { generation: n + 1, wakeAt: next.nextDue } };
    const decision = { next, event: 'incident.amended' as const, companions: counted, ...timer };
    const { parts } = assemble(
      incidents,
      seen as never,
      decision as never,
      { actor: 'a', now, correlation: 'c' },
      { table: 't', shards },
      `${n}`,
    );
    for (const { write } of parts) if (write.Put) count(heat, before, write.Put.Item as Item, each);
    if (index >= 0) live[index] = next;
    else live.push(next);
  }
  const hottest = [...heat].map(([key, units]) => ({ key, units })).sort((a, b) => b.units - a.units);
  return { hottest, writes: rate };
}

/** Twice the size in a transaction; an index takes its part once, and once more where its key changed. */
function count(heat: Map<string, number>, before: Map<string, Item>, item: Item, each: number): void {
  const add = (key: string, units: number) => heat.set(key, (heat.get(key) ?? 0) + units * each);
  const name = `${item['pk']} ${item['sk']}`;
  const old = before.get(name);
  before.set(name, item);
  add(String(item['pk']), 2 * kilobytes(item));
  for (let n = 1; n <= 7; n++) {
    const [pk, sk] = [`gsi${n}pk`, `gsi${n}sk`];
    const shown = kilobytes({ pk: item['pk'], sk: item['sk'], [pk]: item[pk], [sk]: item[sk], list: item['list'] });
    const moved = old?.[pk] !== item[pk] || old?.[sk] !== item[sk];
    if (item[pk] !== undefined && (moved || old?.['list'] !== item['list'])) add(`gsi${n} ${item[pk]}`, shown);
    if (old?.[pk] !== undefined && moved) add(`gsi${n} ${old[pk]}`, shown);
  }
}

const kilobytes = (item: Item): number =>
  Math.ceil(Object.entries(item).reduce((sum, [name, value]) => sum + name.length + sizeOf(value), 0) / 1024);

const sizeOf = (value: unknown): number =>
  value instanceof Uint8Array ? value.length : typeof value === 'string' ? value.length : (JSON.stringify(value)?.length ?? 0);

function opened(n: number, chance: Chance): Incident {
  const at = new Date(Date.UTC(2026, 2, 2) + n).toISOString();
  const customer = chance.happens(SKEW.customer) ? 0 : chance.below(SKEW.customers);
  return {
    id: v7({ msecs: Date.parse(at), random: Uint8Array.from({ length: 16 }, () => chance.below(256)) }),
    number: `INC-${1000 + n}`,
    version: 1,
    title: 'The printer on the second floor does not answer',
    description: 'It blinks. '.repeat(90),
    status: 'new',
    createdAt: at,
    createdBy: 'somebody',
    updatedAt: at,
    updatedBy: 'somebody',
    impact: 2,
    urgency: 2,
    priority: 2,
    source: 'api',
    receivedAt: at,
    customerId: `customer-${customer}`,
    requesterId: `contact-${customer}-${chance.below(50)}`,
    serviceId: 'service',
    teamId: `team-${chance.happens(SKEW.team) ? 0 : chance.below(SKEW.teams)}`,
    reopenings: 0,
    minutesSpent: 0,
    nextDue: new Date(Date.parse(at) + 3_600_000).toISOString(),
    clocks: [],
    escalation: NO_ESCALATION,
  };
}

/** The next thing that happens to an incident. */
function moved(was: Incident, n: number, chance: Chance): Incident {
  const at = new Date(Date.UTC(2026, 2, 2) + n).toISOString();
  const { nextDue: _, ...done } = was;
  const changed = { version: was.version + 1, updatedAt: at };
  if (was.status === 'new')
    return { ...was, ...changed, status: 'in-progress', assigneeId: `person-${chance.below(SKEW.people)}` };
  if (was.status === 'resolved') return { ...done, ...changed, status: 'closed' };
  if (was.status === 'closed') return { ...done, ...changed };
  if (chance.happens(0.4)) return { ...done, ...changed, status: 'resolved', resolvedAt: at };
  return { ...was, ...changed, nextDue: new Date(Date.parse(at) + 7_200_000).toISOString() };
}

/** The shards that the README recommends for so many writes a second. */
export const recommended = (rate: number): number => Math.max(1, Math.ceil(rate / 400));
