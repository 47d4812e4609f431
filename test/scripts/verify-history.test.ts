import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../functions/kernel/records.js';
import { commit, GENESIS, hashOf } from '../../functions/platform/chain.js';

type Event = { -readonly [field in keyof HistoryEvent]: HistoryEvent[field] };

const folder = mkdtempSync(join(tmpdir(), 'steward-history-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ID = '018f3a2e-7c00-7000-8000-000000000001';

/** A contact's history as the store writes it: its e-mail changes with every event. */
function history(length = 6, id = ID): Event[] {
  const events: Event[] = [];
  for (let sequence = 1; sequence <= length; sequence++) {
    const record = {
      id,
      number: 'CON-1001',
      version: sequence,
      title: 'Cleo',
      email: `cleo${sequence}@harbour.example`,
      status: 'active',
    };
    const facts = {
      sequence,
      version: sequence,
      event: sequence === 1 ? 'contact.created' : 'contact.amended',
      actor: 'agent-1',
      at: `2026-03-02T10:0${sequence}:00.000Z`,
      changed: sequence === 1 ? [] : ['email'],
      detail: {},
      record,
      commitments: commit(record, ['title', 'email']),
      previous: events.at(-1)?.hash ?? GENESIS,
    };
    events.push({ ...facts, hash: hashOf('contact', id, facts) });
  }
  return events;
}

const page = (items: readonly unknown[], nextCursor: string | null = null) => JSON.stringify({ items, nextCursor });

let files = 0;
const file = (text: string): string => {
  const path = join(folder, `history-${++files}.json`);
  writeFileSync(path, text);
  return path;
};

function run(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/verify-history.ts', ...args], {
    encoding: 'utf8',
    input,
  });
  return { status, stdout, stderr };
}
const verify = (events: readonly unknown[], ...options: string[]) => run([...options, file(page(events))]);

const altered = (change: (events: Event[]) => void, events = history()): Event[] => {
  const copy = structuredClone(events);
  change(copy);
  return copy;
};
/** Rehashes everything from an event on, as somebody would who wants to hide what was done there. */
const rehashed = (events: Event[], from: number): Event[] => {
  const id = String(events[0]!.record['id']);
  for (let i = from; i < events.length; i++) {
    const { hash: _, ...facts } = { ...events[i]!, previous: events[i - 1]?.hash ?? GENESIS };
    events[i] = { ...facts, hash: hashOf('contact', id, facts) };
  }
  return events;
};

/** Every damage in a history of its own, all of them checked by one run; answers the line of each. */
function damaged(cases: readonly Damage[], whole: (id: string) => Event[]): (name: string) => string {
  const named = cases.map(([name, change], i) => ({ name, change, id: `damaged-${i}` }));
  let lines: string[] | undefined;
  const check = () => {
    const { status, stdout } = run(named.map(({ change, id }) => file(page(altered(change, whole(id))))));
    expect(status).toBe(1);
    return stdout.split('\n');
  };
  return (name) => {
    lines ??= check();
    const { id } = named.find((one) => one.name === name)!;
    return lines.find((line) => line.includes(`${id}:`)) ?? '';
  };
}
type Damage = readonly [name: string, change: (events: Event[]) => unknown, why: string];

const ending = (why: string): RegExp => new RegExp(`^broken {2}contact damaged-\\d+: ${why}$`);

const rewritten: readonly Damage[] = [
  [
    'with a record rewritten',
    (events) => (events[2]!.record = { ...events[2]!.record, status: 'retired' }),
    'event 3: its content is not what was hashed',
  ],
  [
    'with a personal field rewritten',
    (events) => (events[2]!.record = { ...events[2]!.record, email: 'x@a.example' }),
    'event 3: email is not what was committed to',
  ],
  ['with another actor', (events) => (events[3]!.actor = 'somebody'), 'event 4: its content is not what was hashed'],
  [
    'with another instant',
    (events) => (events[0]!.at = '2026-03-01T10:00:00.000Z'),
    'event 1: its content is not what was hashed',
  ],
  [
    'with something added to an event',
    (events) => Object.assign(events[1]!, { note: 'x' }),
    'event 2: its content is not what was hashed',
  ],
  ['with an event dropped', (events) => events.splice(2, 1), 'event 3: event 3 is missing; event 4 stands in its place'],
  ['with its beginning cut', (events) => events.splice(0, 2), 'event 1: event 1 is missing; event 3 stands in its place'],
  [
    'in another order',
    (events) => events.splice(1, 2, events[2]!, events[1]!),
    'event 2: event 2 is missing; event 3 stands in its place',
  ],
  [
    'with an event twice',
    (events) => events.splice(2, 0, events[1]!),
    'event 3: event 3 is missing; event 2 stands in its place',
  ],
  [
    'rewritten and hashed again for one event',
    (events) => {
      const after = events.slice(3);
      events[2] = { ...events[2]!, actor: 'x' };
      rehashed(events, 2).splice(3, 3, ...after);
    },
    'event 4: it does not follow the event before it',
  ],
  [
    'with another first event',
    (events) => events.splice(0, 1, { ...events[0]!, previous: 'f'.repeat(64) }),
    'event 1: it does not follow the event before it',
  ],
  [
    'with its hash in other letters',
    (events) => (events[1]!.hash = events[1]!.hash.toUpperCase()),
    'event 2: its content is not what was hashed',
  ],
];

