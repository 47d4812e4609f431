/**
 * What a story is told in: a running system that is reached by HTTP and mail alone. One machine is one such world, a
 * deployment another, and a story does not know which it is in.
 */
export interface World {
  /** Without a slash at the end. */
  readonly url: string;
  /** Whether `advance` and `to` work. Where they do not, waits take their real time. */
  readonly canMoveClock: boolean;
  /** Where mail to the desk goes; absent where none is received. */
  readonly deskAddress?: string | undefined;
  /** A valid access token of a sample person. */
  tokenFor(who: Who): Promise<string>;
  /** The issuer and subject in that token, as a person's or contact's record names them. */
  identityOf(who: Who): Promise<Identity>;
  /** `path` begins with a slash; a body is sent as JSON, or as it is where it is text. */
  api(method: string, path: string, asked?: Asked): Promise<Answer>;
  /** What was sent, oldest first; `to` is an address, or a topic's name. */
  mails(asked?: { readonly to?: string; readonly since?: Date }): Promise<Sent[]>;
  /** The instant it is in this world. */
  now(): Promise<Date>;
  /** Moves the clock forward; resolves when everything due by then has been done. */
  advance(minutes: number): Promise<void>;
  to(instant: Date | string): Promise<void>;
  /** Hands a whole message to the desk's mail server. */
  sendMail(message: { readonly from: string; readonly to: readonly string[]; readonly raw: string }): Promise<void>;
  /** Looks until `check` answers something; throws, naming `what`, after so many milliseconds of real time. */
  eventually<T>(what: string, check: () => Promise<T | undefined | false>, milliseconds?: number): Promise<T>;
}

/** Sample people: one for each role, and the contacts of two customers. */
export type Who = 'admin' | 'agent' | 'agent-2' | 'owner' | 'relations' | 'sms' | 'auditor' | 'requester' | 'requester-2';

export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

export interface Asked {
  /** Nobody when left out: the request goes without a token. */
  readonly as?: Who;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** JSON where the answer is JSON, else undefined. */
  readonly body: any;
  readonly text: string;
}

/** A mail or a publication to a topic. */
export interface Sent {
  readonly id: string;
  readonly at: string;
  readonly to: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** One request as the worlds have it in common. */
export async function request(
  url: string,
  method: string,
  path: string,
  token: string | undefined,
  asked: Asked,
): Promise<Answer> {
  const { body, headers = {} } = asked;
  const response = await fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, text, body: isJson && text !== '' ? JSON.parse(text) : undefined };
}

/** Looks every few milliseconds until `check` answers something. */
export async function eventually<T>(
  what: string,
  check: () => Promise<T | undefined | false>,
  milliseconds: number,
  pause = 20,
): Promise<T> {
  for (const until = Date.now() + milliseconds; ; await new Promise((resolve) => setTimeout(resolve, pause))) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > until) throw new Error(`Waited ${milliseconds} ms in vain for: ${what}`);
  }
}
