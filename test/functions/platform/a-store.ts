import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { defineEntity } from '../../../functions/kernel/entity.js';
import { defineLifecycle } from '../../../functions/kernel/lifecycle.js';
import { type Minted, recordShape } from '../../../functions/kernel/record.js';
import type { HistoryEvent, Page, PageRequest, Records } from '../../../functions/kernel/records.js';
import { verifyChain } from '../../../functions/platform/chain.js';
import { documentsOf } from '../../../functions/platform/documents.js';
import { signerWith } from '../../../functions/platform/signer.js';
import { type Store, storeOver } from '../../../functions/platform/store.js';
import type { Writer } from '../../../functions/platform/writing.js';

/** A noun that uses everything the store offers, and no rules: what the storage suites write. */
const Note = z.strictObject({
  ...recordShape,
  status: z.enum(['active', 'retired']),
  label: z.string().optional(),
  marks: z.array(z.string()).max(5000),
  secret: z.string().optional(),
  shape: z.strictObject({ width: z.number(), height: z.number() }).optional(),
});
export type Note = z.infer<typeof Note>;

export const notes = defineEntity<Note>(
  {
    name: 'note',
    plural: 'notes',
    prefix: 'NOTE',
    clause: '7.5',
    schema: Note,
    lifecycle: defineLifecycle({
      states: ['active', 'retired'],
      moves: { retire: { from: ['active'], to: 'retired' } },
    }),
    list: ['title', 'status', 'label'],
    personal: ['secret'],
    versioned: true,
    access: {
      byStatus: { index: 'gsi2', partition: 'NOTE#status#{status}#{shard}', sort: '{createdAt}#{id}', order: 'created' },
    },
    unique: { label: ({ label }) => label },
  },
  Note,
);

export const NOW = new Date('2026-03-02T10:00:00.000Z');
const signer = signerWith(
  async () => ({ current: 1, byId: { 1: Buffer.alloc(32, 7) } }),
  () => NOW,
  'desk.example',
);

export const clientAt = (endpoint: string, more: object = {}): DynamoDBClient =>
  new DynamoDBClient({ endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, ...more });

/** What one process would have: a store of its own, with its own lease of numbers. */
export const storeOn = (client: DynamoDBClient, shards = 3): Store =>
  storeOver(documentsOf(client), { table: 'steward', shards }, signer);

export const as = (store: Store, more: Partial<Writer> = {}): Records =>
  store.for({ actor: 'somebody', now: NOW, correlation: 'request', ...more });

/** A new note, which says `facts` beside its title. */
export const write = (records: Records, title: string, facts: Partial<Note> = {}) =>
  records.create<Note>(notes, (minted: Minted) => ({
    next: { ...minted, title, status: 'active', marks: [], ...facts },
    event: 'note.written',
  }));

/** Adds a mark, on the version that was seen or on whatever stands. */
export const mark = (records: Records, id: string, expected: number | undefined, sign: string) =>
  records.decide(notes, id, expected, (current) => ({
    next: { ...current, marks: [...current.marks, sign] },
    event: 'note.marked',
    detail: { sign },
  }));

export async function walk<T>(ask: (page: PageRequest) => Promise<Page<T>>, limit = 100): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask({ limit, ...(cursor !== undefined && { cursor }) });
    all.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return all;
}

export const historyOf = (records: Records, id: string): Promise<HistoryEvent[]> =>
  walk((page) => records.history(notes, id, page));

/** The history, having shown that its chain is whole and ends at what stands. */
export async function provenHistory(records: Records, id: string): Promise<HistoryEvent[]> {
  const [events, { sequence, head, record }] = [await historyOf(records, id), await records.read(notes, id)];
  const verdict = verifyChain('note', id, events);
  if (!verdict.whole) throw new Error(`Event ${verdict.sequence} of note ${id}: ${verdict.why}`);
  if (verdict.head !== head || verdict.events !== sequence)
    throw new Error(`The history of note ${id} does not end at what stands.`);
  if (JSON.stringify(events.at(-1)?.record['marks']) !== JSON.stringify(record.marks))
    throw new Error('The last event is not the record.');
  return events;
}
