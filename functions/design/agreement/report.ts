import { type Unit, unitsOf } from './attainment.js';
import type { ClockState } from './clock-state.js';
import type { Period } from './period.js';
import { CLOCKS, type ClockName, UNDERPINNING } from './terms.js';

/** One ticket with its clocks; `record` is how a report links to it. */
export interface ClockedRecord {
  readonly record: string;
  readonly states: readonly ClockState[];
}

export type Located = Unit & { readonly record: string };

export interface ClockAttainment {
  readonly clock: ClockName;
  readonly met: readonly Located[];
  readonly breached: readonly Located[];
  readonly excluded: readonly Located[];
  /** Met over met and breached, in percent, not rounded; null when nothing counts. */
  readonly percent: number | null;
}

/** A unit that an earlier, frozen report counted otherwise than it now stands. */
export interface Correction {
  readonly record: string;
  readonly was: Unit;
  readonly now: Unit;
}

export interface Attainment {
  readonly clocks: readonly ClockAttainment[];
  readonly corrections: readonly Correction[];
}

/** Reports on every period before `until` (epoch ms) were frozen as known at `frozenAt` (RFC 3339). */
export interface Frozen {
  readonly until: number;
  readonly frozenAt: string;
}

/** Attainment of a period by clock, each figure with the units behind it; what was frozen is corrected, never changed. */
export function attainmentOf(
  records: readonly ClockedRecord[],
  period: Period,
  frozen?: Frozen,
  clocks = namesOf('SLA'),
): Attainment {
  const units = records.flatMap(({ record, states }) => unitsOf(states).map((unit): Located => ({ ...unit, record })));
  const within = units.filter(({ at }) => at !== undefined && Date.parse(at) >= period.from && Date.parse(at) < period.to);
  return {
    clocks: clocks.map((clock) =>
      clockAttainment(
        clock,
        within.filter((unit) => unit.clock === clock),
      ),
    ),
    corrections: frozen ? records.flatMap((record) => correctionsOf(record, frozen)) : [],
  };
}

/** The clocks that an agreement of a kind is about. */
export const namesOf = (kind: string): readonly ClockName[] => (kind === 'SLA' ? CLOCKS : UNDERPINNING);

function clockAttainment(clock: ClockName, units: readonly Located[]): ClockAttainment {
  const [met, breached, excluded] = (['met', 'breached', 'excluded'] as const).map((outcome) =>
    units.filter((unit) => unit.outcome === outcome),
  );
  const counted = met!.length + breached!.length;
  return {
    clock,
    met: met!,
    breached: breached!,
    excluded: excluded!,
    percent: counted === 0 ? null : (met!.length / counted) * 100,
  };
}

function correctionsOf({ record, states }: ClockedRecord, { until, frozenAt }: Frozen): Correction[] {
  const now = new Map(unitsOf(states).map((unit) => [nameOf(unit), unit]));
  return unitsOf(states, frozenAt).flatMap((was) => {
    const stands = now.get(nameOf(was));
    const counted = was.at !== undefined && Date.parse(was.at) < until;
    return stands && counted && (stands.outcome !== was.outcome || stands.at !== was.at) ? [{ record, was, now: stands }] : [];
  });
}

const nameOf = ({ clock, cycle }: Unit): string => `${clock}#${cycle}`;
