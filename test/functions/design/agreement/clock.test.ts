import { describe, expect, test } from 'vitest';
import { settle } from '../../../../functions/design/agreement/clock.js';
import { nextDue } from '../../../../functions/design/agreement/view.js';
import { calendars, instant, short, Ticket } from './ticket.js';

// Berlin is an hour ahead of UTC until 29 March 2026; its hours are 08:00–16:00 UTC. 5 March is a Thursday.

describe('the response clock', () => {
  test('stops when an agent acknowledges, writes in public, or resolves', () => {
    for (const kind of ['acknowledged', 'replied', 'resolved'] as const) {
      const view = Ticket.open('03-05T09:00').on('03-05T09:20', kind).view('response', '03-05T12:00')!;
      expect(view).toMatchObject({
        status: 'stopped',
        breached: false,
        elapsedMinutes: 20,
        remainingMinutes: 10,
        stoppedAt: instant('03-05T09:20'),
      });
    }
  });

  test('never pauses', () => {
    const view = Ticket.open('03-05T09:00').on('03-05T09:10', 'pended', 'customer').view('response', '03-05T09:20')!;
    expect(view).toMatchObject({ status: 'running', elapsedMinutes: 20, due: instant('03-05T09:30') });
  });

  test('is kept when stopped exactly at due, and breached a moment later', () => {
    expect(Ticket.open('03-05T09:00').on('03-05T09:30', 'acknowledged').view('response', '03-05T12:00')!.breached).toBe(false);
    const late = Ticket.open('03-05T09:00').on('03-05T09:30:00.001', 'acknowledged');
    expect(late.view('response', '03-05T12:00')).toMatchObject({
      breached: true,
      breachedAt: instant('03-05T09:30'),
      status: 'stopped',
    });
  });

  test('stays stopped when the ticket is reopened', () => {
    const ticket = Ticket.open('03-05T09:00').on('03-05T09:05', 'resolved').on('03-06T09:00', 'reopened');
    expect(ticket.view('response', '03-06T12:00')).toMatchObject({ status: 'stopped', cycle: 1, elapsedMinutes: 5 });
  });
});

describe('the resolution clock', () => {
  test('pauses while pending for a reason that the agreement lets pause', () => {
    const ticket = Ticket.open('03-05T09:00').on('03-05T10:00', 'pended', 'customer');
    const paused = ticket.view('resolution', '03-05T15:00')!;
    expect(paused).toMatchObject({ status: 'paused', elapsedMinutes: 60, remainingMinutes: 420 });
    expect(paused.due).toBeUndefined();
    expect(short(ticket.on('03-05T15:00', 'resumed').view('resolution', '03-05T15:00')!.due)).toBe('03-06T14:00');
  });

  test('runs on while pending for another reason', () => {
    const ticket = Ticket.open('03-05T09:00').on('03-05T10:00', 'pended', 'third-party');
    expect(ticket.view('resolution', '03-05T12:00')).toMatchObject({ status: 'running', elapsedMinutes: 180 });
    expect(ticket.facts.some(({ what }) => what === 'paused')).toBe(false);
    const changed = ticket.on('03-05T12:00', 'pended', 'customer');
    expect(changed.view('resolution', '03-05T14:00')).toMatchObject({ status: 'paused', elapsedMinutes: 180 });
  });

  test('a pause from Friday evening to Monday morning takes only its open minutes', () => {
    const ticket = Ticket.open('03-06T14:00').on('03-06T15:50', 'pended', 'customer').on('03-09T08:10', 'resumed');
    expect(short(ticket.view('resolution', '03-09T08:10')!.due)).toBe('03-09T14:20');
  });

  test('a due instant that was reached is fixed: a later pause moves nothing', () => {
    const ticket = Ticket.open('03-05T08:00').on('03-05T16:00', 'pended', 'customer').on('03-09T08:00', 'resumed');
    expect(ticket.view('resolution', '03-09T09:00')).toMatchObject({
      breached: true,
      due: instant('03-05T16:00'),
      breachedAt: instant('03-05T16:00'),
    });
    const later = Ticket.open('03-05T08:00').on('03-06T08:30', 'pended', 'customer');
    expect(later.view('resolution', '03-06T15:00')).toMatchObject({
      status: 'paused',
      breached: true,
      due: instant('03-05T16:00'),
    });
  });

  test('goes on with what had elapsed when reopened, in a new cycle', () => {
    const ticket = Ticket.open('03-05T08:00').on('03-05T10:00', 'resolved').on('03-06T08:00', 'reopened');
    expect(ticket.view('resolution', '03-06T09:00')).toMatchObject({
      cycle: 2,
      status: 'running',
      elapsedMinutes: 180,
      due: instant('03-06T14:00'),
    });
  });

  test('a breach stays through resolving and reopening', () => {
    const ticket = Ticket.open('03-05T08:00').on('03-06T08:30', 'resolved').on('03-06T12:00', 'reopened');
    expect(ticket.view('resolution', '03-06T13:00')).toMatchObject({
      breached: true,
      breachedAt: instant('03-05T16:00'),
      cycle: 2,
      remainingMinutes: -90,
    });
    expect(ticket.facts.filter(({ what, clock }) => what === 'breached' && clock === 'resolution')).toHaveLength(1);
  });

  test('what is left of working days is shown in working minutes', () => {
    const ticket = Ticket.open('03-05T09:00', '3');
    expect(ticket.view('resolution', '03-05T10:00')).toMatchObject({
      due: instant('03-10T09:00'),
      remainingMinutes: 3 * 480 - 60,
    });
  });

  test('working days pause as minutes do', () => {
    const ticket = Ticket.open('03-05T09:00', '3').on('03-05T10:00', 'pended', 'customer').on('03-05T12:00', 'resumed');
    expect(short(ticket.view('resolution', '03-05T12:00')!.due)).toBe('03-10T11:00');
  });
});

