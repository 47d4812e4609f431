import { defineEntity } from '../../kernel/entity.js';
import { Alert, lifecycle } from './alert.js';

/** Sorts as instants do; newest first is what a desk looks at. */
const sort = '{receivedAt}#{id}';

/**
 * Where alerts live, and every question that is asked of them.
 *
 *   pk                                     sk                  what
 *   ALERT#UNIQUE#fingerprint#<source>#…    #                   one record for each fingerprint of a source
 *   ALERT#SEEN#<alert>                     2026-03-02T10       how often it was said again in that hour; expires
 *   ALERT#LINE#<source>                    2026-03-02T10:05    new fingerprints of that minute, as they came; expires
 *   ALERT#HEARD#<source>#<message>         #                   a signed message that was taken in; expires
 */
export const alerts = defineEntity<Alert>(
  {
    name: 'alert',
    plural: 'alerts',
    prefix: 'ALT',
    clause: '8.6.1',
    schema: Alert,
    lifecycle,
    list: ['title', 'status', 'sourceId', 'serviceId', 'customerId', 'startsAt', 'receivedAt'],
    personal: [],
    access: {
      byStatus: {
        index: 'gsi2',
        partition: 'ALERT#status#{status}#{shard}',
        sort,
        order: 'latest',
        newestFirst: true,
      },
      bySource: { index: 'gsi3', partition: 'ALERT#source#{sourceId}', sort, order: 'latest', newestFirst: true },
      byCustomer: { index: 'gsi5', partition: 'ALERT#customer#{customerId}', sort, order: 'latest', newestFirst: true },
      byService: { index: 'gsi4', partition: 'ALERT#service#{serviceId}', sort, order: 'latest', newestFirst: true },
    },
    customer: { field: 'customerId', of: ({ customerId }) => customerId },
    unique: { fingerprint: ({ sourceId, fingerprint }) => `${sourceId}#${fingerprint}` },
  },
  Alert,
);

/** Where repetitions are counted, by the hour. */
export const seenPartition = (id: string): string => `ALERT#SEEN#${id}`;
export const fingerprintKey = (sourceId: string, fingerprint: string): string => `${sourceId}#${fingerprint}`;
