import * as z from 'zod';
import type { AwsAnswer, AwsRequest } from './aws-endpoint.js';
import { AwsError } from './aws-error.js';
import { givenFacts, type ObjectStore } from './object-store.js';
import { type Credentials, checkPolicySignature } from './signature.js';
import { xml } from './xml.js';

/**
 * The browser's upload by a form (POST policy): the signed policy must not have expired, every field must be covered by one of
 * its conditions, and the file's size must lie within `content-length-range`.
 */
export async function formUpload(
  store: ObjectStore,
  bucket: string,
  request: AwsRequest,
  credentials: Credentials,
): Promise<AwsAnswer> {
  const { fields, file } = await parts(request);
  checkPolicySignature(fields, credentials);
  const policy = policyOf(fields.get('policy') ?? '');
  if (Date.parse(policy.expiration) < store.now().getTime()) throw denied('Policy expired.');
  const values = new Map([...fields, ['bucket', bucket]]);
  for (const condition of policy.conditions) check(condition, values, file.length);
  refuseExtraFields(fields, policy.conditions);
  const key = fields.get('key');
  if (!key) throw new AwsError('InvalidArgument', "Bucket POST must contain a field named 'key'.");
  const facts = await store.put(bucket, key, file, givenFacts(Object.fromEntries(fields)));
  return created(fields.get('success_action_status'), bucket, key, facts.etag);
}

const Policy = z.object({
  expiration: z.iso.datetime(),
  conditions: z.array(
    z.union([
      z.tuple([z.literal('content-length-range'), z.number(), z.number()]),
      z.tuple([z.enum(['eq', 'starts-with']), z.string(), z.string()]),
      z.record(z.string(), z.string()),
    ]),
  ),
});
type Condition = z.infer<typeof Policy>['conditions'][number];

async function parts({ headers, body }: AwsRequest): Promise<{ fields: Map<string, string>; file: Buffer }> {
  const fields = new Map<string, string>();
  for (const [name, value] of await formData(headers['content-type'] ?? '', body)) {
    if (name === 'file')
      return { fields, file: typeof value === 'string' ? Buffer.from(value) : Buffer.from(await value.arrayBuffer()) };
    if (typeof value === 'string') fields.set(name.toLowerCase(), value);
  }
  throw new AwsError('InvalidArgument', 'POST requires exactly one file upload per request.');
}

async function formData(type: string, body: Buffer): Promise<FormData> {
  try {
    return await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new AwsError('MalformedPOSTRequest', 'The body of your POST request is not well-formed multipart/form-data.');
  }
}

function policyOf(encoded: string): z.infer<typeof Policy> {
  try {
    return Policy.parse(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    throw new AwsError('InvalidPolicyDocument', 'The content of the form does not meet the conditions of a policy document.');
  }
}

function check(condition: Condition, values: ReadonlyMap<string, string>, size: number): void {
  if (!Array.isArray(condition)) {
    for (const [name, value] of Object.entries(condition)) {
      if (values.get(name.toLowerCase()) !== value) throw denied(`Policy Condition failed: ["eq", "$${name}", "${value}"]`);
    }
    return;
  }
  const [operator, first, second] = condition;
  if (operator === 'content-length-range') {
    if (size < Number(first))
      throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    if (size > Number(second)) throw new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
    return;
  }
  const value = values.get(fieldOf(first)) ?? '';
  const holds = operator === 'eq' ? value === second : value.startsWith(String(second));
  if (!holds) throw denied(`Policy Condition failed: ${JSON.stringify(condition)}`);
}

const fieldOf = (named: string | number): string => String(named).replace(/^\$/, '').toLowerCase();

function refuseExtraFields(fields: ReadonlyMap<string, string>, conditions: readonly Condition[]): void {
  const covered = new Set(
    conditions.flatMap((condition) =>
      Array.isArray(condition) ? [fieldOf(condition[1])] : Object.keys(condition).map((name) => name.toLowerCase()),
    ),
  );
  const free = (name: string) => ['policy', 'x-amz-signature', 'file'].includes(name) || name.startsWith('x-ignore-');
  const extra = [...fields.keys()].find((name) => !free(name) && !covered.has(name));
  if (extra !== undefined) throw denied(`Extra input fields: ${extra}`);
}

const denied = (why: string): AwsError => new AwsError('AccessDenied', `Invalid according to Policy: ${why}`, 403);

function created(status: string | undefined, bucket: string, key: string, etag: string): AwsAnswer {
  if (status === '201') {
    const body = xml`<?xml version="1.0" encoding="UTF-8"?>
<PostResponse><Bucket>${bucket}</Bucket><Key>${key}</Key><ETag>"${etag}"</ETag></PostResponse>`;
    return { status: 201, headers: { 'content-type': 'application/xml' }, body };
  }
  return { status: status === '200' ? 200 : 204, headers: { etag: `"${etag}"` } };
}
