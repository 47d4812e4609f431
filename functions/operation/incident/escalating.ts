import { settle } from '../../design/agreement/clock.js';
import { viewClocks } from '../../design/agreement/view.js';
import { MINUTE } from '../../design/calendar/interval.js';
import { lookAtClocks, type Notice as Step } from '../../design/escalation-policy/checkpoints.js';
import { reachableOf } from '../../design/escalation-policy/ladder.js';
import type { Page, PassedOn } from '../../design/escalation-policy/pages.js';
import type { Notice as Told } from '../../kernel/notice.js';
import { type OnDuty, reachableFrom, recipientsOf } from './audience.js';
import { type Bound, type Change, passPages, terminalOf } from './clocking.js';
import type { Incident } from './incident.js';

/**
 * What an escalation does when its timer rings: it looks at the clocks as they are now, and decides who is told of
 * which step, which unanswered pages go up, and which breaches are recorded. Pure; nothing to do is undefined.
 */
/** A notice this late could not be sent in time, and says so. */
const LATE = 5 * MINUTE;

export function escalate(incident: Incident, duty: OnDuty, bound: Bound, now: string): Change | undefined {
  const { states, facts } = settle(incident.clocks, bound.calendars, now);
  const current = { ...incident, clocks: states };
  const { fired, pages } = incident.escalation;
  const look = lookAtClocks({ states, ...bound, fired: new Set(fired), now });
  const passed = passPages(pages, states, reachableFrom(duty), bound.policies, now).pages;
  if (facts.length === 0 && look.notices.length === 0 && passed.length === 0) return undefined;
  const steps = look.notices.map((notice) => told(notice, current, duty, bound, now));
  const breached = facts.some(({ what }) => what === 'breached');
  return {
    next: {
      ...incident,
      escalation: {
        fired: [...fired, ...look.notices.flatMap(({ key, covers }) => [key, ...covers])],
        pages: [...pages, ...steps.flatMap(({ page }) => page ?? []), ...passed.map(({ page }) => page)].map((page) => ({
          ...page,
          to: [...page.to],
        })),
      },
    },
    event: breached ? 'incident.breached' : passed.length > 0 ? 'incident.escalated' : 'incident.checkpoint-reached',
    detail: { steps: [...look.notices.map(({ key }) => key), ...passed.map(({ key }) => key)] },
    notices: [...steps.flatMap(({ notices }) => notices), ...passed.flatMap((each) => climbed(each, current, duty, bound, now))],
    quiet: true,
  };
}

interface StepTold {
  readonly notices: Told[];
  readonly page?: Page;
}

function told(step: Step, incident: Incident, duty: OnDuty, bound: Bound, now: string): StepTold {
  const terminal = terminalOf(incident.clocks, bound.policies, step.clock);
  const audience = reachableOf(step.step.audience, reachableFrom(duty), terminal);
  const recipients = recipientsOf(step.step.channels.includes('email') ? audience : [], duty);
  const topics: Told['to'][] = step.step.channels.includes('topic') ? [{ kind: 'topic', id: 'management' }] : [];
  const { letter, data } = letterFor(step, incident, bound, now);
  const page: Page | undefined =
    step.step.acknowledgeWithinMinutes === undefined
      ? undefined
      : { clock: step.clock, cycle: step.cycle, step: step.step, rung: 0, to: audience, at: now };
  const unique = [...new Map([...recipients, ...topics].map((to) => [`${to.kind}#${to.id}`, to])).values()];
  return { notices: unique.map((to) => ({ key: `${step.key}#${to.id}`, letter, to, data })), ...(page && { page }) };
}

function letterFor(
  { step, clock, cycle, at, lateMilliseconds, passedByChange, covers }: Step,
  incident: Incident,
  bound: Bound,
  now: string,
): Pick<Told, 'letter'> & { data: Record<string, unknown> } {
  const due = dueOf(incident, clock, bound, now);
  const base = { clock, cycle, step: step.id, dueAt: due };
  if (step.acknowledgeWithinMinutes !== undefined)
    return { letter: 'page', data: { ...base, level: 1, nextLevelAt: after(now, step.acknowledgeWithinMinutes) } };
  if (passedByChange)
    return {
      letter: 'clock-retargeted',
      data: { ...base, steps: covers.length + 1, percent: percentOf(incident, clock, bound, now) },
    };
  if (lateMilliseconds >= LATE)
    return { letter: 'clock-late', data: { ...base, plannedAt: at, minutesLate: Math.floor(lateMilliseconds / MINUTE) } };
  if (due <= now || 'minutesAfter' in step.at || ('percent' in step.at && step.at.percent >= 100))
    return { letter: 'clock-breached', data: base };
  if ('percent' in step.at) return { letter: 'clock-warning', data: { ...base, percent: step.at.percent } };
  return {
    letter: 'clock-due-soon',
    data: { ...base, minutesLeft: Math.max(0, Math.round((Date.parse(due) - Date.parse(now)) / MINUTE)) },
  };
}

const after = (now: string, minutes: number): string => new Date(Date.parse(now) + minutes * MINUTE).toISOString();

const dueOf = ({ clocks }: Incident, clock: string, { calendars }: Bound, now: string): string =>
  viewClocks(clocks, calendars, now).find((view) => view.clock === clock)?.due ?? now;

function percentOf({ clocks }: Incident, clock: string, { calendars }: Bound, now: string): number {
  const view = viewClocks(clocks, calendars, now).find((each) => each.clock === clock);
  if (!view) return 0;
  const whole = view.elapsedMinutes + view.remainingMinutes;
  return whole <= 0 ? 100 : Math.round((view.elapsedMinutes / whole) * 100);
}

/** A page that nobody answered, on its way up. */
function climbed({ key, page }: PassedOn, incident: Incident, duty: OnDuty, bound: Bound, now: string): Told[] {
  const minutes = page.step.acknowledgeWithinMinutes!;
  const data = {
    clock: page.clock,
    cycle: page.cycle,
    step: page.step.id,
    dueAt: dueOf(incident, page.clock, bound, now),
    level: page.rung + 1,
    nextLevelAt: after(now, minutes),
  };
  return recipientsOf(page.to, duty).map((to) => ({ key: `${key}#${to.id}`, letter: 'page', to, data }));
}
