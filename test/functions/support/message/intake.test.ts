import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { operation } from '../../../../functions/operation/area.js';
import { verifyChain } from '../../../../functions/platform/chain.js';
import { relationship } from '../../../../functions/relationship/area.js';
import { support } from '../../../../functions/support/area.js';
import { type Asked, startDesk, type TestDesk } from '../../../support/desk.js';
import { type SmallDesk, smallDesk } from '../../../support/fixtures.js';
import { eml, mailroomOver, type TestMailroom } from '../../../support/mailroom.js';

let desk: TestDesk;
let small: SmallDesk;
let room: TestMailroom;
beforeAll(async () => {
  desk = await startDesk();
  desk.now = new Date('2026-03-06T16:50:00.000Z'); // Friday 17:50 in Berlin
  small = await smallDesk(desk);
  room = mailroomOver(desk);
});
afterAll(() => desk.close());
beforeEach(() => {
  desk.now = new Date(desk.now.getTime() + 2 * 3_600_000); // the counts of an hour begin anew
});

const agent: Asked = { roles: 'agent', sub: 'agent-1' };
const call = (request: string, asked: Asked = agent) => desk.call(operation, request, asked);
const staff = (request: string, asked: Asked = agent) => desk.call(support, request, asked);
const later = (minutes: number) => {
  desk.now = new Date(desk.now.getTime() + minutes * 60_000);
};
const open = async (over: object = {}) =>
  (
    await call('POST /v1/incidents', {
      ...agent,
      body: { title: 'Mail is down', requesterId: small.contactId, serviceId: small.serviceId, ...over },
    })
  ).body;
const move = (id: string, verb: string, version: number, body: object = {}) =>
  call(`POST /v1/incidents/${id}/${verb}`, { ...agent, body, headers: { 'if-match': `"${version}"` } });
const comments = async (id: string) => (await call(`GET /v1/incidents/${id}/comments`)).body.items;
const events = async (id: string): Promise<string[]> =>
  (await call(`GET /v1/incidents/${id}/history`)).body.items.map(({ event }: { event: string }) => event);
const replyTo = (id: string) => desk.dependencies.signer.threadAddress('incident', id);

