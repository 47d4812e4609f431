import { type Effect, fromMail } from '../../functions/operation/incident/from-mail.js';
import type { MailStore } from '../../functions/platform/inbound.js';
import type { Verdict } from '../../functions/platform/mail-receipt.js';
import { intake } from '../../functions/support/intake.js';
import { messages } from '../../functions/support/message/entity.js';
import type { MessageRecord } from '../../functions/support/message/message.js';
import { type TestDesk, testEnv } from './desk.js';

export interface Checks {
  readonly spf?: string;
  readonly dkim?: string;
  readonly dmarc?: string;
  readonly spam?: Verdict | 'DISABLED';
  readonly virus?: Verdict | 'DISABLED';
  readonly returnPath?: string;
  readonly recipient?: string;
}

/** The headers that SES writes on top of what it received. */
export function stamp(at: Date, checks: Checks = {}): string {
  const { spf = 'pass', dkim = 'pass', dmarc = 'pass', spam = 'PASS', virus = 'PASS' } = checks;
  const { returnPath = 'cleo@harbour.example', recipient = 'desk@desk.example' } = checks;
  const host = 'mail.harbour.example';
  const sender = `(spfCheck: domain of ${host} designates 192.0.2.7 as permitted sender) client-ip=192.0.2.7; envelope-from=${returnPath}; helo=${host};`;
  return [
    `Return-Path: <${returnPath}>`,
    `Received: from ${host} (${host} [192.0.2.7])\r\n by inbound-smtp.eu-west-1.amazonaws.com with SMTP id 8i6cr4aeu15skb2l\r\n for ${recipient};\r\n ${at.toUTCString().replace('GMT', '+0000 (UTC)')}`,
    `X-SES-Spam-Verdict: ${spam}`,
    `X-SES-Virus-Verdict: ${virus}`,
    `Received-SPF: ${spf} ${sender}`,
    `Authentication-Results: amazonses.com;\r\n spf=${spf} ${sender}\r\n dkim=${dkim} header.i=@harbour.example;\r\n dmarc=${dmarc} header.from=harbour.example;`,
    'X-SES-RECEIPT: AEFBQUFBQUFBQUFF',
    'X-SES-DKIM-SIGNATURE: a=rsa-sha256; q=dns/txt; d=amazonses.com; b=abc',
    '',
  ].join('\r\n');
}

export interface Written extends Checks {
  readonly from?: string;
  readonly to?: string;
  readonly subject?: string;
  readonly messageId?: string;
  readonly headers?: readonly string[];
  readonly type?: string;
  readonly text?: string | Buffer;
}

let written = 0;

/** A message as it lies in the bucket. */
export function eml(at: Date, given: Written = {}): Buffer {
  const { from = 'Cleo Contact <cleo@harbour.example>', to = 'desk@desk.example', subject = 'Printer is on fire' } = given;
  const {
    messageId = `<${++written}@harbour.example>`,
    headers = [],
    type = 'text/plain; charset=utf-8',
    text = 'Please help.',
  } = given;
  const own = [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    `Message-ID: ${messageId}`,
    'Date: Thu, 01 Jan 1970 00:00:00 +0000',
    'MIME-Version: 1.0',
    `Content-Type: ${type}`,
    ...headers,
    '',
    '',
  ];
  return Buffer.concat([Buffer.from(stamp(at, given) + own.join('\r\n')), Buffer.isBuffer(text) ? text : Buffer.from(text)]);
}

/** The receiving function and its consumer over a test table, with a mail bucket in memory. */
export interface TestMailroom {
  readonly kept: Map<string, Uint8Array>;
  /** Stores a message and tells the function of it; answers its record. */
  receive(given: Written | Buffer, key?: string): Promise<MessageRecord>;
  /** Tells the function of a stored message again. */
  tell(key: string): Promise<string[]>;
  read(id: string): Promise<MessageRecord>;
  /** What the consumer of `message.accepted` does. */
  take(id: string): Promise<Effect>;
}

export function mailroomOver(desk: TestDesk): TestMailroom {
  const stored = new Map<string, Uint8Array>();
  const kept = new Map<string, Uint8Array>();
  const mails: MailStore = {
    async raw(key) {
      const bytes = stored.get(key);
      if (!bytes) throw new Error(`There is no ${key}.`);
      return bytes;
    },
    async keep(key, bytes) {
      kept.set(key, bytes);
    },
  };
  const take = intake(desk.dependencies, mails);
  const records = (actor: string) => desk.dependencies.store.for({ actor, now: desk.now, correlation: 'test' });
  const room: TestMailroom = {
    kept,
    async receive(given, key = `inbound/${stored.size + 1}`) {
      stored.set(key, Buffer.isBuffer(given) ? given : eml(desk.now, given));
      const [id] = await room.tell(key);
      return room.read(id!);
    },
    tell: (key) => take(objectCreated(key, desk.now)),
    read: async (id) => (await records('test').read(messages, id)).record,
    take: (id) => fromMail({ records: records('mail'), now: desk.now }, id),
  };
  return room;
}

/** What S3 sends to EventBridge. */
export const objectCreated = (key: string, at: Date) => ({
  version: '0',
  id: 'event-1',
  'detail-type': 'Object Created',
  source: 'aws.s3',
  time: at.toISOString().replace(/\.\d+Z$/, 'Z'),
  region: 'eu-west-1',
  resources: [`arn:aws:s3:::${testEnv.MAIL_BUCKET}`],
  detail: { version: '0', bucket: { name: testEnv.MAIL_BUCKET }, object: { key, size: 1, etag: 'x', sequencer: '1' } },
});
