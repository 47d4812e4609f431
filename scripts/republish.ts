import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { documentsOf } from '../functions/platform/documents.js';
import { journalOver } from '../functions/platform/journal.js';
import { type Republished, republish } from '../functions/platform/republishing.js';

/** Tells the bus again what it was told in a time range, for consumers that lost it. */
const HELP = `Usage: npm run republish -- --from INSTANT --to INSTANT [--url URL]
       npm run republish -- --from INSTANT --to INSTANT --table NAME --bus NAME

Publishes again the events that were told from one instant (inclusive) to another (exclusive), such as 2026-03-02T10:00:00Z.
Whoever hears the bus takes everything twice without harm, so that a range may be repeated, also after an interruption.

  --url URL     the machine that is running here; http://127.0.0.1:3000 unless given
  --table NAME  of a deployment, with the credentials and region of the environment; see its outputs
  --bus NAME    of the same deployment, such as steward-production
`;

type Run = (from: string, to: string) => Promise<Republished>;

const onThisMachine =
  (url: string): Run =>
  async (from, to) => {
    const body = JSON.stringify({ area: 'governance', task: 'republish', from, to });
    const answer = await fetch(`${url}/local/tasks`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as Republished;
  };

function inDeployment(table: string, busName: string): Run {
  const documents = documentsOf(new DynamoDBClient({}));
  const bus = new EventBridgeClient({});
  const journal = journalOver(documents, table);
  // Each run a minute, so that something is said about where it is.
  return (from, to) => {
    const end = performance.now() + 60_000;
    const mayGoOn = () => performance.now() < end;
    return republish(new Date(from), new Date(to), { journal, documents, bus, table, busName, mayGoOn });
  };
}

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { from: text, to: text, url: text, table: text, bus: text } });
  const { from, to, url = 'http://127.0.0.1:3000', table, bus } = values;
  const isInstant = (given: string | undefined): given is string => given !== undefined && !Number.isNaN(Date.parse(given));
  if (!isInstant(from) || !isInstant(to) || from >= to) throw new RangeError('Name two instants, the earlier one first.');
  if ((table === undefined) !== (bus === undefined)) throw new RangeError('A deployment is named by its table and its bus.');
  const run = table === undefined || bus === undefined ? onThisMachine(url) : inDeployment(table, bus);
  let published = 0;
  for (let at: string | undefined = from; at !== undefined; ) {
    const done: Republished = await run(at, to);
    published += done.published;
    at = done.next;
    if (at !== undefined) console.log(`${published} so far, up to ${at}`);
  }
  console.log(`${published} event${published === 1 ? '' : 's'} told again.`);
}

main().catch((error: Error) => {
  console.error(error instanceof RangeError ? `${error.message}\n\n${HELP}` : error.message);
  process.exitCode = error instanceof RangeError ? 2 : 1;
});
