import type { Comment } from '../../kernel/comment-routes.js';
import type { Companion } from '../../kernel/decision.js';
import { partitionOf, pointingTo } from '../../kernel/entity.js';
import { Refusal } from '../../kernel/errors.js';
import { close, comment, resolve } from './commands.js';
import { command, type Desk } from './desk.js';
import { incidents } from './entity.js';
import { childKey, FOLLOWING, type Followed, familyPartition, followKey } from './family.js';
import { type Incident, phaseOf } from './incident.js';

/**
 * Children follow their parent: they are resolved and closed with it, and told what is said to all. What is owed stands beside the
 * parent until every child has followed, so that neither a lost event nor a crash ends it; each child is decided on by itself, and
 * may be asked twice. What became of each is kept beside the parent, and who could not follow is named there and tried again.
 */
type Owed = Followed & { readonly since: string; readonly failed: readonly string[] };

/** What became of one child. */
export interface Outcome {
  readonly id: string;
  readonly number: string;
  readonly what: Followed['what'];
  /** `stood`: nothing was left to do. */
  readonly state: 'followed' | 'stood' | 'failed';
  readonly at: string;
  readonly why?: string;
}

/** Children that are asked at once. */
const AT_ONCE = 25;

/** Lets the children of one parent follow in everything that is owed; true when nothing is left. Faults are thrown at the end. */
export async function follow(desk: Desk, parentId: string): Promise<boolean> {
  const { items } = await desk.records.companions(incidents, familyPartition(parentId), ['FOLLOW#'], { limit: 100 });
  let left = false;
  for (const owed of items as unknown as Owed[]) left = !(await followIn(desk, parentId, owed)) || left;
  return !left;
}

/** Parents whose children are still to follow, whatever became of the event that told of it; answers how many are done. */
export async function followAll(desk: Desk, limit = 50): Promise<number> {
  const { items } = await desk.records.pointing(FOLLOWING, { limit });
  let done = 0;
  for (const id of new Set(items.map((item) => String(item['id'])))) done += (await follow(desk, id)) ? 1 : 0;
  return done;
}

async function followIn(desk: Desk, parentId: string, owed: Owed): Promise<boolean> {
  const { record: parent } = await desk.records.read(incidents, parentId);
  const failed: Outcome[] = [];
  const faults: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await desk.records.pointing(pointingTo(incidents, 'parent', parentId), {
      limit: AT_ONCE,
      ...(cursor !== undefined && { cursor }),
    });
    const outcomes = await Promise.all(page.items.map(({ id }) => outcomeOf(desk, parent, String(id), owed, faults)));
    await record(desk, parentId, owed, outcomes.filter(({ state }) => state === 'followed').map(kept));
    failed.push(...outcomes.filter(({ state }) => state === 'failed'));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  await settle(desk, parentId, owed, failed);
  if (faults.length > 0) throw faults[0];
  return failed.length === 0;
}

async function outcomeOf(desk: Desk, parent: Incident, id: string, owed: Owed, faults: unknown[]): Promise<Outcome> {
  const { record: child } = await desk.records.read(incidents, id);
  const base = { id, number: child.number, what: owed.what, at: desk.now.toISOString() };
  try {
    return { ...base, state: (await followsIn(desk, parent, child, owed)) ? 'followed' : 'stood' };
  } catch (error) {
    if (!(error instanceof Refusal)) faults.push(error);
    return { ...base, state: 'failed', why: error instanceof Refusal ? error.message : 'It could not be written.' };
  }
}

