import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import type { HistoryEvent } from '../functions/kernel/records.js';
import { verifyChain } from '../functions/platform/chain.js';

/**
 * Checks exported histories offline: that no event of a record was rewritten, left out, put elsewhere or added. It trusts
 * nothing but the files. A chain that was cut at its end is whole as far as it goes: compare the head with one that was kept.
 */
const HELP = `Usage: npm run verify-history -- [--entity NAME] [--id ID] [--head HASH] FILE…

Checks histories as GET /v1/…/{id}/history answers them: one JSON page or several after one another, an array of events,
or one event a line; of one record or of many. "-" reads standard input. Pages of one record are given in order.

  --entity NAME  the noun of the record, such as incident; otherwise taken from the events
  --id ID        the id of the record; otherwise taken from the events
  --head HASH    the hash that the history must end with, from a head that was kept elsewhere (one record only)

Prints one line for each record. Ends with 0 when all are whole, 1 when one is not, 2 when a file cannot be read as a history.
`;

/** What a file must be before it can be checked; anything else is no export of ours. */
const Event = z.looseObject({
  sequence: z.int(),
  event: z.string().regex(/^[a-z-]+\.[a-z-]+$/),
  record: z.looseObject({}),
  commitments: z.record(z.string(), z.looseObject({ digest: z.string(), salt: z.string().optional() })),
  previous: z.string(),
  hash: z.string(),
});

class Unreadable extends Error {}

interface History {
  readonly entity: string;
  readonly id: string;
  readonly events: HistoryEvent[];
  /** The last page said that there are more. */
  unfinished: boolean;
}

/** The JSON values of a text, one after the other with or without lines between them. */
function* valuesIn(text: string): Generator<unknown> {
  let [depth, start, inString] = [0, -1, false];
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]!;
    if (inString) {
      if (letter === '\\') at++;
      else if (letter === '"') inString = false;
    } else if (letter === '"') inString = true;
    else if (letter === '{' || letter === '[') {
      if (depth++ === 0) start = at;
    } else if ((letter === '}' || letter === ']') && --depth === 0) yield JSON.parse(text.slice(start, at + 1));
    if (depth === 0 && !/[\s,\]}]/.test(letter))
      throw new SyntaxError(`unexpected ${JSON.stringify(letter)} at character ${at + 1}`);
    if (depth < 0) throw new SyntaxError(`unexpected ${letter} at character ${at + 1}`);
  }
  if (depth > 0 || inString) throw new SyntaxError('it ends in the middle of a value');
}

function eventFrom(value: unknown): HistoryEvent {
  const parsed = Event.safeParse(value);
  if (parsed.success) return value as HistoryEvent;
  const { path, message } = parsed.error.issues[0]!;
  throw new Unreadable(`an event is not one of a full history: ${path.join('.') || 'the whole'}: ${message}`);
}

/** Sorts what the files hold by record, in the order in which it is met. */
function historiesIn(texts: readonly string[], given: { entity?: string | undefined; id?: string | undefined }): History[] {
  const histories = new Map<string, History>();
  const add = (values: readonly unknown[], unfinished: boolean) => {
    for (const value of values) {
      const event = eventFrom(value);
      const [entity, id] = [given.entity ?? event.event.split('.')[0]!, given.id ?? String(event.record['id'])];
      const history = histories.get(`${entity} ${id}`) ?? { entity, id, events: [], unfinished };
      history.events.push(event);
      history.unfinished = unfinished;
      histories.set(`${entity} ${id}`, history);
    }
  };
  for (const text of texts)
    for (const value of valuesIn(text)) {
      const page = value as { items?: unknown[]; nextCursor?: unknown };
      if (Array.isArray(value)) add(value, false);
      else if (Array.isArray(page.items)) add(page.items, typeof page.nextCursor === 'string');
      else add([value], false);
    }
  return [...histories.values()];
}

function judged({ entity, id, events, unfinished }: History, head: string | undefined): { whole: boolean; line: string } {
  const named = `${entity} ${id}`;
  const verdict = verifyChain(entity, id, events);
  if (!verdict.whole) return { whole: false, line: `broken  ${named}: event ${verdict.sequence}: ${verdict.why}` };
  const end = `${verdict.events} event${verdict.events === 1 ? '' : 's'}, head ${verdict.head}`;
  if (unfinished) return { whole: false, line: `cut     ${named}: ${end}; its last page says that there are more` };
  if (head !== undefined && head !== verdict.head) return { whole: false, line: `cut     ${named}: ${end}, not ${head}` };
  return { whole: true, line: `whole   ${named}: ${end}` };
}

function read(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new Unreadable(`${file} cannot be read: ${(error as Error).message}`);
  }
}

function main(given: readonly string[]): number {
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    options: {
      entity: { type: 'string' },
      id: { type: 'string' },
      head: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) process.stdout.write(HELP);
  if (values.help) return 0;
  if (positionals.length === 0) throw new Unreadable('Name a file.');
  const histories = historiesIn(positionals.map(read), values);
  if (histories.length === 0) throw new Unreadable('There is no event in it.');
  if (values.head !== undefined && histories.length > 1) throw new Unreadable('--head is for the history of one record.');
  const verdicts = histories.map((history) => judged(history, values.head));
  process.stdout.write(verdicts.map(({ line }) => `${line}\n`).join(''));
  return verdicts.every(({ whole }) => whole) ? 0 : 1;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  const expected =
    error instanceof Unreadable ||
    error instanceof SyntaxError ||
    (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
  if (!expected) throw error;
  process.stderr.write(`${error instanceof SyntaxError ? 'This is not JSON: ' : ''}${(error as Error).message}\n\n${HELP}`);
  process.exitCode = 2;
}
