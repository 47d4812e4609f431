import type { TextKey } from '../language/language.js';

/**
 * The letters that the product writes to people, each as the data it needs. Instants are RFC 3339 in UTC; links are
 * absolute `https:` addresses (`http:` on one machine), and another scheme gives no button. Texts of users are given as
 * they are: escaping and shortening are the letter's business.
 */
interface About {
  /** The record's number for people, such as `INC-1042`. */
  readonly number: string;
  readonly title: string;
  readonly link?: string;
}

/** What a member of staff needs to see before opening the record. Empty fields are left out. */
interface ForStaff extends About {
  readonly priority?: string;
  readonly customer?: string;
  readonly service?: string;
}

interface ClockNotice extends ForStaff {
  readonly clock: 'response' | 'resolution' | 'update' | 'assignment';
  readonly dueAt: string;
}

type ReasonKey = Extract<TextKey, `reason.${string}`>;
export type TriageReason = ReasonKey extends `reason.${infer Reason}` ? Reason : never;

export type Letter =
  | (About & { readonly letter: 'incident-received'; readonly receivedAt: string; readonly responseDueAt?: string })
  | (About & { readonly letter: 'public-comment'; readonly author: string; readonly text: string })
  | (About & {
      readonly letter: 'incident-resolved';
      readonly text: string;
      readonly resolvedAt: string;
      readonly closesAt?: string;
    })
  /** `into`: the number of the incident that goes on in its place. */
  | (About & { readonly letter: 'incident-merged'; readonly into: string })
  /** News of a restricted incident to somebody who may not read it: it says which, and nothing of what. */
  | {
      readonly letter: 'incident-restricted';
      readonly number: string;
      readonly title: '';
      readonly link?: string;
      readonly acknowledgeLink?: string;
      readonly expiresAt?: string;
    }
  | (About & { readonly letter: 'incident-closed'; readonly closedAt: string; readonly rateLink?: string })
  | (ForStaff & {
      readonly letter: 'incident-reopened';
      readonly reopenedBy: string;
      readonly reopenedAt: string;
      readonly times: number;
      readonly text?: string;
    })
  /** `percent` of the target is used. */
  | (ClockNotice & { readonly letter: 'clock-warning'; readonly percent: number })
  /** `minutesLeft` until due, by the wall clock. */
  | (ClockNotice & { readonly letter: 'clock-due-soon'; readonly minutesLeft: number })
  | (ClockNotice & { readonly letter: 'clock-breached' })
  /** A notice planned for `plannedAt` that the system could only send `minutesLate` later. */
  | (ClockNotice & { readonly letter: 'clock-late'; readonly plannedAt: string; readonly minutesLate: number })
  /** One notice for all `steps` that a new target had already passed. */
  | (ClockNotice & { readonly letter: 'clock-retargeted'; readonly steps: number; readonly percent: number })
  | (ForStaff & {
      readonly letter: 'page';
      /** On-call level, from 1. */
      readonly level: number;
      readonly acknowledgeLink: string;
      readonly expiresAt?: string;
      readonly dueAt?: string;
      readonly nextLevelAt?: string;
    })
  | (ForStaff & { readonly letter: 'assigned'; readonly team?: string; readonly responseDueAt?: string })
  /** `receiver` is its host; `reason` a word or a status. */
  | (About & {
      readonly letter: 'webhook-disabled';
      readonly receiver: string;
      readonly reason: string;
      readonly disabledAt: string;
    })
  | {
      readonly letter: 'triage-waiting';
      readonly from: string;
      readonly subject: string;
      readonly reason: TriageReason;
      readonly receivedAt: string;
      readonly waiting: number;
      readonly link?: string;
    }
  | (About & { readonly letter: 'complaint-logged'; readonly receivedAt: string })
  | (About & { readonly letter: 'complaint-resolved'; readonly text: string; readonly resolvedAt: string });

export type LetterName = Letter['letter'];
export type LetterOf<Name extends LetterName> = Extract<Letter, { readonly letter: Name }>;

/** Whom a letter is for. */
export interface Reader {
  /** BCP 47; English where we have no such language. */
  readonly language: string;
  /** IANA name. */
  readonly timeZone: string;
}
