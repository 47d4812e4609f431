import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergePatch } from '../../../functions/kernel/merge-patch.js';

/** The table of RFC 7396, appendix A: target, patch, result. */
const EXAMPLES: [unknown, unknown, unknown][] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const holdsNull = (value: unknown): boolean => value === null || (isObject(value) && Object.values(value).some(holdsNull));
const json = fc.jsonValue({ maxDepth: 4 });

describe('a merge patch', () => {
  it.each(EXAMPLES)('turns %j by %j into %j', (target, patch, result) => expect(mergePatch(target, patch)).toEqual(result));

  it('changes nothing when it is applied twice', () =>
    fc.assert(
      fc.property(json, json, (target, patch) => {
        const once = mergePatch(target, patch);
        expect(mergePatch(once, patch)).toEqual(once);
      }),
    ));

  it('gives itself when it holds no null and the target is nothing', () =>
    fc.assert(
      fc.property(
        json.filter((value) => !holdsNull(value)),
        (patch) => {
          expect(mergePatch(undefined, patch)).toEqual(patch);
        },
      ),
    ));

  it('leaves target and patch as they were', () =>
    fc.assert(
      fc.property(json, json, (target, patch) => {
        const before = JSON.stringify([target, patch]);
        mergePatch(target, patch);
        expect(JSON.stringify([target, patch])).toBe(before);
      }),
    ));

  it('leaves every member that the patch does not name', () =>
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), fc.dictionary(fc.string(), json), (target, patch) => {
        const merged = mergePatch(target, patch) as Record<string, unknown>;
        for (const name of Object.keys(target)) if (!Object.hasOwn(patch, name)) expect(merged[name]).toEqual(target[name]);
        for (const name of Object.keys(patch)) expect(Object.hasOwn(merged, name)).toBe(patch[name] !== null);
      }),
    ));

  it('reaches no prototype', () => {
    const patch = JSON.parse('{"__proto__": {"admin": true}, "constructor": {"prototype": {"admin": true}}}');
    const merged = mergePatch({ a: 1 }, patch) as Record<string, unknown>;
    expect(merged['admin']).toBeUndefined();
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });
});
