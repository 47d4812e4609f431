import { Refusal } from '../kernel/errors.js';

/** Bytes of a body that we take; files go to object storage. */
export const MAXIMUM_BODY = 256 * 1024;
const DEEPEST = 20;

export function refuseTooLarge(text: string, most = MAXIMUM_BODY): void {
  if (Buffer.byteLength(text) > most)
    throw new Refusal('too-large', `A body may have ${most / 1024} KB at the most; attach files instead.`);
}

/**
 * Parses a request body; refuses what is not JSON, too deep, would reach an object's prototype, or means something
 * else to another parser: members named twice, and text that is not Unicode.
 */
export function parseJson(text: string, contentType: string | undefined): unknown {
  if (!/^application\/(merge-patch\+)?json\s*(;|$)/i.test(contentType ?? ''))
    throw new Refusal('not-json', 'The body must be application/json (or application/merge-patch+json).');
  const value = parsed(text);
  if (tooDeep(value, DEEPEST)) throw bad('', `The body is nested more than ${DEEPEST} levels deep.`);
  const twice = namedTwice(text);
  if (twice !== undefined) throw bad(pointerTo(twice), `The body names ${JSON.stringify(twice)} twice in one object.`);
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text, (key, member) => {
      if (key === '__proto__') throw bad('/__proto__', 'No field may be called __proto__.');
      if (brokenText(key) || (typeof member === 'string' && brokenText(member)))
        throw bad(pointerTo(key), 'The body holds half of a surrogate pair, which is not text.');
      return member;
    });
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw bad('', 'The request body is not JSON.');
  }
}

const bad = (pointer: string, message: string): Refusal => new Refusal('invalid', message, { errors: [{ pointer, message }] });

const pointerTo = (name: string): string =>
  name === ''
    ? ''
    : `/${name
        .replace(/\p{Surrogate}/gu, '\ufffd')
        .replaceAll('~', '~0')
        .replaceAll('/', '~1')}`;

const brokenText = (text: string): boolean => /\p{Surrogate}/u.test(text);

const tooDeep = (value: unknown, left: number): boolean =>
  typeof value === 'object' && value !== null && (left === 0 || Object.values(value).some((member) => tooDeep(member, left - 1)));

/** Strings, with the colon that makes one a name, and brackets: all of well-formed JSON that says what belongs to what. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}[\]]/g;

/** The first name that one object of this (well-formed) JSON gives to two members. */
function namedTwice(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, colon] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined) {
      const name = JSON.parse(token.slice(0, -colon.length)) as string;
      const names = open.at(-1)!;
      if (names.has(name)) return name;
      names.add(name);
    }
  }
  return undefined;
}
