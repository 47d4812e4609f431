import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operation } from '../../../../functions/operation/area.js';
import { operationTasks } from '../../../../functions/operation/working.js';
import { startDesk, type TestDesk } from '../../../support/desk.js';
import { type SmallDesk, smallDesk } from '../../../support/fixtures.js';
import { admin, alertsOf, aSource, incidentsOf, notify, prometheus, type Source, tellAll } from './a-source.js';

let desk: TestDesk;
let small: SmallDesk;
beforeAll(async () => {
  desk = await startDesk();
  small = await smallDesk(desk);
});
afterAll(() => desk.close());

const later = (minutes: number) => {
  desk.now = new Date(desk.now.getTime() + minutes * 60_000);
};
const ago = (minutes: number) => new Date(desk.now.getTime() - minutes * 60_000).toISOString();
const started = (minutes: number) => ({ startsAt: ago(minutes) });
const ended = (from: string) => ({ status: 'resolved', startsAt: from, endsAt: desk.now.toISOString() });
const of = async (source: Source, phase?: string) =>
  (await incidentsOf(desk, phase)).filter(({ monitoring }) => monitoring?.correlation?.includes(source.id));
const nobody = async () => {
  throw new Error('Nobody is written to.');
};
/** Rings every timer of incidents that is due. */
async function ring(): Promise<void> {
  const tasks = operationTasks(desk.dependencies, { mail: nobody, publish: nobody });
  const records = desk.dependencies.store.for({ actor: 'test', now: desk.now, correlation: 'test' });
  const { incidents } = await import('../../../../functions/operation/incident/entity.js');
  for (const { id, timer } of await records.overdue(incidents, desk.now.toISOString(), 100))
    await tasks({ task: 'escalate', id, generation: timer.generation });
}

describe('a delivery of Alertmanager', () => {
  it('makes one alert, and one incident, however often and at once it comes', async () => {
    const source = await aSource(desk, { kind: 'alertmanager' });
    const answers = await Promise.all([1, 2, 3].map(() => notify(desk, source, [prometheus('a1')])));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.reduce((sum, { body }) => sum + body.opened, 0)).toBe(1);
    expect(await alertsOf(desk, source)).toHaveLength(1);
    await tellAll(desk, 3);
    const [incident, ...others] = await of(source);
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ source: 'monitoring', title: 'a1 is down', urgency: 1, monitoring: { count: 1 } });
    const { body } = await desk.call(operation, `GET /v1/incidents/${incident.id}/links`, admin);
    expect(body.items).toMatchObject([{ type: 'caused-by', entity: 'alert' }]);
  });

  it('with labels that nobody knows keeps them all, odd ones too', async () => {
    const source = await aSource(desk, { kind: 'alertmanager' });
    const labels = { constructor: 'x', 'a.b/c': 'ä 漢', toString: '', number: 7 as unknown as string };
    expect((await notify(desk, source, [prometheus('b1', { labels })])).body.opened).toBe(1);
    const [{ id }] = await alertsOf(desk, source);
    const { body } = await desk.call(operation, `GET /v1/alerts/${id}`, admin);
    expect(body.labels).toMatchObject({ constructor: 'x', 'a.b/c': 'ä 漢', toString: '', number: '7', alertname: 'HostDown' });
  });

  it('is refused without the token, with another source’s, and with one that was replaced too long ago', async () => {
    const [one, other] = [await aSource(desk, { kind: 'alertmanager' }), await aSource(desk, { kind: 'alertmanager' })];
    for (const secret of ['', 'x', other.secret, one.secret.toUpperCase()])
      expect((await notify(desk, { ...one, secret }, [prometheus('c1')])).status).toBe(401);
    expect((await notify(desk, { ...one, id: 'nobody' }, [prometheus('c1')])).status).toBe(401);
    const issued = await desk.call(operation, `POST /v1/alert-sources/${one.id}/secret`, { ...admin, body: { overlapHours: 1 } });
    expect((await notify(desk, one, [prometheus('c1')])).status).toBe(200);
    later(61);
    expect((await notify(desk, one, [prometheus('c2')])).status).toBe(401);
    expect((await notify(desk, { ...one, secret: issued.body.secret }, [prometheus('c2')])).status).toBe(200);
    const { body } = await desk.call(operation, `GET /v1/alert-sources/${one.id}/history?limit=100`, admin);
    expect(JSON.stringify(body)).not.toContain(issued.body.secret);
    expect(body.items.map(({ event }: { event: string }) => event)).toContain('alert-source.secret-issued');
  });

  it.each([
    ['no object', 'x'],
    ['another version', { version: '3', alerts: [] }],
    ['an alert without a fingerprint', { version: '4', alerts: [{ status: 'firing' }] }],
    ['a status that there is none of', { version: '4', alerts: [{ status: 'odd', fingerprint: 'x' }] }],
    ['fifty thousand alerts', { version: '4', alerts: Array(50_000).fill({}) }],
  ])('that is %s is refused, never a fault', async (_, body) => {
    const source = await aSource(desk, { kind: 'alertmanager' });
    const headers = { authorization: `Bearer ${source.secret}` };
    const answer = await desk.call(operation, `POST /signals/alert-sources/${source.id}`, { roles: '', body, headers });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });
});

