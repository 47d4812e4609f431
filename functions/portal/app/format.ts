import { language, t } from './language/language.js';

/** Instants and lengths of time in the reader's language and zone. */

const formatOf = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat(language().locale, { hourCycle: 'h23', ...options });

/** `Mon, 2 Mar, 09:30`; the year only where it is another than now's. */
export function instant(at: string, now = Date.now()): string {
  const date = new Date(at);
  const otherYear = date.getFullYear() !== new Date(now).getFullYear();
  return formatOf({
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(otherYear && { year: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
  }).format(date);
}

/** `Mon, 2 Mar, 09:15 – 09:36`: the day once, where both ends lie in it. */
export const stretch = (from: string, to: string): string =>
  formatOf({ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).formatRange(
    new Date(from),
    new Date(to),
  );

/** With seconds and the zone, for a tooltip. */
export const exactInstant = (at: string): string => formatOf({ dateStyle: 'full', timeStyle: 'long' }).format(new Date(at));

export const timeOfDay = (at: Date): string => formatOf({ hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in its two greatest units: `2 d 3 h`, `1 h 5 min`; seconds below ten minutes where `exact`. Days have 24 hours. */
export function duration(milliseconds: number, exact = false): string {
  const whole = Math.abs(milliseconds);
  const seconds = Math.floor(whole / 1000);
  if (exact && whole < 10 * MINUTE) {
    const [m, s] = [Math.floor(seconds / 60), seconds % 60];
    return joined([m > 0 && t('time.minute', { n: m }), t('time.second', { n: s })]);
  }
  const [d, h, m] = [Math.floor(whole / DAY), Math.floor((whole % DAY) / HOUR), Math.floor((whole % HOUR) / MINUTE)];
  if (d > 0) return joined([t('time.day', { n: d }), h > 0 && t('time.hour', { n: h })]);
  if (h > 0) return joined([t('time.hour', { n: h }), m > 0 && t('time.minute', { n: m })]);
  return m > 0 ? t('time.minute', { n: m }) : t('time.now');
}

/** Minutes of work or of working time, where a day says nothing: `26 h 5 min`, `0 min`. */
export function minutes(amount: number): string {
  const whole = Math.round(Math.abs(amount));
  const [h, m] = [Math.floor(whole / 60), whole % 60];
  return joined([h > 0 && t('time.hour', { n: h }), (m > 0 || h === 0) && t('time.minute', { n: m })]);
}

const joined = (parts: readonly (string | false)[]): string => parts.filter((part) => part !== false).join(' ');
