import type { Companion } from '../../kernel/decision.js';
import { Refusal } from '../../kernel/errors.js';
import { languageFor, say } from '../../kernel/language/language.js';
import { linkItem } from '../../kernel/link-routes.js';
import type { Caller } from '../../kernel/permission.js';
import type { Minted, RecordBase } from '../../kernel/record.js';
import { customer } from '../../relationship/customer.js';
import { service } from '../../strategy/service.js';
import { team } from '../../support/team.js';
import type { Alert } from '../alert/alert.js';
import { alerts } from '../alert/entity.js';
import { sizeOf } from '../alert/storm.js';
import type { Change } from './clocking.js';
import { reopen } from './commands.js';
import { command, type Desk, Undecided } from './desk.js';
import { incidents } from './entity.js';
import { type Incident, phaseOf } from './incident.js';
import { openIncident, type Reported } from './intake.js';
import { type Heard, joined, released, takesIn, watchedFor } from './monitoring.js';
import { judge } from './surroundings.js';

/**
 * What an alert does: it opens an incident, joins the one of its correlation or takes it up again, and in the end lets it settle
 * (ISO/IEC 20000-1:2018, 8.6.1). Whatever event called, the alert is read as it stands now and the incident is brought in line with
 * it; so events may come twice, late or in any order. The correlation is unique among incidents: two alerts at once open one.
 */
export const MONITORING: Caller = { id: 'monitoring', kind: 'system', roles: ['agent'] };

export interface Effect {
  readonly did: 'opened' | 'joined' | 'reopened' | 'eased' | 'none';
  readonly incidentId?: string;
}

/** Where the incident that an alert last joined is found. */
const joinedPartition = (alertId: string): string => `INCIDENT#ALERT#${alertId}`;
const TRIES = 10;

/** `records` writes as the actor `monitoring`. */
export async function fromAlert({ records, now }: Omit<Desk, 'caller'>, alertId: string): Promise<Effect> {
  const desk: Desk = { records, now, caller: MONITORING };
  for (let attempt = 1; ; attempt++) {
    const { record: alert } = await records.read(alerts, alertId);
    const at = (await records.companion(incidents, joinedPartition(alertId), '#'))?.['id'] as string | undefined;
    try {
      if (alert.status === 'resolved') return at === undefined ? { did: 'none' } : await ease(desk, at, alert);
      return await fire(desk, alert, at);
    } catch (error) {
      if (error instanceof Undecided) return { did: 'none' };
      // Another alert of the same correlation was first, or the incident moved on: look again.
      const moved = error instanceof Refusal && (error.reason === 'conflict' || error.reason === 'illegal-move');
      if (!moved || attempt === TRIES) throw error;
    }
  }
}

async function ease(desk: Desk, id: string, alert: Alert): Promise<Effect> {
  await command(desk, id, undefined, (incident, { now }) => {
    const monitoring = incident.monitoring && joined(incident.monitoring, heardOf(alert), now);
    if (!monitoring) throw new Undecided();
    return { next: { ...incident, monitoring }, event: 'incident.alert-ended', detail: { alert: alert.id }, quiet: true };
  });
  return { did: 'eased', incidentId: id };
}

async function fire(desk: Desk, alert: Alert, at: string | undefined): Promise<Effect> {
  const { records } = desk;
  const own = at === undefined ? undefined : (await records.find(incidents, at))?.record;
  if (own && phaseOf(own) === 'live') return join(desk, own, alert);
  // Somebody ended the incident while the alert goes on: this episode has been seen to.
  const seen = own?.monitoring?.alerts.find((one) => one.id === alert.id);
  if (seen?.firing && seen.episode >= alert.episode) return { did: 'none' };
  const id = await records.holder(incidents, 'correlation', alert.correlation);
  const found = id === undefined ? undefined : (await records.find(incidents, id))?.record;
  const since = found && phaseOf(found) === 'resolved' ? found.resolvedAt : undefined;
  if (found?.monitoring && takesIn(found.monitoring, since, desk.now.toISOString())) return join(desk, found, alert);
  if (found) await giveUp(desk, found);
  return open(desk, alert);
}

/** Joins a live incident; one that was resolved is taken up again. */
async function join(desk: Desk, { id }: Incident, alert: Alert): Promise<Effect> {
  let did: Effect['did'] = 'joined';
  await command(desk, id, undefined, (incident, moving) => {
    const watched = incident.monitoring;
    const monitoring = watched && joined(watched, heardOf(alert), moving.now);
    if (!monitoring) throw new Undecided();
    const next: Incident = { ...incident, monitoring };
    const isNew = !watched.alerts.some((one) => one.id === alert.id);
    const companions = isNew ? besides(incident, alert) : [];
    const detail = { alert: alert.id, episode: alert.episode };
    if (phaseOf(incident) === 'live')
      return { next, event: isNew ? 'incident.alert-joined' : 'incident.alert-fired', detail, companions, quiet: true };
    did = 'reopened';
    const change = reopen(next, alert.title, moving);
    return { ...change, detail: { ...change.detail, ...detail }, companions } satisfies Change;
  });
  return { did, incidentId: id };
}

