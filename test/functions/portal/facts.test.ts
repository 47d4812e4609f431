import { describe, expect, it } from 'vitest';
import { operation } from '../../../functions/operation/area.js';
import { RESOLUTION_CODES } from '../../../functions/operation/incident/incident.js';
import { factsFrom } from '../../../functions/portal/facts.js';
import { areas } from '../../../infra/areas.js';

describe('what the console knows of an incident', () => {
  const facts = factsFrom(areas);

  it('is what the declarations say', () => {
    expect(facts.moves['pending']).toEqual(['resume', 'resolve', 'cancel', 'merge']);
    expect(facts.moves['cancelled']).toEqual([]);
    expect(facts.resolutionCodes).toEqual(RESOLUTION_CODES);
    expect(facts.pendingReasons).toContain('customer');
    expect(facts.roles['close']).toContain('requester');
    expect(facts.roles['resolve']).not.toContain('auditor');
  });

  it('refuses to be built without incidents, or without a list that a form needs', () => {
    expect(() => factsFrom([])).toThrow('No area declares incidents');
    expect(() => factsFrom([{ ...operation, routes: [] }])).toThrow('has no list of');
  });
});
