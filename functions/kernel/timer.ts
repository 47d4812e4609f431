/**
 * The live timer of a record's workflow. It is stored with the record in the
 * transaction that decides it, so no crash can lose a duty; executions carry
 * its generation and do nothing once it is no longer theirs.
 */
export interface Timer {
  /** Counts executions; has no meaning for people. */
  readonly generation: number;
  /** The instant at which the workflow next looks; absent when nothing is left to wait for. */
  readonly wakeAt?: string;
}

/**
 * The timer after a decision. A new generation begins only when nothing is
 * waiting or the next instant moved earlier; a sleeper that wakes too early
 * reads again and waits on, so later instants need no new execution.
 */
export function nextTimer(current: Timer | undefined, wakeAt: string | undefined): Timer | undefined {
  if (wakeAt === undefined) return current === undefined ? undefined : { generation: current.generation };
  if (current?.wakeAt === undefined || wakeAt < current.wakeAt) return { generation: (current?.generation ?? 0) + 1, wakeAt };
  return { generation: current.generation, wakeAt: current.wakeAt };
}

/** Names the execution that serves a timer: letters, digits, `-`, `_`, at most 80 characters. */
export const executionName = (noun: string, id: string, timer: Timer): string => `${noun}-${id}-${timer.generation}`;
