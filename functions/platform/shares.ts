import { v7 } from 'uuid';
import type { AnyEntity } from '../kernel/entity.js';
import { Refusal } from '../kernel/errors.js';
import type { Context } from '../kernel/route.js';
import type { Dependencies } from './dependencies.js';
import { type Remembered, type RepeatKey, shareOf } from './idempotency.js';
import { transact } from './transaction.js';
import { sharePart, type Writer } from './writing.js';

/** What stands under a key; another body under it is refused. */
export async function leftUnder(
  { store }: Pick<Dependencies, 'store'>,
  entity: AnyEntity,
  key: RepeatKey,
  now: Date,
): Promise<Remembered | undefined> {
  const left = await store.remembered([entity], key, now);
  if (left && left.fingerprint !== key.fingerprint)
    throw new Refusal('key-reused', 'This Idempotency-Key was used with another body; take a new one.');
  return left;
}

/** The writes of a request that is many: its key is taken once, and each write has one that follows from it. */
export function sharesFor(dependencies: Dependencies, { repeat, ...writer }: Writer): Context['shares'] {
  const { store, documents, env } = dependencies;
  const left = (entity: AnyEntity, key: RepeatKey) => leftUnder(dependencies, entity, key, writer.now);

  async function take(entity: AnyEntity, key: RepeatKey): Promise<void> {
    const outcome = await transact(documents, [sharePart(entity, key, writer.now, env.TABLE_NAME)], v7());
    if (!outcome.done && outcome.means !== 'repeated')
      throw new Refusal('conflict', 'The same request is at work at this moment; try again.', { retryAfter: 1 });
    await left(entity, key);
  }

  return async (entity) => {
    if (repeat) await take(entity, repeat);
    return (name) => {
      const own = repeat && shareOf(repeat, name);
      return {
        records: store.for({ ...writer, ...(own && { repeat: own }) }),
        async earlier() {
          const found = own && (await left(entity, own));
          return found && store.event(entity, found.id, found.sequence);
        },
      };
    };
  };
}