describe('order', () => {
  it('of an end that comes before its beginning is told by when the episode began', async () => {
    const source = await aSource(desk, { kind: 'alertmanager' });
    const from = ago(3);
    expect((await notify(desk, source, [prometheus('d1', ended(from))])).body.opened).toBe(1);
    expect((await notify(desk, source, [prometheus('d1', { startsAt: from })])).body).toMatchObject({ late: 1 });
    await tellAll(desk);
    expect(await of(source)).toEqual([]);
    expect((await notify(desk, source, [prometheus('d1', started(0))])).body).toMatchObject({ changed: 1 });
    await tellAll(desk);
    expect(await of(source)).toHaveLength(1);
  });

  it('of an end that belongs to the episode before changes nothing', async () => {
    const source = await aSource(desk, { kind: 'alertmanager' });
    const [first, second] = [ago(30), ago(2)];
    await notify(desk, source, [prometheus('e1', { startsAt: first })]);
    await notify(desk, source, [prometheus('e1', { startsAt: second })]);
    expect((await notify(desk, source, [prometheus('e1', ended(first))])).body).toMatchObject({ late: 1 });
    expect(await alertsOf(desk, source)).toMatchObject([{ status: 'firing', startsAt: second }]);
  });

  it('does not lose what fires again under the same beginning, long after it was said to have ended', async () => {
    const source = await aSource(desk, { kind: 'alertmanager' });
    const from = ago(1);
    await notify(desk, source, [prometheus('f1', { startsAt: from })]);
    await notify(desk, source, [prometheus('f1', ended(from))]);
    later(15);
    expect((await notify(desk, source, [prometheus('f1', { startsAt: from })])).body).toMatchObject({ changed: 1 });
  });

  it('and repetition lengthen no history', async () => {
    const source = await aSource(desk, { kind: 'alertmanager' });
    for (let i = 0; i < 30; i++) await notify(desk, source, [prometheus('g1')]);
    const [{ id }] = await alertsOf(desk, source);
    const { body } = await desk.call(operation, `GET /v1/alerts/${id}/history`, admin);
    expect(body.items.map(({ event }: { event: string }) => event)).toEqual(['alert.fired']);
    const { body: seen } = await desk.call(operation, `GET /v1/alerts/${id}/occurrences`, admin);
    expect(seen.items).toEqual([{ hour: `${desk.now.toISOString().slice(0, 13)}:00:00.000Z`, repeated: 29 }]);
  });
});

