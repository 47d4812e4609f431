import type { Audience } from './policy.js';

/**
 * The ladder that an unanswered page climbs: assignee → team level 1 … n →
 * service owner → the terminal recipient. Rungs with nobody on them are skipped at
 * once; the terminal recipient always exists.
 */

/** Who can be reached at this moment: somebody is there, with a channel that counts. */
export interface Reachable {
  readonly assignee: boolean;
  /** The assigned team's levels, level 1 first. */
  readonly levels: readonly boolean[];
  readonly serviceOwner: boolean;
  readonly relationshipOwner: boolean;
}

/** The members of an audience that can be reached, or else the first rung above them. Never empty. */
export function reachableOf(audience: readonly Audience[], reachable: Reachable, terminal: Audience): Audience[] {
  const found = audience.filter((member) => isReachable(member, reachable));
  return found.length > 0 ? found : [rungAbove(audience, reachable, terminal)];
}

/** The next rung above all of an audience on which somebody is. */
export function rungAbove(audience: readonly Audience[], reachable: Reachable, terminal: Audience): Audience {
  const height = Math.max(...audience.map((member) => heightOf(member)));
  return rungs(reachable).find((rung) => heightOf(rung) > height && isReachable(rung, reachable)) ?? terminal;
}

export const sameAudience = (a: Audience, b: Audience): boolean =>
  a.kind === b.kind && heightOf(a) === heightOf(b) && ('topic' in a ? a.topic : '') === ('topic' in b ? b.topic : '');

const rungs = ({ levels }: Reachable): Audience[] => [
  { kind: 'assignee' },
  ...levels.map((_, i): Audience => ({ kind: 'team-level', level: i + 1 })),
  { kind: 'service-owner' },
];

const OWNER = 1000;

/** A topic answers no page: what is above it begins with the team. */
function heightOf(audience: Audience): number {
  switch (audience.kind) {
    case 'assignee':
    case 'topic':
      return 0;
    case 'team-level':
      return audience.level;
    case 'relationship-owner':
    case 'service-owner':
      return OWNER;
  }
}

function isReachable(audience: Audience, { assignee, levels, serviceOwner, relationshipOwner }: Reachable): boolean {
  switch (audience.kind) {
    case 'assignee':
      return assignee;
    case 'team-level':
      return levels[audience.level - 1] ?? false;
    case 'service-owner':
      return serviceOwner;
    case 'relationship-owner':
      return relationshipOwner;
    case 'topic':
      return true;
  }
}