describe('the update clock', () => {
  test('begins again with each public comment of an agent, and keeps what each interval came to', () => {
    const ticket = Ticket.open('03-05T09:00').on('03-05T10:30', 'replied').on('03-05T13:00', 'replied');
    expect(ticket.view('update', '03-05T14:00')).toMatchObject({
      cycle: 3,
      elapsedMinutes: 60,
      due: instant('03-05T15:00'),
      breached: false,
    });
    const past = ticket.states.find(({ clock }) => clock === 'update')!.past!;
    expect(past.map(({ cycle, to, due, breachedAt }) => [cycle, short(to), short(due), short(breachedAt)])).toEqual([
      [1, '03-05T10:30', '03-05T11:00', undefined],
      [2, '03-05T13:00', '03-05T12:30', '03-05T12:30'],
    ]);
  });

  test('pauses as the resolution clock does, also when an update comes meanwhile', () => {
    const ticket = Ticket.open('03-05T09:00').on('03-05T09:30', 'pended', 'customer').on('03-05T12:00', 'replied');
    expect(ticket.view('update', '03-05T14:00')).toMatchObject({ status: 'paused', elapsedMinutes: 0 });
    expect(short(ticket.on('03-05T14:00', 'resumed').view('update', '03-05T14:00')!.due)).toBe('03-05T16:00');
  });

  test('stops when resolved, and begins again when reopened', () => {
    const ticket = Ticket.open('03-05T09:00').on('03-05T10:00', 'resolved').on('03-05T12:00', 'replied');
    expect(ticket.view('update', '03-05T13:00')).toMatchObject({ status: 'stopped', cycle: 1 });
    ticket.on('03-05T14:00', 'reopened');
    expect(ticket.view('update', '03-05T15:00')).toMatchObject({ status: 'running', cycle: 2, elapsedMinutes: 60 });
  });
});

