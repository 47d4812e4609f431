import * as z from 'zod';
import { asksOf, cursor, limit } from '../../kernel/listing.js';
import { STAFF } from '../../kernel/permission.js';
import { Id, type RecordBase } from '../../kernel/record.js';
import { pageOf } from '../../kernel/record-routes.js';
import { everyPage, type Records } from '../../kernel/records.js';
import { route } from '../../kernel/route.js';
import { customer } from '../../relationship/customer.js';
import { service } from '../../strategy/service.js';
import type { Agreement } from './agreement.js';
import { agreements } from './entity.js';
import { type Offered, unpromised } from './gaps.js';

const Named = z.object({ id: Id, number: z.string(), title: z.string() });

/**
 * Which customers are promised nothing about which services. The page is one of customers: each is named, with the services in
 * use that no agreement in force covers for it, none for those that lack none. Its cost is the page, the pages of
 * the services, and the agreements of each customer; incidents are not read.
 */
export const gapsRoute = route({
  method: 'GET',
  path: '/v1/agreements/gaps',
  permission: 'agreement:read',
  roles: STAFF,
  summary:
    'Each customer with the live services for which it has no agreement in force; open incidents without one are listed by `/v1/incidents?without=agreement`',
  query: () => z.strictObject({ limit, cursor }),
  reply: () =>
    pageOf(z.object({ customer: Named, services: z.array(Named).describe('Live, and not covered; empty where nothing lacks') })),
  handle: async ({ query }, { records, caller, now }) => {
    const asked = asksOf(customer.entity, {}, caller);
    const [page, offered, open] = await Promise.all([
      records.listAll(customer.entity, asked, query as { limit: number; cursor?: string }),
      servicesOf(records),
      activeOf(records, 'anybody'),
    ]);
    const items = await Promise.all(
      page.items.map(async (party) => {
        const own = party.status === 'active' ? await activeOf(records, party.id) : [];
        return { customer: named(party), services: unpromised(party, offered, [...own, ...open], now.getTime()).map(named) };
      }),
    );
    return { status: 200, body: { ...page, items } };
  },
});

const named = ({ id, number, title }: Pick<RecordBase, 'id' | 'number' | 'title'>) => ({ id, number, title });

/** The services in use, whole: whom they are for stands in no list. */
async function servicesOf(records: Records): Promise<(Offered & RecordBase)[]> {
  const all = await everyPage((page) => records.list(service.entity, 'all', {}, page));
  const live = all.filter(({ status }) => status === 'live');
  const found = await Promise.all(live.map(({ id }) => records.find(service.entity, id)));
  return found.flatMap((stored) => (stored ? [stored.record] : []));
}

async function activeOf(records: Records, party: string) {
  const found = await everyPage((page) => records.list(agreements, 'byParty', { party, status: 'active' }, page));
  return (found as unknown as Agreement[]).map(({ timezone, validFrom, validTo, ...agreement }) => ({
    ...agreement,
    terms: { timezone, validFrom, validTo },
  }));
}
