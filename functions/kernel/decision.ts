/** An item that lives beside a record in its partition (a comment, a link, a ledger entry) or in another of its noun's own. */
export interface Companion {
  readonly operation: 'put' | 'delete';
  /** Left out: the record's own partition. Otherwise it starts with the noun's prefix, such as `INCIDENT#ATTAINMENT#…`. */
  readonly pk?: string;
  readonly sk: string;
  /** What must hold for the whole transaction to take effect. */
  readonly when?: 'absent' | 'present';
  readonly body?: Readonly<Record<string, unknown>>;
  /** What the index shows of it; every index projects this and no more. */
  readonly list?: Readonly<Record<string, unknown>>;
  /** Index keys, such as `{ gsi1pk, gsi1sk }`. */
  readonly index?: Readonly<Record<string, string>>;
}

/**
 * What a command decided: the record as it should now be, and the fact to be
 * remembered and told. The store writes all of it in one transaction.
 */
export interface Decision<T> {
  readonly next: T;
  /** Past participle: `incident.resolved`. */
  readonly event: `${string}.${string}`;
  /** What the record alone does not show: a reason, the comment's id. Thin; never a secret or a token. */
  readonly detail?: Readonly<Record<string, unknown>>;
  readonly companions?: readonly Companion[];
  /** Lengthens the history without raising the version: comments, links, ledger entries. */
  readonly quiet?: boolean;
}
