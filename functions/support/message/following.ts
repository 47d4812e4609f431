import { partitionOf, pointingTo } from '../../kernel/entity.js';
import { Refusal } from '../../kernel/errors.js';
import type { Records } from '../../kernel/records.js';
import { incidents } from '../../operation/incident/entity.js';
import { messages } from './entity.js';
import { restrictAs } from './message.js';

/**
 * The mails that an incident came by are as restricted as the incident is: the one that opened it, and those that answer it.
 * Heard of once or more, and whatever came first, they are brought to where the incident stands now.
 */
export async function restrictMessages(records: Records, incidentId: string): Promise<number> {
  const found = await records.find(incidents, incidentId);
  if (!found) return 0;
  const { messageId, restrictedTo } = found.record;
  const ids = new Set([
    ...(messageId === undefined ? [] : [messageId]),
    ...(await answering(records, incidentId)),
    ...(await commented(records, incidentId)),
  ]);
  let changed = 0;
  for (const id of ids) if (await bring(records, id, restrictedTo)) changed += 1;
  return changed;
}

async function bring(records: Records, id: string, teams: readonly string[] | undefined): Promise<boolean> {
  const message = await records.find(messages, id);
  if (!message || same(message.record.restrictedTo, teams)) return false;
  try {
    await records.decide(messages, id, message.record.version, (current) => restrictAs(current, teams));
    return true;
  } catch (error) {
    // Changed in between, perhaps by the same event heard twice: it is looked at again.
    if (!(error instanceof Refusal) || error.reason !== 'stale') throw error;
    return bring(records, id, teams);
  }
}

const same = (one: readonly string[] = [], other: readonly string[] = []): boolean =>
  [...one].sort().join() === [...other].sort().join();

const answering = (records: Records, incidentId: string): Promise<string[]> =>
  all(
    (page) => records.pointing(pointingTo(messages, 'answers', incidentId), page),
    ({ id }) => String(id),
  );

/** Comments that came by mail have the id of their message. */
const commented = (records: Records, incidentId: string): Promise<string[]> =>
  all(
    (page) => records.companions(incidents, partitionOf(incidents, incidentId), ['COMMENT#public#', 'COMMENT#internal#'], page),
    ({ id, via }) => (via === 'mail' ? String(id) : undefined),
  );

type Ask = (page: { limit: number; cursor?: string }) => ReturnType<Records['pointing']>;

async function all(ask: Ask, of: (item: Record<string, unknown>) => string | undefined): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask({ limit: 100, ...(cursor !== undefined && { cursor }) });
    ids.push(...page.items.flatMap((item) => of(item) ?? []));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}
