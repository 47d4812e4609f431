import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { AwsRequest } from './aws-endpoint.js';
import { AwsError } from './aws-error.js';

/**
 * AWS Signature Version 4 as S3 checks it on what leaves the process: presigned links and browser forms.
 */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** The credentials that every client on one machine is given. They protect nothing beyond it. */
export const LOCAL_CREDENTIALS: Credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Throws an {@link AwsError} unless the request's query carries a valid signature that has not expired by `now` (epoch ms). */
export function checkPresigned({ method, path, query, headers }: AwsRequest, credentials: Credentials, now: number): void {
  const { scope } = scopeOf(query.get('X-Amz-Credential') ?? '', credentials);
  const date = query.get('X-Amz-Date') ?? '';
  const expires = instantOf(date) + Number(query.get('X-Amz-Expires')) * 1000;
  if (Number.isNaN(expires) || expires < now) throw new AwsError('AccessDenied', 'Request has expired', 403);
  const signed = (query.get('X-Amz-SignedHeaders') ?? '').split(';');
  const canonical = [
    method,
    path,
    canonicalQuery(query),
    ...signed.map((name) => `${name}:${(headers[name] ?? '').trim()}`),
    '',
    signed.join(';'),
    query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, scope.join('/'), createHash('sha256').update(canonical).digest('hex')].join('\n');
  compare(sign(text, scope, credentials), query.get('X-Amz-Signature') ?? '');
}

/** Throws an {@link AwsError} unless the policy was signed by these credentials. */
export function checkPolicySignature(fields: ReadonlyMap<string, string>, credentials: Credentials): void {
  const { scope } = scopeOf(fields.get('x-amz-credential') ?? '', credentials);
  compare(sign(fields.get('policy') ?? '', scope, credentials), fields.get('x-amz-signature') ?? '');
}

function scopeOf(credential: string, { accessKeyId }: Credentials): { scope: string[] } {
  const [id, ...scope] = credential.split('/');
  if (id === accessKeyId && scope.length === 4) return { scope };
  throw new AwsError('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', 403);
}

function sign(text: string, scope: string[], { secretAccessKey }: Credentials): string {
  let key: string | Buffer = `AWS4${secretAccessKey}`;
  for (const part of scope) key = createHmac('sha256', key).update(part).digest();
  return createHmac('sha256', key).update(text).digest('hex');
}

function compare(expected: string, given: string): void {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  if (a.length === b.length && timingSafeEqual(a, b)) return;
  throw new AwsError('SignatureDoesNotMatch', 'The request signature does not match the signature you provided.', 403);
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** `20261123T124228Z` to epoch milliseconds; NaN for anything else. */
const instantOf = (date: string): number =>
  Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
