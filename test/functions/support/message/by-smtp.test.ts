import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operation } from '../../../../functions/operation/area.js';
import { fromMail } from '../../../../functions/operation/incident/from-mail.js';
import { mailStoreIn } from '../../../../functions/platform/inbound.js';
import { support } from '../../../../functions/support/area.js';
import { intake } from '../../../../functions/support/intake.js';
import { AwsEndpoint } from '../../../../infra/local/aws-endpoint.js';
import { MailIn } from '../../../../infra/local/mail-in.js';
import { ObjectStore } from '../../../../infra/local/object-store.js';
import { s3 } from '../../../../infra/local/s3.js';
import { bucketAt } from '../../../support/buckets.js';
import { startDesk, type TestDesk } from '../../../support/desk.js';
import { type SmallDesk, smallDesk } from '../../../support/fixtures.js';

describe('a mail sent by SMTP on one machine', () => {
  let desk: TestDesk;
  let small: SmallDesk;
  let endpoint: AwsEndpoint;
  let mailIn: MailIn;
  let folder: string;
  const taken: string[] = [];

  beforeAll(async () => {
    desk = await startDesk();
    small = await smallDesk(desk);
    folder = mkdtempSync(join(tmpdir(), 'steward-'));
    const store = new ObjectStore(folder, ['mail', 'attachments'], () => desk.now);
    endpoint = await AwsEndpoint.open({ services: [s3(store)] });
    const bucket = (name: string) => bucketAt(endpoint.url, name, () => desk.now);
    const take = intake(desk.dependencies, mailStoreIn({ mail: bucket('mail'), attachments: bucket('attachments') }));
    mailIn = await MailIn.open({
      file: join(folder, 'mail-in.ndjson'),
      store,
      bucket: 'mail',
      prefix: 'inbound/',
      accepts: (address) => address.endsWith('@desk.example'),
      receive: async ({ s3: event }) => void taken.push(...(await take(event))),
      now: () => desk.now,
    });
  });
  afterAll(async () => {
    await mailIn.close();
    await endpoint.close();
    desk.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const send = async (mail: object): Promise<string> => {
    const before = taken.length;
    await createTransport({ host: '127.0.0.1', port: mailIn.port, ignoreTLS: true }).sendMail({
      to: 'desk@desk.example',
      ...mail,
    });
    await expect.poll(() => taken.length, { timeout: 10_000 }).toBeGreaterThan(before);
    return taken.at(-1)!;
  };

  it('opens an incident, with its file', async () => {
    const id = await send({
      from: '"Cleo Contact" <cleo@harbour.example>',
      subject: '邮件系统瘫痪 🙁',
      text: '请帮忙。',
      attachments: [{ filename: '截图.png', content: Buffer.alloc(300_000, 7) }],
    });
    const records = desk.dependencies.store.for({ actor: 'mail', now: desk.now, correlation: 'test' });
    const { incidentId } = await fromMail({ records, now: desk.now }, id);
    const { body } = await desk.call(operation, `GET /v1/incidents/${incidentId}`);
    expect(body).toMatchObject({ title: '邮件系统瘫痪 🙁', description: '请帮忙。', requesterId: small.contactId });
    const { body: files } = await desk.call(operation, `GET /v1/incidents/${incidentId}/attachments`);
    expect(files.items).toMatchObject([{ fileName: '截图.png', contentType: 'image/png', size: 300_000 }]);
  });

  it('waits in triage where a check failed', async () => {
    const id = await send({ from: 'cleo@harbour.example', subject: 'Forged', headers: { 'X-Local-Dmarc-Verdict': 'FAIL' } });
    expect((await desk.call(support, `GET /v1/messages/${id}`)).body).toMatchObject({
      status: 'triage',
      reason: 'not-authentic',
    });
  });
});
