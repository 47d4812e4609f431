/** The record that a thread of mails is about. */
export interface Thread {
  /** Name of its noun: lower-case letters and hyphens, such as `incident`. */
  readonly type: string;
  readonly id: string;
}

/**
 * A type and an id in as few bytes as can be: five bits a letter for the type; sixteen bytes for an id that is a UUID or
 * a ULID, which leaves room for a type of eleven letters in the local part of an address. Other ids stay text.
 *
 *   byte 0   kind of id (high three bits) and length of the type (low five)
 */
const LETTERS = '-abcdefghijklmnopqrstuvwxyz';
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** Throws a RangeError for a type that is no name of a noun. */
export function packThread({ type, id }: Thread): Buffer {
  if (!/^[a-z-]{1,31}$/.test(type)) throw new RangeError(`${type} is no name of a noun.`);
  const kind = UUID.test(id) ? 1 : ULID.test(id) ? 2 : 0;
  const letters = [...type].reduce((held, letter) => held * 32n + BigInt(LETTERS.indexOf(letter)), 0n);
  const packed = fromNumber(letters, typeLength(type.length));
  const rest = kind === 1 ? Buffer.from(id.replaceAll('-', ''), 'hex') : kind === 2 ? fromUlid(id) : Buffer.from(id, 'utf8');
  return Buffer.concat([Buffer.from([(kind << 5) | type.length]), packed, rest]);
}

/** The inverse of `packThread`; its input has been verified, so it is what `packThread` made. */
export function unpackThread(bytes: Buffer): Thread {
  const count = bytes[0]! & 31;
  const kind = bytes[0]! >> 5;
  const start = 1 + typeLength(count);
  let letters = toNumber(bytes.subarray(1, start));
  let type = '';
  for (let left = count; left > 0; left -= 1, letters /= 32n) type = LETTERS[Number(letters % 32n)]! + type;
  const rest = bytes.subarray(start);
  const id = kind === 1 ? uuid(rest.toString('hex')) : kind === 2 ? ulid(rest) : rest.toString('utf8');
  return { type, id };
}

const typeLength = (letters: number): number => Math.ceil((letters * 5) / 8);

const toNumber = (bytes: Buffer): bigint => (bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString('hex')}`));
const fromNumber = (value: bigint, length: number): Buffer => Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex');

const fromUlid = (id: string): Buffer =>
  fromNumber(
    [...id].reduce((held, letter) => held * 32n + BigInt(CROCKFORD.indexOf(letter)), 0n),
    16,
  );

function ulid(bytes: Buffer): string {
  let [value, text] = [toNumber(bytes), ''];
  for (let left = 26; left > 0; left -= 1, value /= 32n) text = CROCKFORD[Number(value % 32n)]! + text;
  return text;
}

const uuid = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
