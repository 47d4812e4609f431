/** What a delivery report (RFC 3464) says of each recipient of a mail of ours. Reads text; decides nothing. */
export interface Delivery {
  /** Lower case. */
  readonly recipient: string;
  /** `hard`: the address does not work; `soft`: it may work later; `delivered`: it arrived or was handed on. */
  readonly result: 'hard' | 'soft' | 'delivered';
  /** Enhanced status code (RFC 3463), such as `5.1.1`; empty when there is none. */
  readonly status: string;
  /** What the refusing server said, at most 500 characters. */
  readonly diagnosis: string;
}

/** From the text of the `message/delivery-status` part. Recipients that it names more than once are reported once, the last time. */
export function deliveries(status: string): Delivery[] {
  const groups = status
    .slice(0, 262_144)
    .replace(/\r\n?/g, '\n')
    .split(/\n[ \t]*\n/);
  const found = groups.flatMap((group) => delivery(group.replace(/\n[ \t]+/g, ' ')));
  return [...new Map(found.map((one) => [one.recipient, one])).values()];
}

function delivery(group: string): Delivery[] {
  const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(group)?.[1]?.trim() ?? '';
  const recipient = (field('final-recipient') || field('original-recipient'))
    .replace(/^[^;]*;/, '')
    .trim()
    .toLowerCase();
  if (!recipient.includes('@')) return [];
  const action = field('action').toLowerCase();
  const status = /^\d\.\d{1,3}\.\d{1,3}/.exec(field('status'))?.[0] ?? '';
  return [
    {
      recipient: recipient.replace(/[<>]/g, ''),
      result: resultOf(action, status),
      status,
      diagnosis: field('diagnostic-code').slice(0, 500),
    },
  ];
}

/** A full mailbox (x.2.2) and a message too large for it (x.3.4, x.2.3) say nothing against the address. */
function resultOf(action: string, status: string): Delivery['result'] {
  if (action === 'delayed' || status.startsWith('4')) return 'soft';
  if (action === 'failed' || status.startsWith('5')) return /^5\.(?:2\.[23]|3\.4|7\.)/.test(status) ? 'soft' : 'hard';
  return 'delivered';
}
