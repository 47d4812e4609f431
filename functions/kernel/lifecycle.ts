import { Refusal } from './errors.js';

export interface Lifecycle<S extends string = string, M extends string = string> {
  readonly states: readonly [S, ...S[]];
  readonly moves: readonly M[];
  /** The moves open to a record in this state, in the order they were declared. */
  movesFrom(state: string): M[];
  /** The state a move leads to; refuses when the move is not open from here, naming those that are. */
  next(state: string, move: M): S;
}

/**
 * Declares a lifecycle as a table of moves. The first state is where records
 * begin; a state nothing leads out of is final. The table says what is
 * possible; whether it is wise (approvals, guards, windows) the noun says.
 */
export function defineLifecycle<const S extends string, const M extends string>(spec: {
  readonly states: readonly [S, ...S[]];
  readonly moves: Readonly<Record<M, { readonly from: readonly NoInfer<S>[]; readonly to: NoInfer<S> }>>;
}): Lifecycle<S, M> {
  const names = Object.keys(spec.moves) as M[];
  const movesFrom = (state: string) => names.filter((name) => (spec.moves[name].from as readonly string[]).includes(state));
  return {
    states: spec.states,
    moves: names,
    movesFrom,
    next(state, move) {
      const { from, to } = spec.moves[move];
      if ((from as readonly string[]).includes(state)) return to;
      const open = movesFrom(state);
      const instead = open.length === 0 ? 'It is final.' : `What is open: ${open.join(', ')}.`;
      throw new Refusal('illegal-move', `Cannot ${move} while ${state}. ${instead}`, { facts: { status: state, moves: open } });
    },
  };
}
