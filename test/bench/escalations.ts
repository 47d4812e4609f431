import { setTimeout } from 'node:timers/promises';
import { AT_THE_END, openDesk } from './desk.js';
import { type Machine, startMachine } from './machine.js';
import { percentile } from './report.js';

export interface Timeliness {
  /** Clocks that run, and those of them whose step falls into the minute that is looked at. */
  readonly running: number;
  readonly due: number;
  /** Milliseconds from the planned instant to the mail in the outbox. */
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
  /** Steps that nobody was told of within two minutes. */
  readonly missing: number;
}

interface Opened {
  readonly id: string;
  readonly nextDue: string;
}

/** Clocks that are due within one minute, among others that run on: how late is the mail that tells of it? */
export async function timeliness(running = 1_000, due = 1_000): Promise<Timeliness> {
  const machine = await startMachine();
  try {
    const headers = { authorization: `Bearer ${await machine.token('admin')}`, 'content-type': 'application/json' };
    const { serviceId } = await openDesk(machine, await machine.token('admin'), AT_THE_END);
    const customerId = await stepsAtTheEnd(machine, headers);
    const open = async (level: number): Promise<Opened> => {
      const body = JSON.stringify({ title: 'It stands still', impact: level, urgency: level, customerId, serviceId });
      const answer = await fetch(`${machine.url}/v1/incidents`, { method: 'POST', headers, body });
      if (!answer.ok) throw new Error(await answer.text());
      return (await answer.json()) as Opened;
    };
    await eightAtATime(running - due, () => open(2));
    const watched = await overAMinute(machine, due, () => open(1));
    await machine.settled();
    await advanceTo(machine, Date.parse(watched[0]!.nextDue) - 3_000);
    await setTimeout(Date.parse(watched.at(-1)!.nextDue) - (await nowOf(machine)) + 1_000);
    return { running, due, ...(await lateness(machine, watched)) };
  } finally {
    await machine.stop();
  }
}

/** A customer whose agreement promises a resolution only, and one step, at its due instant. */
async function stepsAtTheEnd({ url }: Machine, headers: Record<string, string>): Promise<string> {
  const ask = async (path: string, body: object, more: object = {}) => {
    const answer = await fetch(`${url}/v1/${path}`, {
      method: 'POST',
      headers: { ...headers, ...more },
      body: JSON.stringify(body),
    });
    const made = (await answer.json()) as { id: string };
    if (!answer.ok) throw new Error(`POST ${path}: ${JSON.stringify(made)}`);
    return made.id;
  };
  const customerId = await ask('customers', { title: 'In a hurry', timezone: 'Europe/Berlin' });
  const day = [['00:00', '24:00']];
  const hours = Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((name) => [name, day]));
  const calendarId = await ask('calendars', { title: 'Round the clock', timezone: 'Europe/Berlin', hours });
  const [soon, late] = [{ resolution: { minutes: 600 } }, { resolution: { minutes: 6000 } }];
  const targets = { '1': soon, '2': late, '3': late, '4': late };
  const terms = { customerId, calendarId, timezone: 'Europe/Berlin', validFrom: '2020-01-01', targets };
  const agreementId = await ask('agreements', { title: 'Ten hours', ...terms });
  await ask(`agreements/${agreementId}/activate`, {}, { 'if-match': '"1"' });
  return customerId;
}

async function eightAtATime(many: number, work: () => Promise<unknown>): Promise<void> {
  let left = many;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (left-- > 0) await work();
    }),
  );
}

/** Opens them so that by the machine's clock they are spread over a minute, however fast it is. */
async function overAMinute(machine: Machine, many: number, open: () => Promise<Opened>): Promise<Opened[]> {
  const opened: Opened[] = [];
  const began = await nowOf(machine);
  const STEPS = 60;
  for (let step = 0; step < STEPS; step++) {
    const until = Math.round((many * (step + 1)) / STEPS);
    await eightAtATime(until - opened.length, async () => opened.push(await open()));
    await advanceTo(machine, began + (step + 1) * 1000);
  }
  return opened.sort((a, b) => (a.nextDue < b.nextDue ? -1 : 1));
}

const nowOf = async ({ url }: Machine): Promise<number> =>
  Date.parse(((await (await fetch(`${url}/local/clock`)).json()) as { now: string }).now);

async function advanceTo(machine: Machine, instant: number): Promise<void> {
  const minutes = (instant - (await nowOf(machine))) / 60_000;
  if (minutes <= 0) return;
  const body = JSON.stringify({ advanceMinutes: minutes });
  const answer = await fetch(`${machine.url}/local/clock`, { method: 'POST', body });
  if (!answer.ok) throw new Error(await answer.text());
}

/** Waits until all were told of, at most two minutes. */
async function lateness(machine: Machine, watched: readonly Opened[]) {
  const planned = new Map(watched.map(({ id, nextDue }) => [id, Date.parse(nextDue)]));
  const late = new Map<string, number>();
  for (const until = Date.now() + 120_000; Date.now() < until && late.size < planned.size; await setTimeout(500)) {
    const since = new Date(Math.min(...planned.values())).toISOString();
    const { items } = (await (await fetch(`${machine.url}/local/mail?limit=1000&since=${since}`)).json()) as { items: Sent[] };
    for (const { at, tags } of items) {
      const id = tags?.['steward-id'] ?? '';
      const instant = planned.get(id);
      if (instant !== undefined && Date.parse(at) >= instant)
        late.set(id, Math.min(late.get(id) ?? Infinity, Date.parse(at) - instant));
    }
  }
  const times = [...late.values()];
  return {
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    most: Math.max(...times),
    missing: planned.size - late.size,
  };
}

interface Sent {
  readonly at: string;
  readonly tags?: Readonly<Record<string, string>>;
}
