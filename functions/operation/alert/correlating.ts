import { Refusal } from '../../kernel/errors.js';
import type { Records } from '../../kernel/records.js';
import { nameKey, service } from '../../strategy/service.js';
import type { AlertSource } from '../alert-source/entity.js';
import { type Meaning, meaningOf } from '../alert-source/source.js';
import type { Labels, Signal } from './alert.js';

/**
 * Which service an alert is about: what a rule says, else the one that its label names by title, number or id, else the source's
 * own. Only services in use count. Alerts of one service share an incident; those of none share it with what is called the same
 * at the same source.
 */
export interface Services {
  /** The id of the service in use that a label names. */
  named(name: string): string | undefined;
  isInUse(id: string): boolean;
}

type Asking = Pick<Records, 'find' | 'list' | 'read'>;

const labelled = ({ serviceLabel }: AlertSource, labels: Labels): string | undefined =>
  Object.hasOwn(labels, serviceLabel) ? labels[serviceLabel]!.trim() || undefined : undefined;

/** Looks up every service that these signals may be about, each once. */
export async function nameServices(records: Asking, source: AlertSource, signals: readonly Signal[]): Promise<Services> {
  const names = new Set(signals.flatMap(({ labels }) => labelled(source, labels) ?? []));
  const ids = new Set(signals.flatMap(({ labels }) => meaningOf(source, labels).serviceId ?? []));
  const found = await Promise.all([...names].map(async (name) => [name, await serviceNamed(records, name)] as const));
  const known = await Promise.all([...ids].map(async (id) => [id, await inUse(records, id)] as const));
  const byName = new Map(found);
  const byId = new Map(known);
  return { named: (name) => byName.get(name), isInUse: (id) => byId.get(id) ?? false };
}

async function serviceNamed(records: Asking, name: string): Promise<string | undefined> {
  if (/^[\w-]{1,64}$/.test(name) && (await inUse(records, name))) return name;
  const { items } = await records.list(service.entity, 'byName', { name: nameKey(name) }, { limit: 20 });
  const titled = items.find(({ status }) => IN_USE.has(status));
  if (titled || !NUMBER.test(name)) return titled?.id;
  const numbered = await records.read(service.entity, name).catch(absent);
  return numbered && IN_USE.has(numbered.record.status) ? numbered.record.id : undefined;
}

const NUMBER = new RegExp(`^${service.entity.prefix}-\\d{1,9}$`);

function absent(error: unknown): undefined {
  if (error instanceof Refusal && error.reason === 'not-found') return undefined;
  throw error;
}

const IN_USE = new Set(['live', 'retiring']);
const inUse = async (records: Asking, id: string): Promise<boolean> =>
  IN_USE.has((await records.find(service.entity, id))?.record.status ?? '');

/** What an alert is about, with a service that is in use or none. */
export function aboutOf(source: AlertSource, labels: Labels, services: Services): Meaning {
  const { serviceId: said, ...meant } = meaningOf({ ...source, serviceId: undefined }, labels);
  const label = labelled(source, labels);
  const candidates = [said, label === undefined ? undefined : services.named(label), source.serviceId];
  const serviceId = candidates.find((id) => id !== undefined && (services.isInUse(id) || id === services.named(label ?? '')));
  return { ...meant, ...(serviceId !== undefined && { serviceId }) };
}

/** Alerts of one correlation share an incident. */
export function correlationOf(sourceId: string, { serviceId, customerId }: Meaning, name: string): string {
  const whose = customerId === undefined ? '' : `~${customerId}`;
  return serviceId === undefined
    ? `source~${sourceId}~${name.toLowerCase().slice(0, 100)}${whose}`
    : `service~${serviceId}${whose}`;
}
