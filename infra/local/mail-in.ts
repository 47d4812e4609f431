import { randomBytes } from 'node:crypto';
import type { S3Event, SESEvent } from 'aws-lambda';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { Deliveries } from './deliveries.js';
import { type Fault, logFault } from './fault.js';
import { type ReceivedMail, s3Event, sesEvent, stamped, type Verdicts, verdictsFromHeaders } from './mail-receipt.js';
import type { ObjectStore } from './object-store.js';

/**
 * Receives mail by SMTP on a loopback port as SES receives it: the raw message with SES's headers on top goes to the object
 * store, and the function is called with the events that AWS sends. The sender is answered 250 only when message and call are
 * safe on disk. It checks no sender: verdicts are a rule's, all PASS unless a message asks for others in `X-Local-…-Verdict`
 * headers.
 */
export class MailIn {
  private constructor(
    readonly port: number,
    private readonly server: SMTPServer,
    private readonly calls: Deliveries<ReceivedMail>,
  ) {}

  static async open(given: MailInOptions): Promise<MailIn> {
    const options = { port: 0, prefix: '', limit: 30 * 1024 * 1024, verdictsOf: verdictsFromHeaders, fault: logFault, ...given };
    const calls = await Deliveries.open<ReceivedMail>({
      file: given.file,
      fault: options.fault,
      deliver: async (items) => {
        for (const { body } of items) await given.receive({ s3: s3Event(body), ses: sesEvent(body) });
        return undefined;
      },
    });
    const server = new SMTPServer({
      authOptional: true,
      hideSTARTTLS: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      size: options.limit,
      banner: 'steward on one machine',
      disableReverseLookup: true,
      onRcptTo: ({ address }, _, done) =>
        done(given.accepts(address.toLowerCase()) ? null : refusal(550, 'No such mailbox here.')),
      onData: (stream, session, done) => {
        receive(stream, session, options, calls).then(
          (id) => done(null, `kept as ${id}`),
          (error: unknown) => {
            if (!(error instanceof SmtpRefusal)) options.fault('receiving a mail', error);
            done(error instanceof SmtpRefusal ? error : refusal(451, 'The message could not be kept; try again later.'));
          },
        );
      },
    });
    server.on('error', (error) => options.fault('receiving mail', error));
    return new MailIn(await listening(server, options.port), server, calls);
  }

  settled(): boolean {
    return this.calls.settled();
  }

  /** Messages whose function call failed for good; the messages themselves stay in the object store. */
  deadLetters() {
    return this.calls.deadLetters();
  }

  redrive(): Promise<number> {
    return this.calls.redrive();
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(resolve));
    await this.calls.close();
  }
}

export interface MailInOptions {
  /** Keeps the calls that are still to be made. */
  file: string;
  store: ObjectStore;
  bucket: string;
  /** Before the message's id in the object's key. */
  prefix?: string;
  port?: number;
  /** Whether mail for this address (lower case) is taken. */
  accepts: (address: string) => boolean;
  /** Called at least once a message; the same message comes with the same key. */
  receive: (events: { s3: S3Event; ses: SESEvent }) => Promise<unknown>;
  verdictsOf?: (raw: Buffer, sender: string) => Verdicts;
  now: () => Date;
  /** Bytes of a message. */
  limit?: number;
  fault?: Fault;
}

class SmtpRefusal extends Error {
  constructor(
    readonly responseCode: number,
    message: string,
  ) {
    super(message);
  }
}

const refusal = (code: number, message: string): SmtpRefusal => new SmtpRefusal(code, message);

async function receive(
  stream: SMTPServerDataStream,
  { envelope }: SMTPServerSession,
  options: Required<Omit<MailInOptions, 'file' | 'receive'>>,
  calls: Deliveries<ReceivedMail>,
): Promise<string> {
  const raw = await wholeOf(stream, options.limit);
  const id = randomBytes(20).toString('hex');
  const sender = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
  const received = { id, sender, recipients: envelope.rcptTo.map(({ address }) => address), at: options.now().toISOString() };
  const verdicts = options.verdictsOf(raw, sender);
  const bytes = stamped(raw, received, verdicts);
  const key = `${options.prefix}${id}`;
  const { etag, size } = await options.store.put(options.bucket, key, bytes, {
    contentType: 'application/octet-stream',
    metadata: {},
  });
  const head = raw.toString('latin1', 0, 64 * 1024);
  await calls.accept([{ id, body: { ...received, bucket: options.bucket, key, etag, size, verdicts, head: headOf(head) } }]);
  return id;
}

const headOf = (text: string): string => text.split(/\r?\n\r?\n/, 1)[0] ?? '';

async function wholeOf(stream: SMTPServerDataStream, limit: number): Promise<Buffer> {
  let chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else chunks = [];
  }
  if (size > limit || stream.sizeExceeded) throw refusal(552, `The message is larger than ${limit} bytes.`);
  return Buffer.concat(chunks);
}

function listening(server: SMTPServer, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const listener = server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      resolve((listener.address() as { port: number }).port);
    });
  });
}
