import { Refusal } from '../../kernel/errors.js';
import type { Records, Stored } from '../../kernel/records.js';
import type { AlertSource } from '../alert-source/entity.js';
import { meaningOf } from '../alert-source/source.js';
import type { Alert, Signal } from './alert.js';
import { begun, stormBegun, stormGrown } from './beginning.js';
import { nameServices, type Services } from './correlating.js';
import { alerts, fingerprintKey, seenPartition } from './entity.js';
import { observe } from './observing.js';
import { calm, gathered, hasMember, isRaging, STORM } from './storm.js';

/**
 * Takes in what one delivery says. Each alert is one transaction, guarded by its fingerprint, so that two deliveries at once make
 * one record; whatever is delivered again, in part or in whole, finds its effect standing. New alerts of a minute stand in line:
 * the first of them become alerts, the rest one storm, and everybody who asks gets the same places.
 */
export interface Taken {
  readonly opened: number;
  readonly changed: number;
  readonly repeated: number;
  readonly late: number;
  /** Joined a storm. */
  readonly storm: number;
  readonly ignored: number;
}
type What = keyof Taken;

export interface Ingest {
  readonly records: Records;
  readonly now: Date;
}

const NOTHING: Taken = { opened: 0, changed: 0, repeated: 0, late: 0, storm: 0, ignored: 0 };
const AT_ONCE = 8;
const TRIES = 5;
/** Hours for which a minute's line is kept. */
const LINE_HOURS = 1;
const SEEN_HOURS = 30 * 24;

export async function takeIn(ingest: Ingest, source: AlertSource, signals: readonly Signal[], cutOff = 0): Promise<Taken> {
  const heeded = signals.filter(({ labels }) => !meaningOf(source, labels).ignore);
  // Read before anything is looked up: once a storm rages, whatever became an alert of its own before it stands already.
  const [storm, services] = await Promise.all([stormOf(ingest, source), nameServices(ingest.records, source, heeded)]);
  const outcomes: What[] = signals.slice(heeded.length).map(() => 'ignored');
  const strangers: Signal[] = [];
  await inParallel(byFingerprint(heeded), async (said) => {
    for (const signal of said) {
      const outcome = await known(ingest, source, signal);
      if (outcome === undefined) strangers.push(signal);
      else outcomes.push(outcome);
    }
  });
  outcomes.push(...(await introduce(ingest, source, strangers, { storm, services, cutOff })));
  const counts: Record<What, number> = { ...NOTHING };
  for (const what of outcomes) counts[what] += 1;
  return counts;
}

/** What it does to an alert that stands already; undefined where none does and one may have to. */
async function known(ingest: Ingest, source: AlertSource, signal: Signal): Promise<What | undefined> {
  const id = await ingest.records.holder(alerts, 'fingerprint', fingerprintKey(source.id, signal.fingerprint));
  if (id !== undefined) return heard(ingest, id, signal);
  // The end of what was never heard of is kept, so that its beginning is known to be late when it comes; if it names one.
  return signal.state === 'resolved' && signal.startsAt === undefined ? 'ignored' : undefined;
}

/** Thrown inside a rule that finds nothing to decide. */
class NothingNew extends Error {
  override readonly name = 'NothingNew';
  constructor(readonly as: 'repeated' | 'late') {
    super(as);
  }
}

async function heard({ records, now }: Ingest, id: string, signal: Signal): Promise<What> {
  const at = now.toISOString();
  try {
    const { record } = await records.read(alerts, id);
    const first = observe(record, signal, at);
    if (first.as !== 'changed') throw new NothingNew(first.as);
    await records.decide(alerts, id, undefined, (current) => {
      const seen = observe(current, signal, at);
      if (seen.as !== 'changed') throw new NothingNew(seen.as);
      return seen.decision;
    });
    return 'changed';
  } catch (error) {
    if (!(error instanceof NothingNew)) throw error;
    if (error.as === 'repeated') await records.count({ pk: seenPartition(id), sk: at.slice(0, 13) }, { repeated: 1 }, SEEN_HOURS);
    return error.as;
  }
}

interface Setting {
  /** The source's storm as it stood when the delivery came. */
  readonly storm: Alert | undefined;
  readonly services: Services;
  /** How many alerts the source left out. */
  readonly cutOff: number;
}