describe('all clocks', () => {
  test('a ticket outside hours counts from the next opening', () => {
    expect(short(Ticket.open('03-06T16:50').view('response', '03-07T12:00')!.due)).toBe('03-09T08:30');
  });

  test('nothing is shown until an agreement attaches; it then counts from the opening', () => {
    const ticket = new Ticket('03-05T09:00').on('03-05T09:20', 'acknowledged').on('03-05T10:00', 'pended', 'customer');
    expect(ticket.view('resolution', '03-05T10:00')).toBeUndefined();
    expect(nextDue(ticket.states, calendars.find, instant('03-05T10:00'))).toBeUndefined();
    ticket.retarget('03-05T11:00', '2');
    expect(ticket.view('response', '03-05T11:00')).toMatchObject({
      status: 'stopped',
      breached: false,
      elapsedMinutes: 20,
      due: instant('03-05T09:30'),
    });
    expect(ticket.view('resolution', '03-05T11:00')).toMatchObject({ status: 'paused', elapsedMinutes: 60 });
  });

  test('an answer that came too late for an agreement that attached later is breached when it attached', () => {
    const ticket = new Ticket('03-05T09:00').on('03-05T09:40', 'acknowledged').retarget('03-05T11:00', '2');
    expect(ticket.view('response', '03-05T12:00')).toMatchObject({
      breached: true,
      breachedAt: instant('03-05T11:00'),
      computedDue: instant('03-05T09:30'),
    });
  });

  test('goes on when its merging is undone: what passed counts, and what came due meanwhile is breached then', () => {
    const merged = () => Ticket.open('03-05T09:00').on('03-05T10:00', 'merged');
    const early = merged().on('03-05T12:00', 'unmerged');
    expect(early.view('resolution', '03-05T12:00')).toMatchObject({
      status: 'running',
      elapsedMinutes: 180,
      breached: false,
      cycle: 2,
    });
    expect(early.view('response', '03-05T12:00')).toMatchObject({ breached: true, breachedAt: instant('03-05T09:30') });
    const late = merged().on('03-06T12:00', 'unmerged');
    expect(late.view('resolution', '03-06T12:00')).toMatchObject({ breached: true, breachedAt: instant('03-06T12:00') });
  });

  test('stays ended when it was cancelled, and stopped when it had stopped before the merging', () => {
    const cancelled = Ticket.open('03-05T09:00').on('03-05T10:00', 'cancelled').on('03-05T12:00', 'unmerged');
    expect(cancelled.view('resolution', '03-05T12:00')).toMatchObject({ status: 'ended' });
    const resolved = Ticket.open('03-05T09:00')
      .on('03-05T10:00', 'resolved')
      .on('03-05T11:00', 'merged')
      .on('03-05T12:00', 'unmerged');
    expect(resolved.view('resolution', '03-05T13:00')).toMatchObject({ status: 'stopped', elapsedMinutes: 60, cycle: 1 });
  });

  test('cancelling and merging end the clocks for good', () => {
    for (const kind of ['cancelled', 'merged'] as const) {
      const ticket = Ticket.open('03-05T09:00')
        .on('03-05T09:10', kind)
        .on('03-05T09:20', 'acknowledged')
        .on('03-05T10:00', 'reopened');
      expect(ticket.view('resolution', '03-09T12:00')).toMatchObject({ status: 'ended', elapsedMinutes: 10, breached: false });
    }
  });

  test('settling records a breach once, at its due instant, and changes nothing else', () => {
    const ticket = Ticket.open('03-05T09:00');
    const first = settle(ticket.states, calendars.find, instant('03-05T12:00'));
    expect(first.facts.map(({ what, clock, at }) => [what, clock, short(at)])).toEqual([
      ['breached', 'response', '03-05T09:30'],
      ['breached', 'update', '03-05T11:00'],
    ]);
    expect(settle(first.states, calendars.find, instant('03-09T12:00')).facts.map(({ clock }) => clock)).toEqual(['resolution']);
    expect(settle(first.states, calendars.find, instant('03-05T12:00'))).toEqual({ states: first.states, facts: [] });
  });

  test('the queue is ordered by what breaches next', () => {
    const ticket = Ticket.open('03-05T09:00');
    expect(short(nextDue(ticket.states, calendars.find, instant('03-05T09:10')))).toBe('03-05T09:30');
    expect(short(nextDue(ticket.states, calendars.find, instant('03-05T10:10')))).toBe('03-05T11:00');
  });

  test('the facts tell a ticket’s story', () => {
    const ticket = Ticket.open('03-05T09:00')
      .on('03-05T09:10', 'acknowledged')
      .on('03-05T10:00', 'pended', 'customer')
      .on('03-05T12:00', 'resumed')
      .on('03-05T13:00', 'resolved');
    expect(
      ticket.facts.filter(({ clock }) => clock === 'resolution').map(({ what, at, due }) => [what, short(at), short(due)]),
    ).toEqual([
      ['attached', '03-05T09:00', '03-06T09:00'],
      ['paused', '03-05T10:00', undefined],
      ['resumed', '03-05T12:00', '03-06T11:00'],
      ['stopped', '03-05T13:00', '03-06T11:00'],
    ]);
  });
});
