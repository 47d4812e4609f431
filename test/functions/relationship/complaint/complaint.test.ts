import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../../functions/kernel/errors.js';
import {
  act,
  type Complaint,
  close,
  escalate,
  investigate,
  lifecycle,
  log,
  reopen,
  withdraw,
} from '../../../../functions/relationship/complaint/complaint.js';

const now = '2026-03-02T10:00:00.000Z';
const moving = { caller: { id: 'agent-1', kind: 'person' as const, roles: ['agent' as const] }, now };
const minted = {
  id: 'c1',
  number: 'CPL-1001',
  version: 1,
  createdAt: now,
  createdBy: 'agent-1',
  updatedAt: now,
  updatedBy: 'agent-1',
};
const given = { title: 'Slow', description: 'It took a week.', severity: 'medium' as const };
const logged = log(minted, given, { customerId: 'customer-1', handlerId: 'owner-1' }).next;
const reason = (decide: () => unknown): string => {
  try {
    decide();
  } catch (error) {
    if (error instanceof Refusal) return `${error.reason}: ${error.message}`;
    throw error;
  }
  return 'none';
};

describe('a complaint', () => {
  it('is logged for a customer, investigated, acted upon, and closed with the customer', () => {
    const taken = investigate(logged, undefined, moving).next;
    expect([logged.status, taken.status, taken.handlerId]).toEqual(['logged', 'investigating', 'owner-1']);
    const done = act(taken, 'The relay was full.', 'A second relay was ordered.').next;
    const settled = close(done, 'Cleo Contact', true, moving);
    expect(settled).toMatchObject({
      event: 'complaint.closed',
      next: { status: 'closed', closure: { agreedWith: 'Cleo Contact', at: now } },
    });
  });

  it('goes to whoever takes it up when nobody is named', () => {
    const { handlerId: _, ...nobodys } = logged;
    expect(investigate(nobodys as Complaint, undefined, moving).next.handlerId).toBe('agent-1');
    expect(investigate(logged, 'other-1', moving).next.handlerId).toBe('other-1');
  });

  it('stays open while the customer is not satisfied', () => {
    const done = act(investigate(logged, undefined, moving).next, 'f', 'a').next;
    expect(reason(() => close(done, 'Cleo', false, moving))).toContain('not-ready: The customer is not satisfied');
  });

  it('loses its closure when it is taken up again', () => {
    const done = close(act(investigate(logged, undefined, moving).next, 'f', 'a').next, 'Cleo', true, moving).next;
    const again = reopen(done, 'It happened again.');
    expect(again).toMatchObject({ next: { status: 'investigating' }, detail: { reason: 'It happened again.' } });
    expect(again.next).not.toHaveProperty('closure');
  });

  it('goes up as often as it is not settled, and keeps to whom it went', () => {
    const once = escalate(logged, 'boss-1', 'No answer in a week.', moving).next;
    const twice = escalate(once, 'boss-2', 'Nor in two.', moving).next;
    expect([twice.handlerId, twice.escalatedTo.map(({ personId }) => personId)]).toEqual(['boss-2', ['boss-1', 'boss-2']]);
    expect(twice.status).toBe('logged');
  });

  it('that is withdrawn or closed goes nowhere', () => {
    const withdrawn = withdraw(logged, 'Solved by itself.').next;
    expect(reason(() => escalate(withdrawn, 'boss-1', 'x', moving))).toBe('illegal-move: Cannot escalate while withdrawn.');
    expect(reason(() => investigate(withdrawn, undefined, moving))).toBe(
      'illegal-move: Cannot investigate while withdrawn. It is final.',
    );
    expect(lifecycle.movesFrom('withdrawn')).toEqual([]);
  });
});
