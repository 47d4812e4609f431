/** DynamoDB's wire form of a value, as far as records use it: text, numbers, booleans, null, bytes, lists and maps. */
export type AttributeValue =
  | { S: string }
  | { N: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { B: string }
  | { L: AttributeValue[] }
  | { M: Attributes };
export type Attributes = { [name: string]: AttributeValue };

/** Members that are undefined are left out. Throws for what DynamoDB has no form for. */
export function wireOf(value: unknown): AttributeValue {
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
      if (Array.isArray(value)) return { L: value.filter((item) => item !== undefined).map(wireOf) };
      if (value instanceof Uint8Array) return { B: Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64') };
      return { M: wireOfAll(value) };
    default:
      throw new TypeError(`A ${typeof value} cannot be stored.`);
  }
}

export function wireOfAll(values: object): Attributes {
  const wire: Attributes = {};
  for (const [name, value] of Object.entries(values)) if (value !== undefined) wire[name] = wireOf(value);
  return wire;
}

export function plainOf(wire: AttributeValue): unknown {
  if ('S' in wire) return wire.S;
  if ('N' in wire) return Number(wire.N);
  if ('M' in wire) return plainOfAll(wire.M);
  if ('L' in wire) return wire.L.map(plainOf);
  if ('BOOL' in wire) return wire.BOOL;
  if ('B' in wire) return Buffer.from(wire.B, 'base64');
  return null;
}

export function plainOfAll(wire: Attributes): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const name in wire) values[name] = plainOf(wire[name]!);
  return values;
}
