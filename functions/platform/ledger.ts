import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type AnyEntity, keyPrefix, partitionOf } from '../kernel/entity.js';
import type { Notice } from '../kernel/notice.js';
import type { Records } from '../kernel/records.js';
import type { Dependencies } from './dependencies.js';
import type { Item } from './items.js';

/**
 * The notification ledger: one obligation, one delivery. A notice is claimed by a conditional write before it is sent,
 * and marked with the provider's id afterwards, in the record's history. The provider knows no idempotency key: mails
 * carry the obligation's tag, so a claim that expired (the process died between claim and mark) is sent again only
 * when no receipt with that tag has come in; the rare duplicate is counted in `attempts`.
 */
export interface Delivery {
  readonly key: string;
  readonly letter: string;
  readonly to: Notice['to'];
  readonly state: 'claimed' | 'sent' | 'delivered' | 'bounced' | 'complained' | 'undeliverable';
  readonly attempts: number;
  readonly claimedAt: string;
  readonly claimedUntil?: string;
  /** The event whose notice it is. */
  readonly sequence: number;
  readonly messageId?: string;
  readonly sentAt?: string;
  readonly receiptAt?: string;
  readonly why?: string;
}

/** Milliseconds for which a claim holds; longer than any function may run. */
const HOLDS = 120_000;

export const deliveryKey = (key: string): string => `DELIVERY#${key}`;
/** Where claims wait to be marked; the sweep reads those that expired. */
export const claimedPartition = (entity: AnyEntity): string => `${keyPrefix(entity)}#CLAIMED`;
/** Where a sent mail is found again by the id that the provider gave it. */
export const sentPartition = (entity: AnyEntity, messageId: string): string => `${keyPrefix(entity)}#SENT#${messageId}`;

export interface Ledger {
  /** True when this caller may send it now: it was never claimed, or its claim expired without a receipt. */
  claim(entity: AnyEntity, id: string, notice: Notice, sequence: number): Promise<boolean>;
  /** Records in the history that it was sent, and how it is found again. */
  mark(records: Records, entity: AnyEntity, id: string, notice: Notice, sequence: number, messageId: string): Promise<void>;
  /** Records that it cannot be sent at all, and why. */
  giveUp(records: Records, entity: AnyEntity, id: string, notice: Notice, sequence: number, why: string): Promise<void>;
  /** Claims that expired unmarked, oldest first; with the provider's id where a receipt says that the mail went. */
  expired(records: Records, entity: AnyEntity, limit: number): Promise<Unmarked[]>;
  /** Records a receipt, whatever the state of its claim; answers the delivery as it then stands. */
  receipt(entity: AnyEntity, id: string, key: string, receipt: Receipt): Promise<Delivery | undefined>;
}

export interface Unmarked {
  readonly id: string;
  readonly key: string;
  readonly sequence: number;
  readonly messageId?: string | undefined;
}

/** What the provider says became of a mail. */
export interface Receipt {
  readonly state: 'delivered' | 'bounced' | 'complained';
  readonly at: string;
  readonly messageId: string;
  readonly why?: string | undefined;
}

