import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../functions/kernel/errors.js';
import { MAXIMUM_BODY, parseJson, refuseTooLarge } from '../../../functions/platform/json-body.js';

const parse = (text: string) => parseJson(text, 'application/json');
const refusal = (act: () => unknown): [string, string | undefined] => {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return [error.reason, error.more.errors?.[0]?.pointer];
    throw error;
  }
  return ['taken', undefined];
};
/** JSON without a member called `__proto__`, as it may come in. */
const json = fc.jsonValue({ maxDepth: 5 }).filter((value) => !JSON.stringify(value).includes('__proto__'));
const spaced = fc.constantFrom(undefined, 1, 2, '\t');

describe('a body', () => {
  it('is taken as any parser takes it, with any white space', () =>
    fc.assert(
      fc.property(json, spaced, (value, space) => {
        const text = JSON.stringify(value, null, space);
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    ));

  it('is refused, not thrown over, whatever text it is', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          json.map((value) => `${JSON.stringify(value)}]`),
          fc.string().map((text) => `{"a":${text}}`),
        ),
        (text) => {
          expect(['taken', 'invalid']).toContain(refusal(() => parse(text))[0]);
        },
      ),
    ));

  it('may not name a member twice in one object, at any depth, however it is written', () => {
    expect(refusal(() => parse('{"a":1,"b":2,"a":3}'))).toEqual(['invalid', '/a']);
    expect(refusal(() => parse('{"a":{"x/y":1,"x/y":1}}'))).toEqual(['invalid', '/x~1y']);
    expect(refusal(() => parse('[{"a":1},{"\\u0061" : 1,\n "a":2}]'))).toEqual(['invalid', '/a']);
    expect(refusal(() => parse('{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}],"c":"\\"a\\":1,\\"a\\":2"}'))[0]).toBe('taken');
  });

  it('may name members twice in no object, whatever else it says', () =>
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json, { minKeys: 1 }), fc.nat(), (value, which) => {
        fc.pre(!Object.keys(value).includes('__proto__'));
        const names = Object.keys(value);
        const again = names[which % names.length]!;
        const text = `${JSON.stringify(value).slice(0, -1)},${JSON.stringify(again)}:null}`;
        expect(refusal(() => parse(text))[0]).toBe('invalid');
      }),
    ));

  it('reaches no prototype', () => {
    expect(refusal(() => parse('{"__proto__":{"admin":true}}'))).toEqual(['invalid', '/__proto__']);
    expect(refusal(() => parse('{"a":[{"\\u005f_proto__":1}]}'))).toEqual(['invalid', '/__proto__']);
  });

  it('is Unicode: half a surrogate pair is no text', () => {
    expect(refusal(() => parse('{"title":"\\ud800"}'))).toEqual(['invalid', '/title']);
    expect(refusal(() => parse('{"a":["\\udc00x"]}'))[0]).toBe('invalid');
    expect(refusal(() => parse('{"\\ud800":1}'))[0]).toBe('invalid');
    expect(parse('{"title":"\\ud83d\\udda8"}')).toEqual({ title: '🖨' });
  });

  it('is nested twenty levels deep at the most', () => {
    const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    expect(refusal(() => parse(deep(20)))[0]).toBe('taken');
    expect(refusal(() => parse(deep(21)))[0]).toBe('invalid');
    expect(refusal(() => parse(deep(100_000)))[0]).toBe('invalid');
    expect(refusal(() => parse(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`))[0]).toBe('invalid');
  });

  it('has 256 KB at the most, in bytes and not in letters', () => {
    expect(refusal(() => refuseTooLarge('x'.repeat(MAXIMUM_BODY)))[0]).toBe('taken');
    expect(refusal(() => refuseTooLarge('x'.repeat(MAXIMUM_BODY + 1)))[0]).toBe('too-large');
    expect(refusal(() => refuseTooLarge('漢'.repeat(MAXIMUM_BODY / 3 + 1)))[0]).toBe('too-large');
  });

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'application/merge-patch+json',
    'application/json ;x',
  ])('is JSON as %s', (type) => expect(parseJson('{}', type)).toEqual({}));
  it.each([
    'text/plain',
    'application/jsonp',
    'application/x-www-form-urlencoded',
    '',
    undefined,
    'application/json-patch+json',
    'x application/json',
  ])('is not JSON as %s', (type) => expect(refusal(() => parseJson('{}', type))[0]).toBe('not-json'));

  it('of the largest size is read in a moment', () => {
    const hard = [
      `{"a":"${'\\\\'.repeat(60_000)}"}`,
      `[${'"a":'.repeat(30_000)}`,
      `"${'a'.repeat(200_000)}`,
      `{${'"":{'.repeat(20_000)}`,
      `[${'{},'.repeat(60_000)}{}]`,
    ];
    const before = performance.now();
    for (const text of hard) refusal(() => parse(text));
    expect(performance.now() - before).toBeLessThan(3000);
  });
});
