import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../functions/kernel/records.js';
import { commit, GENESIS, hashOf } from '../../functions/platform/chain.js';
import { digestOf, type Head, inOrder, keyName, type RootFile, signedText, treeOver } from '../../functions/platform/root.js';
import { against, checkRoots, droppedFrom } from '../../functions/platform/rooted.js';

const keyPair = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { secret: privateKey, open: String(publicKey.export({ type: 'spki', format: 'pem' })) };
};
const [ours, theirs] = [keyPair(), keyPair()];

/** A supplier's history of so many events, one an hour, beginning on a day of March. */
function chain(id: string, length: number, day = 2, title = 'Cables'): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  for (let sequence = 1; sequence <= length; sequence++) {
    const record = { id, number: 'SUP-1001', version: sequence, title: `${title} ${sequence}`, status: 'active' };
    const facts = {
      sequence,
      version: sequence,
      event: sequence === 1 ? 'supplier.created' : 'supplier.amended',
      actor: 'agent-1',
      at: `2026-03-${String(day + sequence - 1).padStart(2, '0')}T10:00:00.000Z`,
      changed: [],
      detail: {},
      record,
      commitments: commit(record, ['title']),
      previous: events.at(-1)?.hash ?? GENESIS,
    };
    events.push({ ...facts, hash: hashOf('supplier', id, facts) });
  }
  return events;
}

const head = ({ record, sequence, hash }: HistoryEvent): Head => ({
  entity: 'supplier',
  id: String(record['id']),
  sequence,
  hash,
});

function root(day: string, heads: readonly Head[], before?: RootFile, key = ours): RootFile {
  const ordered = inOrder(heads);
  const statement = {
    format: 1,
    from: day,
    day,
    heads: ordered.length,
    tree: treeOver(ordered),
    previous: before ? digestOf(before.statement) : GENESIS,
    sealedAt: `${day}T23:59:59.000Z`,
    key: keyName(key.open),
  };
  const signature = sign('sha256', signedText(statement), key.secret).toString('base64');
  return { statement, signature, publicKey: key.open, heads: ordered };
}

/** Three records over three days; the root of each day names the chains that grew on it. */
const [a, b, c] = [chain('a', 3), chain('b', 2), chain('c', 1, 4)];
const first = root('2026-03-02', [head(a[0]!), head(b[0]!)]);
const second = root('2026-03-03', [head(a[1]!), head(b[1]!)], first);
const third = root('2026-03-04', [head(a[2]!), head(c[0]!)], second);
const roots = [first, second, third];
const check = (files: readonly RootFile[], last?: string) => checkRoots(files, [ours.open], last);
const changed = (file: RootFile, change: (copy: any) => void): RootFile => {
  const copy = structuredClone(file);
  change(copy);
  return copy;
};

describe('roots', () => {
  it('hold in any order, each following the one before', () => {
    expect(check(roots).fault).toBeUndefined();
    expect(check([third, first, second]).whole).toEqual(roots);
  });

  it.each<[string, readonly RootFile[], string, string]>([
    [
      'with another head',
      [first, changed(second, ({ heads }) => (heads[0].hash = 'f'.repeat(64))), third],
      '2026-03-03',
      'its heads are not those that were signed',
    ],
    ['with a head less', [changed(first, ({ heads }) => heads.pop()), second], '2026-03-02', 'it lists 1 heads, not the 2'],
    ['with heads in another order', [changed(first, ({ heads }) => heads.reverse())], '2026-03-02', 'its heads are not in order'],
    [
      'with another statement',
      [first, changed(second, ({ statement }) => (statement.sealedAt = '2026-03-09T00:00:00.000Z'))],
      '2026-03-03',
      'its signature does not hold',
    ],
    [
      'with another signature',
      [first, changed(second, (copy) => (copy.signature = third.signature))],
      '2026-03-03',
      'its signature does not hold',
    ],
    ['with no signature', [changed(first, (copy) => (copy.signature = ''))], '2026-03-02', 'its signature does not hold'],
    ['forged whole with another key', [root('2026-03-02', first.heads, undefined, theirs)], '2026-03-02', 'another key'],
    [
      'forged under the name of our key',
      [changed(root('2026-03-02', first.heads, undefined, theirs), ({ statement }) => (statement.key = keyName(ours.open)))],
      '2026-03-02',
      'its signature does not hold',
    ],
    ['of which one between is missing', [first, third], '2026-03-04', 'it does not follow the root of 2026-03-02'],
    ['of which the first is missing', [second, third], '2026-03-03', 'those before it are missing'],
    ['of which one is there twice', [first, first], '2026-03-02', 'it does not follow'],
    ['of another desk under the same key', [first, root('2026-03-05', [head(c[0]!)])], '2026-03-05', 'it does not follow'],
  ])('do not hold %s, and the first that does not is named', (_, files, day, why) => {
    expect(check(files).fault).toMatchObject({ day, why: expect.stringContaining(why) });
  });

  it('that end too early show against the last one that was seen', () => {
    const last = digestOf(third.statement);
    expect(check(roots, last).fault).toBeUndefined();
    expect(check([first, second], last).fault?.why).toContain('it is the last one, but');
    expect(check([...roots, root('2026-03-06', [], third)], last).fault).toBeUndefined();
  });
});

