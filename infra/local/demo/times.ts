import { CalendarDefinition } from '../../../functions/design/calendar/calendar.js';
import { WorkingTime } from '../../../functions/design/calendar/working-time.js';
import { type CalendarKey, calendars, MINUTES_A_DAY } from './calendars.js';
import type { Actor } from './past-desk.js';
import { actorOf, type CustomerKey, hands, type StaffKey, type TeamKey } from './people.js';
import type { Targets } from './promises.js';

export const MINUTE = 60_000;

const timeOf = (calendar: object): WorkingTime => new WorkingTime(CalendarDefinition.parse(calendar));

/** Working time of each calendar, as the clocks will count it. */
export const workingTime: Readonly<Record<CalendarKey, WorkingTime>> = {
  hamburg: timeOf(bare(calendars.hamburg)),
  shanghai: timeOf(bare(calendars.shanghai)),
  always: timeOf(bare(calendars.always)),
};

function bare({ timezone, hours, exceptions }: (typeof calendars)[CalendarKey]): object {
  return { timezone, hours, exceptions };
}

/** When people of a customer are at work, and answer. */
export const officeOf: Readonly<Record<CustomerKey, CalendarKey>> = { harbour: 'hamburg', jade: 'shanghai' };

const DAYTIME: [string, string][] = [['06:00', '21:00']];
const europeIsAwake = timeOf({
  timezone: 'Europe/Berlin',
  hours: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, DAYTIME])),
});

/** Who of a team takes care at an instant (epoch ms): Asia for its own customer, and for Europe at night. */
export const handAt = (team: TeamKey, customer: CustomerKey, at: number): StaffKey =>
  hands[team][customer === 'harbour' && europeIsAwake.isOpen(at) ? 'europe' : 'asia'];

export const agentAt = (team: TeamKey, customer: CustomerKey, at: number): Actor => actorOf(handAt(team, customer, at));

/** Whose customers are at work at an instant, Hamburg's first. */
export const awakeAt = (at: number): CustomerKey => (europeIsAwake.isOpen(at) ? 'harbour' : 'jade');

/** A target in working milliseconds of its calendar; a working day counts as an ordinary one. */
export const lengthOf = (target: Targets['response'], calendar: CalendarKey): number =>
  ('minutes' in target ? target.minutes : target.days * MINUTES_A_DAY[calendar]) * MINUTE;

const SIXTY_DAYS = 60 * 24 * 60 * MINUTE;

/** The latest instant from which so many working minutes had passed by `now` (epoch ms). */
export function workingMinutesBefore(calendar: CalendarKey, now: number, minutes: number): number {
  const time = workingTime[calendar];
  let [early, late] = [now - SIXTY_DAYS, now];
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (time.elapsed(middle, now) >= minutes * MINUTE) early = middle;
    else late = middle;
  }
  return early;
}
