import * as z from 'zod';
import type { AwsAnswer, AwsRequest, AwsService } from './aws-endpoint.js';
import { AwsError } from './aws-error.js';
import type { NewEvent } from './bus.js';
import type { Mail, Outbox } from './outbox.js';
import { type Fate, receipts, simulatedFate } from './ses-receipt.js';

/**
 * SES v2's SendEmail (REST and JSON): simple and raw messages go to the outbox. With a configuration set, delivery, bounce and
 * complaint events are sent to `publish` before the answer, so a receiver must bear a receipt that is earlier than the sender's
 * own mark. It checks no identities and keeps no suppression list.
 */
export function ses({ outbox, publish, fateOf = simulatedFate }: SesOptions): AwsService {
  return {
    serves: ({ path }) => path.startsWith('/v2/email/'),
    answer: async (request) => {
      if (request.method !== 'POST' || request.path !== '/v2/email/outbound-emails') {
        throw new AwsError('UnknownOperationException', `SES has no ${request.method} ${request.path} on one machine.`, 404);
      }
      const mail = (await outbox.keep({ kind: 'mail', ...mailOf(request) })) as Mail;
      if (mail.configurationSet !== undefined && publish) await publish(receipts(mail, fateOf));
      return json(200, { MessageId: mail.id });
    },
    refusal: ({ status, code, message }) => {
      const answer = json(status, { message });
      return { ...answer, headers: { ...answer.headers, 'x-amzn-errortype': code } };
    },
  };
}

export interface SesOptions {
  outbox: Outbox;
  publish?: (events: NewEvent[]) => Promise<unknown>;
  /** What becomes of a mail at an address (bare, lower case). */
  fateOf?: (address: string) => Fate;
}

const json = (status: number, body: object): AwsAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const Text = z.object({ Data: z.string() });
const Addresses = z.array(z.string().min(1)).max(50).default([]);
const Header = z.object({ Name: z.string().regex(/^[\x21-\x39\x3b-\x7e]+$/), Value: z.string().regex(/^[^\r\n]*$/) });
const Simple = z.object({
  Subject: Text,
  Body: z.object({ Text: Text.optional(), Html: Text.optional() }),
  Headers: z.array(Header).max(15).default([]),
});
const SendEmail = z.object({
  FromEmailAddress: z.string().min(1).optional(),
  Destination: z.object({ ToAddresses: Addresses, CcAddresses: Addresses, BccAddresses: Addresses }).prefault({}),
  ReplyToAddresses: Addresses,
  Content: z.object({ Simple: Simple.optional(), Raw: z.object({ Data: z.base64() }).optional() }),
  EmailTags: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
  ConfigurationSetName: z.string().optional(),
});

function mailOf({ body }: AwsRequest): Omit<Mail, 'id' | 'at' | 'kind'> {
  const { Content, ...sent } = parse(body);
  const simple = Content.Simple;
  const raw = Content.Raw?.Data;
  if ((simple === undefined) === (raw === undefined)) throw new AwsError('BadRequestException', 'Content must be Simple or Raw.');
  if (simple && sent.FromEmailAddress === undefined) throw new AwsError('BadRequestException', 'Missing sender.');
  const { ToAddresses: to, CcAddresses: cc, BccAddresses: bcc } = sent.Destination;
  if (simple && to.length + cc.length + bcc.length === 0) throw new AwsError('BadRequestException', 'Missing final recipient.');
  return {
    from: sent.FromEmailAddress ?? '',
    to,
    cc,
    bcc,
    replyTo: sent.ReplyToAddresses,
    subject: simple?.Subject.Data ?? '',
    ...(simple?.Body.Text && { text: simple.Body.Text.Data }),
    ...(simple?.Body.Html && { html: simple.Body.Html.Data }),
    headers: (simple?.Headers ?? []).map(({ Name, Value }) => ({ name: Name, value: Value })),
    tags: Object.fromEntries(sent.EmailTags.map(({ Name, Value }) => [Name, Value])),
    ...(sent.ConfigurationSetName !== undefined && { configurationSet: sent.ConfigurationSetName }),
    ...(raw !== undefined && { raw }),
  };
}

function parse(body: Buffer): z.infer<typeof SendEmail> {
  let input: unknown;
  try {
    input = JSON.parse(body.toString('utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new AwsError('SerializationException', 'The request is not JSON.');
  }
  const parsed = SendEmail.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AwsError(
    'BadRequestException',
    parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
  );
}
