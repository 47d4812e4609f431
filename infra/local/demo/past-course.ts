import type { Chance } from './chance.js';
import { type Course, Steps } from './course.js';
import { type ContactKey, requesterOf } from './people.js';
import { phrases } from './phrases.js';
import { agreementFor, PRIORITIES, services } from './promises.js';
import type { Told } from './scenarios/scenario.js';
import { agentAt, handAt, lengthOf, MINUTE, officeOf, workingTime } from './times.js';

/** How an incident of the past fares; shares are of its targets, so that above 1 is a breach. */
export interface Fate {
  readonly kind: 'by-phone' | 'ordinary' | 'cancelled';
  readonly response: number;
  readonly resolution: number;
  readonly asks: boolean;
  readonly reopens: boolean;
  readonly raised: boolean;
  /** Reported without a service, which the desk finds out. */
  readonly unsorted: boolean;
  readonly closedBy: 'requester' | 'schedule';
}

const AUTO_CLOSE = 5 * 24 * 60 * MINUTE;
const HOUR = 60 * MINUTE;

/** The course of an incident that is over; undefined where it would not be over by `now`. */
export function pastCourse(told: Told, contact: ContactKey, received: number, fate: Fate, now: number, chance: Chance) {
  const plan = new Past(told, contact, received, fate, now - 10 * MINUTE, chance);
  if (fate.kind === 'by-phone') plan.byPhone();
  else if (fate.kind === 'cancelled') plan.cancelled();
  else plan.ordinary();
  return plan.isOver ? plan.course : undefined;
}

class Past {
  readonly steps = new Steps();
  #promised: ReturnType<typeof agreementFor>;
  #time: (typeof workingTime)['always'];
  #office: (typeof workingTime)['always'];
  #urgency: number;

  constructor(
    private readonly told: Told,
    private readonly contact: ContactKey,
    private readonly received: number,
    private readonly fate: Fate,
    private readonly until: number,
    private readonly chance: Chance,
  ) {
    this.#promised = agreementFor(told.customer, told.service);
    this.#time = workingTime[this.#promised.calendar];
    this.#office = workingTime[officeOf[told.customer]];
    this.#urgency = fate.raised ? Math.max(1, told.urgency - 1) : told.urgency;
  }

  get isOver(): boolean {
    return this.steps.end < this.until;
  }

