import type { AwsAnswer, AwsRequest, AwsService } from './aws-endpoint.js';
import { AwsError } from './aws-error.js';
import { checksum, type Facts, givenFacts, type ObjectStore } from './object-store.js';
import { formUpload } from './s3-form.js';
import { type Credentials, checkPresigned, LOCAL_CREDENTIALS } from './signature.js';
import { xml } from './xml.js';

/**
 * S3 by its REST protocol, path style: PutObject, GetObject, HeadObject, DeleteObject, presigned links for them, and the
 * browser's form upload under a signed policy. No versions, lists, multipart uploads or access lists. To be placed last, since
 * it takes every path. Requests signed in their headers are believed; links and forms, which leave the process, are checked.
 */
export function s3(store: ObjectStore, credentials: Credentials = LOCAL_CREDENTIALS): AwsService {
  return {
    serves: ({ headers, path }) => headers['x-amz-target'] === undefined && path !== '/',
    answer: async (request) => {
      if (request.method === 'OPTIONS') return { status: 204, headers: { ...CORS, ...PREFLIGHT } };
      const { bucket, key } = addressOf(request.path);
      if (!store.buckets.includes(bucket)) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
      if (request.method === 'POST' && key === '') return withCors(await formUpload(store, bucket, request, credentials));
      authorise(request, credentials, store.now().getTime());
      const unknown = [...request.query.keys()].find((name) => !/^(x-id$|X-Amz-|response-content-|x-amz-checksum-)/i.test(name));
      const operation = unknown === undefined && key !== '' ? OPERATIONS[request.method] : undefined;
      if (!operation) throw new AwsError('NotImplemented', 'That is not implemented on one machine.', 501);
      return withCors(await operation(store, bucket, key, request));
    },
    refusal: ({ status, code, message }, { method }) =>
      withCors({
        status,
        headers: { 'content-type': 'application/xml' },
        body:
          method === 'HEAD'
            ? ''
            : xml`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
      }),
  };
}

/** The console's page is served from another port of this machine. */
const CORS = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'etag' };
const PREFLIGHT = { 'access-control-allow-methods': 'GET, HEAD, POST, PUT', 'access-control-allow-headers': 'content-type' };
const withCors = (answer: AwsAnswer): AwsAnswer => ({ ...answer, headers: { ...answer.headers, ...CORS } });

function addressOf(path: string): { bucket: string; key: string } {
  const [bucket = '', ...rest] = path.slice(1).split('/');
  try {
    return { bucket, key: decodeURIComponent(rest.join('/')) };
  } catch (error) {
    if (error instanceof URIError) throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
    throw error;
  }
}

function authorise(request: AwsRequest, credentials: Credentials, now: number): void {
  if (request.query.has('X-Amz-Signature')) checkPresigned(request, credentials, now);
  else if (!request.headers['authorization']) throw new AwsError('AccessDenied', 'Access Denied', 403);
}

type Operation = (store: ObjectStore, bucket: string, key: string, request: AwsRequest) => Promise<AwsAnswer>;

const put: Operation = async (store, bucket, key, { headers, body }) => {
  if (headers['x-amz-copy-source']) throw new AwsError('NotImplemented', 'Copying is not implemented on one machine.', 501);
  if (headers['if-none-match'] === '*' && (await store.head(bucket, key))) {
    throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
  }
  await refuseLocked(store, bucket, key);
  const bytes = /aws-chunked/.test(headers['content-encoding'] ?? '') ? unchunked(body) : body;
  const sum = headers['x-amz-checksum-crc32'];
  if (sum !== undefined && sum !== checksum(bytes)) {
    throw new AwsError('BadDigest', 'The CRC32 you specified did not match the calculated checksum.');
  }
  const facts = await store.put(bucket, key, bytes, givenFacts(headers));
  return { status: 200, headers: { etag: `"${facts.etag}"`, 'x-amz-checksum-crc32': facts.crc32 } };
};

const get: Operation = async (store, bucket, key, { headers, query }) => {
  const found = await store.get(bucket, key);
  if (!found) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  const { facts, bytes } = found;
  const answer = { ...headersOf(facts), ...overrides(query) };
  const range = /^bytes=(\d+)-(\d*)$/.exec(headers['range'] ?? '');
  if (!range) return { status: 200, headers: { ...answer, 'x-amz-checksum-crc32': facts.crc32 }, body: bytes };
  const from = Number(range[1]);
  const to = Math.min(range[2] ? Number(range[2]) : facts.size - 1, facts.size - 1);
  if (from > to) throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416);
  const part = bytes.subarray(from, to + 1);
  return { status: 206, headers: { ...answer, 'content-range': `bytes ${from}-${to}/${facts.size}` }, body: part };
};

const head: Operation = async (store, bucket, key) => {
  const facts = await store.head(bucket, key);
  if (!facts) throw new AwsError('NotFound', 'Not Found', 404);
  return { status: 200, headers: { ...headersOf(facts), 'content-length': String(facts.size) } };
};

/** A bucket with versions would take another one beside the locked; without versions there is no place for it. */
async function refuseLocked(store: ObjectStore, bucket: string, key: string): Promise<void> {
  if (await store.isLocked(bucket, key))
    throw new AwsError('AccessDenied', 'Access Denied because object protected by object lock.', 403);
}

const remove: Operation = async (store, bucket, key) => {
  await refuseLocked(store, bucket, key);
  await store.delete(bucket, key);
  return { status: 204 };
};

const OPERATIONS: Record<string, Operation> = { PUT: put, GET: get, HEAD: head, DELETE: remove };

const headersOf = (facts: Facts): Record<string, string> => ({
  'content-type': facts.contentType,
  etag: `"${facts.etag}"`,
  'last-modified': new Date(facts.modified).toUTCString(),
  'accept-ranges': 'bytes',
  ...(facts.contentDisposition && { 'content-disposition': facts.contentDisposition }),
  ...(facts.cacheControl && { 'cache-control': facts.cacheControl }),
  ...Object.fromEntries(Object.entries(facts.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])),
});

/** A presigned link may say how its answer is to be shown. */
function overrides(query: URLSearchParams): Record<string, string> {
  const said = [...query].filter(([name]) => name.startsWith('response-content-'));
  return Object.fromEntries(said.map(([name, value]) => [name.slice('response-'.length), value]));
}

/** Takes the frames of `aws-chunked` off: a size in hexadecimal, the bytes, and at last trailers. */
function unchunked(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.toString('latin1', at, end), 16);
    if (end === -1 || Number.isNaN(size)) throw new AwsError('IncompleteBody', 'The request body terminated unexpectedly');
    if (size === 0) break;
    parts.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(parts);
}
