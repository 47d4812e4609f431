import { TransactionCanceledException, TransactionInProgressException } from '@aws-sdk/client-dynamodb';
import { Refusal } from '../kernel/errors.js';
import { type Attributes, plainOfAll } from './attribute-value.js';
import type { Documents, Write } from './documents.js';
import type { Item } from './items.js';

/** One part of a transaction, and what its failed condition means. */
export interface Part {
  readonly write: Write;
  readonly means: 'raced' | 'repeated' | 'taken' | 'companion';
  /** For `taken`: which value; for `companion`: its sort key. */
  readonly about?: string;
}

export type Outcome =
  | { readonly done: true }
  /** A condition failed, or another transaction held the items. `seen` is what stood there. */
  | { readonly done: false; readonly means: Part['means']; readonly about?: string; readonly seen?: Item };

/** What one transaction of DynamoDB takes. */
const MOST_PARTS = 100;

/** Cancelled for a moment's reason: others hold the items, or the partition takes no more just now. */
const PASSING = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/**
 * Writes all or nothing. Failed conditions and clashes are translated, and what is too large is refused; every other error goes on.
 * `token` makes repetitions of the same parts within ten minutes one write, here and in the SDK's own retries.
 */
export async function transact(documents: Documents, parts: readonly Part[], token: string): Promise<Outcome> {
  if (parts.length > MOST_PARTS)
    throw new Refusal('too-large', 'This changes more than can be written at once: make it in several steps.');
  try {
    await documents.transactWrite({ TransactItems: parts.map(({ write }) => write), ClientRequestToken: token });
    return { done: true };
  } catch (error) {
    if (tooLarge(error))
      throw new Refusal('too-large', 'The record would grow beyond what can be kept in one; attach a file instead.');
    // The same token was sent before, and is still at work.
    if (error instanceof TransactionInProgressException) return { done: false, means: 'raced' };
    if (!(error instanceof TransactionCanceledException)) throw error;
    const reasons = error.CancellationReasons ?? [];
    const failed = reasons.flatMap(({ Code, Item: seen }, i) =>
      Code === 'ConditionalCheckFailed' ? [{ part: parts[i]!, seen }] : [],
    );
    // A repeated key explains every other failure of the same request, so it is looked at first.
    const first = failed.find(({ part }) => part.means === 'repeated') ?? failed[0];
    if (first) {
      const { means, about } = first.part;
      return {
        done: false,
        means,
        ...(about !== undefined && { about }),
        ...(first.seen && { seen: plainOfAll(first.seen as Attributes) }),
      };
    }
    if (reasons.some(({ Code }) => PASSING.has(Code ?? ''))) return { done: false, means: 'raced' };
    throw error;
  }
}

const TOO_LARGE = /\bsize\b.*\bexceed|\bexceed.*\bsize\b/i;

/** An item above 400 KB, or a transaction above 4 MB: DynamoDB says it in words only. */
function tooLarge(error: unknown): boolean {
  if (error instanceof TransactionCanceledException)
    return (error.CancellationReasons ?? []).some(({ Message }) => TOO_LARGE.test(Message ?? ''));
  return error instanceof Error && error.name === 'ValidationException' && TOO_LARGE.test(error.message);
}
