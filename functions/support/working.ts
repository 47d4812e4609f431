import type { StoredObject } from '../kernel/entity.js';
import type { Dependencies } from '../platform/dependencies.js';
import { continueErasures, type ErasingProgress } from '../platform/erasing.js';
import { scrubberOver } from '../platform/scrubbing.js';
import { SYSTEM } from '../platform/telling.js';
import { support } from './area.js';

/** What schedules ask of support. */
export interface Task {
  readonly task: 'erase';
}

/** Who can be erased, and the nouns whose records may be theirs. */
const known = [...support.entities, ...support.reads];
export const SUBJECTS = known.filter(({ subject }) => subject !== undefined);
export const THEIRS = known.filter(({ about }) => about !== undefined);

/** Milliseconds after which a run stops and leaves the rest to the next; well within what its function may take. */
const PATIENCE = 40_000;

/** Goes on with erasures; may be asked twice. */
export function supportTasks({ env, clock, documents, store, bucketNamed, log }: Dependencies) {
  const scrub = scrubberOver(documents, env.TABLE_NAME);
  const names = { attachments: env.ATTACHMENTS_BUCKET, mail: env.MAIL_BUCKET };
  const remove = ({ bucket, key }: StoredObject) => bucketNamed(names[bucket]).remove(key);

  return async (_: Task): Promise<ErasingProgress> => {
    const [now, began] = [clock(), performance.now()];
    const records = store.for({ actor: SYSTEM.id, now, correlation: 'erase' });
    const mayGoOn = () => performance.now() - began < PATIENCE;
    const progress = await continueErasures(SUBJECTS, THEIRS, { records, now, scrub, remove, mayGoOn });
    if (progress.finished.length + progress.left.length > 0) log.info('erasures', { ...progress });
    return progress;
  };
}
