/**
 * An obligation to tell somebody something. It is decided with the event that it belongs to and stands in that
 * event's `detail.notices`; the notification ledger then delivers it once (claim, send, mark, receipt).
 * It names ids only: addresses and texts are looked up when it is sent.
 */
export interface Notice {
  /** Unique in the record, whatever is retried: `received#<contact>`, `resolution#1#half-time#<person>`. */
  readonly key: string;
  /** Which letter is written. */
  readonly letter: string;
  readonly to: { readonly kind: 'person' | 'contact' | 'topic'; readonly id: string };
  /** What the letter needs beside the record: ids, instants, numbers. */
  readonly data?: Readonly<Record<string, unknown>>;
}

export const noticesOf = (detail: Readonly<Record<string, unknown>>): readonly Notice[] =>
  (detail['notices'] as readonly Notice[] | undefined) ?? [];
