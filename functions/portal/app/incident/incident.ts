import type { Facts } from '../../facts.js';

/** The parts of the API's answers that the page shows. */

export interface Listed {
  readonly id: string;
  readonly number: string;
  readonly version: number;
  readonly title: string;
  readonly status: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly priority: number;
  readonly customerId?: string;
  readonly serviceId?: string;
  readonly teamId?: string;
  readonly assigneeId?: string;
  readonly requesterId?: string;
  readonly nextDue?: string;
  readonly overdueSince?: string;
}

export interface Incident extends Listed {
  readonly description?: string;
  readonly category?: string;
  readonly impact: number;
  readonly urgency: number;
  readonly source?: string;
  readonly receivedAt: string;
  readonly createdBy?: string;
  readonly pending?: { readonly reason: string; readonly since: string; readonly until?: string; readonly note?: string };
  readonly acknowledgedAt?: string;
  readonly acknowledgedBy?: string;
  readonly resolution?: { readonly code: string; readonly text: string };
  readonly resolvedAt?: string;
  readonly closedAt?: string;
  readonly reopenings: number;
  readonly minutesSpent?: number;
  readonly agreement?: { readonly id: string; readonly version: number; readonly rule: string };
  readonly gap?: string;
}

export interface Clock {
  readonly clock: string;
  readonly cycle: number;
  readonly promise: string;
  /** Of an assignment: whose it is. */
  readonly assignedTo?: { readonly teamId: string; readonly supplierId?: string };
  readonly status: 'running' | 'paused' | 'stopped' | 'ended';
  readonly target: { readonly minutes?: number; readonly days?: number };
  readonly from: string;
  readonly due?: string;
  readonly computedDue?: string;
  readonly elapsedMinutes: number;
  readonly remainingMinutes: number;
  readonly breached: boolean;
  readonly breachedAt?: string;
  readonly stoppedAt?: string;
}

export interface Term {
  readonly at: string;
  readonly by: string;
  readonly how: string;
  readonly rule: string;
  readonly priority: string;
  readonly agreement: { readonly id: string; readonly version: number };
  readonly calendar: { readonly id: string; readonly version: number };
}

export interface Explained extends Clock {
  readonly terms: readonly Term[];
  readonly segments: readonly {
    readonly from: string;
    readonly to: string;
    readonly kind: string;
    readonly minutes: number;
    readonly reason?: string;
    readonly by?: string;
  }[];
}

export interface Comment {
  readonly id: string;
  readonly body: string;
  readonly at: string;
  readonly by: string;
  readonly visibility: 'public' | 'internal';
  readonly fromRequester: boolean;
  readonly via: string;
  readonly automatic?: boolean;
}

export interface Work {
  readonly id: string;
  readonly minutes: number;
  readonly text: string;
  readonly by: string;
  readonly at: string;
}

/** The customer's side gets the first four only. */
export interface HistoryEvent {
  readonly sequence: number;
  readonly version: number;
  readonly event: string;
  readonly at: string;
  readonly actor?: string;
  readonly changed?: readonly string[];
  readonly detail?: Readonly<Record<string, unknown>>;
  readonly previous?: string;
  readonly hash?: string;
}

/** Put in when the page is built. */
declare const FACTS: Facts;
export const facts: Facts = FACTS;

export const isLive = ({ status }: Pick<Listed, 'status'>): boolean => !['resolved', 'closed', 'cancelled'].includes(status);