const giveUp = (desk: Desk, { id }: Incident) =>
  command(desk, id, undefined, (incident) => {
    if (incident.monitoring?.correlation === undefined) throw new Refusal('conflict', 'It was given up already.');
    const monitoring = { ...released(incident.monitoring), ...keepsSettling(incident) };
    return { next: { ...incident, monitoring }, event: 'incident.alerts-closed', quiet: true };
  });

const keepsSettling = ({ monitoring }: Incident) => monitoring?.settlesAt !== undefined && { settlesAt: monitoring.settlesAt };

async function open(desk: Desk, alert: Alert): Promise<Effect> {
  const reported = await reportOf(desk, alert);
  const stored = await openIncident(desk, reported, {
    source: 'monitoring',
    receivedAt: alert.receivedAt,
    acknowledge: false,
    monitoring: watchedFor(heardOf(alert), desk.now.toISOString()),
    beside: (minted) => besides(minted, alert),
  });
  return { did: 'opened', incidentId: stored.record.id };
}

/** The link that both sides show, and where the alert's incident is found again. */
const besides = (incident: Pick<RecordBase, 'id' | 'number'> | Minted, alert: Alert): Companion[] => {
  const { when: _, ...link } = linkItem(incidents, incident, 'caused-by', alerts, alert);
  return [link, { operation: 'put', pk: joinedPartition(alert.id), sk: '#', body: { id: incident.id } }];
};

const heardOf = ({ id, episode, status, correlation, windowMinutes, resolveAfterMinutes, storm }: Alert): Heard => ({
  id,
  episode,
  firing: status === 'firing',
  correlation,
  windowMinutes,
  resolveAfterMinutes,
  size: storm ? sizeOf(storm) : 1,
});

/** What the alert says, as far as it still holds: a service, team or customer that is out of use by now is left out. */
async function reportOf(desk: Desk, alert: Alert): Promise<Reported> {
  const { records } = desk;
  const [offered, group, party] = await Promise.all([
    alert.serviceId === undefined ? undefined : records.find(service.entity, alert.serviceId),
    alert.teamId === undefined ? undefined : records.find(team.entity, alert.teamId),
    alert.customerId === undefined ? undefined : records.find(customer.entity, alert.customerId),
  ]);
  const inUse = offered?.record.status === 'live' || offered?.record.status === 'retiring';
  return {
    title: alert.title,
    description: describe(alert),
    ...(await levelsOf(desk, alert)),
    ...(inUse && { serviceId: alert.serviceId }),
    ...(group?.record.status === 'active' && { teamId: alert.teamId }),
    ...(party?.record.status === 'active' && { customerId: alert.customerId }),
  };
}

/** The nearest levels that the matrix in force has: a source knows of no matrix. */
async function levelsOf({ records }: Desk, { impact, urgency }: Alert): Promise<{ impact: number; urgency: number }> {
  try {
    await judge(records, impact, urgency);
    return { impact, urgency };
  } catch (error) {
    if (!(error instanceof Refusal && error.reason === 'invalid') || (impact === 1 && urgency === 1)) throw error;
    const isImpact = error.more.errors?.[0]?.pointer === '/impact';
    return levelsOf(
      { records } as Desk,
      { impact: isImpact ? impact - 1 : impact, urgency: isImpact ? urgency : urgency - 1 } as Alert,
    );
  }
}

const LISTED = 50;
const LONGEST = 18_000;

function describe({ description, labels, link, storm }: Alert): string {
  const language = languageFor('en');
  const named = storm?.members.slice(0, LISTED).map(({ title, fingerprint }) => `- ${title ?? fingerprint}`) ?? [];
  const more = storm ? sizeOf(storm) - named.length : 0;
  const parts = [
    ...(storm ? [say(language, 'monitoring.storm', { count: String(sizeOf(storm)) }), named.join('\n')] : []),
    ...(more > 0 ? [say(language, 'monitoring.more', { count: String(more) })] : []),
    description,
    Object.entries(labels)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n'),
    link ?? '',
  ];
  return parts
    .filter((part) => part !== '')
    .join('\n\n')
    .slice(0, LONGEST)
    .replace(/[\ud800-\udbff]$/, '');
}
