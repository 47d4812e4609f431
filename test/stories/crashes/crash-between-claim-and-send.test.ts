import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyChain } from '../../../functions/platform/chain.js';
import { history, mailsAbout, open } from '../incident.js';
import { OwnMachine } from '../one-machine.js';
import { type Organisation, setUp } from '../organisation.js';
import { promise } from '../promise.js';
import { WatchedEngine } from './watched-engine.js';

/** Always on one machine of its own: it is struck down at exact points of its work. */
describe('a machine that is struck down while it tells somebody', () => {
  let engine: WatchedEngine;
  let machine: OwnMachine;
  let organisation: Organisation;

  beforeAll(async () => {
    engine = await WatchedEngine.start();
    machine = await OwnMachine.start({ DYNAMODB_ENDPOINT: engine.url });
    organisation = await setUp(machine.world);
  });

  afterAll(async () => {
    await machine?.close();
    await engine?.close();
  });

  const receiptsFor = (incident: any) => mailsAbout(machine.world, incident, organisation.contacts.requester.email);
  /** Long enough for the claim to expire and the sweep to come round. */
  const later = () => machine.world.advance(11);
  const notified = async (id: string) =>
    (await history(machine.world, `/v1/incidents/${id}`)).filter(({ event }) => event === 'incident.notified');

  it('after the claim and before the mail sends it once after it is back, when the claim has expired', async () => {
    const claims = (operation: string, body: string) => operation === 'PutItem' && body.includes('DELIVERY#received');
    const struck = engine.strike('after', claims, () => machine.kill9());
    const incident = await open(machine.world, 'requester', { title: 'Struck after the claim' });
    await struck;
    await machine.restart();
    await machine.world.advance(1);
    expect(await receiptsFor(incident)).toEqual([]);
    await later();
    expect(await receiptsFor(incident)).toHaveLength(1);
    await later();
    expect(await receiptsFor(incident)).toHaveLength(1);
    expect(await notified(incident.id)).toMatchObject([{ detail: { letter: 'incident-received', attempts: 2 } }]);
  });

  it('after the mail and before its mark does not send it again, since the receipt says that it went', async () => {
    const marks = (operation: string, body: string) => operation === 'TransactWriteItems' && body.includes('incident.notified');
    const struck = engine.strike('before', marks, () => machine.kill9());
    const incident = await open(machine.world, 'requester', { title: 'Struck after the mail' });
    await struck;
    await machine.restart();
    await later();
    await later();
    expect(await receiptsFor(incident)).toHaveLength(1);
    expect(await notified(incident.id)).toMatchObject([{ detail: { letter: 'incident-received' } }]);
  });

  it('after telling a topic, which gives no receipts, tells it again, and the history counts it', async () => {
    const { serviceId } = await promise(machine.world, organisation, {
      title: 'Nobody’s service',
      targets: { response: { minutes: 10 } },
      steps: [{ id: 'half', clock: 'response', at: { percent: 50 }, audience: [{ kind: 'assignee' }], channels: ['email'] }],
    });
    const incident = await open(machine.world, 'requester', { title: 'Struck after the topic', serviceId });
    await machine.world.eventually('the receipt', async () => (await notified(incident.id)).length === 1);
    const marks = (operation: string, body: string) => operation === 'TransactWriteItems' && body.includes('incident.notified');
    const struck = engine.strike('before', marks, () => machine.kill9());
    await Promise.allSettled([machine.world.advance(6)]); // The answer is lost with the machine.
    await struck;
    await machine.restart();
    await later();
    const told = (await machine.world.mails({ to: 'management' })).filter(({ text }) => text.includes(incident.number));
    expect(told.filter(({ subject }) => subject.includes('50%'))).toHaveLength(2);
    const half = (await notified(incident.id)).filter(({ detail }) => String(detail['key']).includes('half'));
    expect(half).toMatchObject([{ detail: { attempts: 2 } }]);
    const events = await history(machine.world, `/v1/incidents/${incident.id}`);
    expect(verifyChain('incident', incident.id, events)).toMatchObject({ whole: true });
  });
});
