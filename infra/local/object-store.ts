import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { readIfThere, writeWhole } from './atomic-file.js';

/**
 * Objects as files: one file an object, a line of facts and then the bytes, replaced whole and synced before a put resolves.
 * File names are digests of the keys, so a key can name nothing outside its bucket. It keeps no versions and lists nothing. What
 * lies in a locked bucket is neither replaced nor removed, as under object lock.
 */
export class ObjectStore {
  constructor(
    private readonly folder: string,
    readonly buckets: readonly string[],
    /** The time that objects are stamped with, and by which links and forms expire. */
    readonly now: () => Date,
    private readonly locked: readonly string[] = [],
  ) {}

  /** Whether what lies under this key has to stay as it is. */
  async isLocked(bucket: string, key: string): Promise<boolean> {
    return this.locked.includes(bucket) && (await this.head(bucket, key)) !== undefined;
  }

  async put(bucket: string, key: string, bytes: Buffer, given: GivenFacts): Promise<Facts> {
    const facts: Facts = {
      key,
      size: bytes.length,
      etag: createHash('md5').update(bytes).digest('hex'),
      crc32: checksum(bytes),
      modified: this.now().toISOString(),
      ...given,
    };
    if (await this.isLocked(bucket, key)) throw new Error(`${key} is under object lock.`);
    await writeWhole(this.#file(bucket, key), Buffer.concat([Buffer.from(`${JSON.stringify(facts)}\n`), bytes]));
    return facts;
  }

  /** Undefined where there is none. */
  async get(bucket: string, key: string): Promise<{ facts: Facts; bytes: Buffer } | undefined> {
    const content = await readIfThere(this.#file(bucket, key));
    if (!content) return undefined;
    const end = content.indexOf(10);
    return { facts: JSON.parse(content.toString('utf8', 0, end)) as Facts, bytes: content.subarray(end + 1) };
  }

  /** The facts alone. */
  async head(bucket: string, key: string): Promise<Facts | undefined> {
    try {
      const file = await open(this.#file(bucket, key), 'r');
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(FACTS_LIMIT), 0, FACTS_LIMIT, 0);
        return JSON.parse(buffer.toString('utf8', 0, buffer.subarray(0, bytesRead).indexOf(10))) as Facts;
      } finally {
        await file.close();
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Deleting what is not there is no error. */
  async delete(bucket: string, key: string): Promise<void> {
    if (await this.isLocked(bucket, key)) throw new Error(`${key} is under object lock.`);
    await rm(this.#file(bucket, key), { force: true });
  }

  #file(bucket: string, key: string): string {
    if (!this.buckets.includes(bucket)) throw new Error(`There is no bucket ${bucket}.`);
    const digest = createHash('sha256').update(key).digest('hex');
    return join(this.folder, bucket, digest.slice(0, 2), digest);
  }
}

export interface GivenFacts {
  contentType: string;
  contentDisposition?: string;
  cacheControl?: string;
  metadata: Record<string, string>;
}

export interface Facts extends GivenFacts {
  key: string;
  size: number;
  etag: string;
  crc32: string;
  /** An instant, RFC 3339 in UTC. */
  modified: string;
}

/** What a sender says about an object, from headers or a form's fields in lower case. */
export function givenFacts(said: Record<string, string>): GivenFacts {
  const metadata = Object.entries(said).filter(([name]) => name.startsWith('x-amz-meta-'));
  return {
    contentType: said['content-type'] || 'application/octet-stream',
    ...(said['content-disposition'] && { contentDisposition: said['content-disposition'] }),
    ...(said['cache-control'] && { cacheControl: said['cache-control'] }),
    metadata: Object.fromEntries(metadata.map(([name, value]) => [name.slice('x-amz-meta-'.length), value])),
  };
}

/** Keys of 1,024 bytes and 2 KiB of metadata fit well. */
const FACTS_LIMIT = 16 * 1024;

/** CRC-32 as S3 writes it: base64 of the four bytes. */
export function checksum(bytes: Buffer): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum.toString('base64');
}
