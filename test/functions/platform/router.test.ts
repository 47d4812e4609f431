import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Route } from '../../../functions/kernel/route.js';
import { routerOver } from '../../../functions/platform/router.js';
import { areas } from '../../../infra/areas.js';

const routes = areas.flatMap((area) => area.routes);
const find = routerOver(routes);
const fill = (path: string, values: readonly string[]): string => {
  let i = 0;
  return path.replace(/\{\w+\}/g, () => encodeURIComponent(values[i++ % values.length]!));
};
const namesOf = (path: string) => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
const route = (path: `/${string}`, method: Route['method'] = 'GET'): Route =>
  ({
    method,
    path,
    permission: 'thing:read',
    roles: [],
    summary: '',
    status: 200,
    handle: async () => ({ status: 200 }),
  }) as Route;

/** Text that may stand in a path as a name: not empty, not too long, and Unicode. */
const value = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .filter((text) => text.length <= 200 && !/\p{Surrogate}/u.test(text));

describe('the router', () => {
  it('finds every route by its own path, with what stands in it decoded', () =>
    fc.assert(
      fc.property(fc.constantFrom(...routes), fc.array(value, { minLength: 3, maxLength: 3 }), (declared, values) => {
        const fixed = routes.some(({ path }) => path !== declared.path && values.some((text) => path.split('/').includes(text)));
        fc.pre(!fixed);
        const match = find(declared.method, fill(declared.path, values));
        expect(match).toMatchObject({ route: { method: declared.method, path: declared.path } });
        expect((match as { params: object }).params).toEqual(
          Object.fromEntries(namesOf(declared.path).map((name, i) => [name, values[i % values.length]])),
        );
      }),
    ));

  it('answers any text with a route or the methods that there are, and never fails', () =>
    fc.assert(
      fc.property(
        fc.string(),
        fc.oneof(
          fc.string(),
          fc.webPath(),
          fc.string().map((text) => `/v1/incidents/${text}`),
        ),
        (method, path) => {
          const match = find(method, path);
          expect('route' in match || Array.isArray(match.methods)).toBe(true);
        },
      ),
    ));

  it('prefers what is written out to what is named', () => {
    const own = routerOver([
      route('/v1/things/{id}'),
      route('/v1/things/preview'),
      route('/v1/things/{id}/parts/{part}'),
      route('/v1/things/{id}/parts/all'),
    ]);
    expect(own('GET', '/v1/things/preview')).toMatchObject({ route: { path: '/v1/things/preview' }, params: {} });
    expect(own('GET', '/v1/things/1/parts/all')).toMatchObject({
      route: { path: '/v1/things/{id}/parts/all' },
      params: { id: '1' },
    });
  });

  it('says which methods a path has, each once', () => {
    const own = routerOver([
      route('/v1/things/{id}'),
      route('/v1/things/preview', 'POST'),
      route('/v1/things/{id}', 'PATCH'),
      route('/v1/things/preview'),
    ]);
    expect(own('DELETE', '/v1/things/preview')).toEqual({ methods: ['POST', 'GET', 'PATCH'] });
    expect(own('GET', '/v1/nothing')).toEqual({ methods: [] });
  });

  it.each(
    [
      '/v1/incidents/',
      '/v1/incidents/%',
      '/v1/incidents/%C0%80',
      `/v1/incidents/${'x'.repeat(201)}`,
      '/v1/incidents//history',
      '//v1/incidents',
      '/v1/incidents/a/b/c/d/e',
      '',
      '/',
    ].map((path) => [path.slice(0, 30), path] as const),
  )('finds no record at %j', (_, path) => {
    const match = find('GET', path);
    if ('route' in match) expect(match).toMatchObject({ route: { path: '/v1/incidents' }, params: {} });
    else expect(match.methods).toEqual([]);
  });
});
