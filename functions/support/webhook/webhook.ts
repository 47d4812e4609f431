import * as z from 'zod';
import { defineLifecycle } from '../../kernel/lifecycle.js';
import { isAddress, isPublicAddress } from '../../kernel/public-address.js';
import { Id } from '../../kernel/record.js';

/**
 * A webhook: other software that is told what happens, as Standard Webhooks have it. What it is told is thin: ids, the version, the
 * names of what changed; whoever wants more asks the API, as whoever they are there. This file says what a webhook is, which events
 * it wants, and what a message says. Pure.
 */
export const lifecycle = defineLifecycle({
  states: ['active', 'disabled', 'retired'],
  moves: {
    disable: { from: ['active'], to: 'disabled' },
    enable: { from: ['disabled'], to: 'active' },
    retire: { from: ['active', 'disabled'], to: 'retired' },
  },
});

const Wanted = z
  .string()
  .max(80)
  .regex(/^(\*|[a-z-]{1,40}\.(\*|[a-z-]{1,40}))$/, 'An event such as incident.resolved, all of a noun such as incident.*, or *.');

export const facts = {
  url: z.url({ protocol: /^https?$/, message: 'An address, such as https://example.org/hook.' }).max(500),
  events: z.array(Wanted).min(1).max(50).describe('Which events it is told: incident.resolved, incident.*, or *'),
  customerId: Id.optional().describe('Only what concerns this customer'),
} as const;
const Facts = z.object(facts);
export type WebhookFacts = z.infer<typeof Facts>;

/** What is known of an event; as the spine tells it. */
export interface Told {
  readonly entity: string;
  readonly id: string;
  readonly number: string;
  readonly version: number;
  readonly sequence: number;
  readonly at: string;
  readonly changed: readonly string[];
  readonly customerId?: string;
  /** Seen by few here, and therefore by nobody elsewhere. */
  readonly restricted?: true;
}

/** A webhook is never told of webhooks, which would not end, nor of what only some may see. */
export function wants({ events, customerId }: Pick<WebhookFacts, 'events' | 'customerId'>, type: string, told: Told): boolean {
  if (told.entity === 'webhook' || told.restricted) return false;
  const theirs =
    customerId === undefined || told.customerId === customerId || (told.entity === 'customer' && told.id === customerId);
  return (
    theirs &&
    events.some((wanted) => wanted === '*' || (wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : wanted === type))
  );
}

/** The same whenever and to whomever this event is told: by it receivers know what they have had. */
export const messageId = ({ id, sequence }: Pick<Told, 'id' | 'sequence'>): string => `evt_${id}_${sequence}`;

/** Names of changed fields beyond which a message says no more; the record says the rest. */
const MOST_CHANGED = 50;

/** The text that is sent and signed; below 8 KB whatever happened. */
export const messageText = (type: string, { entity, id, number, version, sequence, at, changed, customerId }: Told): string =>
  JSON.stringify({
    type,
    timestamp: at,
    data: {
      entity,
      id,
      number,
      version,
      sequence,
      changed: changed.slice(0, MOST_CHANGED).map((name) => name.slice(0, 60)),
      ...(customerId !== undefined && { customerId }),
    },
  });

/** What speaks against an address before anything is sent there; a name is looked up only when it is connected to. */
export function objectionTo(address: string, localReceivers: boolean): string | undefined {
  const url = new URL(address);
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (url.username !== '' || url.password !== '') return 'An address with a user or password is not used; messages are signed.';
  if (localReceivers) return undefined;
  if (url.protocol !== 'https:') return 'Messages go by https only.';
  if (url.port !== '' && Number(url.port) < 1024) return 'The port is 443, or one from 1024 on.';
  const inside =
    /(^|\.)(localhost|local|internal|intranet|lan|home\.arpa)$/i.test(host) || (!isAddress(host) && !host.includes('.'));
  return inside || (isAddress(host) && !isPublicAddress(host))
    ? 'Messages go to addresses of the public Internet only.'
    : undefined;
}
