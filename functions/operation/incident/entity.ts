import { defineEntity } from '../../kernel/entity.js';
import { watcherKey } from '../../kernel/listing.js';
import { Incident, lifecycle, phaseOf, type Watcher } from './incident.js';

/** Sorts after every instant: what has no due instant comes last in a queue. */
const LAST = '9999';

const keyOf = ({ id, kind, customerId }: Watcher): string =>
  kind === 'contact' && customerId !== undefined ? watcherKey(id, customerId) : id;

/**
 * Where incidents live, and every question that is asked of them. Queues are ordered by what breaches next.
 * Of those without an agreement the open ones are listed by `without`; restricted ones show it to their own, one by one.
 *
 *   pk                                   sk                        what
 *   INCIDENT#<id>                        WORKLOG#<id>              minutes of work
 *   INCIDENT#<id>                        DELIVERY#<notice>         one entry of the notification ledger
 *   INCIDENT#<id>                        CHILD#<id>                what became of a child when its parent was resolved
 *   INCIDENT#<id>                        FOLLOW#<what>             its children are still to follow; found under INCIDENT#FOLLOW
 *   INCIDENT#ALERT#<alert>               #                         the incident that an alert last joined
 *   INCIDENT#ATTAINMENT#<agreement>#2026-03#7 <incident>           whose clocks count in that month
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
      'restricted',
      'parentId',
    ],
    personal: ['title', 'description', 'resolution', 'pending'],
    about: [{ who: 'contact', question: 'byRequester', filter: 'requesterId', by: 'id' }],
    blank: () => ({ title: 'Erased', description: '' }),
    settled: ({ status }) => phaseOf({ status }) === 'done',
    hidden: ['clocks', 'escalation', 'watchers', 'servedApart'],
    customer: { field: 'customerId', of: ({ customerId }) => customerId },
    circle: ({ restrictedTo }) => restrictedTo,
    apart: ({ servedApart, customerId }) => (servedApart ? customerId : undefined),
    points: { parent: ({ parentId }) => (parentId === undefined ? [] : [parentId]) },
    derived: {
      phase: phaseOf,
      queue: (incident) => `${incident.overdueSince ?? incident.nextDue ?? incident.resolvedAt ?? LAST}#${incident.id}`,
    },
    access: {
      byPhase: { index: 'gsi2', partition: 'INCIDENT#phase#{phase}#{shard}', sort: '{queue}', order: 'due' },
      byCustomer: {
        index: 'gsi3',
        partition: 'INCIDENT#customer#{customerId}#{shard}',
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
      byWatcher: {
        index: 'gsi4',
        partition: 'INCIDENT#watcher#{watcherId}',
        sort: '{createdAt}#{id}',
        order: 'created',
        newestFirst: true,
        each: { field: 'watcherId', of: ({ watchers = [] }: Incident) => watchers.map(keyOf) },
      },
      byGap: {
        index: 'gsi4',
        partition: 'INCIDENT#without#{without}#{shard}',
        sort: '{createdAt}#{id}',
        order: 'created',
        newestFirst: true,
        each: {
          field: 'without',
          of: (incident: Incident) => (incident.gap !== undefined && phaseOf(incident) === 'live' ? ['agreement'] : []),
        },
      },
      byTeam: { index: 'gsi5', partition: 'INCIDENT#team#{teamId}#{phase}#{shard}', sort: '{queue}', order: 'due' },
      byAssignee: { index: 'gsi6', partition: 'INCIDENT#assignee#{assigneeId}#{phase}', sort: '{queue}', order: 'due' },
    },
    choices: { phase: ['live', 'resolved', 'done'], without: ['agreement'] },
    unique: {
      message: ({ messageId }) => messageId,
      correlation: ({ monitoring }) => monitoring?.correlation,
    },
    requesters: {
      question: 'byRequester',
      field: 'requesterId',
      watched: {
        question: 'byWatcher',
        of: ({ watchers = [] }) => watchers.flatMap(({ kind, id }) => (kind === 'contact' ? [id] : [])),
      },
      wide: { question: 'byCustomer' },
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
        'mergedInto',
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
        'incident.merged',
        'incident.unmerged',
      ],
    },
  },
  Incident,
);