describe('a chain', () => {
  const checked = check(roots);

  it('that is as the roots say stands, also with events that are too young for one', () => {
    expect(against(checked, 'supplier a', a)).toEqual({ held: true, rooted: 3 });
    const grown = [...a, { ...chain('a', 4)[3]!, previous: a[2]!.hash }];
    expect(against(checked, 'supplier a', grown)).toEqual({ held: true, rooted: 3 });
    expect(against(checked, 'supplier new', chain('new', 2, 5))).toEqual({ held: true, rooted: 0 });
  });

  it('that was rewritten contradicts the first root that knew better', () => {
    const rewritten = chain('a', 3, 2, 'Ropes');
    const why = 'event 1 is not the one that the root of 2026-03-02 names';
    expect(against(checked, 'supplier a', rewritten)).toEqual({ held: false, what: 'rewritten', why });
    const fromTwo = [a[0]!, ...chain('a', 3, 2, 'Ropes').slice(1)];
    expect(against(checked, 'supplier a', fromTwo)).toMatchObject({ why: expect.stringContaining('event 2') });
  });

  it('that was cut ends before what a root names', () => {
    const why = 'it ends with event 2, and the root of 2026-03-04 names event 3';
    expect(against(checked, 'supplier a', a.slice(0, 2))).toEqual({ held: false, what: 'cut', why });
  });

  it('that no root has named though its time has come is not taken on trust', () => {
    const later = root('2026-03-09', [], third);
    const young = against(check([...roots, later]), 'supplier d', chain('d', 1, 3));
    expect(young).toEqual({ held: false, what: 'unrooted', why: 'event 1 of 2026-03-03 is in no root' });
    expect(against(check([...roots, later]), 'supplier e', chain('e', 1, 1))).toMatchObject({ held: true });
  });

  it('that was dropped is named by the root that knew it first', () => {
    expect(droppedFrom(checked, new Set(['supplier a']))).toEqual([
      { name: 'supplier b', day: '2026-03-02', sequence: 2 },
      { name: 'supplier c', day: '2026-03-04', sequence: 1 },
    ]);
  });
});

describe('the tree', () => {
  const Heads = fc.uniqueArray(
    fc.record({ entity: fc.constantFrom('incident', 'contact'), id: fc.string(), sequence: fc.nat(), hash: fc.string() }),
    { maxLength: 20, selector: ({ entity, id }) => `${entity} ${id}` },
  );

  it('changes with every head that is changed, added or left out', () => {
    fc.assert(
      fc.property(Heads, fc.nat(), (given, at) => {
        const heads = inOrder(given);
        if (heads.length === 0) return;
        const i = at % heads.length;
        const other = heads.map((one, j) => (j === i ? { ...one, sequence: one.sequence + 1 } : one));
        expect(treeOver(other)).not.toBe(treeOver(heads));
        expect(treeOver(heads.filter((_, j) => j !== i))).not.toBe(treeOver(heads));
        expect(treeOver([...heads, heads[i]!])).not.toBe(treeOver(heads));
      }),
    );
  });
});

describe('npm run verify-history with roots', () => {
  const folder = mkdtempSync(join(tmpdir(), 'steward-roots-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string, content: unknown): string => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  mkdirSync(join(folder, 'roots'));
  for (const each of roots) file(`roots/root-${each.statement.day}.json`, each);
  const all = ['--roots', join(folder, 'roots'), '--public-key', file('key.pem', ours.open)];
  const pages = (...chains: HistoryEvent[][]) => chains.map((items, i) => file(`history-${i}.json`, { items, nextCursor: null }));
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/verify-history.ts', ...args], {
      encoding: 'utf8',
    });
    return { status, lines: stdout.trim().split('\n'), stderr };
  };

  it('finds everything as the roots say', () => {
    const { status, lines } = run(...all, '--complete', '--last-root', digestOf(third.statement), ...pages(a, b, c));
    expect(lines).toEqual([
      `whole   3 roots: 2026-03-02 to 2026-03-04, digest ${digestOf(third.statement)}`,
      `whole   supplier a: 3 events, head ${a[2]!.hash}`,
      `whole   supplier b: 2 events, head ${b[1]!.hash}`,
      `whole   supplier c: 1 event, head ${c[0]!.hash}`,
    ]);
    expect(status).toBe(0);
  });

  it('finds a chain rewritten, one cut and one dropped, and a root that was forged', () => {
    const { status, lines } = run(...all, '--complete', ...pages(chain('a', 3, 2, 'Ropes'), b.slice(0, 1)));
    expect(lines.slice(1)).toEqual([
      'rewritten supplier a: event 1 is not the one that the root of 2026-03-02 names',
      'cut     supplier b: it ends with event 1, and the root of 2026-03-03 names event 2',
      'dropped supplier c: the root of 2026-03-04 names it; it had 1 event',
    ]);
    expect(status).toBe(1);
    const forged = file('forged.json', `${JSON.stringify(first)}\n${JSON.stringify(root('2026-03-03', [], first, theirs))}`);
    const other = run('--roots', forged, '--public-key', join(folder, 'key.pem'), ...pages(c));
    expect(other.lines[1]).toMatch(/^broken {2}root of 2026-03-03: it was signed with another key/);
    expect(other.status).toBe(1);
  });

  it('says what it needs', () => {
    expect(run('--roots', join(folder, 'roots'), ...pages(a))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--public-key'),
    });
    expect(run('--complete', ...pages(a)).status).toBe(2);
    const noKey = ['--roots', join(folder, 'roots'), '--public-key', file('none.pem', 'no key')];
    expect(run(...noKey, ...pages(a))).toMatchObject({ status: 2, stderr: expect.stringContaining('no public key in PEM') });
    const noRoot = ['--roots', file('none.json', { statement: {} }), '--public-key', join(folder, 'key.pem')];
    expect(run(...noRoot, ...pages(a))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('a root is not one of ours'),
    });
  });
});
