import { type CustomerName, create, move, type Organisation, type Party } from './organisation.js';
import type { World } from './world.js';

/** Offices in Hamburg, Monday to Friday. */
export const BERLIN_OFFICE = {
  timezone: 'Europe/Berlin',
  hours: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, [['09:00', '18:00']]])),
};

/** Day and night. */
export const ALWAYS = {
  timezone: 'UTC',
  hours: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, [['00:00', '24:00']]])),
};

export interface Promising {
  readonly title: string;
  readonly customer?: CustomerName;
  readonly calendar?: object;
  /** For all priorities, or `{ "1": … }` for each. */
  readonly targets: object;
  readonly steps?: readonly object[];
  /** People of each escalation level. */
  readonly levels?: readonly (readonly Party[])[];
  readonly owner?: Party;
  /** What else the agreement says. */
  readonly terms?: object;
}

export interface Promised {
  readonly serviceId: string;
  readonly agreementId: string;
  readonly teamId: string;
  readonly calendarId: string;
  readonly policyId: string | undefined;
}

/** A live service that a customer is promised something about: calendar, team, escalation policy and active agreement. */
export async function promise(world: World, organisation: Organisation, wanted: Promising): Promise<Promised> {
  const { title, customer = 'harbour', calendar = ALWAYS, levels = [], owner } = wanted;
  const { id: calendarId } = await create(world, 'calendars', { title: `Hours of ${title}`, ...calendar });
  const { id: teamId } = await create(world, 'teams', {
    title: `Team of ${title}`,
    levels: levels.map((level) => level.map(({ id }) => id)),
  });
  const policyId = wanted.steps && (await policyOf(world, title, wanted.steps));
  const { id: serviceId } = await create(world, 'services', {
    title,
    teamId,
    calendarId,
    ...(policyId !== undefined && { escalationPolicyId: policyId }),
    ...(owner && { ownerId: owner.id }),
  });
  await move(world, `/v1/services/${serviceId}`, 'design');
  await move(world, `/v1/services/${serviceId}`, 'launch');
  const { id: agreementId } = await create(world, 'agreements', {
    title: `Agreement on ${title}`,
    customerId: organisation.customers[customer].id,
    serviceIds: [serviceId],
    calendarId,
    timezone: 'Europe/Berlin',
    targets: targetsOf(wanted.targets),
    validFrom: '2026-01-01',
    ...wanted.terms,
  });
  await move(world, `/v1/agreements/${agreementId}`, 'activate');
  return { serviceId, agreementId, teamId, calendarId, policyId };
}

const policyOf = async (world: World, title: string, steps: readonly object[]): Promise<string> =>
  (await create(world, 'escalation-policies', { title: `Escalation of ${title}`, steps, terminal: MANAGEMENT })).id;

export const MANAGEMENT = { kind: 'topic', topic: 'management' };

const targetsOf = (targets: object): object =>
  '1' in targets ? targets : { '1': targets, '2': targets, '3': targets, '4': targets };
