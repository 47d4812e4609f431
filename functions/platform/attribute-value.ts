/** DynamoDB's wire form of a value, as far as records use it: text, numbers, booleans, null, bytes, lists and maps. */
export type AttributeValue<B = Uint8Array> =
  | { S: string }
  | { N: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { B: B }
  | { L: AttributeValue<B>[] }
  | { M: Attributes<B> };
export type Attributes<B = Uint8Array> = { [name: string]: AttributeValue<B> };

/** How bytes are carried: as they are for the SDK, as text in the protocol. */
export type Bytes = (bytes: Uint8Array) => Uint8Array | string;
export const asText: Bytes = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
const asTheyAre: Bytes = (bytes) => bytes;

/** Members that are undefined are left out. Throws for what DynamoDB has no form for. */
export function wireOf(value: unknown, bytes: Bytes = asTheyAre): AttributeValue<Uint8Array | string> {
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${value} is no number of DynamoDB's.`);
      return { N: String(value) };
    case 'boolean':
      return { BOOL: value };
    case 'object':
      if (value === null) return { NULL: true };
      if (Array.isArray(value)) return { L: value.filter((item) => item !== undefined).map((item) => wireOf(item, bytes)) };
      if (value instanceof Uint8Array) return { B: bytes(value) };
      return { M: wireOfAll(value, bytes) };
    default:
      throw new TypeError(`A ${typeof value} cannot be stored.`);
  }
}

export function wireOfAll(values: object, bytes: Bytes = asTheyAre): Attributes<Uint8Array | string> {
  const wire: Attributes<Uint8Array | string> = {};
  for (const [name, value] of Object.entries(values)) if (value !== undefined) wire[name] = wireOf(value, bytes);
  return wire;
}

/** Bytes come as the SDK reads them, or as the text that the protocol and streams carry. */
export function plainOf(wire: AttributeValue<Uint8Array | string>): unknown {
  if ('S' in wire) return wire.S;
  if ('N' in wire) return Number(wire.N);
  if ('M' in wire) return plainOfAll(wire.M);
  if ('L' in wire) return wire.L.map(plainOf);
  if ('BOOL' in wire) return wire.BOOL;
  if ('B' in wire) return typeof wire.B === 'string' ? Buffer.from(wire.B, 'base64') : wire.B;
  return null;
}

export function plainOfAll(wire: Attributes<Uint8Array | string>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const name in wire) values[name] = plainOf(wire[name]!);
  return values;
}
