import { Chance } from './chance.js';
import { type Course, type Opened, type Step, Steps } from './course.js';
import type { Actor } from './past-desk.js';
import { actorOf, type ContactKey, type CustomerKey, contacts, requesterOf } from './people.js';
import { phrases } from './phrases.js';
import { agreementFor, type ServiceKey, services } from './promises.js';
import { scenarioOf } from './scenarios/all.js';
import { happen, type Told } from './scenarios/scenario.js';
import { agentAt, awakeAt, handAt, MINUTE, workingMinutesBefore, workingTime } from './times.js';

/**
 * The incidents that are being worked on at `now`. Each is placed by the working minutes that its clocks have counted, so
 * that the queue is as full of life on a Sunday night as on a Monday morning: what is due within the hour is promised around
 * the clock.
 */
export function present(now: number, seed: number): Course[] {
  const chance = new Chance(seed);
  const about = (contact: ContactKey, service: ServiceKey, category: string, minutes: number, over: Partial<Told> = {}) =>
    new Present(contact, service, category, minutes, over, now, chance);
  return [
    stoppedWarehouse(about('petersen', 'warehouse', 'performance', 25, { impact: 1, urgency: 1 })),
    slowLine(about('lorenzen', 'network', 'network/line', 442)),
    slowLine(about('wang', 'network', 'network/line', 361)),
    about('demir', 'warehouse', 'picking', 1442).taken(45).replied(52).noted(600).course(),
    about('liu', 'customs', 'customs/import', 1040).taken(40).replied(45).noted(400, FORWARDED).course(),
    about('wolff', 'workplace', 'printing/labels', 260).taken(30).replied(36).asked(80).course(),
    about('zhou', 'mail', 'mail/mailbox', 35).course(),
    about('lorenzen', 'network', 'network/wireless', 16, { impact: 1 }).course(),
    about('demir', 'workplace', 'notebook', 900).course(assigned('admin', 'agent')),
    about('qiang', 'workplace', 'printing/office', 700).taken(120).replied(126).awaits(200, 'supplier').course(),
    about('petersen', 'warehouse', 'scanner', 1500).taken(60).replied(70).solved(700).back(1380).course(),
    about('requester-2', 'customs', 'documents', 130).taken(50).course(answered('zhao')),
    about('requester', 'workplace', 'phone', 200).taken(20).course(solved('agent')),
    unsorted(about('requester', 'workplace', 'notebook', 50)),
    fresh(now, chance),
  ];
}

const FORWARDED = 'Asked customs for the current tariff notice; no answer so far.';

const stoppedWarehouse = (incident: Present): Course => incident.taken(5).replied(7).noted(12).updated(16).course();

/** A long one on which the customer was kept posted all along. */
function slowLine(incident: Present): Course {
  incident.taken(12).replied(18);
  for (const minute of [105, 205, 305, 395]) incident.updated(minute);
  return incident.course();
}

/** Reported without saying what about: nothing is promised until the desk finds out. */
function unsorted(incident: Present): Course {
  const { told, ...course } = incident.course();
  return {
    ...course,
    told: { ...told, ...phrases[told.customer].triage },
    opened: { ...course.opened, over: () => ({ serviceId: undefined, category: undefined }) },
  };
}

/** Reported a moment ago, by a customer that is awake. */
function fresh(now: number, chance: Chance): Course {
  const customer = awakeAt(now);
  const contact = customer === 'harbour' ? 'requester' : 'requester-2';
  return new Present(contact, 'workplace', 'printing/labels', 0, {}, now, chance).course();
}

type Last = Omit<Step, 'at'>;
const assigned = (by: 'admin', to: 'agent'): Last => ({
  as: actorOf(by),
  does: 'assign',
  body: ({ people }) => ({ assigneeId: people[to] }),
});
const answered =
  (by: 'zhao') =>
  ({ reply }: Told): Last => ({ as: actorOf(by), does: 'comments', body: () => ({ body: reply }) });
const solved =
  (by: 'agent') =>
  ({ code, resolution }: Told): Last => ({ as: actorOf(by), does: 'resolve', body: () => ({ code, text: resolution }) });

/** One incident under way; its minutes are working minutes of its agreement since it was received. */
class Present {
  #steps = new Steps();
  #told: Told;
  #received: number;
  #customer: CustomerKey;

  constructor(
    private readonly contact: ContactKey,
    service: ServiceKey,
    category: string,
    minutes: number,
    over: Partial<Told>,
    private readonly now: number,
    private readonly chance: Chance,
  ) {
    this.#customer = contacts[contact].customer;
    this.#told = happen({ ...scenarioOf(this.#customer, service, category), ...over }, this.#customer, chance);
    this.#received = workingMinutesBefore(this.#promised.calendar, now, minutes);
  }

  get #promised() {
    return agreementFor(this.#customer, this.#told.service);
  }

  taken(minute: number): this {
    const at = this.#at(minute);
    const key = handAt(services[this.#told.service].team, this.#customer, at);
    this.#steps.add(at, actorOf(key), 'assign', ({ people }) => ({ assigneeId: people[key] }));
    this.#steps.add(at + 8000, actorOf(key), 'acknowledge');
    return this;
  }

  replied(minute: number): this {
    return this.#says(minute, this.#told.reply);
  }

  updated(minute: number): this {
    return this.#says(minute, this.chance.one(phrases[this.#customer].updates));
  }

  noted(minute: number, note = this.#told.note ?? this.#told.work): this {
    return this.#says(minute, note, 'internal');
  }

  asked(minute: number): this {
    this.#says(minute, this.#told.ask![0]);
    return this.awaits(minute + 1, 'customer');
  }

  awaits(minute: number, reason: 'customer' | 'supplier'): this {
    this.#steps.add(this.#at(minute), this.#agent(minute), 'pend', { reason });
    return this;
  }

  solved(minute: number): this {
    const { code, resolution, work } = this.#told;
    this.#steps.add(this.#at(minute) - 60_000, this.#agent(minute), 'worklog', { minutes: 25, text: work });
    this.#steps.add(this.#at(minute), this.#agent(minute), 'resolve', { code, text: resolution });
    return this;
  }

  /** It came back, and is taken up again. */
  back(minute: number): this {
    this.#steps.add(this.#at(minute), requesterOf(this.contact), 'comments', { body: this.#told.again! });
    return this.#says(minute + 12, phrases[this.#customer].takenUpAgain[0]!);
  }

  course(...last: (Last | ((told: Told) => Last))[]): Course {
    const opened: Opened = { as: requesterOf(this.contact) };
    return {
      told: this.#told,
      contact: this.contact,
      received: this.#received,
      opened,
      steps: this.#steps.inOrder,
      watched: true,
      last: last.map((each) => (typeof each === 'function' ? each(this.#told) : each)),
    };
  }

  #says(minute: number, body: string, visibility = 'public'): this {
    this.#steps.add(this.#at(minute), this.#agent(minute), 'comments', { body, visibility });
    return this;
  }

  #agent(minute: number): Actor {
    return agentAt(services[this.#told.service].team, this.#customer, this.#at(minute));
  }

  #at(minute: number): number {
    return Math.min(workingTime[this.#promised.calendar].due(this.#received, minute * MINUTE), this.now - MINUTE / 2);
  }
}
