import type { S3Event, SESEvent, SESReceiptStatus } from 'aws-lambda';

export type Verdict = SESReceiptStatus['status'];

/** What SES found out about a message. */
export interface Verdicts {
  spf: Verdict;
  dkim: Verdict;
  dmarc: Verdict;
  spam: Verdict;
  virus: Verdict;
}

/** A kept message as the events tell of it. */
export interface ReceivedMail extends Envelope {
  bucket: string;
  key: string;
  etag: string;
  /** Bytes, SES's own headers included. */
  size: number;
  verdicts: Verdicts;
  /** The message's own header lines. */
  head: string;
}

export interface Envelope {
  id: string;
  /** Empty for the null sender. */
  sender: string;
  recipients: string[];
  /** An instant, RFC 3339 in UTC. */
  at: string;
}

const KINDS = ['spf', 'dkim', 'dmarc', 'spam', 'virus'] as const;

/** All PASS, unless the message asks for others, as in `X-Local-Spf-Verdict: FAIL`. Only this machine can send here. */
export function verdictsFromHeaders(raw: Buffer): Verdicts {
  const asked = headersOf(raw.toString('latin1', 0, 64 * 1024).split(/\r?\n\r?\n/, 1)[0] ?? '');
  const of = (kind: string): Verdict => {
    const value = asked.find(({ name }) => name.toLowerCase() === `x-local-${kind}-verdict`)?.value.toUpperCase();
    return value === 'FAIL' || value === 'GRAY' || value === 'PROCESSING_FAILED' ? value : 'PASS';
  };
  return Object.fromEntries(KINDS.map((kind) => [kind, of(kind)])) as unknown as Verdicts;
}

/** The message as SES writes it to S3: its own headers first. */
export function stamped(raw: Buffer, { id, sender, recipients, at }: Envelope, verdicts: Verdicts): Buffer {
  const domain = sender.split('@').at(-1) || 'unknown';
  const plain = (kind: keyof Verdicts) => (verdicts[kind] === 'PASS' ? 'pass' : verdicts[kind] === 'FAIL' ? 'fail' : 'neutral');
  const lines = [
    `Return-Path: <${sender}>`,
    `Received: from ${domain} by inbound-smtp.local.amazonaws.com with SMTP id ${id}`,
    ` for ${recipients[0]}; ${new Date(at).toUTCString()}`,
    `X-SES-Spam-Verdict: ${verdicts.spam}`,
    `X-SES-Virus-Verdict: ${verdicts.virus}`,
    `Received-SPF: ${plain('spf')} (spfCheck: decided by the local rule) client-ip=127.0.0.1; envelope-from=${sender};`,
    `Authentication-Results: amazonses.com; spf=${plain('spf')} smtp.mailfrom=${domain};`,
    ` dkim=${plain('dkim')} header.i=@${domain}; dmarc=${plain('dmarc')} header.from=${domain};`,
    'X-SES-RECEIPT: local',
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n`), raw]);
}

/** The notification of the bucket. */
export function s3Event({ bucket, key, etag, size, at }: ReceivedMail): S3Event {
  const object = {
    key: encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+'),
    size,
    eTag: etag,
    sequencer: Date.parse(at).toString(16),
  };
  return {
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: 'local',
        eventTime: at,
        eventName: 'ObjectCreated:Put',
        userIdentity: { principalId: 'AWS:local' },
        requestParameters: { sourceIPAddress: '127.0.0.1' },
        responseElements: { 'x-amz-request-id': 'local', 'x-amz-id-2': 'local' },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: 'mail',
          bucket: { name: bucket, ownerIdentity: { principalId: 'local' }, arn: `arn:aws:s3:::${bucket}` },
          object,
        },
      },
    ],
  };
}

/** What SES hands to a function of a receipt rule. */
export function sesEvent(mail: ReceivedMail): SESEvent {
  const { verdicts, recipients, at } = mail;
  const receipt = {
    timestamp: at,
    processingTimeMillis: 1,
    recipients,
    spamVerdict: { status: verdicts.spam },
    virusVerdict: { status: verdicts.virus },
    spfVerdict: { status: verdicts.spf },
    dkimVerdict: { status: verdicts.dkim },
    dmarcVerdict: { status: verdicts.dmarc },
    action: { type: 'Lambda', functionArn: 'arn:aws:lambda:local:000000000000:function:mail', invocationType: 'Event' },
  };
  const ses = { mail: described(mail), receipt } as SESEvent['Records'][number]['ses'];
  return { Records: [{ eventSource: 'aws:ses', eventVersion: '1.0', ses }] };
}

function described({ id, sender, recipients, at, head }: ReceivedMail) {
  const headers = headersOf(head);
  const first = (wanted: string) => headers.find(({ name }) => name.toLowerCase() === wanted)?.value;
  const addresses = (wanted: string) => first(wanted)?.split(/,\s*/) ?? [];
  return {
    timestamp: at,
    source: sender,
    messageId: id,
    destination: recipients,
    headersTruncated: Buffer.byteLength(head) > 10_000,
    headers: headers.slice(0, 200),
    commonHeaders: {
      returnPath: sender,
      from: addresses('from'),
      date: first('date') ?? '',
      to: addresses('to'),
      messageId: first('message-id') ?? '',
      subject: first('subject') ?? '',
    },
  };
}

/** Header lines unfolded, in their order; lines that are none are left out. */
function headersOf(head: string): { name: string; value: string }[] {
  return head
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .flatMap((line) => {
      const [, name, value] = /^([\x21-\x39\x3b-\x7e]+):\s*(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [{ name, value: value ?? '' }];
    });
}
