import { Chance } from './chance.js';
import type { Course } from './course.js';
import { type Fate, pastCourse } from './past-course.js';
import { type CustomerKey, contactsAt } from './people.js';
import { agreementFor } from './promises.js';
import { scenariosOf } from './scenarios/all.js';
import { happen, type Told } from './scenarios/scenario.js';
import { MINUTE, officeOf, workingTime } from './times.js';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How many incidents of the past each customer has. */
const PAST: Readonly<Record<CustomerKey, number>> = { harbour: 60, jade: 48 };

/** The incidents of the last thirty days that are over by `now` (epoch ms): the same for the same seed and instant. */
export function pastMonth(now: number, seed: number): Course[] {
  const chance = new Chance(seed);
  return (Object.keys(PAST) as CustomerKey[]).flatMap((customer) => {
    const pool = scenariosOf(customer);
    return Array.from({ length: PAST[customer] }, (_, i) =>
      one(happen(pool[i % pool.length]!, customer, chance), i, now, chance),
    );
  });
}

const TRIES = 200;

/** Drawn again, earlier, until it is over in time. */
function one(told: Told, index: number, now: number, chance: Chance): Course {
  const fate = fateOf(told, index, chance);
  const contact = chance.one(contactsAt(told.customer));
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const latest = now - 20 * HOUR - attempt * HOUR;
    const received = receivedBetween(told, now - 30 * DAY, Math.max(latest, now - 28 * DAY), chance);
    const course = pastCourse(told, contact, received, fate, now, chance);
    if (course) return course;
  }
  throw new Error(`"${told.title}" would not be over in a month.`);
}

/** In the customer's working hours, or at any hour where somebody works around the clock. */
function receivedBetween({ customer, service }: Told, from: number, to: number, chance: Chance): number {
  const atAnyHour = agreementFor(customer, service).calendar === 'always' && chance.happens(0.2);
  const hours = workingTime[atAnyHour ? 'always' : officeOf[customer]];
  return Math.round(hours.due(from, chance.next() * hours.elapsed(from, to)));
}

/** Every few incidents something out of the ordinary; which ones goes round with the index, so that each happens. */
function fateOf(told: Told, index: number, chance: Chance): Fate {
  const every = (rhythm: number, from: number) => index % rhythm === from;
  const isSmall = told.urgency === 3 && told.ask === undefined && told.again === undefined;
  return {
    kind: every(29, 17) ? 'cancelled' : isSmall && chance.happens(0.65) ? 'by-phone' : 'ordinary',
    response: every(16, 11) ? chance.between(1.1, 1.8) : chance.between(0.08, 0.75),
    resolution: every(11, 4) ? chance.between(1.06, 1.5) : chance.between(0.07, 0.55) + (chance.happens(0.12) ? 0.35 : 0),
    asks: chance.happens(0.7),
    reopens: chance.happens(0.35),
    raised: told.urgency > 1 && every(13, 7),
    unsorted: every(14, 9),
    closedBy: chance.happens(0.3) ? 'requester' : 'schedule',
  };
}