const erasedHistory = (id: string): Event[] =>
  history(6, id).map(({ record: { title: _, email: __, ...record }, commitments, ...event }) => ({
    ...event,
    record,
    commitments: Object.fromEntries(Object.entries(commitments).map(([field, { digest }]) => [field, { digest }])),
  }));

const broken: readonly Damage[] = [
  [
    'a value is put back',
    (events) => (events[3]!.record = { ...events[3]!.record, email: 'x@a.example' }),
    'the salt of email was removed but its value was not',
  ],
  [
    'a value is put back with a salt',
    (events) => {
      events[3]!.record = { ...events[3]!.record, email: 'x@a.example' };
      events[3]!.commitments = { ...events[3]!.commitments, email: { ...events[3]!.commitments['email']!, salt: 'AAAA' } };
    },
    'email is not what was committed to',
  ],
  [
    'a commitment is dropped',
    (events) => (events[3]!.commitments = { title: events[3]!.commitments['title']! }),
    'its content is not what was hashed',
  ],
  [
    'a digest is changed',
    (events) => (events[3]!.commitments = { ...events[3]!.commitments, email: { digest: 'AAAA' } }),
    'its content is not what was hashed',
  ],
  [
    'a field that is not personal is erased too',
    (events) => (events[3]!.record = { id: events[3]!.record['id'] }),
    'its content is not what was hashed',
  ],
];

describe('a history that was exported', () => {
  const lineOf = damaged(rewritten, (id) => history(6, id));
  const good = history();
  const head = good.at(-1)!.hash;
  const whole = `whole   contact ${ID}: 6 events, head ${head}\n`;

  it('is whole as one page, as several, as an array, as a line for each event, and from standard input', () => {
    expect(run([file(page(good))])).toMatchObject({ status: 0, stdout: whole, stderr: '' });
    expect(run([file(page(good.slice(0, 4), 'next') + page(good.slice(4)))])).toMatchObject({ status: 0, stdout: whole });
    expect(run([file(page(good.slice(0, 4), 'next')), file(page(good.slice(4)))])).toMatchObject({ status: 0, stdout: whole });
    expect(run([file(JSON.stringify(good, null, 2))])).toMatchObject({ status: 0, stdout: whole });
    expect(run(['-'], good.map((event) => JSON.stringify(event)).join('\n'))).toMatchObject({ status: 0, stdout: whole });
    expect(run(['--entity', 'contact', '--id', ID, '--head', head, file(page(good))])).toMatchObject({
      status: 0,
      stdout: whole,
    });
  });

  it('of many records is judged for each', () => {
    const other = history(2, '018f3a2e-7c00-7000-8000-000000000002');
    other[1]!.actor = 'nobody';
    const { status, stdout } = run([file(page(good)), file(page(other))]);
    expect([status, stdout.split('\n').length]).toEqual([1, 3]);
    expect(stdout).toContain(whole.trim());
    expect(stdout).toContain('broken  contact 018f3a2e-7c00-7000-8000-000000000002: event 2: its content is not what was hashed');
  });

  it.each(rewritten)('is broken %s', (name, _, why) => expect(lineOf(name)).toMatch(ending(why)));

  it('is not that of another record or noun', () => {
    expect(verify(good, '--id', 'other')).toMatchObject({
      status: 1,
      stdout: 'broken  contact other: event 1: its content is not what was hashed\n',
    });
    expect(verify(good, '--entity', 'person').status).toBe(1);
  });

  it('that ends too early shows against a head that was kept, and where its last page says so', () => {
    const early = good.slice(0, 4);
    expect(verify(early)).toMatchObject({ status: 0 });
    expect(verify(early, '--head', head)).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^cut {5}contact .* 4 events/),
    });
    expect(run([file(page(early, 'next'))])).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('says that there are more'),
    });
    expect(
      verify(
        rehashed(
          altered((events) => (events[1]!.actor = 'x'), good),
          1,
        ),
        '--head',
        head,
      ).status,
    ).toBe(1);
  });
});

describe('a history of which a person was erased', () => {
  const lineOf = damaged(broken, erasedHistory);

  it('is whole all the same', () =>
    expect(verify(erasedHistory(ID))).toMatchObject({ status: 0, stdout: expect.stringMatching(/^whole/) }));

  it.each(broken)('is broken when %s', (name, _, why) => expect(lineOf(name)).toMatch(ending(`event 4: ${why}`)));
});

describe('what is no history', () => {
  it.each<[string, string]>([
    ['an empty file', ''],
    ['an empty page', page([])],
    ['half a page', page(history()).slice(0, 500)],
    ['no JSON', 'sequence,event\n1,x'],
    ['a closing bracket too many', `${page(history())}}`],
    [
      'the outline that the customer’s side is shown',
      page([{ sequence: 1, version: 1, event: 'incident.opened', at: '2026-03-02T10:00:00.000Z' }]),
    ],
    ['a list of something else', page([{ id: ID, number: 'CON-1001' }])],
    ['a salt that is no text', page([{ ...history(1)[0], commitments: { email: { digest: 'x', salt: 5 } } }])],
  ])('is said to be none: %s', (_, text) => {
    const { status, stdout, stderr } = run([file(text)]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: npm run verify-history');
    expect(stderr).not.toContain('    at ');
  });

  it('is a missing file, no file, or a wrong option, and help says how', () => {
    for (const args of [
      [join(folder, 'nothing.json')],
      [],
      ['--what', 'x'],
      ['--head', 'x', file(page(history())), file(page(history(2, 'other')))],
    ])
      expect(run(args)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('Usage:') });
    expect(run(['--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage:'), stderr: '' });
  });
});
