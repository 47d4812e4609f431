import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operation } from '../../functions/operation/area.js';
import { type Documents, documentsOf } from '../../functions/platform/documents.js';
import { deskOver } from '../support/desk.js';
import { smallDesk } from '../support/fixtures.js';
import { startTable, type TestTable } from '../support/table.js';
import { heatOf, recommended, SKEW } from './heat.js';

/** What DynamoDB gives one partition key value in a second. */
const WRITE_UNITS = 1_000;
const READ_UNITS = 3_000;

describe('writes', () => {
  it.each([10, 100, 1_000, 10_000])('at %i a second heat no key beyond what it may take, with the shards recommended', (rate) => {
    const { hottest } = heatOf(rate, recommended(rate), 3_000);
    expect(hottest.length).toBeGreaterThan(1_000);
    expect(hottest.filter(({ units }) => units > WRITE_UNITS)).toEqual([]);
  });

  it('at 10,000 a second would heat keys too far in a single shard, and those of types and states only', () => {
    const tooHot = heatOf(10_000, 1, 3_000).hottest.filter(({ units }) => units > WRITE_UNITS);
    expect(tooHot.map(({ key }) => key)).toContain('gsi1 INCIDENT#all#0');
    for (const { key } of tooHot) expect(key).toMatch(/^gsi\d INCIDENT#.+#0$/);
  });
});

describe('reads', () => {
  let table: TestTable;
  const asked = new Map<string, number>();
  const note = (key: string) => asked.set(key, (asked.get(key) ?? 0) + 1);
  beforeAll(async () => {
    table = await startTable();
  });
  afterAll(() => table.close());

  it('of what many incidents share are one unit for each opening, which no key has too many of', async () => {
    const real = documentsOf(table.client);
    const watched: Documents = {
      ...real,
      get: (input) => {
        note(`${input.Key!['pk']} ${input.Key!['sk']}`);
        return real.get(input);
      },
      batchGet: (input) => {
        for (const { pk, sk } of Object.values(input.RequestItems)[0]!.Keys) note(`${pk} ${sk}`);
        return real.batchGet(input);
      },
      query: (input) => {
        note(`${input.IndexName} ${input.ExpressionAttributeValues![':pk']}`);
        return real.query(input);
      },
    };
    const desk = deskOver(watched, 1);
    const { customerId, serviceId } = await smallDesk(desk);
    const open = () => desk.call(operation, 'POST /v1/incidents', { body: { title: 'It hums', customerId, serviceId } });
    await open();
    asked.clear();
    expect((await open()).status).toBe(201);
    expect(asked.size).toBeGreaterThan(4);
    expect([...asked].filter(([, times]) => times > 1)).toEqual([]);
    expect(10_000 * SKEW.opens).toBeLessThanOrEqual(READ_UNITS);
  });
});
