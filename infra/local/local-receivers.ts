import { isPublicAddress } from '../../functions/kernel/public-address.js';
import type { Reach } from '../../functions/platform/outgoing.js';

/** On one machine, webhooks may be received by a program on it, without TLS. No deployed function is built with this. */
export const LOCAL_RECEIVERS: Reach = {
  schemes: ['https:', 'http:'],
  allows: (address) => isPublicAddress(address) || /^127\.|^::1$/.test(address),
};
