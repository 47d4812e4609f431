import { createHash } from 'node:crypto';
import { awsDependencies, type Dependencies } from '../platform/dependencies.js';
import { type MailStore, mailStoreIn, type StoredMail, storedMails } from '../platform/inbound.js';
import { receiptOf } from '../platform/mail-receipt.js';
import { parseMail } from '../platform/mime.js';
import { tallyIn } from '../platform/tally.js';
import { type Mailroom, takeIn } from './message/receiving.js';

/** Takes in every stored message that an event tells of; answers the ids of their records. Fails as a whole, to be told again. */
export function intake({ env, clock, documents, store, signer, log }: Dependencies, mails: MailStore) {
  const tally = tallyIn(documents, env.TABLE_NAME, 'MESSAGE#SENDER');

  const room = (now: Date, correlation: string): Mailroom => ({
    records: store.for({ actor: 'mail', now, correlation }),
    ours: { address: bare(env.MAIL_FROM), domain: env.MAIL_DOMAIN },
    async readThread(addresses) {
      const read = await signer.readThread(addresses);
      return read?.outcome === 'ok' ? read.payload : undefined;
    },
    count: (sender, added) => tally(sender, added, now),
    digest: (...parts) => createHash('sha256').update(JSON.stringify(parts)).digest('base64url'),
    keep: (key, bytes, contentType) => mails.keep(key, bytes, contentType),
  });

  async function take({ bucket, key, at }: StoredMail): Promise<string> {
    if (bucket !== env.MAIL_BUCKET) throw new Error(`${bucket} is not the bucket that mail is received in.`);
    const bytes = await mails.raw(key);
    const { receivedAt = at, ...receipt } = receiptOf(bytes);
    const arrival = { mail: await parseMail(bytes), bytes, key, receivedAt: earlier(receivedAt, at), ...receipt };
    const id = await takeIn(arrival, room(clock(), key));
    log.info('message received', { key, message: id });
    return id;
  }

  return async (event: unknown): Promise<string[]> => {
    const taken: string[] = [];
    for (const mail of storedMails(event)) taken.push(await take(mail));
    return taken;
  };
}

/** A message was received before it was stored, whatever the two services' clocks say. */
const earlier = (one: string, other: string): string => (one < other ? one : other);

/** The bare address of `Service desk <desk@example.org>`. */
const bare = (mailbox: string): string => /<([^<>]+)>/.exec(mailbox)?.[1] ?? mailbox;

let running: ReturnType<typeof intake> | undefined;

/** Begins with the first event, so that a program of one machine can take `intake` from here with a world of its own. */
export async function handler(event: unknown): Promise<string[]> {
  running ??= intakeInAws();
  return running(event);
}

function intakeInAws() {
  const dependencies = awsDependencies();
  return intake(dependencies, mailStoreOf(dependencies));
}

/** The deployment's buckets: received mail, and the files that it carried. */
export const mailStoreOf = ({ bucketNamed, env }: Dependencies): MailStore =>
  mailStoreIn({ mail: bucketNamed(env.MAIL_BUCKET), attachments: bucketNamed(env.ATTACHMENTS_BUCKET) });
