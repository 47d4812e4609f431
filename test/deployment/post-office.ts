import { createServer, type IncomingMessage } from 'node:http';

/**
 * Stands between the functions and the emulator's SES and SNS, which keep neither headers, reply address nor tags of what
 * they are given: keeps each letter and publication as it was asked for, once the emulator has taken it, and shows them
 * at `GET /sent`. Run as a process: `tsx post-office.ts <port> <endpoint of the emulator>`.
 */
export interface Posted {
  readonly id: string;
  readonly at: string;
  readonly to: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

interface SendEmail {
  readonly Destination: { readonly ToAddresses: string[] };
  readonly ReplyToAddresses?: string[];
  readonly EmailTags?: { readonly Name: string; readonly Value: string }[];
  readonly Content: {
    readonly Simple: {
      readonly Subject: { readonly Data: string };
      readonly Body: { readonly Text: { readonly Data: string }; readonly Html: { readonly Data: string } };
      readonly Headers?: { readonly Name: string; readonly Value: string }[];
    };
  };
}

const pairs = (listed: readonly { readonly Name: string; readonly Value: string }[] = []) =>
  Object.fromEntries(listed.map(({ Name, Value }) => [Name, Value]));

function letter(asked: string, answer: string): Posted {
  const { Destination, ReplyToAddresses = [], EmailTags, Content } = JSON.parse(asked) as SendEmail;
  const { Subject, Body, Headers } = Content.Simple;
  return {
    id: (JSON.parse(answer) as { MessageId: string }).MessageId,
    at: new Date().toISOString(),
    to: Destination.ToAddresses,
    replyTo: ReplyToAddresses,
    subject: Subject.Data,
    text: Body.Text.Data,
    html: Body.Html.Data,
    headers: pairs(Headers),
    tags: pairs(EmailTags),
  };
}

function publication(asked: URLSearchParams, answer: string): Posted {
  return {
    id: /<MessageId>([^<]+)/.exec(answer)?.[1] ?? '',
    at: new Date().toISOString(),
    to: [asked.get('TopicArn')!.split(':').at(-1)!],
    replyTo: [],
    subject: asked.get('Subject') ?? '',
    text: asked.get('Message') ?? '',
    html: '',
    headers: {},
    tags: {},
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

const [port, emulator] = process.argv.slice(2);
const sent: Posted[] = [];

/** Passes the request on as it came, but for what belongs to the connection. */
async function passOn(request: IncomingMessage, body: string) {
  const {
    host: _,
    connection: __,
    'content-length': ___,
    'transfer-encoding': ____,
    expect: _____,
    ...headers
  } = request.headers;
  const method = request.method ?? 'GET';
  const answer = await fetch(`${emulator}${request.url}`, {
    method,
    headers: headers as Record<string, string>,
    ...(method !== 'GET' && { body }),
  });
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', text: await answer.text() };
}

createServer((request, response) => {
  const serve = async () => {
    if (request.url === '/sent') return { status: 200, type: 'application/json', text: JSON.stringify(sent) };
    const body = await bodyOf(request);
    const answer = await passOn(request, body);
    const form = new URLSearchParams(body);
    if (answer.status === 200 && request.url === '/v2/email/outbound-emails') sent.push(letter(body, answer.text));
    if (answer.status === 200 && form.get('Action') === 'Publish') sent.push(publication(form, answer.text));
    return answer;
  };
  serve().then(
    ({ status, type, text }) => response.writeHead(status, { 'content-type': type }).end(text),
    (error: unknown) => response.writeHead(502).end(String(error)),
  );
}).listen(Number(port), '127.0.0.1');
