import * as z from 'zod';
import type { HistoryEvent } from '../../functions/kernel/records.js';
import type { RootFile } from '../../functions/platform/root.js';

/** Reads what was exported: histories as the API answers them, and roots as they were stored. */

/** Said to whoever gave a file that is no export of ours. */
export class Unreadable extends Error {}

/** What a file must be before it can be checked. */
const Event = z.looseObject({
  sequence: z.int(),
  event: z.string().regex(/^[a-z-]+\.[a-z-]+$/),
  record: z.looseObject({}),
  commitments: z.record(z.string(), z.looseObject({ digest: z.string(), salt: z.string().optional() })),
  previous: z.string(),
  hash: z.string(),
});

const Root = z.strictObject({
  statement: z.strictObject({
    format: z.int(),
    from: z.iso.date(),
    day: z.iso.date(),
    heads: z.int(),
    tree: z.string(),
    previous: z.string(),
    sealedAt: z.string(),
    key: z.string(),
  }),
  signature: z.string(),
  publicKey: z.string(),
  heads: z.array(z.strictObject({ entity: z.string(), id: z.string(), sequence: z.int(), hash: z.string() })),
});

export interface History {
  readonly entity: string;
  readonly id: string;
  readonly events: HistoryEvent[];
  /** The last page said that there are more. */
  unfinished: boolean;
}

/** The JSON values of a text, one after the other with or without lines between them. */
export function* valuesIn(text: string): Generator<unknown> {
  let [depth, start, inString] = [0, -1, false];
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]!;
    if (inString) {
      if (letter === '\\') at++;
      else if (letter === '"') inString = false;
    } else if (letter === '"') inString = true;
    else if (letter === '{' || letter === '[') {
      if (depth++ === 0) start = at;
    } else if ((letter === '}' || letter === ']') && --depth === 0) yield JSON.parse(text.slice(start, at + 1));
    if (depth === 0 && !/[\s,\]}]/.test(letter))
      throw new SyntaxError(`unexpected ${JSON.stringify(letter)} at character ${at + 1}`);
    if (depth < 0) throw new SyntaxError(`unexpected ${letter} at character ${at + 1}`);
  }
  if (depth > 0 || inString) throw new SyntaxError('it ends in the middle of a value');
}

function eventFrom(value: unknown): HistoryEvent {
  const parsed = Event.safeParse(value);
  if (parsed.success) return value as HistoryEvent;
  const { path, message } = parsed.error.issues[0]!;
  throw new Unreadable(`an event is not one of a full history: ${path.join('.') || 'the whole'}: ${message}`);
}

/** Sorts what the files hold by record, in the order in which it is met. */
export function historiesIn(
  texts: readonly string[],
  given: { entity?: string | undefined; id?: string | undefined },
): History[] {
  const histories = new Map<string, History>();
  const add = (values: readonly unknown[], unfinished: boolean) => {
    for (const value of values) {
      const event = eventFrom(value);
      const [entity, id] = [given.entity ?? event.event.split('.')[0]!, given.id ?? String(event.record['id'])];
      const history = histories.get(`${entity} ${id}`) ?? { entity, id, events: [], unfinished };
      history.events.push(event);
      history.unfinished = unfinished;
      histories.set(`${entity} ${id}`, history);
    }
  };
  for (const text of texts)
    for (const value of valuesIn(text)) {
      const page = value as { items?: unknown[]; nextCursor?: unknown };
      if (Array.isArray(value)) add(value, false);
      else if (Array.isArray(page.items)) add(page.items, typeof page.nextCursor === 'string');
      else add([value], false);
    }
  return [...histories.values()];
}

/** Every root in the texts. What is none is said to be so; whether it holds is another question. */
export const rootsIn = (texts: readonly string[]): RootFile[] =>
  texts.flatMap((text) =>
    [...valuesIn(text)].map((value) => {
      const parsed = Root.safeParse(value);
      if (parsed.success) return value as RootFile;
      const { path, message } = parsed.error.issues[0]!;
      throw new Unreadable(`a root is not one of ours: ${path.join('.') || 'the whole'}: ${message}`);
    }),
  );
