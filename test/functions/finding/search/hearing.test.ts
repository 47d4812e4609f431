import { describe, expect, it } from 'vitest';
import { changesWords } from '../../../../functions/finding/hearing.js';

describe('an event', () => {
  const event = (changed: string[] = [], sequence = 7) => ({ sequence, changed });

  it('is looked at where it may change words, or who finds them', () => {
    expect(changesWords('incident.opened', event([], 1))).toBe(true);
    expect(changesWords('incident.commented', event())).toBe(true);
    expect(changesWords('incident.resumed', event(['status', 'clocks']))).toBe(true);
    expect(changesWords('incident.closed', event(['status', 'resolution']))).toBe(true);
    expect(changesWords('incident.assigned', event(['assigneeId', 'restrictedTo']))).toBe(true);
    expect(changesWords('person.erased', event(['title']))).toBe(true);
    expect(changesWords('incident.something-new', event(['status']))).toBe(true);
  });

  it('is passed over where it changes neither', () => {
    expect(changesWords('incident.notified', event())).toBe(false);
    expect(changesWords('incident.acknowledged', event(['status', 'clocks', 'acknowledgedAt', 'nextDue']))).toBe(false);
    expect(changesWords('incident.worked-on', event(['minutesSpent']))).toBe(false);
  });
});
