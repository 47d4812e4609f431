/**
 * Which network addresses are the public Internet's: what remains of IPv4 and of IPv6 global unicast (2000::/3) without the
 * special-purpose registries of IANA (RFC 6890) — private, loopback, link-local with the metadata services of clouds, shared,
 * multicast, documentation, and those that embed or translate to IPv4. Pure.
 */
type Bytes = readonly number[];

const V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
const V6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
];

/** True for an address of the public Internet; false for any other, and for what is no address. */
export function isPublicAddress(address: string): boolean {
  const v4 = bytesOfV4(address);
  if (v4) return !V4.some(([network, bits]) => within(v4, bytesOfV4(network)!, bits));
  const v6 = bytesOfV6(address);
  if (!v6 || !within(v6, bytesOfV6('2000::')!, 3)) return false;
  return !V6.some(([network, bits]) => within(v6, bytesOfV6(network)!, bits));
}

/** Whether this is an address rather than a name. */
export const isAddress = (text: string): boolean => bytesOfV4(text) !== undefined || bytesOfV6(text) !== undefined;

export function bytesOfV4(text: string): Bytes | undefined {
  const parts = text.split('.');
  const good = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
  return good ? parts.map(Number) : undefined;
}

function bytesOfV6(text: string): Bytes | undefined {
  const mixed = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const tail = mixed ? bytesOfV4(mixed[2]!) : undefined;
  if (mixed && !tail) return undefined;
  const plain = tail ? `${mixed![1]}${hex(tail[0]!, tail[1]!)}:${hex(tail[2]!, tail[3]!)}` : text;
  if (!/^[0-9a-f:]{2,39}$/i.test(plain) || plain.split('::').length > 2) return undefined;
  const [head = '', rest] = plain.split('::');
  const [left, right] = [groupsOf(head), rest === undefined ? [] : groupsOf(rest)];
  const missing = 8 - left.length - right.length;
  const groups = rest === undefined ? left : [...left, ...Array<string>(Math.max(0, missing)).fill('0'), ...right];
  if (groups.length !== 8 || (rest !== undefined && missing < 1) || !groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)))
    return undefined;
  return groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
}

const hex = (high: number, low: number): string => ((high << 8) | low).toString(16);
const groupsOf = (text: string): string[] => (text === '' ? [] : text.split(':'));

const within = (address: Bytes, network: Bytes, bits: number): boolean =>
  address.every((byte, i) => {
    const mask = (0xff << (8 - Math.max(0, Math.min(8, bits - i * 8)))) & 0xff;
    return (byte & mask) === (network[i]! & mask);
  });
