import { createHash, createHmac } from 'node:crypto';
import type { Files } from '../kernel/route.js';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface FilesSetting {
  readonly bucket: string;
  readonly region: () => Promise<string>;
  /** Without it, the bucket's own AWS address. */
  readonly endpoint?: string | undefined;
  readonly credentials: () => Promise<Credentials>;
  /** The time by which the store judges signatures: the real one in AWS, the moved one on one machine. */
  readonly clock: () => Date;
  readonly fetch?: typeof fetch;
}

/** The bucket as the functions themselves reach it. */
export interface Objects {
  /** Throws when there is nothing under this key. */
  get(key: string): Promise<Uint8Array>;
  /** The same key again replaces what lay there. */
  put(key: string, bytes: Uint8Array, contentType: string): Promise<void>;
  /** False, and nothing is written, where something lies under this key. */
  putNew(key: string, bytes: Uint8Array, contentType: string): Promise<boolean>;
  /** Removing what is not there is no error. */
  remove(key: string): Promise<void>;
}

/** Seconds for which a form or a link works. */
const LASTS = 300;

/**
 * Attached files in S3: forms to post them with (capped by their policy) and
 * links to fetch them, signed here with AWS Signature Version 4. The S3 client
 * would triple the size of every function for these three small things.
 */
export function filesIn({ bucket, region, endpoint, credentials, clock, fetch: send = fetch }: FilesSetting): Files & Objects {
  /** What a signature is made with, and the address of the bucket. */
  async function signing() {
    const [{ accessKeyId, secretAccessKey, sessionToken }, place] = await Promise.all([credentials(), region()]);
    const base =
      endpoint === undefined ? `https://${bucket}.s3.${place}.amazonaws.com` : `${endpoint.replace(/\/$/, '')}/${bucket}`;
    const now = clock();
    return {
      accessKeyId,
      sessionToken,
      base,
      now,
      ...scopeAt(now, place),
      keyFor: (day: string) => signingKey(secretAccessKey, day, place),
    };
  }

  async function presigned(
    method: 'GET' | 'HEAD' | 'PUT' | 'DELETE',
    key: string,
    query: Record<string, string>,
  ): Promise<string> {
    const { accessKeyId, sessionToken, base, stamp, day, scope, keyFor } = await signing();
    const url = new URL(`${base}/${key.split('/').map(encode).join('/')}`);
    const parameters: Record<string, string> = {
      ...query,
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': `${accessKeyId}/${scope}`,
      'X-Amz-Date': stamp,
      'X-Amz-Expires': String(LASTS),
      'X-Amz-SignedHeaders': 'host',
      ...(sessionToken !== undefined && { 'X-Amz-Security-Token': sessionToken }),
    };
    const text = Object.keys(parameters)
      .sort()
      .map((name) => `${encode(name)}=${encode(parameters[name]!)}`)
      .join('&');
    const request = [method, url.pathname, text, `host:${url.host}\n`, 'host', 'UNSIGNED-PAYLOAD'].join('\n');
    const toSign = ['AWS4-HMAC-SHA256', stamp, scope, sha256(request)].join('\n');
    return `${url.origin}${url.pathname}?${text}&X-Amz-Signature=${hmac(keyFor(day), toSign).toString('hex')}`;
  }

  const putWith = (key: string, bytes: Uint8Array, headers: Record<string, string>): Promise<Response> =>
    patiently(async () =>
      send(await presigned('PUT', key, {}), { method: 'PUT', body: bytes as Uint8Array<ArrayBuffer>, headers }),
    );

  return {
    async upload(key, contentType, maximumBytes) {
      const { accessKeyId, sessionToken, base, now, stamp, day, scope, keyFor } = await signing();
      const fields: Record<string, string> = {
        key,
        'Content-Type': contentType,
        'x-amz-algorithm': 'AWS4-HMAC-SHA256',
        'x-amz-credential': `${accessKeyId}/${scope}`,
        'x-amz-date': stamp,
        ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
      };
      const conditions = [
        { bucket },
        ...Object.entries(fields).map(([name, value]) => ({ [name]: value })),
        ['content-length-range', 1, maximumBytes],
      ];
      const policy = Buffer.from(
        JSON.stringify({ expiration: new Date(now.getTime() + LASTS * 1000).toISOString(), conditions }),
      ).toString('base64');
      const signature = hmac(keyFor(day), policy).toString('hex');
      return { url: base, fields: { ...fields, policy, 'x-amz-signature': signature } };
    },
    download: (key, fileName, contentType) =>
      presigned('GET', key, {
        'response-content-disposition': `attachment; filename*=UTF-8''${encode(fileName)}`,
        'response-content-type': contentType,
      }),
    async get(key) {
      const answer = await patiently(async () => send(await presigned('GET', key, {})));
      if (!answer.ok) throw new Error(`The file store answered ${answer.status} for ${key}.`);
      return new Uint8Array(await answer.arrayBuffer());
    },
    async put(key, bytes, contentType) {
      const answer = await putWith(key, bytes, { 'content-type': contentType });
      if (!answer.ok) throw new Error(`The file store answered ${answer.status} for ${key}.`);
    },
    async putNew(key, bytes, contentType) {
      // A bucket under object lock wants to know what it locks.
      const digest = createHash('md5').update(bytes).digest('base64');
      const answer = await putWith(key, bytes, { 'content-type': contentType, 'content-md5': digest, 'if-none-match': '*' });
      if (answer.status === 412) return false;
      if (!answer.ok) throw new Error(`The file store answered ${answer.status} for ${key}.`);
      return true;
    },
    async remove(key) {
      const answer = await patiently(async () => send(await presigned('DELETE', key, {}), { method: 'DELETE' }));
      if (!answer.ok && answer.status !== 404) throw new Error(`The file store answered ${answer.status} for ${key}.`);
    },
    async size(key) {
      const answer = await send(await presigned('HEAD', key, {}), { method: 'HEAD' });
      if (answer.status === 404 || answer.status === 403) return undefined;
      if (!answer.ok) throw new Error(`The file store answered ${answer.status}.`);
      return Number(answer.headers.get('content-length') ?? 0);
    },
  };
}

const TRIES = 4;

/** Tries again what failed on the way or on the store's side; what it refuses is not asked twice. */
async function patiently(ask: () => Promise<Response>): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const answer = await ask().catch((error: unknown) => {
      if (attempt === TRIES) throw error;
      return undefined;
    });
    if (answer && (answer.status < 500 || attempt === TRIES)) return answer;
    await new Promise((resume) => setTimeout(resume, Math.random() * 100 * 2 ** attempt));
  }
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const signingKey = (secret: string, day: string, region: string): Buffer =>
  hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), 's3'), 'aws4_request');

function scopeAt(now: Date, region: string) {
  const stamp = `${now.toISOString().replace(/[-:]|\.\d{3}/g, '')}`;
  const day = stamp.slice(0, 8);
  return { stamp, day, scope: `${day}/${region}/s3/aws4_request` };
}
