import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openApi } from '../../../functions/kernel/openapi.js';
import { duration, minutes } from '../../../functions/portal/app/format.js';
import { en } from '../../../functions/portal/app/language/en.js';
import { languageFor, languages } from '../../../functions/portal/app/language/language.js';
import { nextMonday } from '../../../functions/portal/app/machine-strip.js';
import { type Contract, collectionsOf, search } from '../../../functions/portal/app/reference/contract.js';
import { curlFor } from '../../../functions/portal/app/reference/sample.js';
import { boundsOf, kindOf } from '../../../functions/portal/app/reference/schema.js';
import { personOf } from '../../../functions/portal/app/session.js';
import { urgencyOf } from '../../../functions/portal/app/time-left.js';
import { areas } from '../../../infra/areas.js';

const MINUTE = 60_000;

describe('lengths of time', () => {
  it('are said in their two greatest units', () => {
    expect(duration(0)).toBe('less than a minute');
    expect(duration(65 * MINUTE)).toBe('1 h 5 min');
    expect(duration(120 * MINUTE)).toBe('2 h');
    expect(duration(51 * 60 * MINUTE)).toBe('2 d 3 h');
    expect(duration(-65 * MINUTE)).toBe('1 h 5 min');
    expect(duration(9 * MINUTE + 42_000, true)).toBe('9 min 42 s');
  });
  it('count working time in hours, never in days', () => {
    expect([minutes(0), minutes(60), minutes(1565), minutes(-20)]).toEqual(['0 min', '1 h', '26 h 5 min', '20 min']);
  });
  it('become urgent within half an hour and late at the instant itself', () => {
    expect([121, 120, 30, 1, 0, -5].map((left) => urgencyOf(left * MINUTE, 0))).toEqual([
      'calm',
      'soon',
      'urgent',
      'urgent',
      'late',
      'late',
    ]);
  });
  it('lead from any instant to the next Monday at nine, never to the same one', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }), (from) => {
        const monday = nextMonday(from.getTime());
        expect([monday.getDay(), monday.getHours(), monday.getMinutes()]).toEqual([1, 9, 0]);
        expect(monday.getTime()).toBeGreaterThan(from.getTime());
        expect(monday.getTime() - from.getTime()).toBeLessThanOrEqual(7 * 24 * 60 * MINUTE + 60 * MINUTE);
      }),
    );
  });
});

describe('the languages of the page', () => {
  const parameters = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  it.each(languages.map((language) => [language.name, language] as const))(
    '%s has every text with the same parameters',
    (_, { texts }) => {
      expect(Object.keys(texts).sort()).toEqual(Object.keys(en.texts).sort());
      for (const [key, text] of Object.entries(en.texts))
        expect([key, parameters(texts[key as keyof typeof texts])]).toEqual([key, parameters(text)]);
    },
  );
  it('are found by tag or first subtag, else English', () => {
    expect([['zh'], ['zh-TW'], ['fr', 'zh-CN'], ['fr'], ['en-US', 'zh']].map((wanted) => languageFor(wanted).tag)).toEqual([
      'zh-CN',
      'zh-CN',
      'zh-CN',
      'en',
      'en',
    ]);
  });
});

describe('the reference', () => {
  const collections = collectionsOf(openApi(areas) as unknown as Contract);
  it('holds every route once', () => {
    const declared = areas.flatMap(({ routes }) => routes.map(({ method, path }) => `${method} ${path}`)).sort();
    expect(collections.flatMap(({ routes }) => routes.map(({ method, path }) => `${method} ${path}`)).sort()).toEqual(declared);
  });
  it('finds routes by path, field and role, all words together', () => {
    expect(search(collections, 'incidents pend until').map(({ path }) => path)).toEqual(['/v1/incidents/{id}/pend']);
    expect(search(collections, 'POST relationship-manager contacts').length).toBeGreaterThan(0);
    expect(search(collections, 'no-such-word')).toEqual([]);
  });
  it('says what a value is and how far it goes', () => {
    expect(kindOf({ type: 'string', format: 'date-time' })).toBe('instant (RFC 3339, UTC)');
    expect(kindOf({ type: 'array', items: { type: 'string', maxLength: 64, pattern: '^[\\w-]+$' } })).toBe('list of id');
    expect(kindOf({ anyOf: [{ type: 'string' }, { type: 'null' }] })).toBe('string or null');
    expect(boundsOf({ type: 'string', minLength: 1, maxLength: 200 })).toEqual(['1–200 characters']);
    expect(boundsOf({ type: 'integer', minimum: 1, maximum: 9_007_199_254_740_991, default: 3 })).toEqual(['≥ 1', 'default 3']);
  });
  it('writes a command line with what the route requires', () => {
    const pend = search(collections, 'incidents pend until')[0]!;
    expect(curlFor(pend, 'http://127.0.0.1:3000')).toBe(
      [
        "curl -X POST 'http://127.0.0.1:3000/v1/incidents/{id}/pend' \\",
        '  -H "Authorization: Bearer $TOKEN" \\',
        '  -H \'If-Match: "1"\' \\',
        '  -H "Idempotency-Key: $(uuidgen)" \\',
        "  -H 'Content-Type: application/json' \\",
        '  -d \'{"reason":"customer"}\'',
      ].join('\n'),
    );
  });
});

describe('a pasted token', () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  it('says who it is for', () => {
    const token = `${part({ alg: 'RS256' })}.${part({ sub: 's-1', username: '艾达', 'cognito:groups': ['agent'] })}.sig`;
    expect(personOf(token)).toEqual({ id: 's-1', name: '艾达', roles: ['agent'] });
  });
  it('is refused when it is none', () => {
    for (const text of ['', 'abc', 'a.b', 'a.!!.c', `a.${Buffer.from('not json').toString('base64url')}.c`])
      expect(personOf(text)).toBeUndefined();
  });
});
