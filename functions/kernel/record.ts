import * as z from 'zod';

/** An instant: RFC 3339 in UTC. Kept with milliseconds, however it was written, so that instants compare as text. */
export const Instant = z.iso.datetime({ message: 'An instant in UTC, such as 2026-03-02T10:00:00.000Z.' }).overwrite(inFull);
/** A date without a time: ISO 8601, in a zone named beside it. */
export const LocalDate = z.iso.date({ message: 'A date such as 2026-03-02.' });
/** The id of a record: UUID version 7, time-ordered and unguessable. */
export const Id = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\w-]+$/, 'An id as this system gave it.');

/** What every record carries; the store fills it in, never the caller. */
export const recordShape = {
  id: Id,
  number: z.string(),
  version: z.int().min(1),
  title: z.string().overwrite(onOneLine).trim().min(1).max(200),
  status: z.string(),
  createdAt: Instant,
  createdBy: z.string(),
  updatedAt: Instant,
  updatedBy: z.string(),
} as const;

export const RecordBase = z.object(recordShape);
export type RecordBase = z.infer<typeof RecordBase>;

/** What the store has settled before the rule decides what a new record says. */
export type Minted = Omit<RecordBase, 'title' | 'status'>;

/** A title stands in lists, subjects and file names: whatever would break the line becomes a space. */
function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

function inFull(text: string): string {
  const at = Date.parse(text);
  return Number.isNaN(at) ? text : new Date(at).toISOString();
}
