import type * as z from 'zod';
import type { AnyEntity } from './entity.js';
import type { Caller, Role } from './permission.js';
import type { Postings } from './postings.js';
import type { HistoryEvent, Records } from './records.js';

/** What the edge gives a handler, already validated. */
export interface Input<B = unknown, Q = unknown> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Q;
  readonly body: B;
  /** The version named by `If-Match`; only on routes that require it. */
  readonly expected?: number;
  /** Only on routes that are `signed`: the request as it came, to be proven before it is parsed. */
  readonly signed?: Signed;
}

/** A request that proves itself by a secret: its headers in lower case, its text unchanged. */
export interface Signed {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** The text as JSON; refuses what is none, or would mean something else to another parser. */
  json(): unknown;
}

/** What a handler answers; the edge turns it into HTTP. */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  /** The record's version: becomes the `ETag`. */
  readonly etag?: number;
  readonly location?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where the answer can be found again, for a repeated `Idempotency-Key`. */
  readonly html?: string;
}

/** Signed, purpose-bound tokens for links, mail threads and cursors. */
export interface Signer {
  sign(purpose: string, payload: string, expires?: Date): Promise<string>;
  verify(
    purpose: string,
    token: string,
  ): Promise<{ readonly state: 'ok'; readonly payload: string } | { readonly state: 'altered' | 'expired' }>;
}

/** Secrets that are shared with other software: made here, shown once, and kept so that a stolen table does not tell them. */
export interface Vault {
  /** A signing secret as Standard Webhooks has it (`whsec_…`), or a bearer token. Unguessable. */
  mint(kind: 'signing' | 'bearer'): string;
  /** Encrypted under the deployment's key, and bound to the name of what it belongs to. */
  seal(secret: string, boundTo: string): Promise<string>;
  /** Throws for what was altered, or sealed for something else. */
  open(sealed: string, boundTo: string): Promise<string>;
  /** All that has to be kept of a secret that is only ever compared. */
  digest(secret: string): string;
  /** Compares in constant time. */
  isSame(one: string, other: string): boolean;
  /** One signature of Standard Webhooks: `v1,<base64>`. `at`: whole seconds since 1970. */
  signature(message: { readonly id: string; readonly at: number; readonly text: string }, secret: string): string;
}

/** Where attached files live. */
export interface Files {
  /** A form that a browser posts the file with; the size is capped by its policy. */
  upload(key: string, contentType: string, maximumBytes: number): Promise<{ url: string; fields: Record<string, string> }>;
  /** A link that shows the file for a few minutes, always as a download. */
  download(key: string, fileName: string, contentType: string): Promise<string>;
  size(key: string): Promise<number | undefined>;
}

/** Settings of the deployment that rules and letters need. */
export interface Settings {
  readonly publicUrl: string;
  readonly mailDomain: string;
  readonly mailFrom: string;
  readonly organisation: string;
  /** Days after resolution at which an incident closes by itself. */
  readonly autoCloseDays: number;
  /** Only ever on one machine: webhooks may be received on the loopback, and without TLS. */
  readonly localReceivers?: true;
}

/** One of the writes of a request, remembered by itself. */
export interface Share {
  readonly records: Records;
  /** What this share left in the history, when it was written by an earlier request under the same key. */
  earlier(): Promise<HistoryEvent | undefined>;
}

export interface Context {
  readonly caller: Caller;
  readonly now: Date;
  readonly requestId: string;
  readonly records: Records;
  /** The same records on somebody else's word: whom a signed link names. */
  recordsAs(actor: string): Records;
  /**
   * For a request that is many writes: takes its `Idempotency-Key`, refusing another body under it, and gives each write a share of
   * its own, so that a repetition goes on where the first was cut short.
   */
  shares(entity: AnyEntity): Promise<(name: string) => Share>;
  readonly signer: Signer;
  readonly files: Files;
  readonly vault: Vault;
  /** Where signed roots lie; nothing there is ever replaced. */
  readonly rootFiles: Pick<Files, 'download'>;
  /** Where words are found; read by the search alone. */
  readonly postings: Postings;
  readonly settings: Settings;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: `/${string}`;
  /** `noun:verb` */
  readonly permission: `${string}:${string}`;
  readonly roles: readonly Role[];
  readonly summary: string;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly reply?: z.ZodType;
  readonly status: number;
  /** The caller must say which version it saw (428 without, 412 when stale). */
  readonly ifMatch?: boolean;
  /** Reached without a token: pages behind signed links, the contract itself. */
  readonly open?: boolean;
  /** Open, and called by programs that prove themselves by a shared secret; a body may have so many bytes. */
  readonly signed?: { readonly maximumBody: number };
  /** Changes nothing; a repeated `Idempotency-Key` needs no memory. */
  readonly stateless?: boolean;
  handle(input: Input<any, any>, context: Context): Promise<Reply>;
  /** Answers again from the companion that the first call wrote. */
  present?(body: Readonly<Record<string, unknown>>, context: Context): Promise<Reply> | Reply;
}

/** A schema, or how it is made once somebody asks for it: most routes of a function are not called in its life. */
export type Said<S> = S | (() => S);

export function madeOnce<S extends z.ZodType>(said: Said<S>): () => S {
  let schema: S | undefined;
  return () => {
    schema ??= typeof said === 'function' ? said() : said;
    return schema;
  };
}

const SAID = ['body', 'query', 'reply'] as const;

/** Ties a handler's body and query to their schemas. */
export function route<B extends z.ZodType = z.ZodUndefined, Q extends z.ZodType = z.ZodUndefined>(
  declared: Omit<Route, 'handle' | (typeof SAID)[number] | 'status'> & {
    readonly body?: Said<B>;
    readonly query?: Said<Q>;
    readonly reply?: Said<z.ZodType>;
    readonly status?: number;
    handle(input: Input<z.infer<B>, z.infer<Q>>, context: Context): Promise<Reply>;
  },
): Route {
  const made = { status: 200, ...declared };
  for (const part of SAID) {
    const said = declared[part];
    if (typeof said === 'function')
      Object.defineProperty(made, part, { enumerable: true, get: madeOnce(said as () => z.ZodType) });
  }
  return made as Route;
}
