import { pathToFileURL } from 'node:url';
import { Temporal } from 'temporal-polyfill';
import { CalendarDefinition } from '../../functions/design/calendar/calendar.js';
import { WorkingTime } from '../../functions/design/calendar/working-time.js';

/**
 * Adds eight business hours in a zone with holidays: the engine against a
 * straightforward loop over Temporal, interleaved in one run, and every result compared.
 * `npx tsx test/bench/clock-engine.ts`
 */

const HOUR = 3_600_000;
const ROUNDS = 5;
const STARTS = 20_000;

const day: [string, string][] = [['09:00', '17:00']];
const definition = CalendarDefinition.parse({
  timezone: 'Europe/Berlin',
  hours: { mon: day, tue: day, wed: day, thu: day, fri: day },
  exceptions: Object.fromEntries(
    ['01-01', '04-03', '04-06', '05-01', '05-14', '05-25', '10-03', '12-25', '12-26'].map((date) => [`2026-${date}`, []]),
  ),
});

/** What one writes without a table: day by day, each opening and closing from Temporal. */
function loop(start: number, length: number): number {
  const { timezone, hours, exceptions } = definition;
  const weekdays = [hours.mon, hours.tue, hours.wed, hours.thu, hours.fri, hours.sat, hours.sun];
  let left = length;
  for (
    let date = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(timezone).toPlainDate();
    ;
    date = date.add({ days: 1 })
  ) {
    for (const [from, to] of exceptions[date.toString()] ?? weekdays[date.dayOfWeek - 1] ?? []) {
      const opens = Math.max(start, date.toZonedDateTime({ timeZone: timezone, plainTime: from }).epochMilliseconds);
      const closes = date.toZonedDateTime({ timeZone: timezone, plainTime: to }).epochMilliseconds;
      if (opens >= closes) continue;
      if (left <= closes - opens) return opens + left;
      left -= closes - opens;
    }
  }
}

/** Instants all over 2026, the same in every run. */
const starts = Array.from({ length: STARTS }, (_, i) => Date.UTC(2026, 0, 1) + ((i * 1_597_463_007) % (363 * 24 * HOUR)));

function rate(add: (start: number, length: number) => number, times: number): number {
  const began = performance.now();
  let sum = 0;
  for (let n = 0; n < times; n++) for (const start of starts) sum += add(start, 8 * HOUR);
  if (sum === 0) throw new Error('Nothing was computed.');
  return (times * STARTS * 1000) / (performance.now() - began);
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

export interface Figures {
  /** Additions a second, medians of the rounds. */
  readonly engine: number;
  readonly loop: number;
  readonly ratio: number;
  /** Of `starts`, how many results differ. */
  readonly wrong: number;
  readonly starts: number;
  /** Milliseconds until the first answer of a calendar that was not laid out yet. */
  readonly first: number;
}

export function clockEngine(): Figures {
  const began = performance.now();
  const time = new WorkingTime(definition);
  time.due(starts[0]!, 8 * HOUR);
  const first = performance.now() - began;
  const wrong = starts.filter((start) => time.due(start, 8 * HOUR) !== loop(start, 8 * HOUR)).length;
  const [engine, plain, ratio] = [[] as number[], [] as number[], [] as number[]];
  for (let round = 0; round < ROUNDS; round++) {
    engine.push(rate((start, length) => time.due(start, length), 20));
    plain.push(rate(loop, 1));
    ratio.push(engine.at(-1)! / plain.at(-1)!);
  }
  return { engine: median(engine), loop: median(plain), ratio: median(ratio), wrong, starts: STARTS, first };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { engine, loop: plain, ratio, wrong, first } = clockEngine();
  console.log(`engine ${Math.round(engine)}/s, loop over Temporal ${Math.round(plain)}/s: ${ratio.toFixed(0)} times (bar: 20)`);
  console.log(`${wrong} of ${STARTS} results differ; first answer of a new calendar after ${first.toFixed(1)} ms`);
}
