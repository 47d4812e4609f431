import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical } from '../../../functions/kernel/canonical.js';

const json = fc.jsonValue({ maxDepth: 4 });

/** The same value with every object's members in another order. */
const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, shuffled(member)])
      .reverse(),
  );
};

describe('canonical JSON', () => {
  it('is JSON of the same value', () =>
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    ));

  it('does not depend on the order of members', () =>
    fc.assert(
      fc.property(json, (value) => {
        expect(canonical(shuffled(value))).toBe(canonical(value));
      }),
    ));

  it('differs where values differ', () =>
    fc.assert(
      fc.property(json, json, (a, b) => {
        const plain = (value: unknown) => JSON.parse(JSON.stringify(value));
        expect(canonical(a) === canonical(b)).toBe(isDeepStrictEqual(plain(a), plain(b)));
      }),
    ));

  it('has no white space outside strings and sorts by UTF-16 code units', () => {
    expect(canonical({ b: [1, { d: 2, c: 3 }], a: ' ' })).toBe('{"a":" ","b":[1,{"c":3,"d":2}]}');
    expect(canonical({ '\u20ac': 1, '\r': 2, '\ufb33': 3, 1: 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 })).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}',
    );
  });

  it('writes numbers as ECMAScript does', () =>
    expect(canonical([333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, -0])).toBe('[333333333.3333333,1e+30,4.5,0.002,1e-27,0]'));

  it('leaves absent members out, and keeps the places of an array', () => {
    expect(canonical({ a: undefined, b: null })).toBe('{"b":null}');
    expect(canonical([undefined, 1])).toBe('[null,1]');
  });

  it('refuses what JSON has no number for', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, [Number.NEGATIVE_INFINITY]])
      expect(() => canonical(value)).toThrow('finite');
  });
});
