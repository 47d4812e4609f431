import type { NewEvent } from './bus.js';
import { bareAddress, type Mail } from './outbox.js';

/** What happens to a mail at one recipient. */
export type Fate = 'delivered' | 'bounced' | 'complained' | 'lost';

/** The fates of Amazon SES's own simulator addresses, so that a story can make a mailbox bounce; everything else arrives. */
export function simulatedFate(address: string): Fate {
  if (/^bounce(\+.*)?@simulator\.amazonses\.com$/.test(address)) return 'bounced';
  if (/^complaint(\+.*)?@simulator\.amazonses\.com$/.test(address)) return 'complained';
  return 'delivered';
}

/** The events that SES's event publishing sends to a bus for a mail with a configuration set, one per kind of fate. */
export function receipts(mail: Mail, fateOf: (address: string) => Fate): NewEvent[] {
  const recipients = [...mail.to, ...mail.cc, ...mail.bcc].map(bareAddress);
  return (['delivered', 'bounced', 'complained'] as const).flatMap((fate) => {
    const struck = recipients.filter((address) => fateOf(address) === fate);
    return struck.length === 0 ? [] : [receipt(mail, struck, fate)];
  });
}

function receipt(mail: Mail, recipients: string[], fate: 'delivered' | 'bounced' | 'complained'): NewEvent {
  const { detailType, eventType, part } = KINDS[fate];
  return {
    source: 'aws.ses',
    detailType,
    detail: { eventType, mail: described(mail), ...part(recipients, mail.at) },
    resources: [`arn:aws:ses:local:000000000000:configuration-set/${mail.configurationSet}`],
  };
}

const described = (mail: Mail) => ({
  timestamp: mail.at,
  source: mail.from,
  messageId: mail.id,
  destination: [...mail.to, ...mail.cc, ...mail.bcc],
  headers: mail.headers,
  commonHeaders: { from: [mail.from], to: mail.to, subject: mail.subject, messageId: mail.id },
  tags: Object.fromEntries(Object.entries(mail.tags).map(([name, value]) => [name, [value]])),
});

const KINDS = {
  delivered: {
    detailType: 'Email Delivered',
    eventType: 'Delivery',
    part: (recipients: string[], timestamp: string) => ({
      delivery: { timestamp, processingTimeMillis: 1, recipients, smtpResponse: '250 2.0.0 OK', reportingMTA: 'local' },
    }),
  },
  bounced: {
    detailType: 'Email Bounced',
    eventType: 'Bounce',
    part: (recipients: string[], timestamp: string) => ({
      bounce: {
        bounceType: 'Permanent',
        bounceSubType: 'General',
        bouncedRecipients: recipients.map((emailAddress) => ({
          emailAddress,
          action: 'failed',
          status: '5.1.1',
          diagnosticCode: 'smtp; 550 5.1.1 user unknown',
        })),
        timestamp,
        feedbackId: `local-${timestamp}`,
      },
    }),
  },
  complained: {
    detailType: 'Email Complaint Received',
    eventType: 'Complaint',
    part: (recipients: string[], timestamp: string) => ({
      complaint: {
        complainedRecipients: recipients.map((emailAddress) => ({ emailAddress })),
        complaintFeedbackType: 'abuse',
        timestamp,
        feedbackId: `local-${timestamp}`,
      },
    }),
  },
};
