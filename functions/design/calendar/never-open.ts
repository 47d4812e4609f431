import type { FieldError } from '../../kernel/errors.js';
import type { CalendarDefinition } from './calendar.js';
import { WorkingTime } from './working-time.js';

/** What is wrong with a calendar that has no open time in the ten years after an instant (epoch ms); undefined when it has. */
export function neverOpen(definition: CalendarDefinition, from: number): FieldError | undefined {
  if (new WorkingTime(definition).nextOpening(from) !== undefined) return undefined;
  const since = new Date(from).toISOString().slice(0, 10);
  return {
    pointer: '/hours',
    message: `This calendar has no open time within ten years of ${since}: give a weekday hours, or reopen a date.`,
  };
}
