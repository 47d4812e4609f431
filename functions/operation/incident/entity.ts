import { defineEntity } from '../../kernel/entity.js';
import { Incident, lifecycle, phaseOf } from './incident.js';

/** Sorts after every instant: what has no due instant comes last in a queue. */
const LAST = '9999';

/**
 * Where incidents live, and every question that is asked of them. Queues are ordered by what breaches next.
 *
 *   pk                                   sk                        what
 *   INCIDENT#<id>                        WORKLOG#<id>              minutes of work
 *   INCIDENT#<id>                        DELIVERY#<notice>         one entry of the notification ledger
 *   INCIDENT#ATTAINMENT#<agreement>#2026-03   <incident>           whose clocks count in that month
 */
export const incidents = defineEntity<Incident>(
  {
    name: 'incident',
    plural: 'incidents',
    prefix: 'INC',
    clause: '8.6.1',
    schema: Incident,
    lifecycle,
    list: [
      'title',
      'status',
      'priority',
      'customerId',
      'requesterId',
      'serviceId',
      'teamId',
      'assigneeId',
      'nextDue',
      'overdueSince',
    ],
    personal: ['title', 'description', 'resolution', 'pending'],
    hidden: ['clocks', 'escalation'],
    derived: {
      phase: phaseOf,
      queue: (incident) => `${incident.overdueSince ?? incident.nextDue ?? incident.resolvedAt ?? LAST}#${incident.id}`,
    },
    access: {
      byPhase: { index: 'gsi2', partition: 'INCIDENT#phase#{phase}#{shard}', sort: '{queue}', order: 'due' },
      byCustomer: {
        index: 'gsi3',
        partition: 'INCIDENT#customer#{customerId}',
        sort: '{createdAt}#{id}',
        order: 'created',
        newestFirst: true,
      },
      byRequester: {
        index: 'gsi4',
        partition: 'INCIDENT#requester#{requesterId}',
        sort: '{createdAt}#{id}',
        order: 'created',
        newestFirst: true,
      },
      byTeam: { index: 'gsi5', partition: 'INCIDENT#team#{teamId}#{phase}', sort: '{queue}', order: 'due' },
      byAssignee: { index: 'gsi6', partition: 'INCIDENT#assignee#{assigneeId}#{phase}', sort: '{queue}', order: 'due' },
    },
    choices: { phase: ['live', 'resolved', 'done'] },
    unique: { message: ({ messageId }) => messageId },
    requesters: {
      question: 'byRequester',
      field: 'requesterId',
      shows: [
        'id',
        'number',
        'version',
        'title',
        'status',
        'createdAt',
        'updatedAt',
        'description',
        'category',
        'impact',
        'urgency',
        'priority',
        'receivedAt',
        'customerId',
        'requesterId',
        'serviceId',
        'acknowledgedAt',
        'resolution',
        'resolvedAt',
        'closedAt',
        'reopenings',
      ],
      events: [
        'incident.opened',
        'incident.acknowledged',
        'incident.pended',
        'incident.resumed',
        'incident.resolved',
        'incident.reopened',
        'incident.closed',
        'incident.cancelled',
      ],
    },
  },
  Incident,
);
