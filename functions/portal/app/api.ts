/** The API as the page asks it: JSON in and out, versions by ETag, refusals as they were given. */

export interface FieldError {
  readonly pointer: string;
  readonly message: string;
}

/** A refusal (RFC 9457), the gateway's own answer, or no answer at all (status 0). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    /** The last part of its `type`: `stale`, `illegal-move`, … */
    readonly reason: string,
    detail: string,
    readonly errors: readonly FieldError[] = [],
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
  }
}

export interface Asking {
  readonly body?: object;
  /** The version that was seen: becomes `If-Match`. */
  readonly version?: number;
  /** For a write that may be repeated. */
  readonly key?: string;
}

export interface Api {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, asking?: Asking): Promise<T>;
}

/** `token` gives the caller's token; `refused` is told of a 401 and says whether to try once more. */
export function apiWith(token: () => string | undefined, refused: () => Promise<boolean>): Api {
  async function ask<T>(method: string, path: string, asking: Asking, again = true): Promise<T> {
    const answer = await answerTo(method, path, asking, token());
    if (answer.status === 401 && again && (await refused())) return ask(method, path, asking, false);
    if (!answer.ok) throw await problemOf(answer);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }
  return {
    get: (path) => ask('GET', path, {}),
    post: (path, asking = {}) => ask('POST', path, { body: {}, ...asking }),
  };
}

async function answerTo(
  method: string,
  path: string,
  { body, version, key }: Asking,
  token: string | undefined,
): Promise<Response> {
  const headers = {
    accept: 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(body && { 'content-type': 'application/json' }),
    ...(version !== undefined && { 'if-match': `"${version}"` }),
    ...(key !== undefined && { 'idempotency-key': key }),
  };
  try {
    return await fetch(path, { method, headers, ...(body && { body: JSON.stringify(body) }), cache: 'no-store' });
  } catch (error) {
    throw new Problem(0, 'offline', (error as Error).message);
  }
}

async function problemOf(answer: Response): Promise<Problem> {
  const text = await answer.text();
  let given: Record<string, unknown> = {};
  try {
    given = JSON.parse(text) as Record<string, unknown>;
  } catch {
    given = { detail: text.slice(0, 300) }; // something between us and the service answered in its own way
  }
  const reason =
    String(given['type'] ?? '')
      .split(':')
      .at(-1) ?? '';
  const detail = String(given['detail'] ?? given['message'] ?? answer.statusText);
  return new Problem(answer.status, reason, detail, (given['errors'] as FieldError[] | undefined) ?? [], given);
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** All items of a list, at most `most` pages of a hundred. */
export async function allOf<T>(api: Api, path: string, most: number): Promise<Page<T>> {
  const items: T[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < most; pages++) {
    const page: Page<T> = await api.get(withQuery(path, { limit: '100', cursor: cursor ?? undefined }));
    items.push(...page.items);
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  return { items, nextCursor: cursor };
}

export function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return given.length === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams(given)}`;
}
