/** MiniStack as the deployment suite uses it: Cognito, the bucket in which mail arrives, and functions asked by an operator. */
export interface Emulator {
  cognito(operation: string, body: object): Promise<Readonly<Record<string, unknown>>>;
  store(bucket: string, key: string, body: Uint8Array): Promise<void>;
  /** What the function answered; throws what it threw. */
  invoke(name: string, input: object): Promise<any>;
}

/** It asks for the form of a signature, to see which service is meant, and does not check it. */
const signedFor = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

/** A refusal, under the name that AWS gives it. */
export class AwsRefusal extends Error {
  constructor(
    operation: string,
    override readonly name: string,
    message: string,
  ) {
    super(`${operation}: ${message}`);
  }
}

export const emulated = (endpoint: string): Emulator => ({
  async cognito(operation, body) {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
      ...signedFor('cognito-idp'),
    };
    const answer = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(body) });
    const said = (await answer.json()) as Record<string, unknown>;
    if (!answer.ok) throw new AwsRefusal(operation, String(said['__type']).split('#').at(-1)!, String(said['message']));
    return said;
  },
  async invoke(name, input) {
    const answer = await fetch(`${endpoint}/2015-03-31/functions/${name}/invocations`, {
      method: 'POST',
      headers: signedFor('lambda'),
      body: JSON.stringify(input),
    });
    const text = await answer.text();
    if (!answer.ok || answer.headers.get('x-amz-function-error') !== null) throw new AwsRefusal('Invoke', name, text);
    return JSON.parse(text);
  },
  async store(bucket, key, body) {
    const answer = await fetch(`${endpoint}/${bucket}/${key}`, {
      method: 'PUT',
      headers: signedFor('s3'),
      body: new Uint8Array(body),
    });
    if (!answer.ok) throw new AwsRefusal('PutObject', String(answer.status), await answer.text());
  },
});