describe('a mail from a known contact', () => {
  it('opens an incident that counts from the instant of receipt, and may be acknowledged', async () => {
    const message = await room.receive({ subject: '打印机着火了', text: 'Please help.\n\n-- \nCleo' });
    expect(message).toMatchObject({
      status: 'accepted',
      reason: 'known-contact',
      title: '打印机着火了',
      customerId: small.customerId,
      contactId: small.contactId,
      mayAcknowledge: true,
      human: true,
      text: 'Please help.',
      folded: '-- \nCleo',
      verdicts: { dmarc: 'PASS', virus: 'PASS' },
    });
    const received = message.receivedAt;
    expect(received).toBe(desk.now.toISOString());
    later(3);
    const { did, incidentId } = await room.take(message.id);
    expect(did).toBe('opened');
    const { body: incident } = await call(`GET /v1/incidents/${incidentId}`);
    expect(incident).toMatchObject({
      title: '打印机着火了',
      source: 'mail',
      receivedAt: received,
      requesterId: small.contactId,
      customerId: small.customerId,
      messageId: message.id,
      createdBy: 'mail',
    });
    expect(incident.description).toContain('Please help.');
    const { body: history } = await call(`GET /v1/incidents/${incidentId}/history`);
    expect(history.items[0]).toMatchObject({
      actor: 'mail',
      detail: { source: 'mail', notices: [{ letter: 'incident-received', to: { kind: 'contact', id: small.contactId } }] },
    });
    expect((await staff(`GET /v1/messages/${message.id}/outcome`)).body).toEqual({
      entity: 'incident',
      id: incidentId,
      number: incident.number,
      as: 'report',
    });
  });

  it('has one effect though it is told of three times, at once and later', async () => {
    const message = await room.receive({ subject: 'Three times' });
    const effects = await Promise.all([room.take(message.id), room.take(message.id), room.take(message.id)]);
    effects.push(await room.take(message.id));
    expect(effects.map(({ did }) => did).sort()).toEqual(['none', 'none', 'none', 'opened']);
    expect(new Set(effects.map(({ incidentId }) => incidentId)).size).toBe(1);
    expect(await events(effects[0]!.incidentId!)).toEqual(['incident.opened']);
  });

  it('is one record though its stored message is told of again, at once and later', async () => {
    const message = await room.receive({ subject: 'Once' }, 'inbound/once');
    const again = await Promise.all([room.tell('inbound/once'), room.tell('inbound/once'), room.tell('inbound/once')]);
    expect(again.flat()).toEqual([message.id, message.id, message.id]);
  });

  it('is one message though it was received twice', async () => {
    const first = await room.receive({ messageId: '<twice@harbour.example>' });
    const second = await room.receive({ messageId: '<twice@harbour.example>' });
    expect([first.status, second.status]).toEqual(['accepted', 'ignored']);
    expect(second.reason).toBe('duplicate');
    expect((await room.take(second.id)).did).toBe('none');
  });

  it('keeps its files, and gives them to the incident', async () => {
    const text = [
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'See the picture.',
      '--b',
      'Content-Type: image/png; name="fire.png"',
      'Content-Disposition: attachment; filename="fire.png"',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from('picture').toString('base64'),
      '--b',
      'Content-Type: text/html',
      'Content-Disposition: attachment; filename="../../page.html"',
      '',
      '<script>alert(1)</script>',
      '--b--',
      '',
    ].join('\r\n');
    const message = await room.receive({ type: 'multipart/mixed; boundary=b', text });
    expect(message.attachments).toBe(2);
    const { incidentId } = await room.take(message.id);
    await room.take(message.id);
    const { body: files } = await call(`GET /v1/incidents/${incidentId}/attachments`, { roles: 'requester', sub: 'contact-1' });
    expect(files.items).toMatchObject([
      { fileName: 'fire.png', contentType: 'image/png', size: 7, visibility: 'public', by: small.contactId },
      { fileName: 'page.html', contentType: 'application/octet-stream' },
    ]);
    expect(Buffer.from(room.kept.get(files.items[0].key)!).toString()).toBe('picture');
    expect((await call(`GET /v1/incidents/${incidentId}/attachments/${files.items[0].id}`)).body.url).toContain(
      files.items[0].key,
    );
    expect((await staff(`GET /v1/messages/${message.id}/attachments`)).body.items).toHaveLength(2);
    expect((await staff(`GET /v1/messages/${message.id}/raw`)).body).toMatchObject({
      fileName: `${message.number}.eml`,
      url: expect.stringContaining('message.eml'),
    });
  });

  it('is read in GB18030, from HTML alone, and when it is malformed', async () => {
    const chinese = await room.receive({
      type: 'text/plain; charset=gb18030',
      text: Buffer.from([0xb4, 0xf2, 0xd3, 0xa1, 0xbb, 0xfa, 0xbb, 0xb5, 0xc1, 0xcb]),
    });
    expect(chinese.text).toBe('打印机坏了');
    const html = await room.receive({
      type: 'text/html; charset=utf-8',
      text: '<style>p{}</style><p>It <b>burns</b>.</p><script>alert(1)</script>',
    });
    expect(html.text).toBe('It burns.');
    const broken = await room.receive({
      type: 'multipart/mixed; boundary="nowhere"',
      headers: ['Broken header line'],
      text: 'Only text.\r\n\0',
    });
    expect(broken.status).toBe('accepted');
    for (const { id } of [chinese, html, broken]) expect((await room.take(id)).did).toBe('opened');
  });

  it('of 17:50 on a Friday counts from then, whenever its service becomes known', async () => {
    desk.now = new Date('2026-03-13T16:50:30.000Z');
    const message = await room.receive({ subject: 'Before the weekend' });
    later(20);
    const { incidentId } = await room.take(message.id);
    expect((await call(`GET /v1/incidents/${incidentId}`)).body.gap).toContain('service is not known');
    later(30);
    await move(incidentId!, 'reclassify', 1, { serviceId: small.serviceId, why: 'It is the mail service.' });
    const { body } = await call(`GET /v1/incidents/${incidentId}/clocks`);
    const response = body.items.find(({ clock }: { clock: string }) => clock === 'response');
    expect(response).toMatchObject({ due: '2026-03-16T08:50:30.000Z', elapsedMinutes: 9.5 });
  });

  it('is about the service that the customer’s mail usually is about, so that its clocks run at once', async () => {
    const admin = (request: string, body: object, version: number) =>
      desk.call(relationship, request, { body, headers: { 'if-match': `"${version}"` } });
    const path = `/v1/customers/${small.customerId}`;
    const { version } = (await desk.call(relationship, `GET ${path}`)).body;
    await admin(`PATCH ${path}`, { usualServiceId: small.serviceId }, version);
    const message = await room.receive({ subject: 'The usual' });
    const { incidentId } = await room.take(message.id);
    const { body } = await call(`GET /v1/incidents/${incidentId}/clocks`);
    expect(body.items[0]).toMatchObject({ clock: 'response', status: 'running', from: message.receivedAt });
    await admin(`PATCH ${path}`, { usualServiceId: null }, version + 1);
  });

  it('keeps fifty files, and says where the others are', async () => {
    const part = (n: number) =>
      `--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename="${n}.txt"\r\n\r\n${n}\r\n`;
    const text = `--b\r\n\r\nMany.\r\n${Array.from({ length: 60 }, (_, n) => part(n)).join('')}--b--\r\n`;
    const message = await room.receive({ type: 'multipart/mixed; boundary=b', text });
    expect(message.attachments).toBe(50);
    expect(message.problems).toMatchObject([{ code: 'files-left', detail: expect.stringContaining('10 more') }]);
    const { incidentId } = await room.take(message.id);
    expect((await call(`GET /v1/incidents/${incidentId}/attachments?limit=100`)).body.items).toHaveLength(50);
  });

  it('keeps a long text whole as a file', async () => {
    const text = 'word '.repeat(10_000);
    const message = await room.receive({ text });
    expect(message.text).toHaveLength(20_000);
    const { incidentId } = await room.take(message.id);
    const { body: files } = await call(`GET /v1/incidents/${incidentId}/attachments`);
    expect(files.items).toMatchObject([{ fileName: 'message.txt', contentType: 'text/plain' }]);
    expect(Buffer.from(room.kept.get(files.items[0].key)!).toString()).toContain(text.trim());
  });

  it('has a name though it has neither subject nor text', async () => {
    expect((await room.receive({ subject: '', text: '' })).title).toBe('Mail without a subject');
    expect((await room.receive({ subject: '', text: 'First line\nSecond' })).title).toBe('First line');
  });

  it('opens without a requester for a colleague whom only the domain names', async () => {
    const message = await room.receive({ from: 'new@harbour.example' });
    expect(message).toMatchObject({ status: 'accepted', reason: 'known-domain', customerId: small.customerId });
    const { incidentId } = await room.take(message.id);
    const { body } = await call(`GET /v1/incidents/${incidentId}`);
    expect(body.customerId).toBe(small.customerId);
    expect(body.requesterId).toBeUndefined();
  });

  it('waits in triage beyond thirty within an hour, and is acknowledged five times at the most', async () => {
    const received = [];
    for (let i = 0; i < 32; i++)
      received.push(await room.receive({ from: 'Cleo <CLEO@harbour.example>', subject: `Flood ${i}` }));
    expect(received.map(({ mayAcknowledge }) => mayAcknowledge)).toEqual(received.map((_, i) => i < 5 || i >= 30));
    expect(received.map(({ status }) => status)).toEqual(received.map((_, i) => (i < 30 ? 'accepted' : 'triage')));
    expect(received[31]!.reason).toBe('too-many');
    later(61);
    expect((await room.receive({ subject: 'After an hour' })).mayAcknowledge).toBe(true);
  });

  it('counts those that arrive at once', async () => {
    const received = await Promise.all(
      Array.from({ length: 12 }, (_, i) => room.receive({ subject: `At once ${i}` }, `inbound/at-once-${i}`)),
    );
    expect(received.filter(({ mayAcknowledge }) => mayAcknowledge).length).toBeLessThanOrEqual(5);
  });
});

