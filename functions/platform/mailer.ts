import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Written } from '../kernel/letter.js';
import type { FunctionEnv } from './env.js';

/** What a sent mail is known by: SES tags it with these, and its receipts carry them. */
export interface Obligation {
  readonly entity: string;
  readonly id: string;
  /** The notice's key. */
  readonly key: string;
}

export interface Mailer {
  /** Answers the id that the provider gave the mail. */
  mail(to: string, letter: Written, obligation: Obligation): Promise<string>;
  /** Answers the id of the publication. */
  publish(topic: string, subject: string, text: string, obligation: Obligation): Promise<string>;
}

/** Sends letters through SES and publishes to topics through SNS. */
export function mailerFor(
  env: FunctionEnv,
  ses: Pick<SESv2Client, 'send'> = new SESv2Client({}),
  sns: Pick<SNSClient, 'send'> = new SNSClient({}),
): Mailer {
  return {
    async mail(to, { subject, text, html, headers }, obligation) {
      const { 'Reply-To': replyTo, ...rest } = headers as Record<string, string>;
      const { MessageId } = await ses.send(
        new SendEmailCommand({
          FromEmailAddress: `"${env.ORGANISATION.replace(/["\\\r\n]/g, '')}" <${env.MAIL_FROM}>`,
          Destination: { ToAddresses: [to] },
          ...(replyTo !== undefined && { ReplyToAddresses: [replyTo] }),
          ...(env.MAIL_CONFIGURATION_SET !== '' && { ConfigurationSetName: env.MAIL_CONFIGURATION_SET }),
          EmailTags: tagsOf(obligation),
          Content: {
            Simple: {
              Subject: { Data: subject, Charset: 'UTF-8' },
              Body: { Text: { Data: text, Charset: 'UTF-8' }, Html: { Data: html, Charset: 'UTF-8' } },
              Headers: Object.entries(rest).map(([Name, Value]) => ({ Name, Value })),
            },
          },
        }),
      );
      return MessageId ?? '';
    },
    async publish(topic, subject, text, { entity, id }) {
      const { MessageId } = await sns.send(
        new PublishCommand({
          TopicArn: env.MANAGEMENT_TOPIC_ARN,
          // SNS takes printable ASCII of at most 100 characters as the subject of an e-mail.
          Subject: subject.replace(/[^\x20-\x7e]/g, '?').slice(0, 100),
          Message: text,
          MessageAttributes: {
            topic: { DataType: 'String', StringValue: topic },
            entity: { DataType: 'String', StringValue: entity },
            id: { DataType: 'String', StringValue: id },
          },
        }),
      );
      return MessageId ?? '';
    },
  };
}

/** SES allows letters, digits, `_` and `-` in tags, so the key is written in base64url. */
const tagsOf = ({ entity, id, key }: Obligation) => [
  { Name: 'steward-entity', Value: entity },
  { Name: 'steward-id', Value: id },
  { Name: 'steward-notice', Value: Buffer.from(key).toString('base64url') },
];

/** The obligation that a receipt's tags name; undefined for mail that is not ours. */
export function obligationOf(tags: Readonly<Record<string, readonly string[] | undefined>>): Obligation | undefined {
  const [entity, id, key] = ['steward-entity', 'steward-id', 'steward-notice'].map((name) => tags[name]?.[0]);
  return entity && id && key ? { entity, id, key: Buffer.from(key, 'base64url').toString() } : undefined;
}
