import { byCreation, defineEntity } from '../../kernel/entity.js';
import { Agreement, lifecycle } from './agreement.js';
import { supplierParty, teamParty } from './underpinning.js';

/** By whom it is asked for: its customer, team or supplier; `anybody` for the default of services. */
const partyOf = ({ customerId, teamId, supplierId }: Agreement): string =>
  teamId !== undefined ? teamParty(teamId) : supplierId !== undefined ? supplierParty(supplierId) : (customerId ?? 'anybody');

/**
 * Where agreements live. Selection for a ticket asks for the active ones of its customer, and of nobody in particular; for an
 * assignment, for those of the team and of its supplier.
 */
export const agreements = defineEntity<Agreement>(
  {
    name: 'agreement',
    plural: 'agreements',
    prefix: 'AGR',
    clause: '8.3.3',
    schema: Agreement,
    lifecycle,
    list: [
      'title',
      'status',
      'kind',
      'customerId',
      'teamId',
      'supplierId',
      'serviceIds',
      'timezone',
      'validFrom',
      'validTo',
      'calendarId',
      'reviewOn',
    ],
    personal: [],
    versioned: true,
    derived: { party: partyOf },
    customer: { field: 'customerId', of: ({ customerId }) => customerId ?? 'anybody', shared: 'anybody' },
    access: {
      byCreation: byCreation('agreement', 'gsi4'),
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
