import type { AnyEntity } from '../kernel/entity.js';
import { type Letter, type Reader, write } from '../kernel/letter.js';
import { type Notice, noticesOf } from '../kernel/notice.js';
import type { Caller } from '../kernel/permission.js';
import type { Records } from '../kernel/records.js';
import type { Settings, Signer } from '../kernel/route.js';
import type { Dependencies } from './dependencies.js';
import { type Delivery, type Ledger, ledgerOver, type Receipt } from './ledger.js';
import type { Mailer, Obligation } from './mailer.js';

/** What a noun says about its own notices: to whom, and which letter. */
export interface Composer {
  readonly entity: AnyEntity;
  addressee(records: Records, notice: Notice): Promise<Addressee | string>;
  letter(
    notice: Notice,
    record: any,
    surroundings: { records: Records; signer: Signer; settings: Settings; now: Date },
  ): Promise<Letter>;
}

export interface Addressee {
  readonly to: { readonly kind: 'mail'; readonly address: string } | { readonly kind: 'topic'; readonly topic: string };
  readonly reader: Reader;
  /** Answers come back to the record. */
  readonly threaded: boolean;
}

/** The system itself, when nobody asked. */
export const SYSTEM: Caller = { id: 'system', kind: 'system', roles: ['admin'] };

export interface Teller {
  /** Delivers every notice of one event, each once, whatever is delivered twice or crashes. */
  tell(entity: string, id: string, sequence: number): Promise<void>;
  /** Sends again what was claimed and never marked, or marks it where a receipt says that it went; answers how many. */
  resend(): Promise<number>;
  /** Records what became of a mail. */
  receipt(obligation: Obligation, receipt: Receipt): Promise<Delivery | undefined>;
}

export function tellerFor(
  dependencies: Dependencies,
  composers: readonly Composer[],
  mailer: Mailer,
  ledger: Ledger = ledgerOver(dependencies),
): Teller {
  const { store, clock, signer, settings, log } = dependencies;
  const composerOf = (name: string) => composers.find(({ entity }) => entity.name === name);
  const recordsAt = (now: Date, correlation: string) => store.for({ actor: SYSTEM.id, now, correlation });

  async function deliver(composer: Composer, id: string, notice: Notice, sequence: number): Promise<void> {
    const { entity } = composer;
    const now = clock();
    if (!(await ledger.claim(entity, id, notice, sequence))) return;
    const records = recordsAt(now, `notice-${notice.key}`);
    const addressee = await composer.addressee(records, notice);
    if (typeof addressee === 'string') return ledger.giveUp(records, entity, id, notice, sequence, addressee);
    const { record } = await records.read(entity, id);
    const letter = await composer.letter(notice, record, { records, signer, settings, now });
    const replyTo = addressee.threaded ? await signer.threadAddress(entity.name, id) : undefined;
    const written = write(letter, addressee.reader, { house: settings.organisation, ...(replyTo !== undefined && { replyTo }) });
    const obligation = { entity: entity.name, id, key: notice.key };
    try {
      const messageId =
        addressee.to.kind === 'mail'
          ? await mailer.mail(addressee.to.address, written, obligation)
          : await mailer.publish(addressee.to.topic, written.subject, written.text, obligation);
      await ledger.mark(records, entity, id, notice, sequence, messageId);
    } catch (error) {
      if (!(error instanceof Error) || !UNSENDABLE.has(error.name)) throw error;
      log.warn('notice refused by the provider', { entity: entity.name, id, reason: error.name });
      await ledger.giveUp(records, entity, id, notice, sequence, `The mail provider refused it: ${error.name}.`);
    }
  }

  async function noticesAt(entity: AnyEntity, id: string, sequence: number): Promise<readonly Notice[]> {
    const event = await store.event(entity, id, sequence);
    return event ? noticesOf(event.detail) : [];
  }

  return {
    async tell(name, id, sequence) {
      const composer = composerOf(name);
      if (!composer) throw new Error(`Nobody composes the letters of ${name}.`);
      const notices = await noticesAt(composer.entity, id, sequence);
      const outcomes = await Promise.allSettled(notices.map((notice) => deliver(composer, id, notice, sequence)));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed) throw failed.reason;
    },
    async resend() {
      let sent = 0;
      for (const composer of composers) {
        const { entity } = composer;
        const records = recordsAt(clock(), 'resend');
        for (const { id, key, sequence, messageId } of await ledger.expired(records, entity, 50)) {
          const notice = (await noticesAt(entity, id, sequence)).find((each) => each.key === key);
          if (!notice) continue;
          if (messageId === undefined) await deliver(composer, id, notice, sequence);
          else await ledger.mark(records, entity, id, notice, sequence, messageId);
          sent += 1;
        }
      }
      return sent;
    },
    receipt: async ({ entity, id, key }, receipt) => {
      const composer = composerOf(entity);
      return composer && ledger.receipt(composer.entity, id, key, receipt);
    },
  };
}

/** Refusals of SES that no repetition mends. */
const UNSENDABLE = new Set(['MessageRejected', 'BadRequestException', 'NotFoundException']);
