import { Problem } from './api.js';
import { recall, remember } from './preferences.js';

/** Who is reading, and with which token. On one machine a sample person is chosen; elsewhere a token is pasted. */

export interface SamplePerson {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** Who that is, in a few words. */
  readonly what?: string;
}

export interface Session {
  readonly person: SamplePerson;
  token: string;
}

const TOKEN = 'steward.token';

/** The sample people of one machine; undefined where there are none to choose from, as in AWS. */
export async function samplePeople(): Promise<readonly SamplePerson[] | undefined> {
  const answer = await ask('/local/people');
  if (!answer.ok || !answer.headers.get('content-type')?.includes('json')) return undefined;
  const given = (await answer.json()) as readonly SamplePerson[] | { readonly items: readonly SamplePerson[] };
  return 'items' in given ? given.items : given;
}

export async function localToken(id: string): Promise<string> {
  const answer = await ask(`/local/token?as=${encodeURIComponent(id)}`);
  if (!answer.ok) throw new Problem(answer.status, '', await answer.text());
  return ((await answer.json()) as { token: string }).token;
}

const ask = async (path: string): Promise<Response> => {
  try {
    return await fetch(path, { cache: 'no-store', headers: { accept: 'application/json' } });
  } catch (error) {
    throw new Problem(0, 'offline', (error as Error).message);
  }
};

/** Reads who a token is for, without judging it: the API does that. Undefined when it is no token. */
export function personOf(token: string): SamplePerson | undefined {
  const part = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(token.trim())?.[1];
  if (part === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(part.replace(/-/g, '+').replace(/_/g, '/')), (character) => character.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    const roles = Array.isArray(claims['cognito:groups']) ? claims['cognito:groups'].map(String) : [];
    const name = claims['name'] ?? claims['username'] ?? claims['cognito:username'] ?? claims['sub'];
    return { id: String(claims['sub'] ?? ''), name: String(name ?? ''), roles };
  } catch {
    return undefined; // not base64url, or not JSON: no token
  }
}

/** A pasted token lives in this tab only. */
export const keepToken = (token: string | undefined): void =>
  token === undefined ? sessionStorage.removeItem(TOKEN) : sessionStorage.setItem(TOKEN, token);

/** Takes up where this browser left off. */
export async function resume(people: readonly SamplePerson[] | undefined): Promise<Session | undefined> {
  if (people) {
    const person = people.find(({ id }) => id === recall('person'));
    return person && { person, token: await localToken(person.id) };
  }
  const token = sessionStorage.getItem(TOKEN) ?? undefined;
  const person = token === undefined ? undefined : personOf(token);
  return token !== undefined && person ? { person, token } : undefined;
}

export async function become(person: SamplePerson): Promise<Session> {
  remember('person', person.id);
  return { person, token: await localToken(person.id) };
}

/** True when this person sees and does only what the customer's side may. */
export const isRequester = ({ roles }: SamplePerson): boolean => roles.every((role) => role === 'requester');
