import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operation } from '../../../../functions/operation/area.js';
import { startDesk, type TestDesk } from '../../../support/desk.js';
import { admin, alertsOf, aSource, incidentsOf, type Source, signed, tellAll } from '../alert/a-source.js';

let desk: TestDesk;
beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.close());

const message = (fingerprint: string, over: object = {}) =>
  JSON.stringify({ alerts: [{ fingerprint, status: 'firing', title: `Queue of ${fingerprint} is long`, ...over }] });
const send = (source: Source, text: string, headers: Record<string, string>) =>
  desk.call(operation, `POST /signals/alert-sources/${source.id}`, { roles: '', body: text, headers });

describe('a signed message', () => {
  it('is taken in once, however often it is delivered', async () => {
    const source = await aSource(desk, { kind: 'generic' });
    const headers = signed(source.secret, 'msg_1', desk.now, message('a'));
    const first = await send(source, message('a'), headers);
    const again = [2, 3].map(() => send(source, message('a'), headers));
    expect(first.body).toMatchObject({ opened: 1 });
    for (const each of again) expect((await each).body).toMatchObject({ opened: 0, repeated: 1 });
    expect(await alertsOf(desk, source)).toHaveLength(1);
  });

  it('is refused when a byte of it, its id or its time is another, and when it is old or of the future', async () => {
    const source = await aSource(desk, { kind: 'generic' });
    const text = message('b');
    const right = signed(source.secret, 'msg_2', desk.now, text);
    const at = (minutes: number) => signed(source.secret, 'msg_2', new Date(desk.now.getTime() + minutes * 60_000), text);
    const wrong: [string, Record<string, string>][] = [
      [text.replace('firing', 'Firing'), right],
      [`${text} `, right],
      [text, { ...right, 'webhook-id': 'msg_3' }],
      [text, { ...right, 'webhook-timestamp': String(Number(right['webhook-timestamp']) + 1) }],
      [text, { ...right, 'webhook-signature': '' }],
      [text, { ...right, 'webhook-signature': right['webhook-signature']!.replace('v1,', 'v2,') }],
      [text, { 'webhook-id': 'msg_2' }],
      [text, { authorization: `Bearer ${source.secret}` }],
      [text, at(-6)],
      [text, at(6)],
      [text, signed('whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=', 'msg_2', desk.now, text)],
    ];
    for (const [body, headers] of wrong) expect((await send(source, body, headers)).status).toBe(401);
    const both = { ...right, 'webhook-signature': `v1,AAAA ${right['webhook-signature']}` };
    expect((await send(source, text, both)).status).toBe(200);
    expect((await send(source, text, at(-4))).status).toBe(200);
  });

  it('of a source that was of another kind before is proved by the signing secret alone', async () => {
    const source = await aSource(desk, { kind: 'alertmanager' });
    const path = `/v1/alert-sources/${source.id}`;
    const { body } = await desk.call(operation, `GET ${path}`, admin);
    const patched = await desk.call(operation, `PATCH ${path}`, {
      ...admin,
      body: { kind: 'generic' },
      headers: { 'if-match': `"${body.version}"` },
    });
    expect(patched.status).toBe(200);
    const text = message('changed');
    expect((await send(source, text, signed('whsec_AAAA', 'msg_k', desk.now, text))).status).toBe(401);
    const { body: issued } = await desk.call(operation, `POST ${path}/secret`, { ...admin, body: {} });
    expect((await send(source, text, signed(issued.secret, 'msg_k', desk.now, text))).body).toMatchObject({ opened: 1 });
  });

  it('is refused while its source is not enabled, and keeps its secret out of every answer', async () => {
    const source = await aSource(desk, { kind: 'generic' });
    const read = await desk.call(operation, `GET /v1/alert-sources/${source.id}`, admin);
    expect(JSON.stringify(read.body)).not.toContain('whsec_');
    await desk.call(operation, `PATCH /v1/alert-sources/${source.id}`, {
      ...admin,
      body: { enabled: false },
      headers: { 'if-match': read.headers['etag']! },
    });
    expect((await send(source, message('c'), signed(source.secret, 'msg_4', desk.now, message('c')))).status).toBe(403);
  });

  it('may say what it is about by rules: service, team, urgency, or nothing at all', async () => {
    const rules = [
      { when: { env: 'test*' }, ignore: true },
      { when: { severity: 'page' }, urgency: 1 },
    ];
    const source = await aSource(desk, { kind: 'generic', rules, impact: 3 });
    const post = async (id: string, labels: object) => {
      const text = message(id, { labels });
      return (await send(source, text, signed(source.secret, id, desk.now, text))).body;
    };
    expect(await post('d1', { env: 'testing' })).toMatchObject({ ignored: 1, opened: 0 });
    expect(await post('d2', { env: 'production', severity: 'page' })).toMatchObject({ opened: 1 });
    expect(await post('d3', { severity: 'info' })).toMatchObject({ opened: 1 });
    await tellAll(desk);
    const found = (await incidentsOf(desk)).filter(({ monitoring }) => monitoring.correlation.includes(source.id));
    expect(found.map(({ urgency, impact }) => [impact, urgency]).sort()).toEqual([
      [3, 1],
      [3, 3],
    ]);
  });
});