export function ledgerOver({ documents, env, clock }: Pick<Dependencies, 'documents' | 'env' | 'clock'>): Ledger {
  const TableName = env.TABLE_NAME;

  const delivery = (entity: AnyEntity, id: string, body: Delivery): Item => ({
    pk: partitionOf(entity, id),
    sk: deliveryKey(body.key),
    body,
    ...(body.state === 'claimed' && {
      gsi1pk: claimedPartition(entity),
      gsi1sk: body.claimedUntil,
      list: JSON.stringify({ id, key: body.key, sequence: body.sequence }),
    }),
  });

  async function put(item: Item, condition: object): Promise<boolean> {
    try {
      await documents.put({ TableName, Item: item, ...condition });
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  /** Only a claim that expired without a receipt may be taken over; `attempts` counts what may have been sent twice. */
  async function takeOver(pk: string, sk: string, { claimedAt, claimedUntil }: Delivery): Promise<boolean> {
    try {
      await documents.update({
        TableName,
        Key: { pk, sk },
        UpdateExpression: 'SET #body.#until = :until, #body.#at = :now, gsi1sk = :until ADD #body.#attempts :one',
        ConditionExpression: '#body.#state = :claimed AND #body.#until < :now',
        ExpressionAttributeNames: {
          '#body': 'body',
          '#state': 'state',
          '#until': 'claimedUntil',
          '#at': 'claimedAt',
          '#attempts': 'attempts',
        },
        ExpressionAttributeValues: { ':claimed': 'claimed', ':now': claimedAt, ':until': claimedUntil, ':one': 1 },
      });
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  return {
    async claim(entity, id, { key, letter, to }, sequence) {
      const now = clock();
      const claimedAt = now.toISOString();
      const body: Delivery = {
        key,
        letter,
        to,
        state: 'claimed',
        attempts: 1,
        claimedAt,
        claimedUntil: new Date(now.getTime() + HOLDS).toISOString(),
        sequence,
      };
      if (await put(delivery(entity, id, body), { ConditionExpression: 'attribute_not_exists(pk)' })) return true;
      return takeOver(partitionOf(entity, id), deliveryKey(key), body);
    },
    mark: (records, entity, id, { key, letter, to }, sequence, messageId) =>
      close(records, entity, id, { key, letter, to, state: 'sent', messageId, sequence }),
    giveUp: (records, entity, id, { key, letter, to }, sequence, why) =>
      close(records, entity, id, { key, letter, to, state: 'undeliverable', why, sequence }),
    async expired(records, entity, limit) {
      const now = clock().toISOString();
      const { items } = await records.pointing(claimedPartition(entity), { limit });
      const claims = items as unknown as { id: string; key: string; sequence: number }[];
      const found = await Promise.all(
        claims.map(async (claim) => {
          const body = (await records.companion(entity, partitionOf(entity, claim.id), deliveryKey(claim.key))) as
            | Delivery
            | undefined;
          return body && body.sentAt === undefined && (body.claimedUntil ?? '') < now
            ? [{ ...claim, messageId: body.messageId }]
            : [];
        }),
      );
      return found.flat();
    },
    async receipt(entity, id, key, { state, at, messageId, why }) {
      try {
        const { Attributes } = await documents.update({
          TableName,
          Key: { pk: partitionOf(entity, id), sk: deliveryKey(key) },
          // A bounce outweighs the delivery that a mail server had claimed before it. A claim that was never marked stays
          // among the claims, so that the sweep marks it.
          UpdateExpression: `SET #body.#state = :state, #body.#at = :at, #body.#messageId = :messageId${why === undefined ? '' : ', #body.#why = :why'}`,
          ConditionExpression: 'attribute_exists(pk) AND NOT #body.#state IN (:bounced, :complained)',
          ExpressionAttributeNames: {
            '#body': 'body',
            '#state': 'state',
            '#at': 'receiptAt',
            '#messageId': 'messageId',
            ...(why !== undefined && { '#why': 'why' }),
          },
          ExpressionAttributeValues: {
            ':state': state,
            ':at': at,
            ':messageId': messageId,
            ':bounced': 'bounced',
            ':complained': 'complained',
            ...(why !== undefined && { ':why': why }),
          },
          ReturnValues: 'ALL_NEW',
        });
        return Attributes?.['body'] as Delivery;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined;
        throw error;
      }
    },
  };

  async function close(
    records: Records,
    entity: AnyEntity,
    id: string,
    outcome: Pick<Delivery, 'key' | 'letter' | 'to' | 'state' | 'sequence'> & Partial<Delivery>,
  ): Promise<void> {
    const before = (await records.companion(entity, partitionOf(entity, id), deliveryKey(outcome.key))) as Delivery | undefined;
    const sentAt = before?.receiptAt ?? clock().toISOString();
    const received =
      before && ['delivered', 'bounced', 'complained'].includes(before.state)
        ? { state: before.state, receiptAt: before.receiptAt }
        : {};
    const body = {
      attempts: before?.attempts ?? 1,
      claimedAt: before?.claimedAt ?? sentAt,
      ...outcome,
      sentAt,
      ...received,
    } as Delivery;
    const { key, letter, to, messageId, why, attempts } = body;
    await records.decide(entity, id, undefined, (current) => ({
      next: current,
      event: `${entity.name}.${outcome.state === 'sent' ? 'notified' : 'notice-undeliverable'}`,
      detail: {
        key,
        letter,
        to,
        ...(messageId !== undefined && { messageId }),
        ...(why !== undefined && { why }),
        ...(attempts > 1 && { attempts }),
      },
      quiet: true,
      companions: [
        { operation: 'put', sk: deliveryKey(key), body: { ...body } },
        ...(messageId === undefined
          ? []
          : [
              {
                operation: 'put' as const,
                pk: sentPartition(entity, messageId),
                sk: '#',
                body: { entity: entity.name, id, key },
              },
            ]),
      ],
    }));
  }
}
