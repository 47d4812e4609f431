import { partitionOf } from '../../kernel/entity.js';
import type { Findable, NewPosting } from '../../kernel/postings.js';
import type { Records } from '../../kernel/records.js';
import { findableOf, postingsOf, type Said } from './findable.js';
import type { Searched } from './searched.js';

/** Comments that are read of one record, oldest first, by the hundred. */
const PAGES = 10;

export interface Read {
  readonly sequence: number;
  readonly found: Findable;
  readonly postings: (found: Findable) => readonly NewPosting[];
}

/**
 * What is to be found of a record as it stands now, whichever event led here: so an older event never undoes a newer one. The
 * record is read before its comments, and its sequence says no more than was read.
 */
export async function readForIndex(records: Records, noun: Searched, id: string): Promise<Read | undefined> {
  const stored = await records.find(noun.entity, id);
  if (!stored) return undefined;
  const found = findableOf(noun, stored.record, await commentsOn(records, noun, id));
  return { sequence: stored.sequence, found, postings: postingsOf };
}

async function commentsOn(records: Records, { entity }: Searched, id: string): Promise<Said[]> {
  const said: Said[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < PAGES; pages++) {
    const page = await records.companions(entity, partitionOf(entity, id), ['COMMENT#public#', 'COMMENT#internal#'], {
      limit: 100,
      ...(cursor !== undefined && { cursor }),
    });
    said.push(...(page.items as unknown as Said[]));
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  return said;
}