describe('an incident of monitoring', () => {
  it('is about the service that a label names, and takes in what else happens to it', async () => {
    const source = await aSource(desk, { kind: 'alertmanager', resolveAfterMinutes: 5 });
    const labels = { service: '  mail ' };
    await notify(desk, source, [prometheus('h1', { labels, ...started(1) })]);
    await tellAll(desk);
    later(20);
    await notify(desk, source, [prometheus('h2', { labels, ...started(1) })]);
    await tellAll(desk, 2);
    const about = (await incidentsOf(desk)).filter(({ monitoring }) => monitoring?.correlation === `service~${small.serviceId}`);
    expect(about).toHaveLength(1);
    expect(about[0]).toMatchObject({ serviceId: small.serviceId, teamId: small.teamId, monitoring: { count: 2 } });
    expect(about[0].monitoring.alerts).toHaveLength(2);
  });

  it('resolves by itself when all has been quiet for long enough, and is taken up when it fires again', async () => {
    const source = await aSource(desk, { kind: 'alertmanager', resolveAfterMinutes: 10, windowMinutes: 60 });
    const from = ago(1);
    await notify(desk, source, [prometheus('i1', { startsAt: from }), prometheus('i2', { startsAt: from })]);
    await tellAll(desk);
    const [{ id }] = await of(source);
    await notify(desk, source, [prometheus('i1', ended(from))]);
    await tellAll(desk);
    later(11);
    await ring();
    expect(await of(source)).toMatchObject([{ id, status: 'new' }]);
    await notify(desk, source, [prometheus('i2', ended(from))]);
    await tellAll(desk, 2);
    later(9);
    await ring();
    expect(await of(source)).toMatchObject([{ id, status: 'new' }]);
    later(2);
    await ring();
    expect(await of(source, 'resolved')).toMatchObject([{ id, resolution: { code: 'resolved-itself' } }]);
    later(20);
    await notify(desk, source, [prometheus('i1', started(0))]);
    await tellAll(desk, 2);
    expect(await of(source)).toMatchObject([{ id, status: 'in-progress', reopenings: 1 }]);
  });

  it('that somebody took over stays open, and is commented on', async () => {
    const source = await aSource(desk, { kind: 'alertmanager', resolveAfterMinutes: 1 });
    const from = ago(1);
    await notify(desk, source, [prometheus('j1', { startsAt: from })]);
    await tellAll(desk);
    const [{ id, version }] = await of(source);
    const headers = { 'if-match': `"${version}"` };
    expect((await desk.call(operation, `POST /v1/incidents/${id}/acknowledge`, { ...admin, body: {}, headers })).status).toBe(
      200,
    );
    await notify(desk, source, [prometheus('j1', ended(from))]);
    await tellAll(desk);
    later(2);
    await ring();
    await ring();
    expect(await of(source)).toMatchObject([{ id, status: 'in-progress' }]);
    const { body } = await desk.call(operation, `GET /v1/incidents/${id}/comments`, admin);
    expect(body.items).toMatchObject([{ visibility: 'internal', automatic: true }]);
  });

  it('that is too old to take part lets the next alert open another', async () => {
    const source = await aSource(desk, { kind: 'alertmanager', windowMinutes: 30 });
    await notify(desk, source, [prometheus('k1', started(1))]);
    await tellAll(desk);
    const [first] = await of(source);
    later(45);
    await notify(desk, source, [prometheus('k2', started(1))]);
    await tellAll(desk, 2);
    const [second, ...others] = await of(source);
    expect([others, second.id === first.id]).toEqual([[], false]);
    await notify(desk, source, [prometheus('k1', ended(first.monitoring.lastFiredAt))]);
    await tellAll(desk);
    const { body } = await desk.call(operation, `GET /v1/incidents/${first.id}`, admin);
    expect(body.monitoring.alerts).toMatchObject([{ firing: false }]);
    expect(body.monitoring.correlation).toBeUndefined();
  });

  it('that somebody resolved is not opened again by what was heard before', async () => {
    const source = await aSource(desk, { kind: 'alertmanager', windowMinutes: 5 });
    await notify(desk, source, [prometheus('l1', started(1))]);
    await tellAll(desk);
    const [{ id, version }] = await of(source);
    const resolving = { body: { code: 'fixed', text: 'Done.' }, headers: { 'if-match': `"${version}"` } };
    expect((await desk.call(operation, `POST /v1/incidents/${id}/resolve`, { ...admin, ...resolving })).status).toBe(200);
    later(30);
    await tellAll(desk, 2);
    expect(await of(source)).toEqual([]);
    expect(await of(source, 'resolved')).toHaveLength(1);
  });
});

describe('a storm', () => {
  it('of five hundred alerts makes few records and incidents, whatever comes twice, and ends when all have', async () => {
    const source = await aSource(desk, { kind: 'alertmanager', stormLimit: 5, resolveAfterMinutes: 1 });
    const from = ago(1);
    const all = Array.from({ length: 500 }, (_, i) => prometheus(`m${i}`, { startsAt: from }));
    const began = performance.now();
    const answers = await Promise.all([notify(desk, source, all), notify(desk, source, all)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(await alertsOf(desk, source)).toHaveLength(6);
    await tellAll(desk, 2);
    const incidents = await of(source);
    expect(incidents).toHaveLength(2);
    const storm = incidents.find(({ title }) => title.startsWith('Alert storm'))!;
    expect(storm).toMatchObject({ monitoring: { count: 495 }, urgency: 1 });
    expect(storm.description).toContain('495 new alerts');
    later(1);
    expect((await notify(desk, source, [prometheus('n1', { startsAt: ago(0) })])).body).toMatchObject({ storm: 1, opened: 0 });
    const over = [...all, prometheus('n1')].map((alert) => ({
      ...alert,
      ...ended(from),
    }));
    over[500] = prometheus('n1', { ...ended(ago(0)) });
    await notify(desk, source, over);
    await tellAll(desk);
    later(2);
    await ring();
    expect(await of(source)).toEqual([]);
    expect(await of(source, 'resolved')).toHaveLength(2);
  }, 60_000);

  it('is said of alerts that the source itself left out', async () => {
    const source = await aSource(desk, { kind: 'alertmanager' });
    await notify(desk, source, [prometheus('o1')], { truncatedAlerts: 12 });
    await notify(desk, source, [prometheus('o1')], { truncatedAlerts: 12 });
    await tellAll(desk);
    const storm = (await of(source)).find(({ title }) => title.startsWith('Alert storm'))!;
    expect(storm.monitoring.count).toBe(12);
  });
});
