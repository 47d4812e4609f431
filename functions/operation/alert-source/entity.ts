import { DESK, STAFF } from '../../kernel/permission.js';
import type { RecordBase } from '../../kernel/record.js';
import { type RegisterDeclaration, registerEntity } from '../../kernel/register.js';
import { facts, type SourceFacts } from './source.js';

export type AlertSource = RecordBase & SourceFacts;

/** Where sources live; their secrets stand beside them (`kernel/shared-secret.ts`). */
export const declared: RegisterDeclaration = {
  name: 'alert-source',
  plural: 'alert-sources',
  prefix: 'ALS',
  clause: '8.6.1',
  facts,
  list: ['kind', 'enabled'],
  unique: { account: ({ status, account }) => (status === 'active' ? account : undefined) },
  check: ({ kind, account }: SourceFacts, context) => {
    if ((kind === 'cloudwatch') === (account !== undefined)) return;
    const message = kind === 'cloudwatch' ? 'Say whose alarms these are.' : 'Only a source of CloudWatch alarms has an account.';
    context.addIssue({ code: 'custom', path: ['account'], message });
  },
  roles: { read: STAFF, write: DESK.filter((role) => role === 'service-owner' || role === 'sms-manager' || role === 'admin') },
};

export const alertSources = registerEntity(declared);
