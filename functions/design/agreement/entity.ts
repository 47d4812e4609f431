import { defineEntity } from '../../kernel/entity.js';
import { Agreement, lifecycle } from './agreement.js';

/** Where agreements live. Selection for a ticket asks for the active ones of its customer, and of nobody in particular. */
export const agreements = defineEntity<Agreement>(
  {
    name: 'agreement',
    plural: 'agreements',
    prefix: 'AGR',
    clause: '8.3.3',
    schema: Agreement,
    lifecycle,
    list: ['title', 'status', 'kind', 'customerId', 'serviceIds', 'timezone', 'validFrom', 'validTo', 'calendarId', 'reviewOn'],
    personal: [],
    versioned: true,
    derived: { party: ({ customerId }) => customerId ?? 'anybody' },
    customer: { field: 'customerId', of: ({ customerId }) => customerId ?? 'anybody', shared: 'anybody' },
    access: {
      byParty: {
        index: 'gsi2',
        partition: 'AGREEMENT#party#{party}#{status}',
        sort: '{validFrom}#{id}',
        order: 'valid',
        newestFirst: true,
      },
      byCustomer: {
        index: 'gsi3',
        partition: 'AGREEMENT#customer#{customerId}',
        sort: '{createdAt}#{id}',
        order: 'created',
        newestFirst: true,
      },
    },
  },
  Agreement,
);
