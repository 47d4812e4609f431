import type { EventBridgeEvent } from 'aws-lambda';
import type { Dependencies } from '../platform/dependencies.js';
import { type Mailer, obligationOf } from '../platform/mailer.js';
import type { ThinEvent } from '../platform/relay.js';
import { SYSTEM, type Teller, tellerFor } from '../platform/telling.js';
import type { Desk } from './incident/desk.js';
import { incidents } from './incident/entity.js';
import { follow } from './incident/following.js';
import { addresseeOf, letterOf } from './incident/letters.js';
import { sortByCustomer } from './incident/serving.js';
import { reportUndelivered } from './incident/undelivered.js';

/** What SES says of a mail, on the account's default bus. */
interface SesEvent {
  readonly eventType: string;
  readonly mail: { readonly messageId: string; readonly tags?: Readonly<Record<string, readonly string[]>> };
  readonly bounce?: { readonly bounceType?: string; readonly timestamp?: string };
  readonly complaint?: { readonly timestamp?: string };
  readonly delivery?: { readonly timestamp?: string };
}

/** What the children of an incident follow it in. */
const FOLLOWED = new Set(['incident.resolved', 'incident.closed', 'incident.announced']);

export const incidentComposer = { entity: incidents, addressee: addresseeOf, letter: letterOf };

export const operationTeller = (dependencies: Dependencies, mailer: Mailer): Teller =>
  tellerFor(dependencies, [incidentComposer], mailer);

/** Hears the bus: tells people what events say they are owed, and takes in receipts. Everything in it may come twice. */
export function operationEvents(dependencies: Dependencies, mailer: Mailer) {
  const teller = operationTeller(dependencies, mailer);
  return async (event: Pick<EventBridgeEvent<string, unknown>, 'source' | 'detail-type' | 'detail'>): Promise<void> => {
    if (event.source === 'aws.ses') return receive(event.detail as SesEvent);
    const { entity, id, sequence, tells } = event.detail as ThinEvent;
    if (event['detail-type'] === 'customer.amended') return listApart(id);
    if (tells) await teller.tell(entity, id, sequence);
    if (FOLLOWED.has(event['detail-type'])) await follow(deskNow(`follow-${id}`), id);
  };

  function deskNow(correlation: string): Desk {
    const now = dependencies.clock();
    return { records: dependencies.store.for({ actor: SYSTEM.id, now, correlation }), caller: SYSTEM, now };
  }

  async function listApart(id: string): Promise<void> {
    await sortByCustomer(deskNow(`customer-${id}`), id);
  }

  async function receive({ eventType, mail, bounce, complaint, delivery }: SesEvent): Promise<void> {
    const obligation = obligationOf(mail.tags ?? {});
    const soft = eventType === 'Bounce' && bounce?.bounceType !== 'Permanent';
    const state =
      eventType === 'Bounce'
        ? 'bounced'
        : eventType === 'Complaint'
          ? 'complained'
          : eventType === 'Delivery'
            ? 'delivered'
            : undefined;
    if (!obligation || !state || soft) return;
    const now = dependencies.clock();
    const at = (bounce ?? complaint ?? delivery)?.timestamp ?? now.toISOString();
    const reached = await teller.receipt(obligation, { state, at, messageId: mail.messageId, why: bounce?.bounceType });
    if (reached && state !== 'delivered') {
      await reportUndelivered(
        {
          records: dependencies.store.for({ actor: SYSTEM.id, now, correlation: `receipt-${obligation.key}` }),
          caller: SYSTEM,
          now,
        },
        obligation.id,
        reached,
        state,
      );
    }
  }
}
