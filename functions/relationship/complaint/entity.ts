import { defineEntity } from '../../kernel/entity.js';
import { Complaint, lifecycle } from './complaint.js';

/** Where complaints live, and every question that is asked of them. */
export const complaints = defineEntity<Complaint>(
  {
    name: 'complaint',
    plural: 'complaints',
    prefix: 'CPL',
    clause: '8.3.2',
    schema: Complaint,
    lifecycle,
    list: ['title', 'status', 'severity', 'customerId', 'contactId', 'handlerId', 'dueOn'],
    personal: ['description', 'findings', 'closure'],
    about: [{ who: 'contact', question: 'byContact', filter: 'contactId', by: 'id' }],
    blank: () => ({ description: 'Erased' }),
    settled: ({ status }) => status === 'closed' || status === 'withdrawn',
    access: {
      byStatus: {
        index: 'gsi2',
        partition: 'COMPLAINT#status#{status}#{shard}',
        sort: '{createdAt}#{id}',
        order: 'created',
        newestFirst: true,
      },
      byCustomer: {
        index: 'gsi3',
        partition: 'COMPLAINT#customer#{customerId}',
        sort: '{createdAt}#{id}',
        order: 'created',
        newestFirst: true,
      },
      byContact: {
        index: 'gsi4',
        partition: 'COMPLAINT#contact#{contactId}',
        sort: '{createdAt}#{id}',
        order: 'created',
        newestFirst: true,
      },
    },
    customer: { field: 'customerId', of: ({ customerId }) => customerId },
    requesters: {
      question: 'byContact',
      field: 'contactId',
      shows: [
        'id',
        'number',
        'version',
        'title',
        'status',
        'createdAt',
        'updatedAt',
        'description',
        'severity',
        'serviceId',
        'dueOn',
        'customerId',
        'contactId',
        'action',
        'closure',
      ],
      events: [
        'complaint.logged',
        'complaint.investigated',
        'complaint.acted-upon',
        'complaint.closed',
        'complaint.reopened',
        'complaint.withdrawn',
      ],
    },
  },
  Complaint,
);
