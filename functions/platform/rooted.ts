import type { HistoryEvent } from '../kernel/records.js';
import { digestOf, faultIn, gapBefore, type RootFile } from './root.js';

/**
 * Holds exported chains against signed roots. A chain that was rewritten has another hash at a sequence that a root names; one
 * that was cut ends before it; one that was dropped is not there at all. Trusts the public keys that it is given and nothing
 * else; pure.
 */
export interface RootFault {
  readonly day: string;
  readonly why: string;
}

interface Named {
  readonly day: string;
  readonly sequence: number;
  readonly hash: string;
}

export interface Roots {
  /** Those that hold, oldest first, up to the first that does not. */
  readonly whole: readonly RootFile[];
  readonly fault?: RootFault;
  /** What they name of each record, oldest first, by `entity id`. */
  readonly named: ReadonlyMap<string, readonly Named[]>;
}

/** `last`: the digest of a root that was seen before, which has to be among them. */
export function checkRoots(files: readonly RootFile[], trusted: readonly string[], last?: string): Roots {
  const whole: RootFile[] = [];
  const named = new Map<string, Named[]>();
  let fault: RootFault | undefined;
  for (const root of [...files].sort((a, b) => (a.statement.day < b.statement.day ? -1 : 1))) {
    const why = faultIn(root, trusted) ?? gapBefore(root, whole.at(-1));
    fault = why === undefined ? undefined : { day: root.statement.day, why };
    if (fault) break;
    whole.push(root);
    const { day } = root.statement;
    for (const { entity, id, sequence, hash } of root.heads) {
      const name = `${entity} ${id}`;
      named.set(name, [...(named.get(name) ?? []), { day, sequence, hash }]);
    }
  }
  if (!fault && last !== undefined && !whole.some(({ statement }) => digestOf(statement) === last))
    fault = { day: whole.at(-1)?.statement.day ?? 'none', why: `it is the last one, but ${last} was seen before` };
  return { whole, named, ...(fault && { fault }) };
}

export type Standing =
  | { readonly held: true /** Sequence of the last event that a root speaks for; 0 when none does. */; readonly rooted: number }
  | { readonly held: false; readonly what: 'rewritten' | 'cut' | 'unrooted'; readonly why: string };

const DAY = 86_400_000;
/** Days after which an event must have been told of: the stream is read within hours. */
const LATE = 2;

/** Whether a chain, whole in itself, is the one that the roots speak of; names the first root that it contradicts. */
export function against({ named, whole }: Roots, name: string, events: readonly HistoryEvent[]): Standing {
  const heads = named.get(name) ?? [];
  for (const { day, sequence, hash } of heads) {
    const event = events[sequence - 1];
    if (!event) {
      const why = `it ends with event ${events.length}, and the root of ${day} names event ${sequence}`;
      return { held: false, what: 'cut', why };
    }
    if (event.hash !== hash)
      return { held: false, what: 'rewritten', why: `event ${sequence} is not the one that the root of ${day} names` };
  }
  const rooted = Math.max(0, ...heads.map(({ sequence }) => sequence));
  const [first, last] = [whole[0]?.statement.from, whole.at(-1)?.statement.day];
  const due = last === undefined ? '' : new Date(Date.parse(last) - LATE * DAY).toISOString().slice(0, 10);
  const missed = events.slice(rooted).find(({ at }) => first !== undefined && at.slice(0, 10) >= first && at.slice(0, 10) <= due);
  if (missed)
    return { held: false, what: 'unrooted', why: `event ${missed.sequence} of ${missed.at.slice(0, 10)} is in no root` };
  return { held: true, rooted };
}

/** Records that roots name and that are not among those exported, with the first root that names each, oldest first. */
export function droppedFrom({ named }: Roots, exported: ReadonlySet<string>): { name: string; day: string; sequence: number }[] {
  return [...named]
    .filter(([name]) => !exported.has(name))
    .map(([name, heads]) => ({ name, day: heads[0]!.day, sequence: heads.at(-1)!.sequence }))
    .sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : a.name < b.name ? -1 : 1));
}
