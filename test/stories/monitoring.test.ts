import { beforeAll, describe, expect, it } from 'vitest';
import { command, read } from './incident.js';
import { create, expectDone, hire } from './organisation.js';
import { promise } from './promise.js';
import { theWorld } from './which-world.js';
import type { Answer } from './world.js';

type Json = any;

/** What a Prometheus says, and what becomes of it at the desk. */
describe('monitoring', async () => {
  const { world, organisation } = await theWorld();
  const mark = Date.now().toString(36);
  const service = `Quay cranes ${mark}`;
  let source: { id: string; secret: string };
  let onCall: { email: string };
  let began: Date;

  beforeAll(async () => {
    began = await world.now();
    onCall = await hire(world, 'Nia Bright');
    await promise(world, organisation, {
      title: service,
      targets: { response: { minutes: 60 }, resolution: { minutes: 480 } },
      levels: [[onCall as never]],
      steps: [
        {
          id: 'half',
          clock: 'response',
          at: { percent: 50 },
          audience: [{ kind: 'team-level', level: 1 }],
          channels: ['email'],
        },
      ],
    });
    const { id } = await create(world, 'alert-sources', {
      title: 'Prometheus of the quay',
      kind: 'alertmanager',
      customerId: organisation.customers.harbour.id,
      rules: [{ when: { job: 'spare' }, serviceId: undefined, impact: 3 }],
      resolveAfterMinutes: 5,
    });
    const issued = await world.api('POST', `/v1/alert-sources/${id}/secret`, { as: 'admin', body: {} });
    source = { id, secret: expectDone(issued).body.secret };
  });

  const alert = (fingerprint: string, startsAt: Date, over: object = {}) => ({
    status: 'firing',
    labels: { alertname: 'CraneStopped', crane: fingerprint, service },
    annotations: { summary: `Crane ${fingerprint} stands still` },
    startsAt: startsAt.toISOString(),
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://prometheus.example/graph',
    fingerprint: `${fingerprint}-${mark}`,
    ...over,
  });
  const notify = (alerts: readonly object[], secret = source.secret): Promise<Answer> =>
    world.api('POST', `/signals/alert-sources/${source.id}`, {
      headers: { authorization: `Bearer ${secret}` },
      body: { version: '4', groupKey: '{}', truncatedAlerts: 0, status: 'firing', receiver: 'steward', alerts },
    });
  const about = async (title: string, phase = 'live'): Promise<Json[]> => {
    const { body } = await world.api('GET', `/v1/incidents?phase=${phase}&limit=100`, { as: 'agent' });
    return Promise.all(body.items.filter((each: Json) => each.title.includes(title)).map(({ id }: Json) => read(world, id)));
  };

  it('without the source’s secret is not listened to', async () => {
    expect((await notify([alert('1', began)], 'stw_wrong')).status).toBe(401);
    expect((await world.api('POST', `/signals/alert-sources/${source.id}`, { body: {} })).status).toBe(401);
  });

  it('opens one incident of the service, with its promise, however often it says so', async () => {
    const said = alert('1', began);
    for (const each of [1, 2, 3]) expect([each, (await notify([said])).status]).toEqual([each, 200]);
    const [incident] = await world.eventually('the incident', async () => {
      const found = await about('Crane 1 stands still');
      return found.length > 0 && found;
    });
    expect(incident).toMatchObject({
      source: 'monitoring',
      customerId: organisation.customers.harbour.id,
      agreement: { rule: expect.any(String) },
    });
    expect((await notify([alert('2', began)])).body).toMatchObject({ opened: 1 });
    await world.eventually('the other crane to join', async () => (await read(world, incident.id)).monitoring.count === 2);
    expect(await about('stands still')).toHaveLength(1);
  });

  it('resolves it when all is quiet', async ({ skip }) => {
    skip(!world.canMoveClock, 'It would take five minutes.');
    const [{ id }] = await about('Crane 1 stands still');
    const ended = { status: 'resolved', endsAt: (await world.now()).toISOString() };
    await notify([alert('1', began, ended), alert('2', began, ended)]);
    await world.eventually('both to have ended', async () => (await read(world, id)).monitoring.settlesAt !== undefined);
    await world.advance(6);
    expect(await read(world, id)).toMatchObject({ status: 'resolved', resolution: { code: 'resolved-itself' } });
  });

  it('takes it up again when a crane stops again, and leaves it open once somebody has it', async ({ skip }) => {
    skip(!world.canMoveClock, 'It would take five minutes.');
    const [{ id }] = await about('Crane 1 stands still', 'resolved');
    const again = await world.now();
    await notify([alert('1', again)]);
    await world.eventually('it to be reopened', async () => (await read(world, id)).status === 'in-progress');
    await command(world, id, 'acknowledge');
    const ended = { status: 'resolved', endsAt: (await world.now()).toISOString() };
    await notify([alert('1', again, ended)]);
    await world.eventually('it to have ended', async () => (await read(world, id)).monitoring.settlesAt !== undefined);
    await world.advance(6);
    expect(await read(world, id)).toMatchObject({ status: 'in-progress' });
    const { body } = await world.api('GET', `/v1/incidents/${id}/comments`, { as: 'agent' });
    expect(body.items).toMatchObject([{ visibility: 'internal', via: 'monitoring' }]);
  });

  it('of CloudWatch comes by the account’s own bus', async ({ skip }) => {
    skip(!world.canMoveClock, 'Only one machine lets us speak as CloudWatch.');
    await create(world, 'alert-sources', { title: 'Our account', kind: 'cloudwatch', account: '000000000000' });
    const at = (await world.now()).toISOString();
    const alarmName = `Disk of ${service} is full`;
    const said = (value: string, previous: string) => ({
      source: 'aws.cloudwatch',
      detailType: 'CloudWatch Alarm State Change',
      resources: [`arn:aws:cloudwatch:local:000000000000:alarm:${mark}`],
      detail: { alarmName, state: { value, timestamp: at, reason: 'x' }, previousState: { value: previous, timestamp: at } },
    });
    for (const each of [1, 2])
      expect([each, (await world.api('POST', '/local/events', { body: said('ALARM', 'OK') })).status]).toEqual([each, 200]);
    const [incident] = await world.eventually('the incident', async () => {
      const found = await about(alarmName);
      return found.length > 0 && found;
    });
    await world.api('POST', '/local/events', { body: said('OK', 'ALARM') });
    await world.eventually('it to have ended', async () => (await read(world, incident.id)).monitoring.settlesAt !== undefined);
    expect(await about(alarmName)).toHaveLength(1);
  });

  it('in a storm of five hundred makes few incidents and few mails', async () => {
    const since = await world.now();
    const storm = Array.from({ length: 500 }, (_, i) => alert(`s${i}`, since));
    const answer = await notify(storm);
    expect(answer.status).toBe(200);
    // What the source said before in the same minute counts as well.
    expect(answer.body.opened).toBeGreaterThanOrEqual(15);
    expect(answer.body.opened).toBeLessThanOrEqual(20);
    expect(answer.body.storm).toBe(500 - answer.body.opened);
    expect((await notify(storm)).body).toMatchObject({ opened: 0 });
    const [incident] = await world.eventually('the storm', async () => {
      const found = await about('Alert storm');
      return found.length > 0 && found;
    });
    expect(incident.monitoring.count).toBe(answer.body.storm);
    if (world.canMoveClock) await world.advance(40);
    const opened = [...(await about('Alert storm')), ...(await about('stands still'))];
    expect(opened.length).toBeLessThanOrEqual(3);
    expect((await world.mails({ since })).length).toBeLessThanOrEqual(5);
  });
});