describe('an answer to one of our mails', () => {
  it('becomes a comment by its token, once, and resumes what waits for the customer', async () => {
    const { id } = await open();
    await move(id, 'assign', 1, { assigneeId: small.agentId });
    await move(id, 'pend', 2, { reason: 'customer' });
    later(10);
    const message = await room.receive({
      to: await replyTo(id),
      subject: 'AW: something else',
      text: 'Second floor.\n\nOn Mon, 2 Mar 2026, Desk wrote:\n> Which floor?',
    });
    expect(message).toMatchObject({
      status: 'accepted',
      reason: 'token',
      answers: { type: 'incident', id },
      text: 'Second floor.',
    });
    expect(message.folded).toContain('Which floor?');
    const effects = await Promise.all([room.take(message.id), room.take(message.id), room.take(message.id)]);
    expect(effects.map(({ did }) => did).sort()).toEqual(['commented', 'none', 'none']);
    expect(await comments(id)).toMatchObject([
      { id: message.id, body: 'Second floor.', by: small.contactId, fromRequester: true, via: 'mail', visibility: 'public' },
    ]);
    expect((await call(`GET /v1/incidents/${id}`)).body.status).toBe('in-progress');
    const { body: history } = await call(`GET /v1/incidents/${id}/history`);
    expect(history.items.at(-1)).toMatchObject({
      event: 'incident.resumed',
      actor: 'mail',
      detail: { comment: message.id, notices: [{ letter: 'public-comment', to: { id: small.agentId } }] },
    });
    expect(verifyChain('incident', id, history.items)).toMatchObject({ whole: true });
    expect((await staff(`GET /v1/messages/${message.id}/outcome`)).body).toMatchObject({ id, as: 'comment' });
  });

  it('is found by the identifier that SES gave our mail, and never by its subject', async () => {
    const { id, number } = await open();
    const sent = '0102018f00000000-aaaa-000000';
    await desk.dependencies.store
      .for({ actor: 'test', now: desk.now, correlation: 'test' })
      .decide((await import('../../../../functions/operation/incident/entity.js')).incidents, id, undefined, (current) => ({
        next: current,
        event: 'incident.notified',
        quiet: true,
        companions: [{ operation: 'put', pk: `INCIDENT#SENT#${sent}`, sk: '#', body: { entity: 'incident', id } }],
      }));
    const answer = await room.receive({ headers: [`References: <old@harbour.example> <${sent}@eu-west-1.amazonses.com>`] });
    expect(answer).toMatchObject({ reason: 'references', answers: { id } });
    const guess = await room.receive({
      subject: `Re: [${number}] Mail is down`,
      headers: ['References: <unknown@eu-west-1.amazonses.com>'],
    });
    expect(guess.answers).toBeUndefined();
  });

  it('waits in triage when its sender may not see the record, however it came by the token', async () => {
    const { id } = await open();
    const stranger = await room.receive({ from: 'otto@other.example', to: await replyTo(id) });
    const colleague = await room.receive({ from: 'new@harbour.example', to: await replyTo(id) });
    expect([stranger, colleague].map(({ status, reason }) => [status, reason])).toEqual(
      Array(2).fill(['triage', 'not-permitted']),
    );
    expect((await room.take(stranger.id)).did).toBe('none');
    expect(await comments(id)).toEqual([]);
  });

  it('opens a new incident when its token was altered', async () => {
    const { id } = await open();
    const address = (await replyTo(id)).replace(/[a-z](?=@)/, (letter) => (letter === 'a' ? 'b' : 'a'));
    expect(await room.receive({ to: address })).toMatchObject({ reason: 'known-contact' });
  });

  it('reopens what was resolved, three times within an hour at the most', async () => {
    const results = [];
    for (let i = 0; i < 4; i++) {
      const { id } = await open({ assigneeId: small.agentId });
      await move(id, 'resolve', 1, { code: 'fixed', text: 'Done.' });
      const message = await room.receive({ to: await replyTo(id), text: 'No.' });
      await room.take(message.id);
      const { event, detail } = (await call(`GET /v1/incidents/${id}/history`)).body.items.at(-1);
      results.push([message.reason, (await call(`GET /v1/incidents/${id}`)).body.status, event]);
      expect(await comments(id)).toHaveLength(1);
      expect(detail.notices).toContainEqual({
        key: `requester-comment#${message.id}#${small.agentId}`,
        letter: 'public-comment',
        to: { kind: 'person', id: small.agentId },
        data: { comment: message.id },
      });
    }
    expect(results).toEqual([
      ...Array(3).fill(['token', 'in-progress', 'incident.reopened']),
      ['reopened-too-often', 'resolved', 'incident.commented'],
    ]);
  });

  it('opens a linked incident when the record is closed, also when it was closed meanwhile', async () => {
    const { id } = await open();
    await move(id, 'resolve', 1, { code: 'fixed', text: 'Done.' });
    const early = await room.receive({ to: await replyTo(id), text: 'Thanks, but no.' });
    await move(id, 'close', 2);
    const late = await room.receive({ to: await replyTo(id), text: 'Again.' });
    expect(late).toMatchObject({ reason: 'answers-finished', follows: { type: 'incident', id } });
    for (const message of [early, late]) {
      const { did, incidentId } = await room.take(message.id);
      expect(did).toBe('opened');
      expect((await room.take(message.id)).did).toBe('none');
      expect((await call(`GET /v1/incidents/${incidentId}/links`)).body.items).toMatchObject([
        { type: 'relates-to', id, direction: 'to' },
      ]);
    }
    expect((await call(`GET /v1/incidents/${id}/links?direction=from`)).body.items).toHaveLength(2);
  });

  it('of a member of staff stays internal and stops no clock', async () => {
    await staff('POST /v1/people', { roles: 'admin', body: { title: 'Mona Manager', email: 'mona@staff.example' } });
    const { id } = await open();
    const message = await room.receive({ from: 'mona@staff.example', to: await replyTo(id), text: 'Why so slow?' });
    await room.take(message.id);
    expect(await comments(id)).toMatchObject([{ visibility: 'internal', fromRequester: false, by: message.personId }]);
    expect((await call(`GET /v1/incidents/${id}/comments`, { roles: 'requester', sub: 'contact-1' })).body.items).toEqual([]);
    const { body: clocks } = await call(`GET /v1/incidents/${id}/clocks`);
    expect(clocks.items.find(({ clock }: { clock: string }) => clock === 'response').status).not.toBe('stopped');
  });

  it('that looks like an absence notice resumes nothing', async () => {
    const { id } = await open();
    await move(id, 'pend', 1, { reason: 'customer' });
    const message = await room.receive({ to: await replyTo(id), subject: 'Out of office: Mail is down' });
    expect(message).toMatchObject({ status: 'accepted', human: false });
    await room.take(message.id);
    expect(await comments(id)).toMatchObject([{ automatic: true }]);
    expect((await call(`GET /v1/incidents/${id}`)).body.status).toBe('pending');
  });
});

