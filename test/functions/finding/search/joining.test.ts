import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { found } from '../../../../functions/finding/search/asking.js';
import { findableOf, postingsOf, type Said } from '../../../../functions/finding/search/findable.js';
import { isSpent, TOP } from '../../../../functions/finding/search/joining.js';
import { searched } from '../../../../functions/finding/search/searched.js';
import { answers, wordsAsked, wordsIn } from '../../../../functions/finding/search/words.js';
import type { Caller } from '../../../../functions/kernel/permission.js';
import { isSpread, type Posting, type Postings } from '../../../../functions/kernel/postings.js';
import { maySee } from '../../../../functions/kernel/present.js';

/** Small corpora of incidents and complaints with all that row rules look at, against a reference that reads every text. */
const WORDS = ['printer', 'print', 'prior', 'paper', 'the', '打印机坏了', '印机', '机器', 'pc', '1042', 'inc-1003'];
const text = fc.array(fc.constantFrom(...WORDS), { maxLength: 4 }).map((words) => words.join(' '));
const CUSTOMERS = ['harbour', 'jade'];
const CONTACTS = ['ada', 'bo'];

const anIncident = fc.record({
  noun: fc.constantFrom('incident', 'complaint'),
  title: text,
  description: text,
  findings: text,
  comments: fc.array(fc.record({ body: text, visibility: fc.constantFrom('public', 'internal') }), { maxLength: 2 }),
  customerId: fc.constantFrom(...CUSTOMERS),
  contact: fc.constantFrom(...CONTACTS),
  watcher: fc.option(fc.constantFrom(...CONTACTS), { nil: undefined }),
  team: fc.option(fc.constantFrom('guards', 'others'), { nil: undefined }),
});

const aCaller: fc.Arbitrary<Caller> = fc.oneof(
  fc.record({
    id: fc.constant('staff'),
    kind: fc.constant('person' as const),
    roles: fc.constantFrom(['agent'], ['auditor']) as fc.Arbitrary<Caller['roles']>,
    teamIds: fc.constantFrom([], ['guards'], ['guards', 'others']),
    customerScope: fc.constantFrom(['harbour'], CUSTOMERS),
  }),
  fc.record({
    id: fc.constant('staff'),
    kind: fc.constant('person' as const),
    roles: fc.constantFrom(['agent'], ['auditor']) as fc.Arbitrary<Caller['roles']>,
    teamIds: fc.constantFrom([], ['guards'], ['guards', 'others']),
  }),
  fc.record({
    id: fc.constantFrom(...CONTACTS),
    kind: fc.constant('contact' as const),
    roles: fc.constant(['requester'] as const),
    customerId: fc.constantFrom(...CUSTOMERS),
    grants: fc.constantFrom([], ['customer-wide' as const]),
  }),
);

interface Made {
  readonly noun: (typeof searched)[number];
  readonly record: Record<string, unknown> & { id: string };
  readonly comments: readonly Said[];
}

/** Every customer is served apart, so that people who serve some find all of theirs. */
const made = ({ noun, contact, watcher, team, comments, ...texts }: any, i: number): Made => {
  const id = `0190-${String(i).padStart(4, '0')}`;
  const own = noun === 'incident' ? { requesterId: contact, servedApart: true } : { contactId: contact };
  const watchers = watcher && { watchers: [{ kind: 'contact', id: watcher, customerId: texts.customerId }] };
  const restricted = noun === 'incident' && team ? { restrictedTo: [team] } : {};
  return {
    noun: searched.find(({ entity }) => entity.name === noun)!,
    record: { id, number: `INC-${1000 + i}`, ...texts, ...own, ...(noun === 'incident' && watchers), ...restricted },
    comments,
  };
};

const SHARDS = 2;

/** The index in memory, a few postings at a time. */
function indexOf(all: readonly Made[], most: number): Postings {
  const stretches = new Map<string, Posting[]>();
  for (const [i, { noun, record, comments }] of all.entries())
    for (const { scope, stem, words } of postingsOf(findableOf(noun, record, comments))) {
      const name = [noun.entity.name, scope, stem, isSpread(scope) ? i % SHARDS : 0].join();
      stretches.set(name, [{ id: record.id, words }, ...(stretches.get(name) ?? [])]);
    }
  return {
    shards: SHARDS,
    async read({ noun, scope, stem, shard }, below, limit) {
      const under = (stretches.get([noun, scope, stem, shard].join()) ?? []).filter(({ id }) => id < below);
      const postings = under.slice(0, Math.min(limit, most));
      return { postings, more: postings.length < under.length };
    },
  };
}

/** What the caller may see, read whole. */
function expected(all: readonly Made[], words: readonly string[], caller: Caller): string[] {
  const theirs = caller.kind === 'contact';
  return all
    .filter(({ noun, record }) => maySee(noun.entity, record, caller))
    .filter(({ noun: { entity, fields }, record, comments }) => {
      const shows = (field: string): boolean => !theirs || entity.requesters!.shows.includes(field);
      const texts = [
        ...['title', ...fields].filter(shows).map((field) => String(record[field] ?? '')),
        ...comments.filter(({ visibility }) => !theirs || visibility === 'public').map(({ body }) => body),
      ];
      const has = [String(record['number']), ...texts].flatMap(wordsIn);
      return words.every((asked) => has.some((word) => answers(word, asked)));
    })
    .map(({ record }) => record.id)
    .reverse();
}

async function ids(postings: Postings, words: readonly string[], caller: Caller, reads: number): Promise<string[]> {
  const nouns = searched.filter(({ entity }) => ['incident', 'complaint'].includes(entity.name));
  const all: string[] = [];
  for (let below = TOP, rounds = 0; ; rounds++) {
    expect(rounds).toBeLessThan(200);
    let spent: string | undefined;
    for await (const one of found(postings, { nouns, words }, caller, below, { left: reads })) {
      if (isSpent(one)) spent = one.below;
      else all.push(one.id);
    }
    if (spent === undefined) return all;
    expect(spent < below).toBe(true);
    below = spent;
  }
}

describe('records that have all the words', () => {
  it('are those that a reading of every text finds, for whoever asks, latest first, whatever may be read at once', async () => {
    const question = fc.array(fc.constantFrom(...WORDS, 'pri', '机', '1001'), { minLength: 1, maxLength: 3 });
    let hits = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(anIncident, { maxLength: 14 }),
        question,
        aCaller,
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 2 }),
        async (corpus, asked, caller, most, reads) => {
          const all = corpus.map(made);
          const words = wordsAsked(asked.join(' '));
          fc.pre(words.length > 0);
          const answer = await ids(indexOf(all, most), words, caller, reads);
          expect(answer).toEqual(expected(all, words, caller));
          hits += answer.length;
        },
      ),
      { numRuns: 1500 },
    );
    expect(hits).toBeGreaterThan(500);
  });

  it('are found with few reads of a common word when another is rare', async () => {
    const all = Array.from({ length: 5000 }, (_, i) =>
      made(
        {
          noun: 'incident',
          title: i % 2500 === 7 ? 'printer 机器' : 'printer',
          comments: [],
          customerId: 'jade',
          contact: 'ada',
        },
        i,
      ),
    );
    const index = indexOf(all, 100);
    let reads = 0;
    const counting: Postings = {
      ...index,
      read(...asked) {
        reads += 1;
        return index.read(...asked);
      },
    };
    const caller: Caller = { id: 'staff', kind: 'person', roles: ['agent'] };
    expect(await ids(counting, ['printer', '机器'], caller, 1000)).toHaveLength(2);
    expect(reads).toBeLessThan(20);
  });
});
