import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyChain } from '../../../functions/platform/chain.js';
import { history, mailsAbout, open, read } from '../incident.js';
import { OwnMachine } from '../one-machine.js';
import { hire, type Organisation, type Party, setUp } from '../organisation.js';
import { promise } from '../promise.js';

/** What a client was promised by a 201 or 200. */
interface Acknowledged {
  readonly id: string;
  readonly number: string;
  readonly title: string;
  readonly comments: string[];
}

/** Always on one machine of its own. */
describe('a machine killed in the middle of writes', () => {
  let machine: OwnMachine;
  let organisation: Organisation;
  let called: Party;
  let waiting: any;
  const acknowledged: Acknowledged[] = [];

  beforeAll(async () => {
    machine = await OwnMachine.start();
    organisation = await setUp(machine.world);
    called = await hire(machine.world, 'Emil Frank');
    const { serviceId } = await promise(machine.world, organisation, {
      title: 'Night shift',
      targets: { response: { minutes: 60 } },
      levels: [[called]],
      steps: [
        {
          id: 'page',
          clock: 'response',
          at: { percent: 50 },
          audience: [{ kind: 'team-level', level: 1 }],
          channels: ['email'],
          acknowledgeWithinMinutes: 10,
        },
      ],
    });
    waiting = await open(machine.world, 'requester', { title: 'Waits through it all', serviceId });
  });

  afterAll(async () => {
    await machine?.close();
  });

  /** Opens and comments until the machine is gone, and remembers what was answered. */
  async function write(writer: number): Promise<void> {
    const { world } = machine;
    for (let round = 0; ; round++) {
      const title = `Writer ${writer} in round ${round} at ${Date.now()}`;
      const opened = await world.api('POST', '/v1/incidents', { as: 'requester', body: { title } });
      const { id, number } = opened.body;
      const entry: Acknowledged = { id, number, title, comments: [] };
      acknowledged.push(entry);
      for (const body of ['first', 'second']) {
        await world.api('POST', `/v1/incidents/${id}/comments`, { as: 'agent', body: { body } });
        entry.comments.push(body);
      }
    }
  }

  it('answers again after each of two kills', async () => {
    for (const milliseconds of [1200, 700]) {
      const writing = Promise.allSettled(Array.from({ length: 6 }, (_, writer) => write(writer)));
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      await machine.kill9();
      const ends = await writing;
      expect(ends.map(({ status }) => status)).toEqual(ends.map(() => 'rejected'));
      await machine.restart();
      expect((await read(machine.world, waiting.id)).status).toBe('new');
    }
    expect(acknowledged.length).toBeGreaterThan(6);
  });

  it('has lost nothing that was acknowledged, and numbered nothing twice', async () => {
    for (const { id, title, comments } of acknowledged) {
      expect((await read(machine.world, id)).title).toBe(title);
      const { body } = await machine.world.api('GET', `/v1/incidents/${id}/comments`, { as: 'agent' });
      const kept = body.items.map((said: { body: string }) => said.body);
      expect(kept.slice(0, comments.length)).toEqual(comments);
    }
    expect(new Set(acknowledged.map(({ number }) => number)).size).toBe(acknowledged.length);
  });

  it('has whole histories', async () => {
    for (const { id } of acknowledged) {
      const events = await history(machine.world, `/v1/incidents/${id}`);
      expect(verifyChain('incident', id, events)).toMatchObject({ whole: true });
    }
  });

  it('tells everybody in the end, and each once; the rare mail that went twice is counted in the history', async () => {
    await machine.world.advance(11);
    const sent = await machine.world.mails({ to: organisation.contacts.requester.email });
    for (const { id, number } of acknowledged) {
      const receipts = sent.filter(({ subject }) => subject.includes(`[${number}] We have received`));
      const told = (await history(machine.world, `/v1/incidents/${id}`)).filter(
        ({ detail }) => detail['letter'] === 'incident-received',
      );
      const attempts = Number(told[0]?.detail['attempts'] ?? 1);
      expect({ number, told: told.length }).toEqual({ number, told: 1 });
      expect(receipts.length).toBeGreaterThanOrEqual(1);
      expect(receipts.length).toBeLessThanOrEqual(attempts);
    }
  });

  it('goes on with the escalation that was waiting', async () => {
    await machine.world.advance(25);
    const pages = await mailsAbout(machine.world, waiting, called.email);
    expect(pages.map(({ subject }) => subject)).toEqual([expect.stringContaining('Please acknowledge')]);
  });
});
