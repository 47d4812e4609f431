import { operation } from '../../functions/operation/area.js';
import { operationEvents } from '../../functions/operation/hearing.js';
import { incidents } from '../../functions/operation/incident/entity.js';
import { operationTasks } from '../../functions/operation/working.js';
import type { Mailer } from '../../functions/platform/mailer.js';
import { type Asked, startDesk, type TestDesk } from '../support/desk.js';
import { smallDesk } from '../support/fixtures.js';
import { MEMORY, PRICES } from './prices.js';

/** What one incident uses, measured: units as the table bills them, transitions, letters, and its functions' time. */
export interface Used {
  writeUnits: number;
  readUnits: number;
  requests: number;
  invocations: number;
  milliseconds: number;
  events: number;
  transitions: number;
  mails: number;
}

export interface Measured {
  /** Opening alone: record, event, guards and indexes. */
  readonly create: Used;
  /** A page of fifty incidents. */
  readonly page: Used;
  /** From open to closed in time, with two updates and its escalation. */
  readonly incident: Used;
  /** Bytes of JSON that the opened incident is shown as, with its clocks. */
  readonly bytes: number;
}

const none = (): Used => ({
  writeUnits: 0,
  readUnits: 0,
  requests: 0,
  invocations: 0,
  milliseconds: 0,
  events: 0,
  transitions: 0,
  mails: 0,
});
const agent: Asked = { roles: 'agent', sub: 'agent-1' };

const DESCRIPTION =
  'The label printer in hall three prints blank labels since this morning. We changed the roll, turned it off and on again, and sent a ' +
  'test page from the driver, which came out empty too. The other printer of the same model works. Orders for the evening truck wait ' +
  'for their labels, some forty pallets, and the carrier comes at six. Please call the shift lead on extension 4711 before you take it ' +
  'out of the network, since the handhelds print through the same queue. The error light blinks twice, then stays on.';

/** Runs one incident through the functions over a real engine and counts what it uses. */
export async function measure(): Promise<Measured> {
  const desk = await startDesk();
  try {
    desk.now = new Date('2026-03-02T08:30:00.000Z');
    const small = await smallDesk(desk);
    const used = counting(desk);
    const body = {
      title: 'Label printer prints blank labels',
      description: DESCRIPTION,
      requesterId: small.contactId,
      serviceId: small.serviceId,
    };
    // The first one of a process also leases a block of numbers and reads the versions that it then keeps.
    await desk.call(operation, 'POST /v1/incidents', { ...agent, body });
    const { used: create, result: opened } = await used(() => desk.call(operation, 'POST /v1/incidents', { ...agent, body }));
    const shown = (
      await desk.dependencies.store.for({ actor: 'cost', now: desk.now, correlation: 'cost' }).read(incidents, opened.body.id)
    ).record;
    const rest = await used(() => life(desk, opened.body.id));
    for (let i = 0; i < 50; i++) await desk.call(operation, 'POST /v1/incidents', { ...agent, body });
    const page = await used(() => desk.call(operation, 'GET /v1/incidents?limit=50', agent));
    const incident = sum(create, rest.used);
    incident.transitions = rest.result.transitions;
    incident.mails = rest.result.mails;
    return { create, page: page.used, incident, bytes: Buffer.byteLength(JSON.stringify(shown)) };
  } finally {
    desk.close();
  }
}

/** Two updates, acknowledged, resolved and closed in time; its escalation wakes, and people are told. */
async function life(desk: TestDesk, id: string): Promise<{ transitions: number; mails: number }> {
  let mails = 0;
  const mailer: Mailer = { mail: async () => `mail-${++mails}`, publish: async () => 'topic' };
  const tasks = operationTasks(desk.dependencies, mailer);
  const move = (verb: string, version: number, body: object = {}) =>
    desk.call(operation, `POST /v1/incidents/${id}/${verb}`, { ...agent, body, headers: { 'if-match': `"${version}"` } });
  const later = (minutes: number) => {
    desk.now = new Date(desk.now.getTime() + minutes * 60_000);
  };
  later(5);
  await move('acknowledge', 1);
  await desk.call(operation, `POST /v1/incidents/${id}/comments`, {
    ...agent,
    body: { body: 'We have found the cause and are testing.' },
  });
  later(30);
  await desk.call(operation, `POST /v1/incidents/${id}/comments`, { ...agent, body: { body: 'It prints again; please check.' } });
  await move('resolve', 2, { code: 'fixed', text: 'The former driver is back in place.' });
  const transitions = await escalationOf(desk, id, tasks);
  await move('close', 3);
  const { items } = await desk.dependencies.store
    .for({ actor: 'cost', now: desk.now, correlation: 'cost' })
    .history(incidents, id, { limit: 100 });
  const hear = operationEvents(desk.dependencies, mailer);
  for (const { sequence, event, detail } of items)
    if (detail['notices'])
      await hear({ source: 'steward', 'detail-type': event, detail: { entity: 'incident', id, sequence, tells: 'people' } });
  return { transitions, mails };
}

