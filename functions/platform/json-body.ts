import { Refusal } from '../kernel/errors.js';

/** Bytes of a body that we take; files go to object storage. */
export const MAXIMUM_BODY = 256 * 1024;
const DEEPEST = 20;

/** Parses a request body; refuses what is too large, not JSON, too deep, or would reach an object's prototype. */
export function parseJson(text: string, contentType: string | undefined): unknown {
  if (Buffer.byteLength(text) > MAXIMUM_BODY)
    throw new Refusal('too-large', `A body may have ${MAXIMUM_BODY / 1024} KB at the most; attach files instead.`);
  if (!/^application\/(merge-patch\+)?json\s*(;|$)/i.test(contentType ?? ''))
    throw new Refusal('not-json', 'The body must be application/json (or application/merge-patch+json).');
  let value: unknown;
  try {
    value = JSON.parse(text, (key, member) => {
      if (key === '__proto__')
        throw new Refusal('invalid', 'No field may be called __proto__.', {
          errors: [{ pointer: '/__proto__', message: 'There is no such field.' }],
        });
      return member;
    });
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('invalid', 'The request body is not JSON.', { errors: [{ pointer: '', message: 'Not JSON.' }] });
  }
  if (tooDeep(value, DEEPEST))
    throw new Refusal('invalid', `The body is nested more than ${DEEPEST} levels deep.`, {
      errors: [{ pointer: '', message: 'Nested too deeply.' }],
    });
  return value;
}

const tooDeep = (value: unknown, left: number): boolean =>
  typeof value === 'object' && value !== null && (left === 0 || Object.values(value).some((member) => tooDeep(member, left - 1)));
