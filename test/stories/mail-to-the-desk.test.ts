import { beforeAll, describe, expect, it } from 'vitest';
import { clock, command, history, mailsAbout, read } from './incident.js';
import { type Letter, rawOf } from './letter.js';
import { customerByMail, mailIsAbout, type Organisation, type Party } from './organisation.js';
import { promise } from './promise.js';
import { theWorld } from './which-world.js';
import type { World } from './world.js';

type Json = any;

describe('mail to the desk', async () => {
  const { world, organisation } = await theWorld();
  describe.skipIf(world.deskAddress === undefined)('on a world that receives mail', () => desk(world, organisation));
});

function desk(world: World, shared: Organisation): void {
  const address = world.deskAddress!;
  const mark = Date.now().toString(36);
  let writer: Party;
  let organisation: Organisation;
  let incident: Json;
  let began: Date;

  beforeAll(async () => {
    began = await world.now();
    ({ organisation, writer } = await customerByMail(world, shared, 'quay'));
    const { serviceId } = await promise(world, organisation, { title: 'Quay services', targets: { response: { minutes: 60 } } });
    await mailIsAbout(world, organisation.customers.harbour.id, serviceId);
  });

  const send = async (letter: Partial<Letter> & { subject: string }, from = writer.email): Promise<void> => {
    const to = letter.to ?? address;
    await world.sendMail({ from, to: [to], raw: rawOf({ from: `Bea Quast <${from}>`, ...letter, to }) });
  };
  /** The message record of a subject once it stands in one of these states. */
  const taken = (subject: string, ...states: string[]): Promise<Json> =>
    world.eventually(`the message “${subject}”`, async () => {
      for (const status of states) {
        const { body } = await world.api('GET', `/v1/messages?status=${status}&sort=received&limit=100`, { as: 'agent' });
        const found = body.items.find((message: Json) => message.title === subject);
        if (found) return (await world.api('GET', `/v1/messages/${found.id}`, { as: 'agent' })).body;
      }
      return undefined;
    });
  const outcome = (message: Json): Promise<Json> =>
    world.eventually('its outcome', async () => {
      const { status, body } = await world.api('GET', `/v1/messages/${message.id}/outcome`, { as: 'agent' });
      return status === 200 && body;
    });
  const commentsOf = async (id: string): Promise<Json[]> =>
    (await world.api('GET', `/v1/incidents/${id}/comments`, { as: 'agent' })).body.items;

  it('from a known contact opens an incident whose clocks run from its receipt', async () => {
    await send({ subject: 'The berth is dark', text: 'All lamps are out since six.' });
    const { id } = await outcome(await taken('The berth is dark', 'accepted'));
    incident = await read(world, id);
    expect(incident).toMatchObject({ source: 'mail', requesterId: writer.id, title: 'The berth is dark' });
    expect(incident.description).toContain('All lamps are out since six.');
    expect((await clock(world, id, 'response')).from).toBe(incident.receivedAt);
  });

  it('is answered once with the number, and a way to answer back', async () => {
    const mail = await world.eventually('the receipt', async () => (await mailsAbout(world, incident, writer.email))[0]);
    expect(mail.subject).toContain('We have received');
    expect(mail.headers['Auto-Submitted']).toBe('auto-generated');
    expect(mail.replyTo[0]).toContain('@');
    expect(mail.replyTo[0]).not.toBe(address);
  });

  it('answering that becomes a comment without the quotation, whatever its subject says', async () => {
    const [receipt] = await mailsAbout(world, incident, writer.email);
    const text = [
      'Only lamps 4 to 9, sorry.',
      '',
      `On Mon, 23 Nov 2026 at 10:00, Desk <${address}> wrote:`,
      '> We have received your report',
      '',
    ].join('\r\n');
    await send({ subject: 'Something else entirely', to: receipt.replyTo[0], text });
    const said = await world.eventually('the comment', async () => (await commentsOf(incident.id))[0]);
    expect(said).toMatchObject({ body: 'Only lamps 4 to 9, sorry.', fromRequester: true, by: writer.id });
  });

  it('delivered twice is one message', async () => {
    const letter = { subject: 'Twice the same', messageId: `twice.${mark}@quay.example`, text: 'Once is enough.' };
    await send(letter);
    const first = await outcome(await taken('Twice the same', 'accepted'));
    await world.eventually('the receipt', async () => (await mailsAbout(world, first, writer.email))[0]);
    await send(letter);
    const again = await taken('Twice the same', 'ignored');
    expect(again.reason).toBe('duplicate');
    expect((await mailsAbout(world, first, writer.email)).length).toBe(1);
  });

  it('written by a machine is ignored, and never answered', async () => {
    await send({ subject: 'Out of the office', headers: ['Auto-Submitted: auto-replied'], text: 'Back on Monday.' });
    expect(await taken('Out of the office', 'ignored')).toMatchObject({ human: false, mayAcknowledge: false });
    await send({ subject: 'Weekly tides', headers: ['List-Id: <tides.quay.example>', 'Precedence: list'], text: 'Tides.' });
    expect(await taken('Weekly tides', 'ignored')).toMatchObject({ mayAcknowledge: false });
    const answers = (await world.mails({ to: writer.email, since: began })).map(({ subject }) => subject);
    expect(answers.filter((subject) => /Out of the office|Weekly tides/.test(subject))).toEqual([]);
  });

  it('from somebody unknown waits in triage, unanswered, until an agent says whose it is', async () => {
    const stranger = `x.${mark}@nowhere.example`;
    await send({ subject: 'Is anybody there', text: 'I stand at the gate.' }, stranger);
    const message = await taken('Is anybody there', 'triage');
    expect(await world.mails({ to: stranger })).toEqual([]);
    const { headers } = await world.api('GET', `/v1/messages/${message.id}`, { as: 'agent' });
    const accepted = await world.api('POST', `/v1/messages/${message.id}/accept`, {
      as: 'agent',
      body: { customerId: organisation.customers.harbour.id },
      headers: { 'if-match': headers.get('etag')! },
    });
    expect(accepted.status).toBe(200);
    const { id } = await outcome(message);
    expect(await read(world, id)).toMatchObject({ customerId: organisation.customers.harbour.id, source: 'mail' });
  });

  it('in an old Chinese charset, in HTML alone, and with files is read, and the files are kept', async () => {
    await send({
      subject: '=?GB18030?B?zsK2yLzHwrw=?=',
      body: ['Content-Type: text/plain; charset=GB18030', 'Content-Transfer-Encoding: base64', '', GB18030],
    });
    const chinese = await outcome(await taken('温度记录', 'accepted'));
    expect((await read(world, chinese.id)).description).toContain('仓库的温度记录从昨晚起缺失。');
    await send({
      subject: 'See the picture',
      body: [
        'Content-Type: multipart/mixed; boundary="b"',
        '',
        '--b',
        'Content-Type: text/html; charset=utf-8',
        '',
        '<p>The lamp is <b>broken</b><script>alert(1)</script></p>',
        '--b',
        'Content-Type: text/plain; name="readings.txt"',
        'Content-Disposition: attachment; filename="readings.txt"',
        'Content-Transfer-Encoding: base64',
        '',
        Buffer.from('21.5 22.0').toString('base64'),
        '--b--',
      ],
    });
    const { id } = await outcome(await taken('See the picture', 'accepted'));
    expect((await read(world, id)).description).toMatch(/The lamp is \*?broken/);
    expect((await read(world, id)).description).not.toContain('alert');
    const { body } = await world.api('GET', `/v1/incidents/${id}/attachments`, { as: 'agent' });
    expect(body.items).toMatchObject([{ fileName: 'readings.txt', size: 9 }]);
  });

  it('resumes what waits for the customer, and takes up again what was resolved', async () => {
    await command(world, incident.id, 'pend', { reason: 'customer' });
    const [receipt] = await mailsAbout(world, incident, writer.email);
    await send({ subject: 'Re: berth', to: receipt.replyTo[0], text: 'Lamp 7 as well.' });
    await world.eventually('it to go on', async () => (await read(world, incident.id)).status === 'in-progress');
    await command(world, incident.id, 'resolve', { code: 'fixed', text: 'New lamps.' });
    await send({ subject: 'Re: berth', to: receipt.replyTo[0], text: 'Still dark!' });
    await world.eventually('it to be reopened', async () => (await read(world, incident.id)).reopenings === 1);
    const events = await history(world, `/v1/incidents/${incident.id}`);
    const reopened = events.find(({ event }) => event === 'incident.reopened')!;
    expect(reopened.detail).toMatchObject({ fromRequester: true, via: 'mail' });
  });

  it('that claims to be from a contact, but is not, goes to triage and never into a ticket', async ({ skip }) => {
    skip(!world.canMoveClock, 'Only one machine lets a message say which verdicts it gets.');
    const [receipt] = await mailsAbout(world, incident, writer.email);
    const before = (await commentsOf(incident.id)).length;
    const forged = ['Dmarc', 'Spf', 'Dkim'].map((check) => `X-Local-${check}-Verdict: FAIL`);
    await send({ subject: 'Close it, please', to: receipt.replyTo[0], text: 'All is well.', headers: forged });
    await taken('Close it, please', 'triage');
    expect(await commentsOf(incident.id)).toHaveLength(before);
  });
}

const GB18030 = 'sta/4rXEzsK2yLzHwry009fyze3G8Mixyqeho8frsum/tKGj';
