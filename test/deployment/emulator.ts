import type { Letter } from './world.js';

/** MiniStack as the deployment suite uses it: Cognito, the mail bucket, and the mails that were sent. */
export interface Emulator {
  cognito(operation: string, body: object): Promise<Readonly<Record<string, unknown>>>;
  store(bucket: string, key: string, body: string): Promise<void>;
  /** Oldest first. */
  sent(): Promise<Letter[]>;
}

/** It asks for the form of a signature, to see which service is meant, and does not check it. */
const signedFor = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

interface SentMessage {
  readonly To: string | readonly string[];
  readonly Subject?: string;
  readonly BodyText?: string;
  readonly BodyHtml?: string;
  readonly Timestamp: string | number;
}

export function emulated(endpoint: string): Emulator {
  async function ask(what: string, path: string, init: RequestInit = {}): Promise<Response> {
    const answer = await fetch(`${endpoint}${path}`, init);
    if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
  return {
    async cognito(operation, body) {
      const headers = {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
        ...signedFor('cognito-idp'),
      };
      const answer = await ask(operation, '/', { method: 'POST', headers, body: JSON.stringify(body) });
      return (await answer.json()) as Record<string, unknown>;
    },
    async store(bucket, key, body) {
      await ask('PutObject', `/${bucket}/${key}`, { method: 'PUT', headers: signedFor('s3'), body });
    },
    async sent() {
      const answer = (await (await ask('Sent mails', '/_ministack/ses/messages')).json()) as {
        messages: Record<string, SentMessage[]>;
      };
      return Object.values(answer.messages).flat().map(letterFrom);
    },
  };
}

const letterFrom = ({ To, Subject = '', BodyText = '', BodyHtml = '', Timestamp }: SentMessage): Letter => ({
  to: [To].flat().join(', '),
  subject: Subject,
  text: BodyText,
  html: BodyHtml,
  at: new Date(typeof Timestamp === 'number' ? Timestamp * 1000 : Timestamp).toISOString(),
});
