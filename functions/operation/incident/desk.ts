import { maySee } from '../../kernel/present.js';
import { notFound } from '../../kernel/record-routes.js';
import type { Stored } from '../../kernel/records.js';
import type { Context } from '../../kernel/route.js';
import { type Moving, moving } from '../../kernel/write-routes.js';
import { type Change, clocked } from './clocking.js';
import { incidents } from './entity.js';
import type { Incident } from './incident.js';
import { type Attached, boundOf, Unprepared } from './surroundings.js';

/** What a command's surroundings are reached by: a request's, or a task's. */
export type Desk = Pick<Context, 'records' | 'caller' | 'now'>;

export type Command = (incident: Incident, moving: Moving) => Change;

const TRIES = 3;

/**
 * Carries out one command: loads what the clocks need, lets the rule decide on what stands, moves the clocks,
 * and writes it all in one transaction. `attached` is what the command is about to bind the clocks to.
 */
export async function command(
  desk: Desk,
  key: string,
  expected: number | undefined,
  rule: Command,
  attached?: Attached,
): Promise<Stored<Incident>> {
  const { records, caller } = desk;
  for (let attempt = 1; ; attempt++) {
    const { record } = await records.read(incidents, key);
    if (!maySee(incidents, record, caller)) throw notFound(incidents, key);
    const bound = await boundOf(records, record, attached?.attachment);
    try {
      return await records.decide(incidents, record.id, expected, (current, stored) =>
        clocked(rule(current, moving(desk)), stored, bound, desk.now.toISOString()),
      );
    } catch (error) {
      if (!(error instanceof Unprepared) || attempt === TRIES) throw error;
    }
  }
}
