import * as z from 'zod';
import type { Objects } from './files.js';

/** Where received mail lies, and where the files that it carried are kept. */
export interface MailStore {
  /** The message as it was received. Throws when there is none under this key. */
  raw(key: string): Promise<Uint8Array>;
  /** Keeps a file in the attachments bucket; the same key again replaces it with the same bytes. */
  keep(key: string, bytes: Uint8Array, contentType: string): Promise<void>;
}

export const mailStoreIn = ({ mail, attachments }: { mail: Objects; attachments: Objects }): MailStore => ({
  raw: (key) => mail.get(key),
  keep: (key, bytes, contentType) => attachments.put(key, bytes, contentType),
});

export interface StoredMail {
  readonly bucket: string;
  readonly key: string;
  /** When it was stored: an RFC 3339 instant. */
  readonly at: string;
}

const Notification = z.object({
  Records: z.array(
    z.object({
      eventName: z.string(),
      eventTime: z.iso.datetime(),
      s3: z.object({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string() }) }),
    }),
  ),
});
const BusEvent = z.object({
  'detail-type': z.literal('Object Created'),
  time: z.iso.datetime(),
  detail: z.object({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string() }) }),
});

/** What SES writes to a bucket to see whether it may: no mail. */
const SETUP = /(?:^|\/)AMAZON_SES_SETUP_NOTIFICATION$/;

/** The messages that an event tells of: the bucket's own notification, where keys are URL-encoded, or EventBridge's, where not. */
export function storedMails(event: unknown): StoredMail[] {
  return told(event).filter(({ key }) => !SETUP.test(key));
}

function told(event: unknown): StoredMail[] {
  const onBus = BusEvent.safeParse(event);
  if (onBus.success) {
    const { time, detail } = onBus.data;
    return [{ bucket: detail.bucket.name, key: detail.object.key, at: instant(time) }];
  }
  return Notification.parse(event)
    .Records.filter(({ eventName }) => /^(?:s3:)?ObjectCreated:/.test(eventName))
    .map(({ eventTime, s3 }) => ({
      bucket: s3.bucket.name,
      key: decodeURIComponent(s3.object.key.replaceAll('+', ' ')),
      at: instant(eventTime),
    }));
}

const instant = (written: string): string => new Date(written).toISOString();
