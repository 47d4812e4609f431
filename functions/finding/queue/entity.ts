import * as z from 'zod';
import { STAFF } from '../../kernel/permission.js';
import { Id } from '../../kernel/record.js';
import { type RegisterDeclaration, registerEntity } from '../../kernel/register.js';
import { searched } from '../search/searched.js';

/**
 * A question that somebody asks again and again: which records of one noun, in which order. It is seen by its owner and by the teams
 * that it is shared with; what it answers is what whoever asks may see, never what its owner may.
 */
const NOUNS = searched.map(({ entity }) => entity.name) as [string, ...string[]];

export const declared: RegisterDeclaration = {
  name: 'queue',
  plural: 'queues',
  prefix: 'QUE',
  clause: '8.6.1',
  facts: {
    noun: z.enum(NOUNS).describe('What its items are'),
    filters: z
      .record(z.string().max(40), z.string().min(1).max(200))
      .default({})
      .describe('As in the noun’s own list, such as `{"phase":"live","teamId":"…"}`; `me` stands for whoever asks'),
    order: z.string().max(40).optional().describe('The `sort` of the noun’s own list'),
    sharedWith: z.array(Id).max(5).default([]).describe('Teams whose members see it too; none: it is private'),
  },
  list: ['noun', 'ownerId', 'sharedWith'],
  roles: { read: STAFF, write: STAFF.filter((role) => role !== 'auditor') },
};

export interface Queue {
  readonly noun: string;
  readonly filters: Readonly<Record<string, string>>;
  readonly order?: string;
  readonly ownerId: string;
  readonly sharedWith: readonly string[];
}

export const queues = {
  ...registerEntity(declared),
  circle: ({ ownerId, sharedWith }: Queue) => [ownerId, ...sharedWith],
  circleOfPeople: true as const,
};
