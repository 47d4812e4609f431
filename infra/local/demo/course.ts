import type { Organisation } from './organisation.js';
import type { Actor } from './past-desk.js';
import type { ContactKey } from './people.js';
import type { Told } from './scenarios/scenario.js';

/** How one incident goes: who reports it when, and what is done to it, in order. Instants are epoch milliseconds. */
export interface Course {
  readonly told: Told;
  readonly contact: ContactKey;
  readonly received: number;
  readonly opened: Opened;
  readonly steps: readonly Step[];
  /** Whether its clocks come far enough for anybody to be told on the way. */
  readonly watched: boolean;
  /** Done once people are told again, when the loading is over. */
  readonly last?: readonly Omit<Step, 'at'>[];
}

export interface Opened {
  readonly as: Actor;
  /** What differs from the scenario; staff also says for whom. */
  readonly over?: (organisation: Organisation) => object;
}

export interface Step {
  readonly at: number;
  /** Absent: the system itself closes it. */
  readonly as?: Actor;
  /** The end of the path: `comments`, `resolve`. */
  readonly does: Deed;
  readonly body: (organisation: Organisation) => object;
}

export type Deed =
  | 'acknowledge'
  | 'assign'
  | 'cancel'
  | 'close'
  | 'comments'
  | 'pend'
  | 'reclassify'
  | 'reopen'
  | 'resolve'
  | 'worklog';

/** Collects steps in the order in which they happen. */
export class Steps {
  readonly all: Step[] = [];

  add(at: number, as: Actor | undefined, does: Deed, body: object | ((organisation: Organisation) => object) = {}): this {
    const given = typeof body === 'function' ? (body as Step['body']) : () => body;
    this.all.push({ at: Math.round(at), does, body: given, ...(as && { as }) });
    return this;
  }

  get inOrder(): Step[] {
    return [...this.all].sort((a, b) => a.at - b.at);
  }

  get end(): number {
    return Math.max(...this.all.map(({ at }) => at));
  }
}
