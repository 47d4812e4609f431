import type { EventBridgeEvent } from 'aws-lambda';
import type { Dependencies } from '../platform/dependencies.js';
import type { ThinEvent } from '../platform/relay.js';
import { SYSTEM } from '../platform/telling.js';
import { restrictMessages } from './message/following.js';

/** Hears the bus: mails follow the restriction of the incidents that they belong to. Everything in it may come twice. */
export function supportEvents({ store, clock }: Dependencies) {
  return async ({ detail }: Pick<EventBridgeEvent<string, unknown>, 'detail'>): Promise<void> => {
    const { id } = detail as ThinEvent;
    await restrictMessages(store.for({ actor: SYSTEM.id, now: clock(), correlation: `restriction-${id}` }), id);
  };
}
