import { createHash, createHmac } from 'node:crypto';
import type { Credentials } from './files.js';

/** One call of an AWS service by its JSON protocol. */
export interface Call {
  /** `kms` */
  readonly service: string;
  /** `TrentService.Sign` */
  readonly target: string;
  readonly url: string;
  readonly region: string;
  readonly body: string;
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The headers of a request signed with AWS Signature Version 4. Whole clients for single calls would weigh more than the calls. */
export function signedHeaders(
  { service, target, url, region, body }: Call,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  now: Date,
): Record<string, string> {
  const stamp = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${stamp.slice(0, 8)}/${region}/${service}/aws4_request`;
  const headers: Record<string, string> = {
    'content-type': 'application/x-amz-json-1.1',
    host: new URL(url).host,
    'x-amz-content-sha256': sha256(body),
    'x-amz-date': stamp,
    ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
    'x-amz-target': target,
  };
  const names = Object.keys(headers).sort();
  const request = [
    'POST',
    new URL(url).pathname,
    '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    sha256(body),
  ].join('\n');
  const key = scope.split('/').reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', stamp, scope, sha256(request)].join('\n')).toString('hex');
  const { host: _, ...sent } = headers;
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
}

export interface JsonService {
  readonly service: string;
  /** Before the operation's name in `x-amz-target`. */
  readonly prefix: string;
  readonly region: () => Promise<string>;
  readonly credentials: () => Promise<Credentials>;
  readonly clock: () => Date;
  /** Without it, the region's own address. */
  readonly endpoint?: string | undefined;
  readonly fetch?: typeof fetch;
}

const TRIES = 4;

/** Calls a service; asks again what failed on the way or for a moment's reason. Refusals are thrown as they were said. */
export function jsonService({ service, prefix, region, credentials, clock, endpoint, fetch: send = fetch }: JsonService) {
  return async (operation: string, input: object): Promise<Record<string, string>> => {
    const [who, place] = await Promise.all([credentials(), region()]);
    const url = `${endpoint?.replace(/\/$/, '') ?? `https://${service}.${place}.amazonaws.com`}/`;
    const call = { service, target: `${prefix}.${operation}`, url, region: place, body: JSON.stringify(input) };
    for (let attempt = 1; ; attempt++) {
      const headers = signedHeaders(call, who, clock());
      const answer = await send(url, { method: 'POST', headers, body: call.body }).catch((error: unknown) => {
        if (attempt === TRIES) throw error;
        return undefined;
      });
      if (answer?.ok) return (await answer.json()) as Record<string, string>;
      const said = (await answer?.text()) ?? '';
      const passing = !answer || answer.status >= 500 || /Throttling|LimitExceeded/.test(said);
      if (!passing || attempt === TRIES)
        throw new Error(`${service} answered ${answer?.status} to ${operation}: ${said.slice(0, 300)}`);
      await new Promise((resume) => setTimeout(resume, Math.random() * 100 * 2 ** attempt));
    }
  };
}

/** Where a service is reached when it is not AWS: its own variable, or the one for all. */
export const endpointOf = (service: string): string | undefined =>
  process.env[`AWS_ENDPOINT_URL_${service}`] ?? process.env['AWS_ENDPOINT_URL'];
