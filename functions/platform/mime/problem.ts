/** Something that was malformed, left out or guessed. */
export interface Problem {
  readonly code:
    | 'message-shortened'
    | 'unreadable-structure'
    | 'missing-boundary'
    | 'no-headers'
    | 'no-sender'
    | 'several-senders'
    | 'bad-date'
    | 'charset-guessed'
    | 'truncated-attachment'
    | 'text-shortened'
    | 'attachments-dropped'
    | 'nul-bytes';
  readonly detail: string;
}

export type Report = (code: Problem['code'], detail: string) => unknown;