/** True when the child was changed; it is looked at again inside the transaction, and left alone where it has gone its own way. */
async function followsIn(desk: Desk, parent: Incident, child: Incident, owed: Owed): Promise<boolean> {
  if (child.parentId !== parent.id) return false;
  if (owed.what === 'said') return hears(desk, parent, child, owed.comment);
  if (parent.reopenings !== owed.cycle) return false;
  if (owed.what === 'closed') {
    if (child.status !== 'resolved' || child.resolvedWith !== parent.id) return false;
    return unless(
      desk,
      child.id,
      ({ status }) => status === 'resolved',
      () => command(desk, child.id, child.version, (now, moving) => close(now, moving, true)),
    );
  }
  const { resolution } = parent;
  if (!resolution || phaseOf(child) !== 'live') return false;
  return unless(
    desk,
    child.id,
    (now) => phaseOf(now) === 'live',
    () =>
      command(desk, child.id, undefined, (now, moving) => {
        const change = resolve(now, resolution, moving);
        return { ...change, next: { ...change.next, resolvedWith: parent.id }, detail: { ...change.detail, parent: parent.id } };
      }),
  );
}

/** A refusal stands only while the child could still follow: otherwise somebody else was first. */
async function unless(desk: Desk, id: string, open: (child: Incident) => boolean, act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (!(error instanceof Refusal) || open((await desk.records.read(incidents, id)).record)) throw error;
    return false;
  }
}

/** What was said to all is a comment of each child, under the same id: said once, however often it is asked. */
async function hears(desk: Desk, parent: Incident, child: Incident, id: string): Promise<boolean> {
  const sk = `COMMENT#public#${id}`;
  const [said, heard] = await Promise.all(
    [parent, child].map((each) => desk.records.companion(incidents, partitionOf(incidents, each.id), sk)),
  );
  if (heard !== undefined || said === undefined || phaseOf(child) === 'done') return false;
  const told: Comment = { ...(said as unknown as Comment), via: 'parent' };
  try {
    await command(desk, child.id, undefined, (now, moving) => comment(now, told, moving));
    return true;
  } catch (error) {
    if ((await desk.records.companion(incidents, partitionOf(incidents, child.id), sk)) === undefined) throw error;
    return false;
  }
}

const kept = (outcome: Outcome): Companion => ({ operation: 'put', sk: childKey(outcome.id), body: { ...outcome } });

async function record({ records }: Desk, parentId: string, { what }: Owed, companions: readonly Companion[]): Promise<void> {
  if (companions.length === 0) return;
  await records.decide(incidents, parentId, undefined, (current) => ({
    next: current,
    event: 'incident.children-followed',
    detail: { what, children: companions.map(({ body }) => body!['id']) },
    companions,
    quiet: true,
  }));
}

/** Nothing is owed any more, or who failed is named on the parent: once, however often it is tried. */
async function settle(desk: Desk, parentId: string, owed: Owed, failed: readonly Outcome[]): Promise<void> {
  const sk = followKey(owed);
  try {
    await settled(desk, parentId, owed, failed);
  } catch (error) {
    // Asked twice at once: the other one has settled it.
    if (!(error instanceof Refusal) || (await desk.records.companion(incidents, familyPartition(parentId), sk)) !== undefined)
      throw error;
  }
}

async function settled({ records, now }: Desk, parentId: string, owed: Owed, failed: readonly Outcome[]): Promise<void> {
  const ids = failed.map(({ id }) => id).sort();
  if (ids.length > 0 && ids.join() === owed.failed.join()) return;
  const sk = followKey(owed);
  await records.decide(incidents, parentId, undefined, (current) => ({
    next: current,
    event: failed.length > 0 ? 'incident.children-not-followed' : 'incident.family-settled',
    detail: { what: owed.what, ...(failed.length > 0 && { failed: failed.map(({ number, why }) => ({ number, why })) }) },
    companions:
      failed.length > 0
        ? [
            ...failed.slice(0, AT_ONCE).map(kept),
            {
              operation: 'put',
              sk,
              body: { ...owed, failed: ids },
              list: { id: parentId },
              index: { gsi1pk: FOLLOWING, gsi1sk: `${now.toISOString()}#${parentId}` },
            },
          ]
        : [{ operation: 'delete', sk, when: 'present' }],
    quiet: true,
  }));
}
