import type { EventBridgeEvent } from 'aws-lambda';
import type { Dependencies } from '../platform/dependencies.js';
import { type Mailer, mailerFor } from '../platform/mailer.js';
import type { ThinEvent } from '../platform/relay.js';
import { SYSTEM, tellerFor } from '../platform/telling.js';
import { restrictMessages } from './message/following.js';
import { webhooks } from './webhook/entity.js';
import { addresseeOf, letterOf } from './webhook/letters.js';

/**
 * Hears the bus: mails follow the restriction of the incidents that they belong to, and people are told what events of this area
 * say they are owed. Everything in it may come twice.
 */
export function supportEvents(dependencies: Dependencies, mailer: Mailer = mailerFor(dependencies.env)) {
  const { store, clock } = dependencies;
  const teller = tellerFor(dependencies, [{ entity: webhooks, addressee: addresseeOf, letter: letterOf }], mailer);
  return async ({ detail }: Pick<EventBridgeEvent<string, unknown>, 'detail'>): Promise<void> => {
    const { entity, id, sequence } = detail as ThinEvent;
    if (entity === webhooks.name) return teller.tell(entity, id, sequence);
    await restrictMessages(store.for({ actor: SYSTEM.id, now: clock(), correlation: `restriction-${id}` }), id);
  };
}
