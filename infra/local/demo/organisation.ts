import { type CalendarKey, calendars } from './calendars.js';
import type { Actor, PastDesk, Shown } from './past-desk.js';
import {
  actorOf,
  type ContactKey,
  type CustomerKey,
  contacts,
  customers,
  requesterOf,
  type StaffKey,
  staff,
  type TeamKey,
  teams,
} from './people.js';
import { type AgreementKey, agreements, type PolicyKey, PRIORITIES, policies, type ServiceKey, services } from './promises.js';
import { type Grievance, grievances, suppliers } from './relationships.js';

const DAY = 86_400_000;
const ADMIN = actorOf('admin');

/** The ids of what was set up, by the keys that the data use. */
export interface Organisation {
  readonly people: Readonly<Record<StaffKey, string>>;
  readonly contacts: Readonly<Record<ContactKey, string>>;
  readonly customers: Readonly<Record<CustomerKey, string>>;
  readonly teams: Readonly<Record<TeamKey, string>>;
  readonly services: Readonly<Record<ServiceKey, string>>;
  readonly calendars: Readonly<Record<CalendarKey, string>>;
}

/** Sets the organisation up as its administrator would, at an instant (epoch ms) well before its history begins. */
export async function setUp(desk: PastDesk, issuer: string, at: number): Promise<Organisation> {
  const make = maker(desk, at);
  const [people, calendarIds, policyIds] = await Promise.all([
    make('people', staff, (who, subject) => ({
      title: who.name,
      email: who.email,
      language: who.language,
      timezone: who.timezone,
      identity: { issuer, subject },
    })),
    make('calendars', calendars, (calendar) => calendar),
    make('escalation-policies', policies, (policy) => policy),
    make('priority-matrices', { matrix: PRIORITIES }, (priorities) => ({ title: 'Impact and urgency', priorities })),
    make('suppliers', Object.fromEntries(suppliers.map((supplier) => [supplier.title, supplier])), (supplier) => supplier),
  ]);
  const idsOf = (keys: readonly StaffKey[]) => keys.map((key) => people[key]);
  const [teamIds, customerIds] = await Promise.all([
    make('teams', teams, ({ title, members, levels, skills }) => ({
      title,
      skills,
      memberIds: idsOf(members),
      levels: levels.map(idsOf),
    })),
    make('customers', customers, (customer) => ({ ...customer, relationshipOwnerId: people.relations })),
  ]);
  const [contactIds, serviceIds] = await Promise.all([
    make('contacts', contacts, ({ customer, name, ...facts }, subject) => ({
      ...facts,
      title: name,
      customerId: customerIds[customer],
      identity: { issuer, subject },
    })),
    make(
      'services',
      services,
      ({ team, owner, calendar, policy, ...facts }) => ({
        ...facts,
        teamId: teamIds[team],
        ownerId: people[owner],
        customerIds: Object.values(customerIds),
        calendarId: calendarIds[calendar],
        escalationPolicyId: policyIds[policy as PolicyKey],
      }),
      ['design', 'launch'],
    ),
  ]);
  const organisation = {
    people,
    contacts: contactIds,
    customers: customerIds,
    teams: teamIds,
    services: serviceIds,
    calendars: calendarIds,
  };
  await promise(desk, organisation, at);
  return organisation;
}

/** Creates one record for each entry, in order of the entries as far as numbers go, then moves it on. */
function maker(desk: PastDesk, at: number) {
  return async <K extends string, T>(
    collection: string,
    entries: Readonly<Record<K, T>>,
    factsOf: (entry: T, key: K) => object,
    moves: readonly string[] = [],
  ): Promise<Record<K, string>> => {
    const made = await Promise.all(
      (Object.entries(entries) as [K, T][]).map(async ([key, entry]) => {
        let shown: Shown = await desk.send(ADMIN, at, `POST /v1/${collection}`, factsOf(entry, key));
        for (const move of moves) shown = await moved(desk, ADMIN, at, `${collection}/${shown.id}/${move}`, {}, shown);
        return [key, shown.id] as const;
      }),
    );
    return Object.fromEntries(made) as Record<K, string>;
  };
}

const moved = (desk: PastDesk, as: Actor, at: number, path: string, body: object, { version }: Shown): Promise<Shown> =>
  desk.send(as, at, `POST /v1/${path}`, body, version);

async function promise(desk: PastDesk, { customers: parties, services: offered, calendars: hours }: Organisation, at: number) {
  const validFrom = new Date(at - 180 * DAY).toISOString().slice(0, 10);
  const reviewOn = new Date(at + 150 * DAY).toISOString().slice(0, 10);
  await maker(desk, at)<AgreementKey, (typeof agreements)[AgreementKey]>(
    'agreements',
    agreements,
    ({ calendar, services: covered, ...terms }) => {
      const { customer, ...rest } = { customer: undefined as CustomerKey | undefined, ...terms };
      return {
        ...rest,
        ...(customer !== undefined && { customerId: parties[customer] }),
        serviceIds: covered.map((key) => offered[key]),
        calendarId: hours[calendar],
        pausingReasons: ['customer'],
        validFrom,
        reviewOn,
      };
    },
    ['activate'],
  );
}

/** The complaints of the last weeks, each as far as it got by `now` (epoch ms). */
export async function complain(desk: PastDesk, organisation: Organisation, now: number): Promise<void> {
  await Promise.all(grievances.map((grievance) => settle(desk, organisation, grievance, now)));
}

async function settle(desk: PastDesk, { services: offered, people }: Organisation, grievance: Grievance, now: number) {
  const { daysAgo, contact, service, severity, title, description } = grievance;
  const logged = now - daysAgo * DAY;
  const body = { title, description, severity, serviceId: offered[service] };
  let shown = await desk.send(requesterOf(contact), logged, 'POST /v1/complaints', body);
  for (const { after, as, move, body: given, to } of grievance.steps) {
    const named = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, to !== undefined && value === '' ? people[to] : value]),
    );
    shown = await moved(desk, actorOf(as), logged + after * DAY, `complaints/${shown.id}/${move}`, named, shown);
  }
}
