import { join } from 'node:path';
import type { S3Event, SESEvent } from 'aws-lambda';
import { createTransport } from 'nodemailer';
import { describe, expect, it } from 'vitest';
import { MailIn, type MailInOptions } from '../../../infra/local/mail-in.js';
import { ObjectStore } from '../../../infra/local/object-store.js';
import { closing, eventually, scratchFolder } from './scratch.js';

type Received = { s3: S3Event; ses: SESEvent };

async function desk(more: Partial<MailInOptions> = {}) {
  const folder = scratchFolder();
  const store = new ObjectStore(folder, ['mail'], () => new Date());
  const received: Received[] = [];
  const open = () =>
    MailIn.open({
      file: join(folder, 'mail-in.ndjson'),
      store,
      bucket: 'mail',
      prefix: 'inbound/',
      accepts: (address) => address.endsWith('@desk.example'),
      receive: async (events) => void received.push(events),
      now: () => new Date(),
      fault: () => undefined,
      ...more,
    });
  const mailIn = closing(await open());
  const send = (mail: object) =>
    createTransport({ host: '127.0.0.1', port: mailIn.port, ignoreTLS: true }).sendMail({
      from: 'anna@customer.example',
      ...mail,
    });
  return { store, received, mailIn, open, send };
}

describe('mail in', () => {
  it('keeps the raw message with SES headers on top and calls the function with the events of AWS', async () => {
    const { store, received, send } = await desk();
    await send({ to: 'help@desk.example', subject: 'Grüße', text: 'It is broken.\n.\nReally.' });
    await eventually(() => received.length === 1);
    const { s3, ses } = received[0]!;
    const { bucket, object } = s3.Records[0]!.s3;
    const kept = await store.get(bucket.name, object.key);
    const raw = kept!.bytes.toString();
    expect(object.size).toBe(kept!.bytes.length);
    expect(raw).toMatch(/^Return-Path: <anna@customer.example>\r\nReceived: /);
    expect(raw).toContain('X-SES-Spam-Verdict: PASS');
    expect(raw).toContain('It is broken.\r\n.\r\nReally.');
    const { mail, receipt } = ses.Records[0]!.ses;
    expect(object.key).toBe(`inbound/${mail.messageId}`);
    expect(mail).toMatchObject({ source: 'anna@customer.example', destination: ['help@desk.example'] });
    expect(mail.commonHeaders.subject).toContain('UTF-8');
    expect(receipt).toMatchObject({
      spfVerdict: { status: 'PASS' },
      dmarcVerdict: { status: 'PASS' },
      recipients: ['help@desk.example'],
    });
  });

  it('gives the verdicts that a test asks for', async () => {
    const { received, send } = await desk();
    await send({
      to: 'help@desk.example',
      text: 'x',
      headers: { 'X-Local-Dmarc-Verdict': 'FAIL', 'X-Local-Virus-Verdict': 'fail' },
    });
    await eventually(() => received.length === 1);
    expect(received[0]!.ses.Records[0]!.ses.receipt).toMatchObject({
      dmarcVerdict: { status: 'FAIL' },
      virusVerdict: { status: 'FAIL' },
      spamVerdict: { status: 'PASS' },
    });
  });

  it('refuses other mailboxes and messages that are too large', async () => {
    const { received, send } = await desk({ limit: 20_000 });
    await expect(send({ to: 'x@elsewhere.example', text: 'x' })).rejects.toMatchObject({ responseCode: 550 });
    await expect(send({ to: 'help@desk.example', text: 'x'.repeat(30_000) })).rejects.toMatchObject({ responseCode: 552 });
    expect(received).toEqual([]);
  });

  it('does not say yes to what it cannot keep', async () => {
    const broken = new ObjectStore('/dev/null/none', ['mail'], () => new Date());
    const { send, received } = await desk({ store: broken });
    await expect(send({ to: 'help@desk.example', text: 'x' })).rejects.toMatchObject({ responseCode: 451 });
    expect(received).toEqual([]);
  });

  it('calls the function after a restart for what was taken before it', async () => {
    let down = true;
    const seen: Received[] = [];
    const { send, mailIn, open } = await desk({
      receive: async (events) => {
        if (down) throw new Error('down');
        seen.push(events);
      },
    });
    await send({ to: 'help@desk.example', subject: 'kept', text: 'x' });
    await mailIn.close();
    down = false;
    closing(await open());
    await eventually(() => seen.length === 1);
    expect(seen[0]!.ses.Records[0]!.ses.mail.commonHeaders.subject).toBe('kept');
  });
});
