import { randomBytes } from 'node:crypto';
import { Journal, type Place } from './journal.js';

/**
 * Everything that was sent from this machine: mails and publications to topics. Nothing leaves it. Kept as JSON lines in the
 * data folder; a send resolves after the line is synced to disk. In memory is only where each one is.
 */
export class Outbox {
  #index: Indexed[];

  private constructor(
    private readonly journal: Journal<Sending>,
    private readonly now: () => Date,
    index: Indexed[],
  ) {
    this.#index = index;
  }

  static async open({ file, now }: { file: string; now: () => Date }): Promise<Outbox> {
    const index: Indexed[] = [];
    const journal = await Journal.open<Sending>(file, (entry, place) => index.push(indexed(entry, place)));
    return new Outbox(journal, now, index);
  }

  /** Keeps one sending; answers it with its id and instant. */
  async keep(sending: NewSending): Promise<Sending> {
    const entry = { ...sending, id: messageId(), at: this.now().toISOString() } as Sending;
    const [place] = await this.journal.append([entry]);
    this.#index.push(indexed(entry, place!));
    return entry;
  }

  /** Newest first; `to` is one recipient's address or a topic's name or ARN, `since` an instant, at most `limit`. */
  async list({ to, since, limit = 100 }: { to?: string; since?: string | Date; limit?: number } = {}): Promise<Sending[]> {
    const from = since === undefined ? undefined : new Date(since).toISOString();
    const found: Sending[] = [];
    for (let at = this.#index.length - 1; at >= 0 && found.length < limit; at--) {
      const { place, recipients, sent } = this.#index[at]!;
      if (from !== undefined && sent < from) continue;
      if (to !== undefined && !recipients.includes(to.toLowerCase())) continue;
      found.push(await this.journal.read(place));
    }
    return found;
  }

  /** How many were sent in all. */
  get size(): number {
    return this.#index.length;
  }

  close(): Promise<void> {
    return this.journal.close();
  }
}

export interface Mail {
  kind: 'mail';
  id: string;
  /** An instant, RFC 3339 in UTC. */
  at: string;
  from: string;
  to: string[];
  cc: string[];
  bcc: string[];
  replyTo: string[];
  subject: string;
  text?: string;
  html?: string;
  headers: { name: string; value: string }[];
  tags: Record<string, string>;
  configurationSet?: string;
  /** Where the sender gave a whole message: its bytes in base64. The fields above are then what its envelope said. */
  raw?: string;
}

export interface Publication {
  kind: 'publication';
  id: string;
  at: string;
  topic: string;
  subject?: string;
  message: string;
  attributes: Record<string, string>;
}

export type Sending = Mail | Publication;
export type NewSending = Omit<Mail, 'id' | 'at'> | Omit<Publication, 'id' | 'at'>;

interface Indexed {
  sent: string;
  recipients: string[];
  place: Place;
}

const indexed = (entry: Sending, place: Place): Indexed => ({
  sent: entry.at,
  place,
  recipients:
    entry.kind === 'mail'
      ? [...entry.to, ...entry.cc, ...entry.bcc].map(bareAddress)
      : [entry.topic.toLowerCase(), entry.topic.split(':').at(-1)!.toLowerCase()],
});

/** `Anna <a@b.c>` → `a@b.c`, in lower case. */
export const bareAddress = (address: string): string => (/<([^<>]*)>\s*$/.exec(address)?.[1] ?? address).trim().toLowerCase();

const messageId = (): string => `0100${randomBytes(6).toString('hex')}-${randomBytes(16).toString('hex')}-000000`;