/** Look, choice and wait for each time that it looks, and the end: as `workflows/incident-escalation.asl.json` has it. */
async function escalationOf(desk: TestDesk, id: string, tasks: ReturnType<typeof operationTasks>): Promise<number> {
  let transitions = 1;
  const resolved = desk.now;
  for (let looks = 0; looks < 20; looks++) {
    const { timer } = await desk.dependencies.store
      .for({ actor: 'cost', now: desk.now, correlation: 'cost' })
      .read(incidents, id);
    const look = (await tasks({ task: 'escalate', id, generation: timer!.generation })) as { state: string; wakeAt?: string };
    transitions += 3;
    if (look.state !== 'wait') break;
    desk.now = new Date(Math.max(Date.parse(look.wakeAt!), desk.now.getTime()));
  }
  desk.now = new Date(Math.max(resolved.getTime(), desk.now.getTime()));
  return transitions;
}

/** Counts what happens to the table and in the functions while something is done. */
function counting(desk: TestDesk) {
  let now: Used = none();
  const units = (output: { ConsumedCapacity?: unknown }, write: boolean) => {
    for (const capacity of [output.ConsumedCapacity ?? []].flat() as { CapacityUnits?: number }[])
      now[write ? 'writeUnits' : 'readUnits'] += capacity.CapacityUnits ?? 0;
  };
  desk.table.client.middlewareStack.add(
    (next, context) => async (args) => {
      (args.input as { ReturnConsumedCapacity?: string }).ReturnConsumedCapacity = 'TOTAL';
      const result = await next(args);
      const name = String((context as { commandName?: string }).commandName);
      units(result.output as { ConsumedCapacity?: unknown }, !/^(GetItem|BatchGetItem|Query)/.test(name));
      if (/^TransactWrite/.test(name)) now.events += 1;
      return result;
    },
    { step: 'initialize', name: 'counting' },
  );
  return async <R>(act: () => Promise<R>): Promise<{ used: Used; result: R }> => {
    now = none();
    const counted = now;
    const call = desk.call;
    desk.call = async (...asked) => {
      const began = performance.now();
      const answer = await call(...asked);
      counted.requests += 1;
      counted.invocations += 1;
      counted.milliseconds += performance.now() - began;
      return answer;
    };
    const result = await act();
    desk.call = call;
    now = none();
    return { used: counted, result };
  };
}

const sum = (a: Used, b: Used): Used =>
  Object.fromEntries(Object.entries(a).map(([name, value]) => [name, value + b[name as keyof Used]])) as unknown as Used;

/** US dollars for what was used: table, API, functions (also those behind relay, events and tasks), bus, workflow, mail. */
export function dollars({
  writeUnits,
  readUnits,
  requests,
  invocations,
  milliseconds,
  events,
  transitions,
  mails,
}: Used): number {
  const million = 1_000_000;
  const behind = 2 * events + Math.ceil(transitions / 3);
  const seconds = (milliseconds + behind * 30) / 1000;
  return (
    (writeUnits * PRICES.writeUnits + readUnits * PRICES.readUnits) / million +
    (requests * PRICES.httpRequests +
      (invocations + behind) * PRICES.invocations +
      events * PRICES.busEvents +
      PRICES.queueRequests) /
      million +
    seconds * MEMORY * PRICES.gigabyteSeconds +
    (transitions * PRICES.transitions + mails * PRICES.mails) / 1000
  );
}