/** Signals of alerts that do not stand yet: the first of a minute each become one, the rest join the storm. */
async function introduce(
  ingest: Ingest,
  source: AlertSource,
  strangers: readonly Signal[],
  { storm, services, cutOff }: Setting,
): Promise<What[]> {
  if (strangers.length === 0 && cutOff === 0) return [];
  const at = ingest.now.toISOString();
  const swept = strangers.filter(({ fingerprint }) => hasMember(storm, fingerprint));
  const rest = strangers.filter((signal) => !swept.includes(signal));
  const fresh = rest.filter(({ state }) => state === 'firing');
  const places = fresh.length > 0 && !isRaging(storm, at) ? await inLine(ingest, source, fresh) : undefined;
  const single = (signal: Signal) =>
    signal.state === 'resolved' || (places?.get(signal.fingerprint) ?? Infinity) < source.stormLimit;
  const outcomes: What[] = [];
  await inParallel(byFingerprint(rest.filter(single)), async (said) => {
    for (const signal of said) outcomes.push(await opened(ingest, source, signal, services));
  });
  const joining = [...swept, ...rest.filter((signal) => !single(signal))];
  if (joining.length > 0 || cutOff > 0) await joinStorm(ingest, source, joining, cutOff);
  return [...outcomes, ...joining.map((): What => 'storm')];
}

/** Places in this minute's line, from 0; the same for whoever asks, and for a delivery that is repeated. */
async function inLine({ records, now }: Ingest, source: AlertSource, fresh: readonly Signal[]): Promise<Map<string, number>> {
  const names = [...new Set(fresh.map(({ fingerprint }) => fingerprint))].slice(0, source.stormLimit + 1);
  const line = await records.lineUp({ pk: `ALERT#LINE#${source.id}`, sk: now.toISOString().slice(0, 16) }, names, LINE_HOURS);
  return new Map(line.map((name, place) => [name, place]));
}

async function opened(ingest: Ingest, source: AlertSource, signal: Signal, services: Services): Promise<What> {
  const { records, now } = ingest;
  for (let attempt = 1; ; attempt++) {
    const id = await records.holder(alerts, 'fingerprint', fingerprintKey(source.id, signal.fingerprint));
    if (id !== undefined) return heard(ingest, id, signal);
    try {
      await records.create(alerts, (minted) => begun(minted, source, signal, services, now.toISOString()));
      return 'opened';
    } catch (error) {
      // Another delivery was first: what stands now decides.
      if (!(error instanceof Refusal && error.reason === 'conflict') || attempt === TRIES) throw error;
    }
  }
}

async function stormOf({ records }: Ingest, source: AlertSource): Promise<Alert | undefined> {
  const id = await records.holder(alerts, 'fingerprint', fingerprintKey(source.id, STORM));
  return id === undefined ? undefined : (await records.find(alerts, id))?.record;
}

/** One transaction for all that join, however many they are. */
async function joinStorm(ingest: Ingest, source: AlertSource, joining: readonly Signal[], cutOff: number): Promise<void> {
  const { records, now } = ingest;
  const at = now.toISOString();
  for (let attempt = 1; ; attempt++) {
    const standing = await stormOf(ingest, source);
    try {
      if (standing) await grow(records, standing, joining, cutOff, at);
      else {
        const storm = gathered(calm(at), joining, cutOff, at);
        if (storm) await records.create(alerts, (minted) => stormBegun(minted, source, storm, at));
      }
      return;
    } catch (error) {
      if (error instanceof NothingNew) return;
      if (!(error instanceof Refusal && error.reason === 'conflict') || attempt === TRIES) throw error;
    }
  }
}

const grow = (records: Records, { id }: Alert, joining: readonly Signal[], cutOff: number, at: string): Promise<Stored<Alert>> =>
  records.decide(alerts, id, undefined, (current) => {
    const storm = gathered(current.status === 'firing' ? (current.storm ?? calm(at)) : calm(at), joining, cutOff, at);
    if (!storm) throw new NothingNew('repeated');
    return stormGrown(current, storm, at);
  });

/** Signals of one alert stay in order; different alerts go side by side. */
function byFingerprint(signals: readonly Signal[]): Signal[][] {
  const groups = new Map<string, Signal[]>();
  for (const signal of signals) groups.set(signal.fingerprint, [...(groups.get(signal.fingerprint) ?? []), signal]);
  return [...groups.values()];
}

/** All are tried before the first failure is told, so that a repetition has less to do. */
async function inParallel<T>(items: readonly T[], each: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const failures: unknown[] = [];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      await each(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
}
