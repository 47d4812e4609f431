import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { defineEntity } from '../../../functions/kernel/entity.js';
import { defineLifecycle } from '../../../functions/kernel/lifecycle.js';
import { asksOf, watcherKey } from '../../../functions/kernel/listing.js';
import type { Caller } from '../../../functions/kernel/permission.js';
import { maySee } from '../../../functions/kernel/present.js';
import { recordShape } from '../../../functions/kernel/record.js';
import type { Store } from '../../../functions/platform/store.js';
import { startTable, type TestTable } from '../../support/table.js';
import { as, clientAt, storeOn, walk } from './a-store.js';

/** Whatever stands, and whoever asks: a list holds exactly what single reads allow, once, in order, in full pages. */

const Dossier = z.strictObject({
  ...recordShape,
  status: z.enum(['open', 'done']),
  customerId: z.string().optional(),
  requesterId: z.string().optional(),
  teams: z.array(z.string()).optional(),
  watchers: z.array(z.string()).optional(),
  apart: z.boolean().optional(),
});
type Dossier = z.infer<typeof Dossier>;
const dossiers = defineEntity<Dossier>(
  {
    name: 'dossier',
    plural: 'dossiers',
    prefix: 'DOS',
    clause: '7.5',
    schema: Dossier,
    lifecycle: defineLifecycle({ states: ['open', 'done'], moves: { finish: { from: ['open'], to: 'done' } } }),
    list: ['status', 'customerId'],
    personal: [],
    customer: { field: 'customerId', of: ({ customerId }) => customerId },
    circle: ({ teams }) => teams,
    apart: ({ apart, customerId }) => (apart ? customerId : undefined),
    access: {
      byStatus: { index: 'gsi2', partition: 'DOSSIER#status#{status}#{shard}', sort: '{createdAt}#{id}', order: 'created' },
      byCustomer: { index: 'gsi3', partition: 'DOSSIER#customer#{customerId}', sort: '{createdAt}#{id}', order: 'created' },
      byRequester: { index: 'gsi4', partition: 'DOSSIER#requester#{requesterId}', sort: '{createdAt}#{id}', order: 'created' },
      byWatcher: {
        index: 'gsi4',
        partition: 'DOSSIER#watcher#{watcherId}',
        sort: '{createdAt}#{id}',
        order: 'created',
        each: {
          field: 'watcherId',
          of: ({ watchers = [], customerId }: Dossier) =>
            customerId === undefined ? [] : watchers.map((id) => watcherKey(id, customerId)),
        },
      },
    },
    requesters: {
      question: 'byRequester',
      field: 'requesterId',
      shows: ['id'],
      events: [],
      watched: { question: 'byWatcher', of: ({ watchers = [] }) => watchers },
      wide: { question: 'byCustomer' },
    },
  },
  Dossier,
);

let table: TestTable;
let store: Store;
beforeAll(async () => {
  table = await startTable();
  store = storeOn(clientAt(table.endpoint), 3);
});
afterAll(() => table.close());

const some = <T>(...values: T[]) => fc.option(fc.subarray(values, { minLength: 1 }), { nil: undefined });
/** Served apart is a fact of the customer: of the first, and of no other. */
const aDossier = fc.record({
  customerId: fc.option(fc.constantFrom('c1', 'c2'), { nil: undefined }),
  requesterId: fc.option(fc.constantFrom('r1', 'r2'), { nil: undefined }),
  teams: some('t1', 't2'),
  watchers: some('r1', 'r2'),
  status: fc.constantFrom('open' as const, 'done' as const),
});
const aCaller: fc.Arbitrary<Caller> = fc.oneof(
  fc.record({
    id: fc.constantFrom('r1', 'r2'),
    kind: fc.constant('contact' as const),
    roles: fc.constant(['requester' as const]),
    customerId: fc.constantFrom('c1', 'c2'),
    grants: fc.constantFrom([], ['customer-wide' as const]),
  }),
  fc
    .record({
      id: fc.constant('p1'),
      kind: fc.constant('person' as const),
      roles: fc.constantFrom(['agent' as const], ['auditor' as const], ['admin' as const, 'agent' as const]),
      teamIds: fc.subarray(['t1', 't2']),
      customerScope: fc.option(fc.constantFrom(['c1'], ['c1', 'c3']), { nil: undefined }),
    })
    .map(({ customerScope, ...rest }) => ({ ...rest, ...(customerScope && { customerScope }) })),
);

