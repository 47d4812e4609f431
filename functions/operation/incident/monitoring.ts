import * as z from 'zod';
import { Id, Instant } from '../../kernel/record.js';

/**
 * What an incident knows of the alerts that it is about: which of them fire, until when others of its correlation join it, and when
 * it resolves by itself. Pure.
 */
const Joined = z.strictObject({
  id: Id,
  /** The alert's episode that was last heard of. */
  episode: z.int().min(0),
  firing: z.boolean(),
});

export const Monitoring = z.strictObject({
  correlation: z
    .string()
    .optional()
    .describe('Further alerts of it join; given up when another incident takes it, or at the end'),
  alerts: z.array(Joined),
  beyond: z.int().min(0).describe('Firing alerts above those that are listed; while there are any, nothing resolves by itself'),
  count: z.int().min(0).describe('How many alerts it has been about; those of a storm each count'),
  lastFiredAt: Instant,
  windowMinutes: z.int().min(1),
  resolveAfterMinutes: z.int().min(0),
  settlesAt: Instant.optional().describe('When it resolves by itself, unless an alert fires before'),
});
export type Monitoring = z.infer<typeof Monitoring>;

/** What an incident needs to know of an alert. */
export interface Heard {
  readonly id: string;
  readonly episode: number;
  readonly firing: boolean;
  readonly correlation: string;
  readonly windowMinutes: number;
  readonly resolveAfterMinutes: number;
  /** How many alerts it stands for. */
  readonly size: number;
}

const MOST = 100;
const MINUTE = 60_000;
const later = (instant: string, minutes: number): string => new Date(Date.parse(instant) + minutes * MINUTE).toISOString();

export const watchedFor = (heard: Heard, now: string): Monitoring => ({
  correlation: heard.correlation,
  alerts: [{ id: heard.id, episode: heard.episode, firing: true }],
  beyond: 0,
  count: heard.size,
  lastFiredAt: now,
  windowMinutes: heard.windowMinutes,
  resolveAfterMinutes: heard.resolveAfterMinutes,
});

/** Whether an alert of the same correlation belongs to it at this instant; `since` is when it was resolved, if it was. */
export const takesIn = ({ lastFiredAt, windowMinutes }: Monitoring, since: string | undefined, now: string): boolean =>
  now <= later(since ?? lastFiredAt, windowMinutes) || now <= later(lastFiredAt, windowMinutes);

/** The alerts after this one was heard of; undefined when that says nothing new. */
export function joined(watched: Monitoring, heard: Heard, now: string): Monitoring | undefined {
  const before = watched.alerts.find(({ id }) => id === heard.id);
  if (before && before.episode > heard.episode) return undefined;
  if (before && before.episode === heard.episode && before.firing === heard.firing)
    return heard.size > watched.count ? { ...watched, count: heard.size } : undefined;
  if (!before && !heard.firing) return undefined;
  // What has ended makes room; what fires is never forgotten.
  const others = watched.alerts.filter(({ id }) => id !== heard.id);
  const room = others.length >= MOST ? others.filter(({ firing }) => firing) : others;
  const fits = room.length < MOST;
  const alerts = fits ? [...room, { id: heard.id, episode: heard.episode, firing: heard.firing }] : room;
  const { settlesAt: _, ...rest } = watched;
  const after: Monitoring = {
    ...rest,
    alerts,
    beyond: watched.beyond + (fits ? 0 : 1),
    count: before ? Math.max(watched.count, heard.size) : watched.count + heard.size,
    ...(heard.firing && { lastFiredAt: now, windowMinutes: heard.windowMinutes, resolveAfterMinutes: heard.resolveAfterMinutes }),
  };
  return isQuiet(after) ? { ...after, settlesAt: later(now, after.resolveAfterMinutes) } : after;
}

export const isQuiet = ({ alerts, beyond }: Monitoring): boolean => beyond === 0 && alerts.every(({ firing }) => !firing);

/** Gives up its correlation: another incident takes what comes next, and reopening this one takes nothing back. */
export function released(watched: Monitoring): Monitoring {
  const { correlation: _, settlesAt: __, ...rest } = watched;
  return rest;
}