describe('a mail that becomes nothing', () => {
  it.each([
    ['automatic', { headers: ['Auto-Submitted: auto-replied'], subject: 'Out of office' }],
    ['list', { headers: ['List-Id: <news.harbour.example>'] }],
    ['own', { from: 'desk@desk.example', returnPath: 'desk@desk.example' }],
    ['own', { from: 'reply+abc@desk.example' }],
  ])('is ignored as %s', async (reason, given) => {
    const message = await room.receive(given);
    expect(message).toMatchObject({ status: 'ignored', reason, mayAcknowledge: false });
    expect((await room.take(message.id)).did).toBe('none');
    expect(await staff(`GET /v1/messages/${message.id}/outcome`)).toMatchObject({ status: 404 });
  });

  it('is ignored as a delivery report, with what it says of each recipient', async () => {
    const text = [
      '--b',
      'Content-Type: text/plain',
      '',
      'It did not arrive.',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.harbour.example',
      '',
      'Final-Recipient: rfc822; gone@harbour.example',
      'Action: failed',
      'Status: 5.1.1',
      'Diagnostic-Code: smtp; 550 unknown',
      '',
      '--b--',
      '',
    ].join('\r\n');
    const message = await room.receive({
      from: 'MAILER-DAEMON@harbour.example',
      returnPath: '',
      type: 'multipart/report; report-type=delivery-status; boundary=b',
      text,
    });
    expect(message).toMatchObject({
      status: 'ignored',
      reason: 'delivery-report',
      deliveries: [{ recipient: 'gone@harbour.example', result: 'hard', status: '5.1.1' }],
    });
  });

  it.each([
    ['virus', { virus: 'FAIL' as const }],
    ['spam', { spam: 'FAIL' as const }],
  ])('is refused for %s, and its content is offered to nobody', async (reason, given) => {
    const kept = room.kept.size;
    const message = await room.receive(given);
    expect(message).toMatchObject({ status: 'refused', reason });
    expect(room.kept.size).toBe(kept);
    expect((await staff(`GET /v1/messages/${message.id}/raw`)).status).toBe(409);
  });
});

