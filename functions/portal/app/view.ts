import type { Api } from './api.js';
import type { Directory } from './directory.js';
import type { SamplePerson } from './session.js';

/** What every view is given. */
export interface Desk {
  readonly api: Api;
  readonly directory: Directory;
  readonly person: SamplePerson;
  /** Whether the routes of one machine are there: mailbox, clock, sample people. */
  readonly local: boolean;
  readonly requester: boolean;
}

/** One page of the console, for one address. */
export interface View {
  readonly title: string;
  readonly root: HTMLElement;
  /** Asks again for what it shows; called when it opens, then every `every` milliseconds while somebody looks. */
  refresh(): Promise<void>;
  readonly every: number;
}
