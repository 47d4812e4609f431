import type { Told } from './webhook.js';

/**
 * One delivery, of one event to one webhook: what was tried, when it is tried again, and when it is given up. Pure.
 */
/** Minutes after the first, second, … failure at which it is tried again: eight tries over more than seventeen hours. */
export const SCHEDULE = [0.1, 1, 5, 30, 120, 300, 600] as const;
/** No receiver may ask for more minutes than that; a queue hides a message for twelve hours at most. */
const LONGEST = 660;
/** Failures in a row after which everything for a webhook waits for one that tries. */
const TRIPPED = 3;
/** Minutes for which a failing receiver is left alone at the most, before one message tries it. */
const LONGEST_HOLD = 5;
const MOST_ATTEMPTS_KEPT = 20;

export interface Attempt {
  readonly at: string;
  /** HTTP status of the answer. */
  readonly status?: number;
  readonly why?: string;
  /** Milliseconds. */
  readonly took: number;
}

export interface Delivery extends Told {
  /** Names it in its webhook's log; orders it by the instant of the event. */
  readonly delivery: string;
  /** The header `webhook-id`. */
  readonly messageId: string;
  readonly type: string;
  /** `held`: its webhook was not in use; `failed`: given up. Both can be replayed. */
  readonly state: 'waiting' | 'delivered' | 'failed' | 'held';
  readonly tries: number;
  readonly attempts: readonly Attempt[];
  readonly nextAttemptAt?: string;
  readonly deliveredAt?: string;
}

/** `2026-03-02T10:00:00.000Z~<record>~000007` */
export const deliveryName = ({ at, id, sequence }: Pick<Told, 'at' | 'id' | 'sequence'>): string =>
  `${at}~${id}~${String(sequence).padStart(6, '0')}`;

export interface Answered {
  readonly status?: number;
  readonly why?: string;
  /** Seconds. */
  readonly retryAfter?: number;
  readonly took: number;
}

export const isTaken = ({ status = 0 }: Answered): boolean => status >= 200 && status < 300;
/** The receiver says that it is no more. */
export const isGone = ({ status }: Answered): boolean => status === 410;

const later = (now: string, minutes: number): string => new Date(Date.parse(now) + minutes * 60_000).toISOString();

/** The delivery after one try. Out of tries it has failed. */
export function tried(before: Delivery, answered: Answered, now: string): Delivery {
  const { nextAttemptAt: _, ...rest } = before;
  const { status, why, took } = answered;
  const attempt: Attempt = { at: now, took, ...(status !== undefined && { status }), ...(why !== undefined && { why }) };
  const next = { ...rest, tries: before.tries + 1, attempts: [...before.attempts, attempt].slice(-MOST_ATTEMPTS_KEPT) };
  if (isTaken(answered)) return { ...next, state: 'delivered', deliveredAt: now };
  const minutes = SCHEDULE[before.tries];
  if (minutes === undefined || isGone(answered)) return { ...next, state: 'failed' };
  const wait = Math.min(Math.max(minutes, (answered.retryAfter ?? 0) / 60), LONGEST);
  return { ...next, state: 'waiting', nextAttemptAt: later(now, wait) };
}

/** How a webhook's receiver has been of late. */
export interface Health {
  readonly failures: number;
  readonly lastSuccessAt?: string;
  /** While failing: nothing is tried before. */
  readonly nextAt?: string;
}
export const HEALTHY: Health = { failures: 0 };

export function healthAfter(before: Health, answered: Answered, now: string): Health {
  if (isTaken(answered)) return { failures: 0, lastSuccessAt: now };
  const failures = before.failures + 1;
  const minutes = SCHEDULE[Math.min(failures - TRIPPED, SCHEDULE.length - 1)] ?? SCHEDULE[0];
  return {
    failures,
    ...(before.lastSuccessAt !== undefined && { lastSuccessAt: before.lastSuccessAt }),
    ...(failures >= TRIPPED && { nextAt: later(now, Math.min(minutes, LONGEST_HOLD)) }),
  };
}

/** Until when nothing is tried at this receiver; whoever tries then keeps the others waiting meanwhile. */
export const waitsUntil = ({ nextAt }: Health, now: string): string | undefined =>
  nextAt !== undefined && nextAt > now ? nextAt : undefined;
export const probing = (health: Health, now: string): Health | undefined =>
  health.failures >= TRIPPED ? { ...health, nextAt: later(now, 1) } : undefined;

/** A delivery that was given up takes its webhook along, unless others went through meanwhile. */
export const endsWebhook = ({ attempts, state }: Delivery, { lastSuccessAt }: Health, answered: Answered): boolean =>
  isGone(answered) || (state === 'failed' && (lastSuccessAt === undefined || lastSuccessAt < (attempts[0]?.at ?? '')));
