import { Refusal } from '../../kernel/errors.js';
import { everyRealm } from '../../kernel/realm.js';
import type { Records } from '../../kernel/records.js';
import type { Timer } from '../../kernel/timer.js';
import { moving } from '../../kernel/write-routes.js';
import { onDuty } from './audience.js';
import { clocked, wakeOf } from './clocking.js';
import { close } from './commands.js';
import { command, type Desk, Undecided } from './desk.js';
import { incidents } from './entity.js';
import { escalate } from './escalating.js';
import { settleAlerts } from './settling.js';
import { boundOf, Unprepared } from './surroundings.js';

/** What the workflow does next. */
export type Watch =
  | { readonly state: 'wait'; readonly wakeAt: string }
  | { readonly state: 'ended'; readonly why: 'superseded' | 'nothing-runs' };

/**
 * The escalation's one task: reads the record as it is now, tells whoever is due to be told, and says until when to
 * wait. An execution whose generation is no longer the record's ends; run twice, it finds nothing left to do.
 */
export async function watch(desk: Desk, id: string, generation: number): Promise<Watch> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const stored = await desk.records.read(incidents, id);
    if (stored.timer?.generation !== generation) return { state: 'ended', why: 'superseded' };
    if (stored.timer.wakeAt === undefined) return { state: 'ended', why: 'nothing-runs' };
    if (stored.timer.wakeAt > desk.now.toISOString()) return { state: 'wait', wakeAt: stored.timer.wakeAt };
    await ring(desk, id, stored.timer);
  }
  return { state: 'wait', wakeAt: new Date(desk.now.getTime() + 1000).toISOString() };
}

/** Decides what is due, or moves the timer on when nothing is. */
async function ring(desk: Desk, id: string, timer: Timer): Promise<void> {
  const now = desk.now.toISOString();
  const { record } = await desk.records.read(incidents, id);
  const commentId = desk.records.mintId();
  const [bound, duty] = await Promise.all([boundOf(desk.records, record), onDuty(desk.records, record)]);
  try {
    await desk.records.decide(incidents, id, undefined, (current, stored) => {
      if (stored.timer?.generation !== timer.generation) throw new Undecided();
      const change = settleAlerts(current, commentId, moving(desk)) ?? escalate(current, duty, bound, now);
      if (!change) throw new Undecided();
      const decision = clocked(change, stored, bound, now);
      return { ...decision, timer: { ...timer, wakeAt: wakeOf(decision.next, bound, now) } as Timer };
    });
  } catch (error) {
    if (error instanceof Unprepared) return;
    if (!(error instanceof Undecided)) throw error;
    const { record: current, timer: seen } = await desk.records.read(incidents, id);
    if (seen?.generation !== timer.generation || seen.wakeAt !== timer.wakeAt) return;
    const wakeAt = wakeOf(current, await boundOf(desk.records, current), now);
    await desk.records.rearm(incidents, id, seen, { generation: timer.generation, ...(wakeAt !== undefined && { wakeAt }) });
  }
}

/** Milliseconds after its instant at which a timer that has not rung is taken for lost. */
const LOST = 2 * 60_000;

/** Gives every timer that should have rung a new generation, which starts a new execution: no duty rests on one timer alone. */
export async function sweepTimers(records: Records, now: Date, limit = 100): Promise<number> {
  const lost = await records.overdue(incidents, new Date(now.getTime() - LOST).toISOString(), limit);
  const moved = await Promise.all(
    lost.map(({ id, timer }) =>
      records.rearm(incidents, id, timer, { generation: timer.generation + 1, wakeAt: now.toISOString() }),
    ),
  );
  return moved.filter(Boolean).length;
}

/** Closes what was resolved long enough ago without an objection; one that moved meanwhile is left alone. */
export async function closeResolved(desk: Desk, days: number): Promise<number> {
  const before = new Date(desk.now.getTime() - days * 86_400_000).toISOString();
  const resolved = everyRealm(incidents).map((realm) => ({ question: 'byPhase', values: { phase: 'resolved' }, realm }));
  let closed = 0;
  for (;;) {
    const { items } = await desk.records.listAll(incidents, resolved, { limit: 50 });
    const due = items.filter(({ nextDue, ...item }) => nextDue === undefined && String(item.updatedAt) <= before);
    const done = await Promise.all(due.map(async ({ id, version }) => closeOne(desk, id, version, before)));
    closed += done.filter(Boolean).length;
    if (due.length < items.length || items.length < 50 || !done.some(Boolean)) return closed;
  }
}

async function closeOne(desk: Desk, id: string, version: number, before: string): Promise<boolean> {
  const { record } = await desk.records.read(incidents, id);
  if (record.version !== version || record.status !== 'resolved' || (record.resolvedAt ?? '') > before) return false;
  try {
    await command(desk, id, version, (incident, moving) => close(incident, moving, true));
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'stale') return false;
    throw error;
  }
}
