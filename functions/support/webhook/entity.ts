import { STAFF } from '../../kernel/permission.js';
import type { RecordBase } from '../../kernel/record.js';
import { type RegisterDeclaration, registerEntity } from '../../kernel/register.js';
import { facts, lifecycle, type WebhookFacts } from './webhook.js';

export type Webhook = RecordBase & WebhookFacts & { readonly ownerId?: string };

/**
 * Where webhooks live. Their secrets stand beside them (`kernel/shared-secret.ts`).
 *
 *   pk                 sk                                      what
 *   WEBHOOK#<id>       HEALTH, FAILURES                        how the receiver has been of late
 *   WEBHOOK#LOG#<id>   2026-03-02T10:00:00.000Z~<record>~…     one delivery; kept for thirty days
 */
export const declared: RegisterDeclaration = {
  name: 'webhook',
  plural: 'webhooks',
  prefix: 'WHK',
  clause: '7.5.4',
  facts,
  lifecycle,
  list: ['url', 'events', 'customerId'],
  access: {
    byStatus: { index: 'gsi2', partition: 'WEBHOOK#status#{status}', sort: '{id}', order: 'created' },
    byCustomer: { index: 'gsi3', partition: 'WEBHOOK#customer#{customerId}', sort: '{id}', order: 'created' },
  },
  customer: { field: 'customerId', of: ({ customerId }) => customerId },
  roles: { read: STAFF, write: ['sms-manager', 'admin'] },
};

export const webhooks = registerEntity(declared);

export const logPartition = (id: string): string => `WEBHOOK#LOG#${id}`;
export const HEALTH = 'HEALTH';
export const FAILURES = 'FAILURES';
