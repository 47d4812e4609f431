import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operation } from '../../../functions/operation/area.js';
import { operationEvents } from '../../../functions/operation/hearing.js';
import { incidents } from '../../../functions/operation/incident/entity.js';
import { jsonLog } from '../../../functions/platform/log.js';
import type { Mailer } from '../../../functions/platform/mailer.js';
import { relay } from '../../../functions/platform/relay.js';
import { type Republished, type Republishing, republish } from '../../../functions/platform/republishing.js';
import { startDesk, type TestDesk, testEnv } from '../../support/desk.js';
import { type SmallDesk, smallDesk } from '../../support/fixtures.js';
import { journalOf } from '../../support/journal.js';

let desk: TestDesk;
let small: SmallDesk;
let noted: Awaited<ReturnType<typeof journalOf>>;
beforeAll(async () => {
  desk = await startDesk();
  noted = await journalOf(desk);
  small = await smallDesk(desk);
});
afterAll(async () => {
  await noted.close();
  desk.close();
});

/** A bus that keeps what it is told; the first puts may be refused. */
function bus(refusals = 0) {
  const told: PutEventsRequestEntry[] = [];
  let left = refusals;
  const send = async ({ input: { Entries = [] } }: { input: { Entries?: PutEventsRequestEntry[] } }) => {
    if (left-- > 0) return { FailedEntryCount: 1, Entries: Entries.map(() => ({ ErrorCode: 'InternalFailure' })) };
    told.push(...Entries);
    return { FailedEntryCount: 0 };
  };
  return { told, client: { send } as unknown as Republishing['bus'] };
}

const again = (from: string, to: string, to_: ReturnType<typeof bus>, mayGoOn = () => true): Promise<Republished> =>
  republish(new Date(from), new Date(to), {
    journal: noted.journal,
    documents: desk.dependencies.documents,
    bus: to_.client,
    table: 'steward',
    busName: 'steward',
    mayGoOn,
  });

const open = async (title: string): Promise<string> =>
  (
    await desk.call(operation, 'POST /v1/incidents', {
      roles: 'agent',
      sub: 'agent-1',
      body: { title, requesterId: small.contactId, serviceId: small.serviceId },
    })
  ).body.id;
const at = async (instant: string) => {
  await noted.caughtUp();
  desk.now = new Date(instant);
};
const ids = (told: readonly PutEventsRequestEntry[]) => told.map(({ Detail }) => JSON.parse(Detail!).id);

describe('events of a time range', () => {
  let [early, late] = ['', ''];

  it('are told again as they were told first, and no others', async () => {
    await at('2026-03-02T11:59:59.000Z');
    early = await open('Before');
    await at('2026-03-02T12:30:00.000Z');
    late = await open('Within');
    await at('2026-03-03T01:00:00.000Z');
    const first = bus();
    const log = jsonLog('ERROR', () => undefined);
    for (const event of noted.told)
      await relay(testEnv, log, { bus: first.client, queue: { send: async () => ({}) } as never })(event);
    const second = bus();
    expect(await again('2026-03-02T12:00:00.000Z', '2026-03-03T00:00:00.000Z', second)).toEqual({
      published: second.told.length,
    });
    expect(ids(second.told)).toContain(late);
    expect(ids(second.told)).not.toContain(early);
    const wasTold = new Set(first.told.map((entry) => JSON.stringify(entry)));
    expect(second.told.every((entry) => wasTold.has(JSON.stringify(entry)))).toBe(true);
  });

  it('are told up to where the time ran out, and from there on the next time', async () => {
    let turns = 2;
    const [some, rest] = [bus(), bus()];
    const stopped = await again('2026-03-02T10:00:00.000Z', '2026-03-03T00:00:00.000Z', some, () => turns-- > 0);
    expect(stopped.next).toBe('2026-03-02T12:00:00.000Z');
    expect(ids(some.told)).toContain(early);
    await again(stopped.next!, '2026-03-03T00:00:00.000Z', rest);
    expect([ids(some.told).includes(late), ids(rest.told).includes(late)]).toEqual([false, true]);
  });

  it('are not taken for told when the bus refused them', async () => {
    await expect(again('2026-03-02T10:00:00.000Z', '2026-03-03T00:00:00.000Z', bus(1))).rejects.toThrow('The bus refused 1');
  });

  it('reach a consumer that lost them once in effect, however often they come', async () => {
    const sent: string[] = [];
    const mailer: Mailer = { mail: async (address) => `mail-${sent.push(address)}`, publish: async () => 'topic' };
    const hear = operationEvents(desk.dependencies, mailer);
    for (let times = 0; times < 3; times++) {
      const retold = bus();
      await again('2026-03-02T12:00:00.000Z', '2026-03-03T00:00:00.000Z', retold);
      for (const { DetailType, Detail } of retold.told)
        await hear({ source: 'steward', 'detail-type': DetailType!, detail: JSON.parse(Detail!) });
    }
    expect(sent).toEqual(['cleo@harbour.example']);
    const records = desk.dependencies.store.for({ actor: 'test', now: desk.now, correlation: 'test' });
    const { items } = await records.history(incidents, late, { limit: 100 });
    expect(items.map(({ event }) => event)).toEqual(['incident.opened', 'incident.notified']);
  });
});
