import { lookup } from 'node:dns/promises';
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isAddress, isPublicAddress } from '../kernel/public-address.js';

/**
 * Posts to addresses that others chose. A name is resolved here, every address that it has must be allowed, and the connection is
 * made to the very address that was looked at, so that a name cannot mean something else a moment later. Redirects are not
 * followed, connections not kept, proxies not asked, answers not read beyond their status.
 */
export interface Reach {
  readonly schemes: readonly ('https:' | 'http:')[];
  allows(address: string): boolean;
}

/** What is deployed: the public Internet by https. */
export const PUBLIC_ONLY: Reach = { schemes: ['https:'], allows: isPublicAddress };

export interface Outcome {
  /** HTTP status; absent where there was no answer. */
  readonly status?: number;
  /** Why there was none, in a word that says nothing of our inside. */
  readonly why?: 'refused-address' | 'unknown-name' | 'timeout' | 'no-connection' | 'bad-certificate';
  /** Whole seconds that the receiver asks to wait. */
  readonly retryAfter?: number;
  /** Milliseconds that it took. */
  readonly took: number;
}

export type Post = (url: string, headers: Readonly<Record<string, string>>, text: string) => Promise<Outcome>;

type Resolve = (name: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

const TIMEOUT = 10_000;
const everyAddress: Resolve = (name) => lookup(name, { all: true, verbatim: true });

class RefusedAddress extends Error {
  override readonly name = 'RefusedAddress';
}

export function postWithin(reach: Reach, resolve: Resolve = everyAddress, timeout = TIMEOUT): Post {
  /** Called by the socket itself when it connects. */
  const pinned: LookupFunction = (name, { all }, done) => {
    resolve(name).then(
      (found) => {
        const [first] = found;
        if (!first || !found.every(({ address }) => reach.allows(address))) done(new RefusedAddress(), '', 0);
        else if (all) (done as unknown as (error: null, addresses: readonly object[]) => void)(null, [first]);
        else done(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => done(error, '', 0),
    );
  };

  return async (address, headers, text) => {
    const began = performance.now();
    const took = () => Math.round(performance.now() - began);
    try {
      const url = new URL(address);
      const host = url.hostname.replace(/^\[|\]$/g, '');
      const literal = isAddress(host);
      if (!reach.schemes.includes(url.protocol as 'https:') || (literal && !reach.allows(host))) throw new RefusedAddress();
      const { statusCode, headers: answered } = await send(url, headers, text, pinned, timeout);
      const retryAfter = Number(answered['retry-after']);
      return { status: statusCode ?? 0, took: took(), ...(retryAfter > 0 && { retryAfter: Math.round(retryAfter) }) };
    } catch (error) {
      return { why: whyOf(error as NodeJS.ErrnoException), took: took() };
    }
  };
}

function send(
  url: URL,
  headers: Readonly<Record<string, string>>,
  text: string,
  pinned: LookupFunction,
  timeout: number,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const post = url.protocol === 'https:' ? secureRequest : plainRequest;
    const signal = AbortSignal.timeout(timeout);
    const outgoing = post(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(text) },
      agent: false,
      lookup: pinned,
      signal,
      maxHeaderSize: 16 * 1024,
    });
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      resolve(incoming);
      incoming.destroy();
    });
    outgoing.end(text);
  });
}

function whyOf({ name, code = '' }: NodeJS.ErrnoException): NonNullable<Outcome['why']> {
  if (name === 'RefusedAddress' || code === 'ERR_INVALID_URL') return 'refused-address';
  if (name === 'AbortError' || name === 'TimeoutError' || code === 'ABORT_ERR') return 'timeout';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unknown-name';
  return /CERT|SSL|TLS|SELF_SIGNED|ALTNAME/.test(code) ? 'bad-certificate' : 'no-connection';
}
