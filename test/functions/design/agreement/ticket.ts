import { expect } from 'vitest';
import { attachmentOf } from '../../../../functions/design/agreement/attachment.js';
import { happen, openClocks } from '../../../../functions/design/agreement/clock.js';
import { type ClockFact, ClockState, type Happening } from '../../../../functions/design/agreement/clock-state.js';
import { AgreementTerms, type ClockName, type Priority } from '../../../../functions/design/agreement/terms.js';
import { type ClockView, viewClocks } from '../../../../functions/design/agreement/view.js';
import { CalendarBook } from '../../../../functions/design/calendar/book.js';
import { CalendarDefinition } from '../../../../functions/design/calendar/calendar.js';

const week = (...day: [string, string][]) => ({ mon: day, tue: day, wed: day, thu: day, fri: day });
const always: [string, string][] = [['00:00', '24:00']];

/** Berlin from nine to five in winter time, New York from nine to five, around the clock. */
export const calendars = new CalendarBook();
calendars.add(
  { id: 'berlin', version: 1 },
  CalendarDefinition.parse({ timezone: 'Europe/Berlin', hours: week(['09:00', '17:00']) }),
);
calendars.add(
  { id: 'berlin', version: 2 },
  CalendarDefinition.parse({ timezone: 'Europe/Berlin', hours: week(['08:00', '18:00']) }),
);
calendars.add(
  { id: 'new-york', version: 1 },
  CalendarDefinition.parse({ timezone: 'America/New_York', hours: week(['09:00', '17:00']) }),
);
calendars.add(
  { id: 'always', version: 1 },
  CalendarDefinition.parse({ timezone: 'UTC', hours: { ...week(...always), sat: always, sun: always } }),
);

export const terms = (over: object = {}): AgreementTerms =>
  AgreementTerms.parse({
    calendarId: 'berlin',
    timezone: 'Europe/Berlin',
    targets: {
      '1': { response: { minutes: 15 }, resolution: { minutes: 240 }, update: { minutes: 60 } },
      '2': { response: { minutes: 30 }, resolution: { minutes: 480 }, update: { minutes: 120 } },
      '3': { response: { minutes: 60 }, resolution: { days: 3 } },
      '4': {},
    },
    validFrom: '2026-01-01',
    ...over,
  });

export const attachment = (priority: Priority = '2', over: object = {}, calendar = { id: 'berlin', version: 1 }) =>
  attachmentOf(
    { id: 'agreement', version: 1, terms: terms(over) },
    { rule: 'customer-service', priority, calendar, policy: { id: 'policy', version: 1 } },
  );

type Told =
  | Omit<Extract<Happening, { kind: 'retargeted' }>, 'by'>
  | { at: string; kind: Exclude<Happening['kind'], 'retargeted'>; reason?: string };

/** A ticket of a test: tells its clocks what happens; times are UTC, `03-05T09:00` for short. */
export class Ticket {
  states: ClockState[];
  readonly facts: ClockFact[] = [];

  constructor(opened: string) {
    this.states = openClocks(instant(opened));
  }

  static open(opened: string, ...args: Parameters<typeof attachment>): Ticket {
    return new Ticket(opened).retarget(opened, ...args);
  }

  on(at: string, kind: Told['kind'], reason?: string): this {
    return this.tell({ at, kind, ...(reason && { reason }) } as Told);
  }

  retarget(at: string, ...args: Parameters<typeof attachment>): this {
    return this.tell({ at, kind: 'retargeted', attachment: attachment(...args), why: 'priority' });
  }

  detach(at: string): this {
    return this.tell({ at, kind: 'retargeted', why: 'service changed' });
  }

  view(clock: ClockName, now: string): ClockView | undefined {
    return viewClocks(this.states, calendars.find, instant(now)).find((view) => view.clock === clock);
  }

  private tell(told: Told): this {
    const { states, facts } = happen(this.states, { ...told, at: instant(told.at), by: 'ada' } as Happening, calendars.find);
    expect(ClockState.array().parse(JSON.parse(JSON.stringify(states)))).toEqual(states);
    this.states = states;
    this.facts.push(...facts);
    return this;
  }
}

export const instant = (short: string): string => new Date(`2026-${short}Z`).toISOString();
export const short = (at: string | undefined): string | undefined => at?.slice(5).replace(/:00\.000Z$/, '');
