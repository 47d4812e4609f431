import { Journal } from './journal.js';

/**
 * The book of executions: what was started, where each stands, how it ended. A start and an answered token are on disk before
 * they are acknowledged; where an execution stands survives `kill -9`, and after a power cut an earlier place may be gone on
 * from, which workflows bear since they continue from the record. Names stay taken for ninety days after the end, as in AWS.
 */
export class Executions {
  #written = 0;

  private constructor(
    private readonly journal: Journal<Line>,
    private readonly book: Map<string, Execution>,
    private readonly now: () => Date,
  ) {}

  static async open({ file, now }: { file: string; now: () => Date }): Promise<Executions> {
    const book = new Map<string, Execution>();
    const journal = await Journal.open<Line>(file, (line) => replay(book, line));
    const executions = new Executions(journal, book, now);
    await executions.#compact();
    return executions;
  }

  get(machine: string, name: string): Execution | undefined {
    return this.book.get(keyOf({ machine, name }));
  }

  *running(): Generator<Execution> {
    for (const execution of this.book.values()) if (execution.status === 'RUNNING') yield execution;
  }

  /** Resolves when the start is on disk. Names are checked by the caller. */
  async start(execution: Execution): Promise<void> {
    this.book.set(keyOf(execution), execution);
    await this.#write({ start: execution }, true);
  }

  async stands(execution: Execution, point: Point): Promise<void> {
    execution.point = point;
    await this.#write({ at: { machine: execution.machine, name: execution.name, point } }, 'answer' in point);
  }

  async end(execution: Execution, end: End): Promise<void> {
    const closed = closedBy(execution, end);
    this.book.set(keyOf(execution), closed);
    await this.#write({ end: { machine: execution.machine, name: execution.name, ...end } }, false);
  }

  /** Resolves when everything written so far is on disk. */
  async synced(): Promise<void> {
    await this.journal.append([]);
  }

  close(): Promise<void> {
    return this.journal.close();
  }

  async #write(line: Line, durable: boolean): Promise<void> {
    await this.journal.append([line], { durable });
    if (++this.#written > 2_000 && this.#written > 4 * this.book.size) await this.#compact();
  }

  async #compact(): Promise<void> {
    this.#written = 0;
    const forgotten = this.now().getTime() - 90 * 24 * 3_600_000;
    for (const [key, { stopped }] of this.book)
      if (stopped !== undefined && Date.parse(stopped) < forgotten) this.book.delete(key);
    const book = this.book;
    await this.journal.rewrite(function* () {
      for (const execution of book.values()) yield { start: execution };
    });
  }
}

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface Execution {
  machine: string;
  name: string;
  /** JSON text. */
  input: string;
  status: Status;
  /** Instants, RFC 3339 in UTC. */
  started: string;
  stopped?: string;
  /** JSON text. */
  output?: string;
  error?: string;
  cause?: string;
  /** Where it stands; absent before its first wait. */
  point?: Point;
}

/** Behind a wait, or at a task that waits for its token. `input` is JSON text, instants are epoch milliseconds. */
export type Point = { after: string; until: number; input: string } | TokenPoint;

export interface TokenPoint {
  task: string;
  input: string;
  token: string;
  deadline?: number;
  answer?: Answer;
}

export type Answer = { output: string } | { error: string; cause: string };

export type End = { status: Exclude<Status, 'RUNNING'>; stopped: string; output?: string; error?: string; cause?: string };

type Line =
  | { start: Execution }
  | { at: { machine: string; name: string; point: Point } }
  | { end: { machine: string; name: string } & End };

const keyOf = ({ machine, name }: { machine: string; name: string }): string => `${machine}:${name}`;

/** Where it stood is of no more use. */
function closedBy({ point: _, ...execution }: Execution, end: End): Execution {
  return { ...execution, ...end };
}

function replay(book: Map<string, Execution>, line: Line): void {
  if ('start' in line) {
    book.set(keyOf(line.start), line.start);
    return;
  }
  const execution = book.get(keyOf('at' in line ? line.at : line.end));
  if (!execution) return;
  if ('at' in line) execution.point = line.at.point;
  else {
    const { machine, name, ...end } = line.end;
    book.set(keyOf({ machine, name }), closedBy(execution, end));
  }
}
