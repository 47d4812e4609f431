import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { defineEntity, type Entity, fieldsOf, fill, filtersOf, keyValues, numberKey } from '../../../functions/kernel/entity.js';
import { defineLifecycle } from '../../../functions/kernel/lifecycle.js';
import { type RecordBase, recordShape } from '../../../functions/kernel/record.js';
import { recordItem, shardOf } from '../../../functions/platform/items.js';
import { areas } from '../../../infra/areas.js';

const entities = areas.flatMap((area) => area.entities);
const schema = z.strictObject({ ...recordShape, colour: z.string().optional() });
type Thing = RecordBase & { colour?: string };

const thing = (access: Entity<Thing>['access'], derived: Entity<Thing>['derived'] = {}) =>
  defineEntity<Thing>(
    {
      name: 'thing',
      plural: 'things',
      prefix: 'THG',
      clause: '8',
      schema,
      lifecycle: defineLifecycle({ states: ['active'], moves: {} }),
      list: [],
      personal: [],
      access,
      derived,
    },
    schema,
  );

const record: Thing = {
  id: 'a',
  number: 'THG-1042',
  version: 1,
  title: 'A',
  status: 'active',
  createdAt: '2026-03-02T10:00:00.000Z',
  createdBy: 'x',
  updatedAt: '2026-03-02T10:00:00.000Z',
  updatedBy: 'x',
};
const byColour = { index: 'gsi2', partition: 'THING#colour#{colour}', sort: '{createdAt}#{id}', order: 'created' } as const;

describe('a key template', () => {
  it('is filled with every value it names, and with none of them missing', () =>
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^[a-z]\w{0,8}$/), { maxLength: 5 }),
        fc.dictionary(fc.stringMatching(/^[a-z]\w{0,8}$/), fc.oneof(fc.string(), fc.integer())),
        (names, values) => {
          const template = `X#${names.map((name) => `{${name}}`).join('#')}`;
          expect(fieldsOf(template)).toEqual(names);
          const own = new Map(Object.entries(values));
          const whole = names.every((name) => own.has(name));
          expect(fill(template, Object.assign(Object.create(null), values))).toBe(
            whole ? `X#${names.map((name) => own.get(name)).join('#')}` : undefined,
          );
        },
      ),
    ));

  it('takes a value as it is, whatever braces and dollars it holds', () => {
    expect(fill('X#{a}#{b}', { a: '{b}$&', b: '$1' })).toBe('X#{b}$&#$1');
  });

  it('asks only for fields that the schema or a derived key provides', () => {
    expect(() => thing({ bad: { ...byColour, partition: 'THING#{size}' } })).toThrow('{size}');
    expect(thing({ good: { ...byColour, partition: 'THING#{size}' } }, { size: () => 'l' }).access['good']).toBeDefined();
  });

  it('starts with its noun, so that a role can be confined to it', () => {
    expect(() => thing({ bad: { ...byColour, partition: 'OTHER#{colour}' } })).toThrow('THING#');
    for (const { name, access } of entities)
      for (const { partition } of Object.values(access)) expect(partition).toMatch(new RegExp(`^${name.toUpperCase()}#`));
    expect(entities.length).toBeGreaterThan(5);
  });

  it('leaves its index sparse when a field is absent', () => {
    const entity = thing({ byColour });
    const standing = { sequence: 1, head: '', lastAt: record.createdAt };
    expect(recordItem(entity, record, standing, 2)).not.toHaveProperty('gsi2pk');
    expect(recordItem(entity, { ...record, colour: 'red' } as Thing, standing, 2)).toMatchObject({ gsi2pk: 'THING#colour#red' });
  });

  it('gives each index of an entity to one question, but for those that have items of their own', () => {
    for (const { name, access } of entities) {
      const used = Object.values(access).flatMap(({ index, each }) => (each ? [] : [index]));
      expect(new Set(used).size, name).toBe(used.length);
    }
  });

  it('filters by the fields of its partition, and not by the shard', () => {
    expect(filtersOf({ ...byColour, partition: 'THING#{status}#{colour}#{shard}' })).toEqual(['status', 'colour']);
  });
});

describe('the number of a record', () => {
  it('sorts as a number', () =>
    fc.assert(
      fc.property(fc.nat(9_999_999), fc.nat(9_999_999), (a, b) => {
        const [x, y] = [numberKey(`INC-${a}`), numberKey(`INC-${b}`)];
        expect(x < y).toBe(a < b);
      }),
    ));

  it('is a key value of every record', () => expect(keyValues(thing({}), record)['numberKey']).toBe('0000001042'));
});

describe('a shard', () => {
  it('is one of those configured, and always the same for an id', () =>
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 200 }), (id, shards) => {
        const shard = shardOf(id, shards);
        expect(Number.isInteger(shard) && shard >= 0 && shard < shards).toBe(true);
        expect(shardOf(id, shards)).toBe(shard);
      }),
    ));

  it('gets its share of the ids, within a tenth', () => {
    const counts = new Array<number>(8).fill(0);
    for (let i = 0; i < 40_000; i++) counts[shardOf(`018f3a2e-7c00-7000-8000-${String(i).padStart(12, '0')}`, 8)]! += 1;
    for (const count of counts) expect(Math.abs(count - 5000)).toBeLessThan(500);
  });
});
