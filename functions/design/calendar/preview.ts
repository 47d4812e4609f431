import * as z from 'zod';
import { type FieldError, Refusal } from '../../kernel/errors.js';
import { Instant } from '../../kernel/record.js';
import { CalendarDefinition } from './calendar.js';
import { DAY, MINUTE, type Span } from './interval.js';
import { neverOpen } from './never-open.js';
import { TEN_YEARS, WorkingTime } from './working-time.js';

/**
 * What a calendar would say, without saving it: behind `POST /v1/calendars/preview`
 * and the calendar editor. Instants are RFC 3339 in UTC; minutes are working
 * minutes, exact and not rounded.
 */

const MODERN = /^(?:19|20|21)\d\d-/;
const PreviewInstant = Instant.refine((text) => MODERN.test(text), 'An instant between the years 1900 and 2199.');

const Pauses = z
  .array(
    z.tuple([PreviewInstant, PreviewInstant]).refine(([from, to]) => Date.parse(from) <= Date.parse(to), {
      message: 'A pause ends at or after its beginning.',
    }),
  )
  .max(1000)
  .default([])
  .describe('Pauses as [from, to]; they overlap freely and count once');

const Due = z
  .strictObject({
    calendar: CalendarDefinition,
    op: z.literal('due'),
    start: PreviewInstant,
    minutes: z
      .number()
      .min(0)
      .max(TEN_YEARS / MINUTE)
      .optional()
      .describe('Working minutes'),
    days: z
      .int()
      .min(0)
      .max(TEN_YEARS / DAY)
      .optional()
      .describe('Working days, instead of minutes'),
    pauses: Pauses,
  })
  .refine(({ minutes, days }) => (minutes === undefined) !== (days === undefined), {
    message: 'Give either minutes or days.',
    path: ['minutes'],
  });

const Elapsed = z
  .strictObject({
    calendar: CalendarDefinition,
    op: z.literal('elapsed'),
    from: PreviewInstant,
    to: PreviewInstant,
    pauses: Pauses,
  })
  .refine(({ from, to }) => Date.parse(from) <= Date.parse(to), { message: 'This lies before "from".', path: ['to'] })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) <= TEN_YEARS, {
    message: 'This is more than ten years after "from".',
    path: ['to'],
  });

export const PreviewRequest = z.discriminatedUnion('op', [Due, Elapsed]);
export type PreviewRequest = z.infer<typeof PreviewRequest>;

export const PreviewReply = z.union([
  z.strictObject({ due: Instant }),
  z.strictObject({ minutes: z.number().min(0).describe('Working minutes, exact') }),
]);
export type PreviewReply = z.infer<typeof PreviewReply>;

/** Refuses `invalid` a calendar that never opens, and a target that is not due within ten years. */
export function preview(request: PreviewRequest): PreviewReply {
  const problem = neverOpen(request.calendar, Date.parse(request.op === 'due' ? request.start : request.from));
  if (problem) throw new Refusal('invalid', problem.message, { errors: [inCalendar(problem)] });
  const time = new WorkingTime(request.calendar);
  const pauses = request.pauses.map(([from, to]): Span => [Date.parse(from), Date.parse(to)]);
  if (request.op === 'elapsed')
    return { minutes: time.elapsed(Date.parse(request.from), Date.parse(request.to), pauses) / MINUTE };
  const start = Date.parse(request.start);
  const due =
    request.days === undefined
      ? time.due(start, Math.round(request.minutes! * MINUTE), pauses)
      : time.dueDays(start, request.days, pauses);
  return { due: new Date(due).toISOString() };
}

const inCalendar = ({ pointer, message }: FieldError): FieldError => ({ pointer: `/calendar${pointer}`, message });
