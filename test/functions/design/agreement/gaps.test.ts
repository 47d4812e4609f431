import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { unpromised } from '../../../../functions/design/agreement/gaps.js';
import { design } from '../../../../functions/design/area.js';
import type { Area } from '../../../../functions/kernel/area.js';
import { operation } from '../../../../functions/operation/area.js';
import { relationship } from '../../../../functions/relationship/area.js';
import { strategy } from '../../../../functions/strategy/area.js';
import { type Asked, startDesk, type TestDesk } from '../../../support/desk.js';
import { type SmallDesk, smallDesk } from '../../../support/fixtures.js';
import { instant, terms } from './ticket.js';

describe('the services that a customer is promised nothing about', () => {
  const party = { id: 'harbour', status: 'active' };
  const of = (id: string, over: object = {}) => ({ id, status: 'live', customerIds: [], ...over });
  const agreement = (over: object) => ({ id: 'a', version: 1, serviceIds: [], terms: terms(), ...over });
  const at = Date.parse(instant('03-05T09:00'));
  const ids = (found: { id: string }[]) => found.map(({ id }) => id);

  test('are the live ones that it may have, without an agreement in force', () => {
    const offered = [of('mail'), of('web'), of('theirs', { customerIds: ['other'] }), of('old', { status: 'retired' })];
    expect(ids(unpromised(party, offered, [agreement({ serviceIds: ['mail'] })], at))).toEqual(['web']);
    expect(ids(unpromised(party, offered, [agreement({ customerId: 'harbour' })], at))).toEqual([]);
    expect(ids(unpromised(party, offered, [agreement({ customerId: 'other' })], at))).toEqual(['mail', 'web']);
    const over = agreement({ customerId: 'harbour', terms: terms({ validTo: '2026-03-04' }) });
    expect(ids(unpromised(party, offered, [over], at))).toEqual(['mail', 'web']);
  });

  test('are none of a customer that is no longer served', () => {
    expect(unpromised({ ...party, status: 'retired' }, [of('mail')], [], at)).toEqual([]);
  });

  test('never grow by another agreement', () => {
    const some = fc.record({
      customerId: fc.option(fc.constantFrom('harbour', 'other'), { nil: undefined }),
      serviceIds: fc.subarray(['mail', 'web', 'dial']),
    });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 5 }), some, (before, added) => {
        const offered = [of('mail'), of('web'), of('dial')];
        const found = (all: (typeof added)[]) => ids(unpromised(party, offered, all.map(agreement), at));
        const [first, then] = [found(before), found([...before, added])];
        expect(then.every((id) => first.includes(id))).toBe(true);
      }),
    );
  });
});

describe('the gaps of a desk', () => {
  let desk: TestDesk;
  let small: SmallDesk;
  const call = (area: Area, request: string, asked: Asked = {}) => desk.call(area, request, asked);
  beforeAll(async () => {
    desk = await startDesk();
    small = await smallDesk(desk);
  });
  afterAll(() => desk.close());

  const gaps = async (query = '', asked: Asked = {}) => (await call(design, `GET /v1/agreements/gaps${query}`, asked)).body;

  it('name each customer with the live services that nothing is promised about', async () => {
    const { body: web } = await call(strategy, 'POST /v1/services', { body: { title: 'Web' } });
    const { items, nextCursor } = await gaps();
    expect(nextCursor).toBeNull();
    const byTitle = Object.fromEntries(items.map(({ customer, services }: any) => [customer.title, services]));
    expect(byTitle['Harbour Works']).toEqual([]);
    expect(byTitle['Other Works']).toEqual([expect.objectContaining({ id: small.serviceId, title: 'Mail' })]);
    for (const [move, version] of [
      ['design', 1],
      ['launch', 2],
    ] as const)
      await call(strategy, `POST /v1/services/${web.id}/${move}`, { body: {}, headers: { 'if-match': `"${version}"` } });
    const after = (await gaps()).items.find(({ customer }: any) => customer.title === 'Other Works');
    expect(after.services.map(({ title }: any) => title).sort()).toEqual(['Mail', 'Web']);
  });

  it('are paged by customers, each page full', async () => {
    await call(relationship, 'POST /v1/customers', { body: { title: 'Third Works', timezone: 'UTC' } });
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await gaps(`?limit=2${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      if (page.nextCursor !== null) expect(page.items.length).toBe(2);
      seen.push(...page.items.map(({ customer }: any) => customer.title));
      cursor = page.nextCursor;
    }
    expect(seen.sort()).toEqual(['Harbour Works', 'Other Works', 'Third Works']);
  });

  it('list the open incidents without an agreement, until one is found for them or they are over', async () => {
    const open = async (body: object) => {
      desk.now = new Date(desk.now.getTime() + 60_000);
      return (await call(operation, 'POST /v1/incidents', { body: { title: 'No line', ...body } })).body;
    };
    const lacking = async () =>
      (await call(operation, 'GET /v1/incidents?without=agreement')).body.items.map(({ id }: any) => id);
    const served = await open({ customerId: small.customerId, serviceId: small.serviceId });
    const unserved = await open({ customerId: small.otherCustomerId, serviceId: small.serviceId });
    const unknown = await open({ customerId: small.customerId });
    expect(served.gap).toBeUndefined();
    expect(await lacking()).toEqual([unknown.id, unserved.id]);
    await call(operation, `POST /v1/incidents/${unknown.id}/reclassify`, {
      headers: { 'if-match': '"1"' },
      body: { serviceId: small.serviceId, why: 'It is the mail.' },
    });
    expect(await lacking()).toEqual([unserved.id]);
    await call(operation, `POST /v1/incidents/${unserved.id}/cancel`, {
      headers: { 'if-match': '"1"' },
      body: { reason: 'A drill.' },
    });
    expect(await lacking()).toEqual([]);
  });
});