describe('a mail that is not believed', () => {
  it.each([
    ['not-authentic', { dmarc: 'fail' }],
    ['not-authentic', { spf: 'fail', dmarc: 'pass' }],
    ['not-authenticated', { spf: 'none', dkim: 'none', dmarc: 'none' }],
    ['several-senders', { from: 'cleo@harbour.example, otto@other.example' }],
    ['not-scanned', { virus: 'PROCESSING_FAILED' as const }],
    ['perhaps-spam', { spam: 'GRAY' as const }],
  ])('waits in triage: %s', async (reason, given) => {
    const { id } = await open();
    const message = await room.receive({ ...given, to: await replyTo(id) });
    expect(message).toMatchObject({ status: 'triage', reason });
    expect((await room.take(message.id)).did).toBe('none');
    expect(await comments(id)).toEqual([]);
  });

  it('waits in triage when its verdicts are its own invention', async () => {
    const raw = eml(desk.now).toString('latin1');
    const invented = raw.slice(raw.indexOf('X-SES-Spam'));
    expect(await room.receive(Buffer.from(invented, 'latin1'))).toMatchObject({
      status: 'triage',
      receivedAt: desk.now.toISOString(),
    });
  });

  it('takes no identifier and no share away from the one it imitates', async () => {
    for (let i = 0; i < 31; i++) await room.receive({ messageId: '<imitated@harbour.example>', dmarc: 'fail' });
    expect(await room.receive({ messageId: '<imitated@harbour.example>' })).toMatchObject({
      status: 'accepted',
      mayAcknowledge: true,
    });
  });
});

