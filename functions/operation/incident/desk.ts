import type { Attachment } from '../../design/agreement/clock-state.js';
import type { Role } from '../../kernel/permission.js';
import { maySee } from '../../kernel/present.js';
import { notFound, readSeen } from '../../kernel/record-routes.js';
import type { Stored, Target } from '../../kernel/records.js';
import type { Context } from '../../kernel/route.js';
import { type Moving, moving } from '../../kernel/write-routes.js';
import { type Change, clocked } from './clocking.js';
import { incidents } from './entity.js';
import type { Incident } from './incident.js';
import { boundOf, Unprepared } from './surroundings.js';

/** What a command's surroundings are reached by: a request's, or a task's. */
export type Desk = Pick<Context, 'records' | 'caller' | 'now'>;

export type Command = (incident: Incident, moving: Moving) => Change;

/** Who works on incidents. */
export const DESK: readonly Role[] = ['agent', 'service-owner', 'change-manager', 'sms-manager', 'admin'];

/** Thrown inside a rule that finds nothing to decide: whoever asked for it goes on without a change. */
export class Undecided extends Error {
  override readonly name = 'Undecided';
}

const TRIES = 3;

/**
 * Carries out one command: loads what the clocks need, lets the rule decide on what stands, moves the clocks,
 * and writes it all in one transaction. `attachments`: what the command is about to bind the clocks to.
 */
export async function command(
  desk: Desk,
  key: string,
  expected: number | undefined,
  rule: Command,
  attachments?: readonly (Attachment | undefined)[],
): Promise<Stored<Incident>> {
  const { records, caller } = desk;
  for (let attempt = 1; ; attempt++) {
    const { record } = await records.read(incidents, key);
    if (!maySee(incidents, record, caller)) throw notFound(incidents, key);
    const bound = await boundOf(records, record, attachments);
    try {
      return await records.decide(incidents, record.id, expected, (current, stored) => {
        // It may have been restricted since it was read.
        if (!maySee(incidents, current, caller)) throw notFound(incidents, key);
        return clocked(rule(current, moving(desk)), stored, bound, desk.now.toISOString());
      });
    } catch (error) {
      if (!(error instanceof Unprepared) || attempt === TRIES) throw error;
    }
  }
}

export type Pair = (first: Incident, second: Incident, moving: Moving) => readonly [Change, Change];

/**
 * One command that concerns two incidents, such as merging: both are written in one transaction, each as the rule saw it.
 * Of two such commands that contradict each other, the second is decided on what the first left.
 */
export async function commandBoth(
  desk: Desk,
  targets: readonly [Target, Target],
  rule: Pair,
): Promise<readonly [Stored<Incident>, Stored<Incident>]> {
  const { records } = desk;
  for (let attempt = 1; ; attempt++) {
    const [first, second] = await Promise.all(targets.map(({ key }) => readSeen(desk, incidents, key)));
    const [one, other] = await Promise.all([first!, second!].map(({ record }) => boundOf(records, record)));
    const now = desk.now.toISOString();
    try {
      return await records.decideBoth(
        incidents,
        [
          { ...targets[0], key: first!.record.id },
          { ...targets[1], key: second!.record.id },
        ],
        (before, beside) => {
          for (const [i, { record }] of [before, beside].entries())
            if (!maySee(incidents, record, desk.caller)) throw notFound(incidents, targets[i]!.key);
          const [change, otherChange] = rule(before.record, beside.record, moving(desk));
          return [clocked(change, before, one!, now), clocked(otherChange, beside, other!, now)];
        },
      );
    } catch (error) {
      if (!(error instanceof Unprepared) || attempt === TRIES) throw error;
    }
  }
}
