import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Item } from './items.js';

/** One part of a transaction, and what its failed condition means. */
export interface Part {
  readonly write: NonNullable<TransactWriteCommandInput['TransactItems']>[number];
  readonly means: 'raced' | 'repeated' | 'taken' | 'companion';
  /** For `taken`: which value; for `companion`: its sort key. */
  readonly about?: string;
}

export type Outcome =
  | { readonly done: true }
  /** A condition failed, or another transaction held the items. `seen` is what stood there. */
  | { readonly done: false; readonly means: Part['means']; readonly about?: string; readonly seen?: Item };

/** Writes all or nothing. Only failed conditions and clashes are translated; every other error goes on. */
export async function transact(documents: DynamoDBDocumentClient, parts: readonly Part[]): Promise<Outcome> {
  try {
    await documents.send(new TransactWriteCommand({ TransactItems: parts.map(({ write }) => write) }));
    return { done: true };
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const reasons = error.CancellationReasons ?? [];
    const failed = reasons.flatMap(({ Code, Item: seen }, i) =>
      Code === 'ConditionalCheckFailed' ? [{ part: parts[i]!, seen }] : [],
    );
    // A repeated key explains every other failure of the same request, so it is looked at first.
    const first = failed.find(({ part }) => part.means === 'repeated') ?? failed[0];
    if (first) {
      const { means, about } = first.part;
      return { done: false, means, ...(about !== undefined && { about }), ...(first.seen && { seen: unmarshall(first.seen) }) };
    }
    if (reasons.some(({ Code }) => Code === 'TransactionConflict')) return { done: false, means: 'raced' };
    throw error;
  }
}