  get course(): Course {
    const { told, contact, received, fate } = this;
    const watched = fate.response > 0.45 || fate.resolution > 0.7 || this.#targets.update !== undefined || fate.raised;
    const byPhone = fate.kind === 'by-phone';
    const assignee = handAt(this.#team, told.customer, received);
    return {
      told,
      contact,
      received,
      watched: watched && !byPhone,
      steps: this.steps.inOrder,
      opened: byPhone
        ? {
            as: agentAt(this.#team, told.customer, received),
            over: ({ people, contacts }) => ({ requesterId: contacts[contact], assigneeId: people[assignee] }),
          }
        : { as: requesterOf(contact), ...(fate.unsorted && { over: () => ({ serviceId: undefined }) }) },
    };
  }

  /** Told on the phone and solved while talking. */
  byPhone(): void {
    const solved = this.received + this.chance.whole(6, 24) * MINUTE;
    this.#solve(solved);
    this.#close(solved);
  }

  cancelled(): void {
    const taken = this.#take();
    this.steps.add(taken + this.chance.whole(8, 50) * MINUTE, this.#agent(taken), 'cancel', {
      reason: phrases[this.told.customer].cancelled,
    });
  }

  ordinary(): void {
    const { told, fate } = this;
    const replied = this.#answer(this.#take());
    const length = lengthOf(this.#targets.resolution, this.#promised.calendar);
    let solved = Math.max(this.#time.due(this.received, fate.resolution * length), replied + 9 * MINUTE);
    if (fate.asks && told.ask) {
      const asked = Math.max(this.#time.due(this.received, 0.35 * fate.resolution * length), replied + 4 * MINUTE);
      const answered = this.#ask(asked, told.ask);
      solved = this.#time.due(answered, 0.65 * fate.resolution * length + 5 * MINUTE);
      this.#keepPosted(answered, solved);
    } else this.#keepPosted(replied, solved);
    if (told.note !== undefined) this.#comment(replied + 0.4 * (solved - replied), this.#agent(solved), told.note, 'internal');
    this.#solve(solved);
    if (fate.reopens && told.again !== undefined) solved = this.#again(solved, told.again, length);
    this.#close(solved);
  }

  get #team() {
    return services[this.told.service].team;
  }

  get #targets() {
    const priority = PRIORITIES[this.told.impact - 1]![this.#urgency - 1]!;
    return this.#promised.targets[`${priority}`];
  }

  #agent(at: number) {
    return agentAt(this.#team, this.told.customer, at);
  }

  /** Somebody takes it: sorts it where needed, and acknowledges. */
  #take(): number {
    const { told, fate, steps } = this;
    const taken = this.#time.due(this.received, fate.response * lengthOf(this.#targets.response, this.#promised.calendar));
    const as = this.#agent(taken);
    const key = handAt(this.#team, told.customer, taken);
    if (fate.unsorted)
      steps.add(taken - 2000, as, 'reclassify', ({ services: ids }) => ({
        serviceId: ids[told.service],
        why: 'The service was not named when it was reported.',
      }));
    steps.add(taken, as, 'assign', ({ people }) => ({ assigneeId: people[key] }));
    steps.add(taken + 9000, as, 'acknowledge');
    if (fate.raised)
      steps.add(taken + 3 * MINUTE, as, 'reclassify', { urgency: this.#urgency, why: 'More depends on it than was reported.' });
    return taken;
  }

  #answer(taken: number): number {
    const replied = taken + this.chance.whole(4, 9) * MINUTE;
    if (this.fate.kind === 'ordinary') this.#comment(replied, this.#agent(taken), this.told.reply);
    return replied;
  }

  #ask(at: number, [question, answer]: readonly [string, string]): number {
    const as = this.#agent(at);
    this.#comment(at, as, question);
    this.steps.add(at + 20_000, as, 'pend', { reason: 'customer', note: question });
    const answered = this.#office.due(at, this.chance.whole(25, 240) * MINUTE);
    this.#comment(answered, requesterOf(this.contact), answer);
    return answered;
  }

  /** Where updates are promised, they are given until it is solved. */
  #keepPosted(from: number, until: number): void {
    const { update } = this.#targets;
    if (update === undefined) return;
    const every = lengthOf(update, this.#promised.calendar);
    const next = (at: number) => this.#time.due(at, this.chance.between(0.6, 0.9) * every);
    for (let at = next(from); at < until - 10 * MINUTE; at = next(at))
      this.#comment(at, this.#agent(at), this.chance.one(phrases[this.told.customer].updates));
  }

  #solve(at: number, resolution: string = this.told.resolution): void {
    const { code, work } = this.told;
    const as = this.#agent(at);
    this.steps.add(at - 90_000, as, 'worklog', { minutes: this.chance.whole(2, 18) * 5, text: work });
    this.steps.add(at, as, 'resolve', { code, text: resolution });
  }

  #again(solved: number, said: string, length: number): number {
    const { told, chance } = this;
    const back = this.#office.due(solved, chance.whole(20, 200) * MINUTE);
    this.#comment(back, requesterOf(this.contact), said);
    const resumed = this.#time.due(back, chance.whole(8, 30) * MINUTE);
    this.#comment(resumed, this.#agent(resumed), chance.one(phrases[told.customer].takenUpAgain));
    const mended = this.#time.due(resumed, chance.between(0.06, 0.2) * length);
    this.#solve(mended, `${told.resolution} ${phrases[told.customer].secondTime}`);
    return mended;
  }

  #close(solved: number): void {
    const thanked = this.#office.due(solved, this.chance.whole(15, 500) * MINUTE);
    const closed = Math.ceil((solved + AUTO_CLOSE) / HOUR) * HOUR;
    if (this.fate.closedBy === 'requester' && thanked < this.until) this.steps.add(thanked, requesterOf(this.contact), 'close');
    else if (closed < this.until) this.steps.add(closed, undefined, 'close');
  }

  #comment(at: number, as: ReturnType<typeof requesterOf>, body: string, visibility: 'public' | 'internal' = 'public'): void {
    this.steps.add(at, as, 'comments', { body, visibility });
  }
}