describe('lists by whoever asks', () => {
  it('hold what that caller may see, all of it, once, in order and in full pages', async () => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(aDossier, { maxLength: 9 }),
        fc.array(aDossier, { maxLength: 9 }),
        fc.array(aCaller, { minLength: 3, maxLength: 6 }),
        async (first, then, callers) => {
          const mark = `-${round++}`;
          const named = <T extends object>(value: T): T =>
            JSON.parse(JSON.stringify(value).replace(/"([crtp]\d)"/g, `"$1${mark}"`));
          const records = as(store);
          const facts = (given: (typeof first)[number]) => ({
            ...named(given),
            ...(given.customerId === 'c1' && { apart: true }),
          });
          const ids = await Promise.all(
            first.map(
              async (given) =>
                (
                  await records.create<Dossier>(dossiers, (minted) => ({
                    next: { ...minted, title: 'x', ...facts(given) },
                    event: 'dossier.made',
                  }))
                ).record.id,
            ),
          );
          // What was written is written over, so that what stood beside it must go.
          await Promise.all(
            ids.slice(0, then.length).map((id, i) =>
              records.decide(
                dossiers,
                id,
                undefined,
                ({ id: _, number, version, createdAt, createdBy, updatedAt, updatedBy }) => ({
                  next: { id, number, version, createdAt, createdBy, updatedAt, updatedBy, title: 'y', ...facts(then[i]!) },
                  event: 'dossier.changed',
                }),
              ),
            ),
          );
          const all = await Promise.all(ids.map(async (id) => (await records.read(dossiers, id)).record));
          const mine = new Set(ids);
          for (const caller of callers.map(named)) {
            const filters: Record<string, string>[] =
              caller.kind === 'contact'
                ? [{}, { requesterId: caller.id }]
                : caller.customerScope
                  ? [{ customerId: caller.customerScope[0]! }, { status: 'open' }]
                  : [{ customerId: `c1${mark}` }, { status: 'open' }, {}];
            for (const filter of filters) {
              const asked = asksOf(dossiers, filter, caller);
              const found = await walk((page) => records.listAll(dossiers, asked, page), 2);
              const got = found.map(({ id }) => id).filter((id) => mine.has(id));
              const wanted = all
                .filter((dossier) => maySee(dossiers, dossier, caller))
                .filter((dossier) => Object.entries(filter).every(([field, value]) => dossier[field as 'status'] === value))
                // People who serve some customers have a queue by status for those that are served apart.
                .filter(
                  ({ customerId, apart, teams }) =>
                    !('status' in filter && caller.customerScope) || (customerId !== undefined && (apart || teams !== undefined)),
                )
                .map(({ id }) => id);
              expect([...got].sort(), JSON.stringify([caller, filter])).toEqual([...wanted].sort());
            }
          }
        },
      ),
      { numRuns: Number(process.env['REALM_RUNS'] ?? 25) },
    );
  }, 60_000);

  it('find by number what stands in any realm', async () => {
    const records = as(store);
    const make = (facts: Partial<Dossier>) =>
      records.create<Dossier>(dossiers, (minted) => ({
        next: { ...minted, title: 'x', status: 'open', ...facts },
        event: 'dossier.made',
      }));
    for (const facts of [
      {},
      { teams: ['t9'] },
      { customerId: 'c9', apart: true },
      { customerId: 'c9', teams: ['t8', 't9'], apart: true },
    ]) {
      const { record } = await make(facts);
      expect((await records.read(dossiers, record.number)).record.id).toBe(record.id);
    }
  });
});
