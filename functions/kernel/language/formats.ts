import { type Language, say } from './language.js';

const formats = new Map<string, Intl.DateTimeFormat>();
const SHAPE = {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
} as const;

/** An RFC 3339 instant on the reader's clock, with the zone named as it then is: `Fri, 6 Nov 2026, 17:50 (Central European …)`. */
export function instantIn(language: Language, timeZone: string, instant: string): string {
  const date = new Date(instant);
  const exact = formatOf(language, timeZone, 'exact');
  const zone = exact.formatToParts(date).find(({ type }) => type === 'timeZoneName')?.value ?? zoneName(timeZone);
  return say(language, 'format.instant', { clock: formatOf(language, timeZone, 'clock').format(date), zone });
}

/** The identifier of the zone that times are shown in. */
export const zoneName = (timeZone: string): string => (isZone(timeZone) ? timeZone : 'UTC');

/** Whole minutes as people say them: `25 minutes`, `2 hours 5 minutes`, `3 days`; at least one minute. Days have 24 hours. */
export function minutesIn(language: Language, minutes: number): string {
  const whole = Math.max(1, Math.round(minutes));
  const parts: [number, string][] = [
    [Math.floor(whole / 1440), 'day'],
    [Math.floor((whole % 1440) / 60), 'hour'],
    [whole >= 1440 ? 0 : whole % 60, 'minute'],
  ];
  const said = parts.filter(([count]) => count > 0).map(([count, unit]) => countOf(language, count, unit));
  return said.reduce((first, second) => say(language, 'format.joined', { first, second }));
}

export const numberIn = (language: Language, value: number): string => new Intl.NumberFormat(language.locale).format(value);

/** A percentage given as such: 80 is `80%`. */
export const percentIn = (language: Language, percent: number): string =>
  new Intl.NumberFormat(language.locale, { style: 'percent', maximumFractionDigits: 0 }).format(percent / 100);

const countOf = (language: Language, count: number, unit: string): string =>
  new Intl.NumberFormat(language.locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count);

const KINDS = {
  clock: SHAPE,
  exact: { timeZoneName: 'long' },
} as const;

/** A zone that the runtime does not know is shown as UTC, and named so: a notice with a strange zone is still sent. */
function formatOf({ locale }: Language, timeZone: string, kind: keyof typeof KINDS): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone} ${kind}`;
  const known = formats.get(key);
  if (known) return known;
  const format = new Intl.DateTimeFormat(locale, { timeZone: zoneName(timeZone), ...KINDS[kind] });
  if (formats.size < 3000) formats.set(key, format);
  return format;
}

function isZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch (error) {
    // A RangeError is the platform's only way to say that it knows no such zone.
    if (error instanceof RangeError) return false;
    throw error;
  }
}
