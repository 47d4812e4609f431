import type { Dependencies } from '../platform/dependencies.js';
import { journalOver } from '../platform/journal.js';
import { type Republished, type Republishing, republish } from '../platform/republishing.js';
import type { RootKey } from '../platform/root-key.js';
import { sealer } from '../platform/sealing.js';
import { SYSTEM } from '../platform/telling.js';
import { roots } from './root/entity.js';
import { type Progress, sealDueDays } from './root/sealing.js';

/** What schedules and operators ask of governance. */
export type Task =
  | { readonly task: 'seal' }
  /** RFC 3339 instants; what was told from `from` (inclusive) to `to` (exclusive). */
  | { readonly task: 'republish'; readonly from: string; readonly to: string };

export interface Tools {
  readonly key: RootKey;
  readonly bus: Republishing['bus'];
}

/** Milliseconds after which a run stops and says where; well within what its function may take. */
const PATIENCE = 40_000;

/** Carries out one task; each may be asked twice. */
export function governanceTasks(dependencies: Dependencies, { key, bus }: Tools) {
  const { env, clock, documents, store, log, rootFiles } = dependencies;
  const journal = journalOver(documents, env.TABLE_NAME);
  const seal = sealer({ journal, key, roots: rootFiles, clock, except: [roots.name] });

  return async (asked: Task): Promise<Progress | Republished> => {
    const began = performance.now();
    const mayGoOn = () => performance.now() - began < PATIENCE;
    if (asked.task === 'republish') {
      const [from, to] = [instant(asked.from), instant(asked.to)];
      return republish(from, to, { journal, documents, bus, table: env.TABLE_NAME, busName: env.BUS_NAME, mayGoOn });
    }
    const now = clock();
    const progress = await sealDueDays({
      records: store.for({ actor: SYSTEM.id, now, correlation: 'seal' }),
      now,
      mayGoOn,
      seal: async (stretch, even) => {
        const sealed = await seal(stretch, even);
        if (!sealed) return undefined;
        const { format: _, ...facts } = sealed.statement;
        return { ...facts, digest: sealed.digest, signature: sealed.signature, file: sealed.file };
      },
    });
    if (progress.sealed.length > 0 || progress.left > 0) log.info('sealed', { ...progress });
    return progress;
  };
}

function instant(text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new RangeError(`${text} is no instant; write it such as 2026-03-02T10:00:00Z.`);
  return at;
}
