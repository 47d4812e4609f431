import { type Alert, type Member, type Signal, type Storm, shortened } from './alert.js';

/**
 * A storm: more new alerts of one source within a minute than anybody reads one by one. They stand in one record, with their
 * count and a list; each still ends by itself, and the storm is over when all of them have. Pure.
 */
export const STORM = '~storm';
/** How many are known one by one; what comes beyond is only counted, and again when it is told again. */
export const MOST_MEMBERS = 2000;
/** How many of them are named in words. */
const MOST_TITLES = 100;
/** Milliseconds after the last alert above the limit during which every new one joins. */
const LASTS = 5 * 60_000;

export const isRaging = (alert: Alert | undefined, now: string): boolean =>
  alert?.storm !== undefined && alert.status === 'firing' && Date.parse(now) - Date.parse(alert.storm.lastOverAt) < LASTS;

/** Whether the storm that is under way already speaks of this alert. */
export const hasMember = (alert: Alert | undefined, fingerprint: string): boolean =>
  alert?.status === 'firing' && (alert.storm?.members.some((member) => member.fingerprint === fingerprint) ?? false);

export const sizeOf = ({ members, beyond }: Storm): number => members.length + beyond;
export const isOver = ({ members, beyond }: Storm): boolean =>
  beyond === 0 && members.every(({ endedAt }) => endedAt !== undefined);

export const calm = (now: string): Storm => ({ members: [], beyond: 0, lastOverAt: now });

/** The storm after these signals; undefined when they say nothing that it does not know. `cutOff`: alerts that the source left out. */
export function gathered(storm: Storm, signals: readonly Signal[], cutOff: number, now: string): Storm | undefined {
  const members = new Map<string, Member>(storm.members.map((member) => [member.fingerprint, member]));
  let [beyond, grew, changed] = [Math.max(storm.beyond, cutOff), false, false];
  for (const signal of signals) {
    const before = members.get(signal.fingerprint);
    if (before === undefined && signal.state === 'resolved') continue;
    if (before === undefined && members.size >= MOST_MEMBERS) {
      beyond += 1;
      grew = true;
      continue;
    }
    const after = memberOf(before, members.size < MOST_TITLES, signal, now);
    if (after === before) continue;
    members.set(signal.fingerprint, after);
    changed = true;
    grew ||= before === undefined;
  }
  if (!changed && beyond === storm.beyond) return undefined;
  return { members: [...members.values()], beyond, lastOverAt: grew || beyond > storm.beyond ? now : storm.lastOverAt };
}

function memberOf(before: Member | undefined, named: boolean, signal: Signal, now: string): Member {
  const { fingerprint, title, state, startsAt, endsAt } = signal;
  const fresh: Member = { fingerprint, ...(named && { title: shortened(title, 120) }), startsAt: startsAt ?? now };
  if (before === undefined) return fresh;
  const stale = startsAt !== undefined && startsAt < before.startsAt;
  if (stale) return before;
  if (state === 'resolved') return before.endedAt === undefined ? { ...before, endedAt: endsAt ?? now } : before;
  const again = before.endedAt !== undefined && startsAt !== before.startsAt;
  return again ? fresh : before;
}
