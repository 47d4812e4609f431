/** Why the domain, or the edge before it, said no. Only `platform/http` turns these into statuses. */
export type Reason =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'no-such-method'
  | 'conflict'
  | 'illegal-move'
  | 'stale'
  | 'precondition-required'
  | 'too-large'
  | 'not-json'
  | 'key-reused'
  | 'not-ready'
  | 'too-many';

/** One bad field: an RFC 6901 pointer into the request body (or `?name` for a query parameter) and a sentence. */
export interface FieldError {
  readonly pointer: string;
  readonly message: string;
}

export interface RefusalFacts {
  readonly errors?: readonly FieldError[];
  /** What stands now, so that the caller can go on: the current version, the moves that are open, … */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** Whole seconds after which trying again makes sense. */
  readonly retryAfter?: number;
}

/** A refusal is part of the product: a reason, and a sentence that a person can act on. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly reason: Reason,
    message: string,
    readonly more: RefusalFacts = {},
  ) {
    super(message);
  }
}
