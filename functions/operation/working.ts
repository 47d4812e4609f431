import type { Dependencies } from '../platform/dependencies.js';
import type { Mailer } from '../platform/mailer.js';
import { SYSTEM } from '../platform/telling.js';
import { operationTeller } from './hearing.js';
import type { Desk } from './incident/desk.js';
import { followAll } from './incident/following.js';
import { closeResolved, sweepTimers, watch } from './incident/watching.js';

/** What workflows and schedules ask of operation. */
export type Task =
  | { readonly task: 'escalate'; readonly id: string; readonly generation: number }
  | { readonly task: 'sweep' }
  | { readonly task: 'close-resolved' };

/** Carries out one task; each may be asked twice. */
export function operationTasks(dependencies: Dependencies, mailer: Mailer) {
  const teller = operationTeller(dependencies, mailer);
  return async (asked: Task): Promise<object> => {
    const now = dependencies.clock();
    const desk: Desk = {
      records: dependencies.store.for({ actor: SYSTEM.id, now, correlation: asked.task }),
      caller: SYSTEM,
      now,
    };
    switch (asked.task) {
      case 'escalate':
        return watch(desk, asked.id, asked.generation);
      case 'sweep':
        return { rearmed: await sweepTimers(desk.records, now), resent: await teller.resend(), followed: await followAll(desk) };
      case 'close-resolved':
        return { closed: await closeResolved(desk, dependencies.settings.autoCloseDays) };
    }
  };
}
