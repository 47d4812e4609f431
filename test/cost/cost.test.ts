import { beforeAll, describe, expect, it } from 'vitest';
import { dollars, type Measured, measure } from './cost.js';

let measured: Measured;
beforeAll(async () => {
  measured = await measure();
});

describe('an incident of two kilobytes', () => {
  it('is one', () => expect(measured.bytes).toBeGreaterThan(2_000));
  it('is opened with at most sixteen write units', () => expect(measured.create.writeUnits).toBeLessThanOrEqual(16));
  it('is listed by fifty with at most thirty read units', () => expect(measured.page.readUnits).toBeLessThanOrEqual(30));
  it('takes at most twelve state transitions when it is resolved in time', () => {
    expect(measured.incident.transitions).toBeGreaterThan(3);
    expect(measured.incident.transitions).toBeLessThanOrEqual(12);
  });
  it('tells its requester of every step', () => expect(measured.incident.mails).toBeGreaterThanOrEqual(4));
  it('costs less than half a cent', () => expect(dollars(measured.incident)).toBeLessThan(0.005));
});
