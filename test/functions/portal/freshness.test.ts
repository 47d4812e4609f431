import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { pagesAreOld } from '../../../functions/portal/freshness.js';

let root: string;
let dist: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pages-'));
  dist = join(root, 'functions/portal/dist');
  await mkdir(dist, { recursive: true });
  await mkdir(join(root, 'infra'));
});
afterEach(() => rm(root, { recursive: true }));

const write = async (name: string, minute: number) => {
  const path = join(root, name);
  await writeFile(path, '');
  await utimes(path, minute * 60, minute * 60);
};

it('builds pages that are not there', async () => {
  expect(await pagesAreOld(dist, root)).toBe(true);
});

it('keeps pages that are newer than everything that they are built from', async () => {
  await write('functions/a.ts', 1);
  await write('infra/areas.ts', 2);
  await write('functions/portal/dist/openapi.json', 3);
  await write('functions/portal/dist/index.html', 4);
  expect(await pagesAreOld(dist, root)).toBe(false);
});

it('builds again when a source or the list of areas has changed', async () => {
  await write('functions/portal/dist/openapi.json', 3);
  await write('infra/areas.ts', 4);
  expect(await pagesAreOld(dist, root)).toBe(true);
  await write('infra/areas.ts', 2);
  await write('functions/portal/a.css', 5);
  expect(await pagesAreOld(dist, root)).toBe(true);
});