describe('the triage queue', () => {
  const unknown = () => room.receive({ from: 'Stan Stranger <stan@elsewhere.example>', returnPath: 'stan@elsewhere.example' });
  const decide = (id: string, verb: string, body: object, version = 1) =>
    staff(`POST /v1/messages/${id}/${verb}`, { ...agent, body, headers: { 'if-match': `"${version}"` } });

  it('is read oldest first, by staff only', async () => {
    const { id } = await unknown();
    const { body } = await staff('GET /v1/messages?status=triage&sort=received&limit=100');
    const instants = body.items.map(({ receivedAt }: { receivedAt: string }) => receivedAt);
    expect(instants).toEqual([...instants].sort());
    expect(body.items.find((item: { id: string }) => item.id === id)).toMatchObject({
      from: { address: 'stan@elsewhere.example' },
      reason: 'unknown-sender',
    });
    for (const request of [
      'GET /v1/messages',
      `GET /v1/messages/${id}`,
      `GET /v1/messages/${id}/raw`,
      `GET /v1/messages/${id}/history`,
      `GET /v1/messages/${id}/attachments`,
    ])
      expect((await staff(request, { roles: 'requester', sub: 'contact-1' })).status, request).toBe(403);
  });

  it('gives a message to the contact that an agent names, who is then acknowledged', async () => {
    const message = await unknown();
    expect(message).toMatchObject({ status: 'triage', mayAcknowledge: true });
    const accepted = await decide(message.id, 'accept', { contactId: small.contactId });
    expect(accepted).toMatchObject({
      status: 200,
      body: { status: 'accepted', contactId: small.contactId, customerId: small.customerId, version: 2 },
    });
    expect(accepted.body.origin).toBeUndefined();
    const { incidentId } = await room.take(message.id);
    expect((await call(`GET /v1/incidents/${incidentId}`)).body).toMatchObject({
      requesterId: small.contactId,
      receivedAt: message.receivedAt,
    });
    const { body: history } = await staff(`GET /v1/messages/${message.id}/history`);
    expect(history.items.map(({ event, actor }: { event: string; actor: string }) => [event, actor])).toEqual([
      ['message.triaged', 'mail'],
      ['message.accepted', small.agentId],
    ]);
    expect(verifyChain('message', message.id, history.items)).toMatchObject({ whole: true });
    expect(await decide(message.id, 'dismiss', { reason: 'x' }, 2)).toMatchObject({ status: 409 });
  });

  it('adds a message to the incident that an agent names', async () => {
    const { id, number } = await open();
    const message = await unknown();
    expect((await decide(message.id, 'accept', { incidentId: number })).body).toMatchObject({
      answers: { type: 'incident', id },
      customerId: small.customerId,
    });
    expect(await room.take(message.id)).toEqual({ did: 'commented', incidentId: id });
    expect(await comments(id)).toMatchObject([{ by: 'mail', fromRequester: true }]);
  });

  it('refuses what does not fit together', async () => {
    const { id } = await open();
    const message = await unknown();
    for (const body of [
      {},
      { contactId: 'nobody' },
      { customerId: 'nobody' },
      { contactId: small.contactId, customerId: small.otherCustomerId },
      { contactId: small.otherContactId, incidentId: id },
    ])
      expect((await decide(message.id, 'accept', body)).status, JSON.stringify(body)).toBe(400);
    expect((await decide(message.id, 'accept', { contactId: small.contactId }, 7)).status).toBe(412);
    expect(
      (await staff(`POST /v1/messages/${message.id}/accept`, { ...agent, body: { contactId: small.contactId } })).status,
    ).toBe(428);
    expect((await decide(message.id, 'dismiss', { reason: 'Advertisement.' })).body).toMatchObject({
      status: 'dismissed',
      dismissal: { reason: 'Advertisement.', by: small.agentId },
    });
  });
});

