import { byCreation } from '../../kernel/entity.js';
import { Refusal } from '../../kernel/errors.js';
import { STAFF } from '../../kernel/permission.js';
import { type RegisterDeclaration, registerEntity } from '../../kernel/register.js';
import { CalendarDefinition } from './calendar.js';
import { neverOpen } from './never-open.js';

/** What of a calendar's record says when it is open. */
export const definitionOf = ({ timezone, hours, exceptions }: CalendarDefinition): CalendarDefinition => ({
  timezone,
  hours,
  exceptions,
});

/**
 * Calendars as records. Every amendment is a new version that stays readable for good: running
 * clocks keep the version they started with, so nothing that is edited or retired moves them.
 */
export const calendarRegister: RegisterDeclaration = {
  name: 'calendar',
  plural: 'calendars',
  prefix: 'CAL',
  clause: '8.3.3',
  facts: CalendarDefinition.shape,
  list: ['timezone'],
  versioned: true,
  access: { byCreation: byCreation('calendar', 'gsi2') },
  refuse: (facts: CalendarDefinition, now) => {
    const days = [...Object.values(facts.hours), ...Object.values(facts.exceptions)];
    const error = days.every((day) => day.length === 0)
      ? { pointer: '/hours', message: 'This calendar is never open: give at least one weekday or date an interval.' }
      : neverOpen(definitionOf(facts), now.getTime());
    if (error) throw new Refusal('invalid', error.message, { errors: [error] });
  },
  roles: { read: STAFF, write: ['service-owner', 'sms-manager', 'admin'] },
};

export const calendars = registerEntity(calendarRegister);
