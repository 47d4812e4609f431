import { Refusal } from '../../kernel/errors.js';
import type { Records } from '../../kernel/records.js';
import { roots } from './entity.js';
import { type RootRecord, record, type SealedRoot } from './root.js';

/**
 * Seals what has not been sealed, day by day and oldest first, up to the last day that is over. What is due follows from the
 * last root, never from when this ran: days that were missed are caught up, and a day that was sealed is not sealed again.
 */
export interface SealingDesk {
  readonly records: Records;
  readonly now: Date;
  /** Seals the days from `from` to `day`; undefined where nothing happened on `day` and no empty root is asked for. */
  seal(stretch: { from: string; day: string; previous: string }, even: 'empty' | undefined): Promise<SealedRoot | undefined>;
  /** False when this run has used its time up. */
  mayGoOn(): boolean;
}

export interface Progress {
  /** Days of the roots that this run added. */
  readonly sealed: readonly string[];
  /** Everything up to this date is covered by a root, or had no news; absent when there is no root yet. */
  readonly upTo?: string;
  /** Days that are over and were not looked at for lack of time; the next run goes on there. */
  readonly left: number;
}

const DAY = 86_400_000;
/** Milliseconds after midnight (UTC) at which nothing can be told under yesterday's date any more. */
const GRACE = 15 * 60_000;
/** Without any root yet, news of so many days are looked for. */
const LOOK_BACK = 35;
/** After so many days without news a root is made all the same, so that they are not looked through for ever. */
const LONGEST_SILENCE = 7;
const FIRST = '0'.repeat(64);

const dateOf = (millis: number): string => new Date(millis).toISOString().slice(0, 10);
const after = (day: string, days = 1): string => dateOf(Date.parse(day) + days * DAY);
const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / DAY);

export async function sealDueDays({ records, now, seal, mayGoOn }: SealingDesk): Promise<Progress> {
  const over = dateOf(now.getTime() - GRACE - DAY);
  const last = await latest(records);
  let [from, previous] = last ? [after(last.day), last.digest] : [after(over, -LOOK_BACK), FIRST];
  const sealed: string[] = [];
  let day = from;
  for (; day <= over && mayGoOn(); day = after(day)) {
    const even = previous !== FIRST && daysBetween(from, day) + 1 >= LONGEST_SILENCE ? 'empty' : undefined;
    const root = await seal({ from, day, previous }, even);
    if (!root) continue;
    await keep(records, root);
    sealed.push(day);
    [from, previous] = [after(day), root.digest];
  }
  const left = Math.max(0, daysBetween(day, over) + 1);
  return { sealed, ...(previous !== FIRST && { upTo: after(day, -1) }), left };
}

async function latest(records: Records): Promise<RootRecord | undefined> {
  const [newest] = (await records.list(roots, 'byDay', {}, { limit: 1 })).items;
  return newest && (await records.read(roots, newest.id)).record;
}

/** Another run may have been first; the root that lies under lock is the same for both. */
async function keep(records: Records, root: SealedRoot): Promise<void> {
  try {
    await records.create(roots, (minted) => record(minted, root));
  } catch (error) {
    const known = error instanceof Refusal && error.reason === 'conflict';
    if (!known || (await records.holder(roots, 'day', root.day)) === undefined) throw error;
  }
}