describe('the receiving function', () => {
  it('hears of the bucket’s own notifications too, where keys are encoded', async () => {
    const key = 'inbound/with space+plus';
    const { id } = await room.receive({}, key);
    const { intake } = await import('../../../../functions/support/intake.js');
    const take = intake(desk.dependencies, { raw: async () => eml(desk.now), keep: async () => {} });
    const record = (named: string, eventName = 'ObjectCreated:Put') => ({
      eventName,
      eventTime: desk.now.toISOString(),
      s3: { bucket: { name: 'mail' }, object: { key: named } },
    });
    expect(
      await take({
        Records: [
          record('inbound/with+space%2Bplus'),
          record('x', 'ObjectRemoved:Delete'),
          record('inbound/AMAZON_SES_SETUP_NOTIFICATION'),
        ],
      }),
    ).toEqual([id]);
  });

  it('fails where it was told of something else', async () => {
    const { intake } = await import('../../../../functions/support/intake.js');
    const take = intake(desk.dependencies, { raw: async () => eml(desk.now), keep: async () => {} });
    await expect(take({})).rejects.toThrow();
    const other = {
      Records: [
        {
          eventName: 'ObjectCreated:Put',
          eventTime: desk.now.toISOString(),
          s3: { bucket: { name: 'other' }, object: { key: 'x' } },
        },
      ],
    };
    await expect(take(other)).rejects.toThrow('other is not the bucket');
  });

  it('goes on after a crash at any of its steps, to the same end', async () => {
    const { intake } = await import('../../../../functions/support/intake.js');
    const bytes = eml(desk.now, {
      type: 'multipart/mixed; boundary=b',
      text: '--b\r\n\r\nText.\r\n--b\r\nContent-Disposition: attachment; filename=a.bin\r\n\r\nabc\r\n--b--\r\n',
    });
    const kept: string[] = [];
    let crashAt = 1;
    const take = intake(desk.dependencies, {
      raw: async () => bytes,
      keep: async (key) => {
        kept.push(key);
        if (kept.length === crashAt) throw new Error('crash');
      },
    });
    const event = {
      Records: [
        {
          eventName: 'ObjectCreated:Put',
          eventTime: desk.now.toISOString(),
          s3: { bucket: { name: 'mail' }, object: { key: 'inbound/crashed' } },
        },
      ],
    };
    await expect(take(event)).rejects.toThrow('crash');
    crashAt = 3;
    await expect(take(event)).rejects.toThrow('crash');
    const [id] = await take(event);
    expect(new Set(kept).size).toBe(2);
    expect(await take(event)).toEqual([id]);
    expect((await room.take(id!)).did).toBe('opened');
  });
});
