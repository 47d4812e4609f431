import { describe, expect, test } from 'vitest';
import { type Reachable, reachableOf, rungAbove } from '../../../../functions/design/escalation-policy/ladder.js';
import { type Page, passOn } from '../../../../functions/design/escalation-policy/pages.js';
import { type Audience, Step } from '../../../../functions/design/escalation-policy/policy.js';
import { instant, Ticket } from '../agreement/ticket.js';

const management: Audience = { kind: 'topic', topic: 'management' };
const level = (n: number): Audience => ({ kind: 'team-level', level: n });
const everybody: Reachable = { assignee: true, levels: [true, true, true], serviceOwner: true, relationshipOwner: true };
const nobody: Reachable = { assignee: false, levels: [false, false], serviceOwner: false, relationshipOwner: false };

describe('the ladder', () => {
  test('goes from the assignee through the levels to the service owner and management', () => {
    const climbed: Audience[] = [{ kind: 'assignee' }];
    while (climbed.at(-1) !== management) climbed.push(rungAbove([climbed.at(-1)!], everybody, management));
    expect(climbed).toEqual([{ kind: 'assignee' }, level(1), level(2), level(3), { kind: 'service-owner' }, management]);
  });

  test('skips rungs with nobody on them at once', () => {
    expect(rungAbove([level(1)], { ...everybody, levels: [true, false, true] }, management)).toEqual(level(3));
    expect(rungAbove([{ kind: 'assignee' }], nobody, management)).toEqual(management);
  });

  test('an audience is those who can be reached, or else the first rung above', () => {
    const audience: Audience[] = [{ kind: 'assignee' }, level(1)];
    expect(reachableOf(audience, { ...everybody, assignee: false }, management)).toEqual([level(1)]);
    expect(reachableOf(audience, { ...everybody, assignee: false, levels: [false, true] }, management)).toEqual([level(2)]);
    expect(reachableOf(audience, nobody, management)).toEqual([management]);
    expect(reachableOf([{ kind: 'relationship-owner' }], nobody, management)).toEqual([management]);
    expect(reachableOf([level(7)], everybody, management)).toEqual([{ kind: 'service-owner' }]);
  });
});

describe('a page that nobody answers', () => {
  const step = Step.parse({
    id: 'breach',
    clock: 'resolution',
    at: { percent: 100 },
    audience: [level(1)],
    channels: ['email'],
    acknowledgeWithinMinutes: 15,
  });
  const page: Page = { clock: 'resolution', cycle: 1, step, rung: 0, to: [level(1)], at: instant('03-05T16:00') };
  const ticket = () => Ticket.open('03-05T08:00');
  const pass = (pages: Page[], now: string, states = ticket().states, reachable = everybody) =>
    passOn(pages, states, reachable, management, instant(now));

  test('waits for its delay in real time, also outside hours', () => {
    expect(pass([page], '03-05T16:14')).toEqual({ pages: [], wake: instant('03-05T16:15') });
    expect(pass([page], '03-05T16:15').pages).toMatchObject([
      { key: 'resolution#1#breach#1', page: { rung: 1, to: [level(2)], at: instant('03-05T16:15') }, lateMilliseconds: 0 },
    ]);
  });

  test('climbs rung by rung to the terminal recipient, and there it ends', () => {
    const pages = [page];
    let now: string | undefined = instant('03-05T16:15');
    while (now) {
      const next = passOn(pages, ticket().states, everybody, management, now);
      pages.push(...next.pages.map((each) => each.page));
      now = next.wake;
    }
    expect(pages.map(({ to, at }) => [at.slice(11, 16), to[0]])).toEqual([
      ['16:00', level(1)],
      ['16:15', level(2)],
      ['16:30', level(3)],
      ['16:45', { kind: 'service-owner' }],
      ['17:00', management],
    ]);
  });

  test('is passed on late once when the system could not act, and says how late', () => {
    const { pages, wake } = pass([page], '03-05T18:00');
    expect(pages.map(({ page: { rung }, lateMilliseconds }) => [rung, lateMilliseconds / 60_000])).toEqual([[1, 105]]);
    expect(wake).toBe(instant('03-05T18:15'));
  });

  test('stays where it is once anybody answered any page of the step', () => {
    const second: Page = { ...page, rung: 1, to: [level(2)], at: instant('03-05T16:15') };
    expect(pass([{ ...page, acknowledgedAt: instant('03-05T16:20') }, second], '03-05T18:00')).toEqual({ pages: [] });
  });

  test('waits on a paused clock and is over on a stopped one or in a new cycle', () => {
    const paused = ticket().on('03-05T15:00', 'pended', 'customer').states;
    expect(pass([page], '03-05T18:00', paused)).toEqual({ pages: [] });
    expect(pass([page], '03-05T18:00', ticket().on('03-05T15:00', 'resolved').states)).toEqual({ pages: [] });
    expect(pass([page], '03-06T18:00', ticket().on('03-05T15:00', 'resolved').on('03-06T09:00', 'reopened').states)).toEqual({
      pages: [],
    });
  });

  test('that wants no answer is not passed on', () => {
    const { acknowledgeWithinMinutes: _none, ...quiet } = step;
    expect(pass([{ ...page, step: quiet }], '03-05T18:00')).toEqual({ pages: [] });
  });
});
