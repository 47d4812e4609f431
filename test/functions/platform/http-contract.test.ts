import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { areas } from '../../../infra/areas.js';
import { document, operations } from '../../fuzz/operations.js';

/** The OpenAPI document; that answers keep to it is shown by the fuzz and on every noun. */

const routes = areas.flatMap((area) => area.routes.map((route) => ({ area, route })));

describe('the contract', () => {
  it('is a valid OpenAPI 3.1 document', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toMatchObject({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('names every route once, under its area, with who may call it', () => {
    expect(routes.length).toBeGreaterThan(100);
    const declared = Object.values(document.paths).flatMap((path) => Object.keys(path as object));
    expect(declared).toHaveLength(routes.length);
    for (const { area, route } of routes) {
      const said = document.paths[route.path][route.method.toLowerCase()];
      expect(said).toMatchObject({ tags: [area.name], summary: route.summary, 'x-permission': route.permission });
      if (route.open) expect(said.security).toEqual([]);
      else expect(said['x-roles']).toEqual(route.roles);
    }
    const ids = operations.map(({ method, path }) => document.paths[path][method.toLowerCase()].operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says what each takes: path, query, headers and a closed body', () => {
    for (const { method, path, route, body } of operations) {
      const { parameters } = document.paths[path][method.toLowerCase()];
      const named = (place: string) =>
        parameters.filter((one: { in: string }) => one.in === place).map(({ name }: { name: string }) => name);
      expect(named('path')).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      expect(named('header').includes('If-Match'), path).toBe(route.ifMatch ?? false);
      expect(body !== undefined, path).toBe(route.body !== undefined);
      // What other software sends may say more than we know.
      if (body?.['type'] === 'object' && !route.signed) expect([path, body['additionalProperties']]).toEqual([path, false]);
    }
  });

  it('says what each answers, well and ill, and hides what is hidden', () => {
    for (const { path, method, route, documented, success } of operations) {
      const expected = [route.status, 400, ...(route.ifMatch ? [409, 412, 428] : []), ...(route.open ? [] : [401, 403])];
      for (const status of expected) expect(documented, `${method} ${path}`).toContain(status);
      const entity = areas.flatMap((area) => area.entities).find(({ name }) => name === route.permission.split(':')[0]);
      const properties = Object.keys((success?.['properties'] as object | undefined) ?? {});
      if (properties.includes('createdBy'))
        for (const hidden of entity?.hidden ?? []) expect(properties, path).not.toContain(hidden);
    }
  });

  it('speaks of nothing internal', () => {
    expect(JSON.stringify(document)).not.toMatch(/dynamo|\bgsi\d|"(pk|sk)"|#UNIQUE|\bzod\b|node_modules/i);
  });
});
