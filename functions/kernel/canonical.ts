/**
 * Canonical JSON in the manner of RFC 8785: members sorted by UTF-16 code
 * units, no white space, ECMAScript number and string forms; absent and
 * undefined members are left out. What is hashed is always this text.
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(',')}]`;
  if (value === null || typeof value !== 'object') {
    if (typeof value === 'number' && !Number.isFinite(value)) throw new Error('Only finite numbers have a canonical form.');
    return JSON.stringify(value ?? null);
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}
