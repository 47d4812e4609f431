import type { Letter } from '../../kernel/letter.js';
import type { Notice } from '../../kernel/notice.js';
import type { Records } from '../../kernel/records.js';
import type { Settings } from '../../kernel/route.js';
import { person } from '../person.js';
import type { Webhook } from './entity.js';

/** Who a notice about a webhook is for, as it stands now; a sentence when nobody can be reached there. */
export async function addresseeOf(records: Records, { to }: Notice) {
  if (to.kind === 'topic')
    return { to: { kind: 'topic' as const, topic: to.id }, reader: { language: 'en', timeZone: 'UTC' }, threaded: false };
  const found = (await records.find(person.entity, to.id))?.record;
  if (found?.status !== 'active') return `There is no person ${to.id} in use.`;
  return {
    to: { kind: 'mail' as const, address: String(found.email) },
    reader: { language: String(found.language), timeZone: String(found.timezone) },
    threaded: false,
  };
}

/** Its receiver is named by its host alone: an address may carry a key. */
export const letterOf = async (
  { data = {} }: Notice,
  { number, title, url, updatedAt }: Webhook,
  { settings }: { settings: Settings },
): Promise<Letter> => ({
  letter: 'webhook-disabled',
  number,
  title,
  receiver: new URL(url).host,
  reason: String(data['reason']),
  disabledAt: updatedAt,
  link: `${settings.publicUrl}/docs`,
});
