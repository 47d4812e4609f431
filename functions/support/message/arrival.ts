/**
 * What the rules for incoming mail read: the message as it was parsed, the verdicts of the service that received it, and
 * what was looked up about its sender and thread. Shapes only; looking up is done before, by whoever calls the rules.
 */
export type Verdict = 'PASS' | 'FAIL' | 'GRAY' | 'PROCESSING_FAILED';

/** Of the receiving service. A check that the operator has switched off is `DISABLED`, and says nothing either way. */
export interface Verdicts {
  readonly spf: Verdict;
  readonly dkim: Verdict;
  readonly dmarc: Verdict;
  readonly spam: Verdict | 'DISABLED';
  readonly virus: Verdict | 'DISABLED';
}

/** The part of a parsed mail that rules look at. */
export interface Message {
  readonly from?: { readonly address: string };
  readonly sender?: { readonly address: string };
  /** `''` for the null return-path. */
  readonly returnPath?: string;
  readonly to: readonly { readonly address: string }[];
  readonly cc: readonly { readonly address: string }[];
  readonly subject: string;
  readonly messageId?: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly problems: readonly { readonly code: string }[];
  /** Bytes. */
  readonly size: number;
}

/** A record that the thread belongs to, as far as the sender is concerned. */
export interface ThreadRecord {
  readonly type: string;
  readonly id: string;
  /** Whose record it is; tells apart contacts of several customers who share an address. */
  readonly customerId?: string;
  /** `running` takes comments; `resolved` can be reopened; `finished` (closed, cancelled, merged) takes no more. */
  readonly phase: 'running' | 'resolved' | 'finished';
  /** The teams that it is restricted to. */
  readonly restrictedTo?: readonly string[];
  /** Whether the sender, found by its address, may see this record. */
  readonly visibleToSender: boolean;
}

/** Whom the sender's address belongs to. */
export interface Sender {
  /** Contacts with exactly this address. */
  readonly contacts: readonly { readonly contactId: string; readonly customerId: string }[];
  /** Staff with exactly this address as a verified channel. */
  readonly personId?: string;
  /** Customers that list the address's domain as theirs. */
  readonly customersOfDomain: readonly string[];
}

export interface Context {
  /** Addresses that are ours and domains that only this system sends from and receives at; any case. */
  readonly ours: { readonly addresses: readonly string[]; readonly domains: readonly string[] };
  readonly sender: Sender;
  /** The record of the signed token in a recipient's address: only one that verified. */
  readonly byToken?: ThreadRecord;
  /** The record that a mail of ours, named in In-Reply-To or References, was about. */
  readonly byReferences?: ThreadRecord;
  /** Whether a believed mail of this sender with this Message-ID was received before. */
  readonly duplicate: boolean;
  /** Within the hour before, for this sender, without this message. */
  readonly lastHour: { readonly messages: number; readonly acknowledgements: number; readonly reopenings: number };
}

export interface Limits {
  /** Bytes. */
  readonly largest: number;
  readonly messagesPerHour: number;
  readonly acknowledgementsPerHour: number;
  readonly reopeningsPerHour: number;
}

export const usualLimits: Limits = {
  largest: 30 * 1024 * 1024,
  messagesPerHour: 30,
  acknowledgementsPerHour: 5,
  reopeningsPerHour: 3,
};

/** The first value of a header, lower case and trimmed; empty when it is absent. */
export const header = (message: Message, name: string): string => message.headers[name]?.[0]?.trim().toLowerCase() ?? '';

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();
