import { createPublicKey } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { verifyChain } from '../functions/platform/chain.js';
import { digestOf } from '../functions/platform/root.js';
import { against, checkRoots, droppedFrom, type Roots } from '../functions/platform/rooted.js';
import { type History, historiesIn, rootsIn, Unreadable } from './history/exported.js';

/**
 * Checks exported histories offline: that no event of a record was rewritten, left out, put elsewhere or added. It trusts
 * nothing but the files. A chain that was rewritten from some event on, cut at its end or dropped is whole as far as it goes:
 * that shows against the daily roots, which it checks with the public key first.
 */
const HELP = `Usage: npm run verify-history -- [--entity NAME] [--id ID] [--head HASH] FILE…
       npm run verify-history -- --roots FILE --public-key FILE [--last-root DIGEST] [--complete] FILE…

Checks histories as GET /v1/…/{id}/history answers them: one JSON page or several after one another, an array of events,
or one event a line; of one record or of many. "-" reads standard input. Pages of one record are given in order.

  --entity NAME       the noun of the record, such as incident; otherwise taken from the events
  --id ID             the id of the record; otherwise taken from the events
  --head HASH         the hash that the history must end with, from a head that was kept elsewhere (one record only)

Against daily roots, as GET /v1/roots/{id}/file answers them; all of them, from the first on, in any order:

  --roots FILE        a root, several after one another, or a folder of them; may be given several times
  --public-key FILE   the key (PEM) that they were signed with, handed over another way; several after a change of keys
  --last-root DIGEST  the digest of the latest root that you have seen, which must be among them
  --complete          the files hold every record: one that a root names and that is not there was dropped

Prints one line for the roots and one for each record. Ends with 0 when all are whole, 1 when one is not, 2 when a file cannot
be read.
`;

interface Judgement {
  readonly whole: boolean;
  readonly line: string;
}

const broken = (what: string, line: string): Judgement => ({ whole: false, line: `${what.padEnd(7)} ${line}` });

function judged({ entity, id, events, unfinished }: History, head: string | undefined, roots: Roots | undefined): Judgement {
  const named = `${entity} ${id}`;
  const verdict = verifyChain(entity, id, events);
  if (!verdict.whole) return broken('broken', `${named}: event ${verdict.sequence}: ${verdict.why}`);
  const end = `${verdict.events} event${verdict.events === 1 ? '' : 's'}, head ${verdict.head}`;
  if (unfinished) return broken('cut', `${named}: ${end}; its last page says that there are more`);
  if (head !== undefined && head !== verdict.head) return broken('cut', `${named}: ${end}, not ${head}`);
  const standing = roots && against(roots, named, events);
  if (standing?.held === false) return broken(standing.what, `${named}: ${standing.why}`);
  const young = standing && standing.rooted < events.length ? `; in no root yet from event ${standing.rooted + 1} on` : '';
  return { whole: true, line: `whole   ${named}: ${end}${young}` };
}

function judgedRoots({ whole, fault }: Roots): Judgement[] {
  const [first, last] = [whole[0]?.statement, whole.at(-1)?.statement];
  const count = `${whole.length} root${whole.length === 1 ? '' : 's'}`;
  return [
    ...(first && last ? [{ whole: true, line: `whole   ${count}: ${first.from} to ${last.day}, digest ${digestOf(last)}` }] : []),
    ...(fault ? [broken('broken', `root of ${fault.day}: ${fault.why}`)] : []),
  ];
}

const judgedDropped = (roots: Roots, histories: readonly History[]): Judgement[] =>
  droppedFrom(roots, new Set(histories.map(({ entity, id }) => `${entity} ${id}`))).map(({ name, day, sequence }) =>
    broken('dropped', `${name}: the root of ${day} names it; it had ${sequence} event${sequence === 1 ? '' : 's'}`),
  );

function read(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new Unreadable(`${file} cannot be read: ${(error as Error).message}`);
  }
}

function readKey(file: string): string {
  const pem = read(file);
  try {
    createPublicKey(pem);
    return pem;
  } catch (error) {
    throw new Unreadable(`${file} is no public key in PEM: ${(error as Error).message}`);
  }
}

/** A folder stands for the JSON files in it. */
function filesOf(path: string): string[] {
  if (path === '-' || !statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(path, name));
}

const OPTIONS = {
  entity: { type: 'string' },
  id: { type: 'string' },
  head: { type: 'string' },
  roots: { type: 'string', multiple: true },
  'public-key': { type: 'string', multiple: true },
  'last-root': { type: 'string' },
  complete: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

function main(given: readonly string[]): number {
  const { values, positionals } = parseArgs({ args: [...given], allowPositionals: true, options: OPTIONS });
  if (values.help) process.stdout.write(HELP);
  if (values.help) return 0;
  if (positionals.length === 0) throw new Unreadable('Name a file.');
  const { roots: rootFiles = [], 'public-key': keys = [] } = values;
  if (rootFiles.length > 0 !== keys.length > 0)
    throw new Unreadable('Roots are checked with the public key that was handed over: give both --roots and --public-key.');
  if ((values.complete || values['last-root'] !== undefined) && keys.length === 0)
    throw new Unreadable('--complete and --last-root are for checking against roots.');
  const histories = historiesIn(positionals.flatMap(filesOf).map(read), values);
  if (histories.length === 0) throw new Unreadable('There is no event in it.');
  if (values.head !== undefined && histories.length > 1) throw new Unreadable('--head is for the history of one record.');
  const roots =
    keys.length > 0
      ? checkRoots(rootsIn(rootFiles.flatMap(filesOf).map(read)), keys.map(readKey), values['last-root'])
      : undefined;
  const judgements = [
    ...(roots ? judgedRoots(roots) : []),
    ...histories.map((history) => judged(history, values.head, roots)),
    ...(roots && values.complete ? judgedDropped(roots, histories) : []),
  ];
  process.stdout.write(judgements.map(({ line }) => `${line}\n`).join(''));
  return judgements.every(({ whole }) => whole) ? 0 : 1;
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
