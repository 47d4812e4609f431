import { defineEntity } from '../../kernel/entity.js';
import { lifecycle, MessageRecord } from './message.js';

/**
 * Where messages live, and every question that is asked of them. Triage is read oldest first.
 *
 *   pk                                   sk                        what
 *   MESSAGE#<id>                         ATTACHMENT#public#<id>    a file that it carried
 *   MESSAGE#UNIQUE#object#<key>          #                         the stored message was read
 *   MESSAGE#UNIQUE#origin#<digest>       #                         this sender's Message-ID was taken
 *   MESSAGE#SENDER#<digest>              2026-03-02T10:05          what a sender caused in five minutes
 */
export const messages = defineEntity<MessageRecord>(
  {
    name: 'message',
    plural: 'messages',
    prefix: 'MSG',
    clause: '8.6.1',
    schema: MessageRecord,
    lifecycle,
    list: ['title', 'status', 'receivedAt', 'from', 'reason', 'customerId', 'contactId'],
    personal: ['title', 'from', 'returnPath', 'headerId', 'text', 'folded', 'deliveries', 'dismissal'],
    about: ['person', 'contact'].map((who) => ({
      who,
      question: 'bySender',
      filter: 'sender',
      by: 'address',
      wholly: true,
      another: ({ contactId }: MessageRecord, id: string) => contactId !== undefined && contactId !== id,
    })),
    blank: () => ({ title: 'Erased', text: '', folded: '' }),
    settled: ({ status }) => status !== 'received' && status !== 'triage',
    objects: ({ raw }) => [
      { bucket: 'mail', key: raw.key },
      ...(raw.copy === undefined ? [] : [{ bucket: 'attachments' as const, key: raw.copy }]),
    ],
    derived: { sender: ({ from }) => from?.address.toLowerCase() },
    hidden: ['origin'],
    access: {
      byStatus: {
        index: 'gsi2',
        partition: 'MESSAGE#status#{status}#{shard}',
        sort: '{receivedAt}#{id}',
        order: 'received',
      },
      byCustomer: {
        index: 'gsi3',
        partition: 'MESSAGE#customer#{customerId}',
        sort: '{receivedAt}#{id}',
        order: 'latest',
        newestFirst: true,
      },
      bySender: {
        index: 'gsi4',
        partition: 'MESSAGE#sender#{sender}',
        sort: '{receivedAt}#{id}',
        order: 'latest',
        newestFirst: true,
      },
    },
    circle: ({ restrictedTo }) => restrictedTo,
    points: { answers: ({ answers }) => (answers ? [answers.id] : []) },
    customer: { field: 'customerId', of: ({ customerId }) => customerId },
    unique: { object: ({ raw }) => raw.key, origin: ({ origin }) => origin },
  },
  MessageRecord,
);
