import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, comment, history, mailsAbout, open, read } from '../incident.js';
import { OwnMachine } from '../one-machine.js';
import { hire, setUp } from '../organisation.js';
import { promise } from '../promise.js';

/** Always on one machine of its own: its place in the stream is taken back to the beginning. */
describe('the same events, delivered three times', () => {
  let machine: OwnMachine;
  let [worked, waiting]: any[] = [];

  beforeAll(async () => {
    machine = await OwnMachine.start();
    const { world } = machine;
    const organisation = await setUp(world);
    const called = await hire(world, 'Nora Beck');
    const { serviceId } = await promise(world, organisation, {
      title: 'Yard map',
      targets: { response: { minutes: 60 } },
      levels: [[called]],
      steps: [
        {
          id: 'page',
          clock: 'response',
          at: { percent: 50 },
          audience: [{ kind: 'team-level', level: 1 }],
          channels: ['email'],
          acknowledgeWithinMinutes: 300,
        },
      ],
    });
    worked = await open(world, 'requester', { title: 'The map shows the sea', serviceId });
    await command(world, worked.id, 'assign', { assigneeId: called.id });
    await comment(world, worked.id, 'agent', 'Which map?');
    await command(world, worked.id, 'resolve', { code: 'fixed', text: 'Dry land again.' });
    await world.advance(0);
    waiting = await open(world, 'requester', { title: 'The map shows nothing', serviceId });
    await world.advance(1);
  });

  afterAll(async () => {
    await machine?.close();
  });

  /** What must not change: mails by letter, events by name, and the record. */
  async function seen() {
    const { world } = machine;
    const incidents = await Promise.all(
      [worked, waiting].map(async ({ id, number }) => ({
        record: await read(world, id),
        events: (await history(world, `/v1/incidents/${id}`)).map(({ event, hash }) => [event, hash]),
        mails: (await mailsAbout(world, { number })).map(({ subject, to }) => [subject, to]),
      })),
    );
    return { incidents, sent: (await world.mails()).length };
  }

  it('have one effect: no mail, no event and no record is different', async () => {
    const first = await seen();
    expect(first.incidents.map(({ mails }) => mails.length)).toEqual([4, 1]);
    for (const _ of ['second', 'third']) {
      await machine.stop();
      await rm(join(machine.folder, 'stream-position.json'));
      await machine.restart();
      await machine.world.advance(6); // Longer than a queue remembers what it was sent.
      expect(await seen()).toEqual(first);
    }
  });

  it('started one escalation, which pages once', async () => {
    await machine.world.advance(20);
    const pages = (await mailsAbout(machine.world, waiting)).filter(({ subject }) => subject.includes('Please acknowledge'));
    expect(pages).toHaveLength(1);
  });
});
