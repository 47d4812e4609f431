import { defineEntity } from '../../kernel/entity.js';
import { lifecycle, RootRecord } from './root.js';

/** Where the records of roots live. One a day, so that no question is spread. */
export const roots = defineEntity<RootRecord>(
  {
    name: 'root',
    plural: 'roots',
    prefix: 'ROT',
    clause: '7.5.4',
    schema: RootRecord,
    lifecycle,
    list: ['title', 'status', 'from', 'day', 'heads', 'digest'],
    personal: [],
    access: {
      byDay: { index: 'gsi2', partition: 'ROOT#days', sort: '{day}', order: 'day', newestFirst: true },
    },
    unique: { day: ({ day }) => day },
  },
  RootRecord,
);
