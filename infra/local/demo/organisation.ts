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
  const own = await first(make, issuer);
  const [teamIds, customerIds] = await parties(make, own.people);
  const [contactIds, serviceIds] = await Promise.all([
    make('contacts', contacts, ({ customer, name, ...facts }, subject) => ({
      ...facts,
      title: name,
      customerId: customerIds[customer],
      identity: { issuer, subject },
    })),
    offer(make, own, teamIds, Object.values(customerIds)),
  ]);
  const organisation = { ...own, teams: teamIds, customers: customerIds, contacts: contactIds, services: serviceIds };
  await promise(desk, organisation, at);
  const usual = { usualServiceId: serviceIds.workplace };
  await Promise.all(Object.values(customerIds).map((id) => desk.send(ADMIN, at, `PATCH /v1/customers/${id}`, usual, 1)));
  return organisation;
}

type Maker = ReturnType<typeof maker>;

/** What depends on nothing else. */
async function first(make: Maker, issuer: string) {
  const [people, calendarIds, policyIds] = await Promise.all([
    make('people', staff, ({ name, roles: _, ...facts }, subject) => ({ ...facts, title: name, identity: { issuer, subject } })),
    make('calendars', calendars, (calendar) => calendar),
    make('escalation-policies', policies, (policy) => policy),
    make('priority-matrices', { matrix: PRIORITIES }, (priorities) => ({ title: 'Impact and urgency', priorities })),
    make('suppliers', Object.fromEntries(suppliers.map((supplier) => [supplier.title, supplier])), (supplier) => supplier),
  ]);
  return { people, calendars: calendarIds, policies: policyIds };
}

const parties = (make: Maker, people: Organisation['people']) => {
  const idsOf = (keys: readonly StaffKey[]) => keys.map((key) => people[key]);
  return Promise.all([
    make('teams', teams, ({ title, members, levels, skills }) => ({
      title,
      skills,
      memberIds: idsOf(members),
      levels: levels.map(idsOf),
    })),
    make('customers', customers, (customer) => ({ ...customer, relationshipOwnerId: people.relations })),
  ]);
};

const offer = (
  make: Maker,
  own: Awaited<ReturnType<typeof first>>,
  teamIds: Organisation['teams'],
  customerIds: readonly string[],
) =>
  make(
    'services',
    services,
    ({ team, owner, calendar, policy, ...facts }) => ({
      ...facts,
      customerIds,
      teamId: teamIds[team],
      ownerId: own.people[owner],
      calendarId: own.calendars[calendar],
      escalationPolicyId: own.policies[policy as PolicyKey],
    }),
    ['design', 'launch'],
  );

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
