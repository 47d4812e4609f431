import { rungAbove } from '../../design/escalation-policy/ladder.js';
import type { Audience } from '../../design/escalation-policy/policy.js';
import type { Notice } from '../../kernel/notice.js';
import { onDuty, reachableFrom, recipientsOf } from './audience.js';
import type { Desk } from './desk.js';
import { incidents } from './entity.js';

export interface Undelivered {
  readonly key: string;
  readonly letter: string;
  readonly to: Notice['to'];
  /** What the first notice was told with. */
  readonly sequence: number;
}

/**
 * A mail that did not arrive, or was complained about, counts as not told. What concerned staff goes at once to the
 * next rung that somebody stands on, in the end to the terminal topic; what concerned a contact, to whoever works on it.
 */
export async function reportUndelivered(
  { records, now }: Desk,
  id: string,
  { key, letter, to, sequence }: Undelivered,
  how: 'bounced' | 'complained',
): Promise<void> {
  const { record } = await records.read(incidents, id);
  const duty = await onDuty(records, record);
  const without = {
    ...duty,
    assignee: not(duty.assignee, to),
    levels: duty.levels.map((level) => not(level, to)),
    serviceOwner: not(duty.serviceOwner, to),
    relationshipOwner: not(duty.relationshipOwner, to),
  };
  const next = rungAbove([{ kind: 'topic', topic: '' } as Audience], reachableFrom(without), {
    kind: 'topic',
    topic: 'management',
  });
  const data = { ...(await dataOf({ records }, id, sequence, key)), about: to.id, how };
  const notices: Notice[] =
    letter.startsWith('clock-') || letter === 'page'
      ? recipientsOf([next], without).map((other) => ({ key: `${key}#instead#${other.id}`, letter, to: other, data }))
      : [];
  await records.decide(incidents, id, undefined, (current) => ({
    next: current,
    event: 'incident.notice-not-delivered',
    detail: { key, to, how, at: now.toISOString(), ...(notices.length > 0 && { notices }) },
    quiet: true,
  }));
}

const not = (ids: readonly string[], to: Notice['to']): string[] => ids.filter((id) => to.kind !== 'person' || id !== to.id);

/** The data of the notice that did not arrive, so that the one instead says the same. */
async function dataOf({ records }: Pick<Desk, 'records'>, id: string, sequence: number, key: string): Promise<object> {
  const { items } = await records.history(incidents, id, { limit: 100 });
  const notice = items.find((event) => event.sequence === sequence)?.detail['notices'] as readonly Notice[] | undefined;
  return notice?.find((each) => each.key === key)?.data ?? {};
}
