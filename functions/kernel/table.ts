import { INDEXES } from './entity.js';

/**
 * The one table, as `infra/` creates it and the store writes it. Indexes are
 * generic and sparse; they project a record's list fields and no more, and
 * the last one, where timers wait, the timer.
 */
export const TABLE = {
  partitionKey: 'pk',
  sortKey: 'sk',
  timeToLive: 'ttl',
  indexes: INDEXES.map((name) => ({
    name,
    partitionKey: `${name}pk`,
    sortKey: `${name}sk`,
    projects: name === 'gsi7' ? ['timer'] : ['list'],
  })),
} as const;

/** The partitions of the journal, which belongs to no noun, as an IAM pattern for `dynamodb:LeadingKeys`. */
export const JOURNAL_KEYS = 'JOURNAL#*';
