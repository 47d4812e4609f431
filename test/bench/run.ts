import { loadavg } from 'node:os';
import { bundles } from './bundles.js';
import { clockEngine } from './clock-engine.js';
import { timeliness } from './escalations.js';
import { growth } from './growth.js';
import { processorTime } from './processor-time.js';
import { atLeast, atMost, type Line, noteLoad, type Section, told, write } from './report.js';
import { starting } from './starting.js';
import { throughput } from './throughput.js';

/**
 * Measures what the project promises of its speed and writes `RESULTS.md`: `npm run bench`, or some sections only, such as
 * `npm run bench -- http growth`. BENCH_INSTALL=1 also installs a clean clone; BENCH_SCALE is the larger number of records
 * of `growth`, BENCH_CLOCKS the number of clocks that run in `escalations`.
 */
const SECTIONS: Readonly<Record<string, () => Promise<Omit<Section, 'name'>>>> = {
  http: httpSection,
  bundles: bundleSection,
  handler: handlerSection,
  clocks: clockSection,
  growth: growthSection,
  escalations: escalationSection,
  starting: startingSection,
};

/** Requests a second at one and at eight clients. */
const BARS = { create: [74, 132], read: [340, 720], update: [115, 165], list: [200, 380] } as const;

async function httpSection(): Promise<Omit<Section, 'name'>> {
  const { seen, ceiling, megabytes, rounds, milliseconds } = await throughput();
  const lines: Line[] = [];
  for (const [ask, bars] of Object.entries(BARS)) {
    for (const [i, clients] of [1, 8].entries()) {
      const { rate, p50, p99, cpu = 0, failed } = seen[`${ask} ${clients}`]!;
      lines.push(atLeast(`${ask}, ${clients} ${clients === 1 ? 'client' : 'clients'}`, rate, bars[i]!, '/s'));
      lines.push(
        told('', `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${cpu.toFixed(1)} ms of processor time, ${failed} failed`),
      );
    }
    lines.push(atMost(`${ask}, p99 at 8 clients`, seen[`${ask} 8`]!.p99, 100, 'ms'));
  }
  for (const clients of [1, 8]) {
    const share = seen[`create ${clients}`]!.rate / ceiling[clients]!;
    lines.push(
      told(
        `the engine alone: transactions of four items, ${clients} at a time`,
        `${ceiling[clients]!.toFixed(0)} /s; create reaches ${(share * 100).toFixed(0)} % of it`,
      ),
    );
  }
  lines.push(atMost('memory of all processes after the load', megabytes, 300, 'MB', 0));
  return {
    title: 'One machine over HTTP',
    how:
      `One machine as \`npm start --empty\` runs it, with 1,000 incidents of two kilobytes in it; real tokens, the whole path, and an answer only ` +
      `after the commit. Load from a second process over kept connections, ${milliseconds / 1000} s for each line, medians of ${rounds} rounds, the engine ` +
      'alone in between. Processor time counts all processes of the machine, the relay of events and the start of escalations included. ' +
      'The bars: reads and lists five times the best of Request Tracker, Znuny and Redmine; creates and updates five times the best ' +
      'that has service levels and twice Redmine.',
    lines,
  };
}

async function bundleSection(): Promise<Omit<Section, 'name'>> {
  const [bare, ...functions] = await bundles();
  return {
    title: 'Functions: size and module load',
    how:
      'Every function bundled as it is deployed, and a bare handler with the DynamoDB client, each loaded in a fresh process, ' +
      'interleaved; medians. The ratio is to the bare handler of the same round.',
    lines: [
      told('bare handler', `${bare!.kilobytes.toFixed(0)} kB, ${bare!.load.toFixed(0)} ms`),
      ...functions.flatMap(({ entry, kilobytes, load, ratio }) => [
        atMost(entry, kilobytes, 600, 'kB', 0),
        atMost(`${entry}: load, ${load.toFixed(0)} ms`, ratio, 1.5, 'times', 2),
      ]),
    ],
  };
}

async function handlerSection(): Promise<Omit<Section, 'name'>> {
  const { create, read, list } = await processorTime();
  return {
    title: 'A function’s own processor time',
    how:
      'The function called in process with the AWS SDK as it is deployed, over recorded answers of the engine: marshalling, ' +
      'signing and reading answers count, the network and the engine do not. Medians of seven rounds of a hundred.',
    lines: [atMost('create', create, 3, 'ms', 2), atMost('read', read, 1, 'ms', 2), atMost('list of 50', list, 4, 'ms', 2)],
  };
}

async function clockSection(): Promise<Omit<Section, 'name'>> {
  const { engine, loop, ratio, wrong, starts, first } = clockEngine();
  return {
    title: 'Clock engine',
    how: 'Adds eight business hours in Europe/Berlin with holidays, against a straightforward loop over `temporal-polyfill`, interleaved.',
    lines: [
      told('engine', `${Math.round(engine).toLocaleString('en')} /s; the loop ${Math.round(loop).toLocaleString('en')} /s`),
      atLeast('ratio', ratio, 20, 'times'),
      atMost(`results that differ, of ${starts.toLocaleString('en')}`, wrong, 0, '', 0),
      told('first answer of a new calendar', `${first.toFixed(1)} ms`),
    ],
  };
}

async function growthSection(): Promise<Omit<Section, 'name'>> {
  const large = Number(process.env['BENCH_SCALE'] ?? 100_000);
  const { sizes, questions, filling } = await growth([1_000, large]);
  return {
    title: 'Growth',
    how:
      `Two desks on engines of their own, one with ${sizes[0].toLocaleString('en')} incidents and one with ${sizes[1].toLocaleString('en')}, asked the same ` +
      `in turn, through the function and the engine of one machine; medians. The larger was filled with ${filling.toFixed(0)} records a second.`,
    lines: questions.map(({ what, small, large: at, ratio }) => ({
      what,
      seen: `${small.toFixed(2)} → ${at.toFixed(2)} ms: ${ratio.toFixed(2)} times`,
      bar: '≤ 1.2 times',
      holds: ratio <= 1.2,
    })),
  };
}

async function escalationSection(): Promise<Omit<Section, 'name'>> {
  const running = Number(process.env['BENCH_CLOCKS'] ?? 1_000);
  const { due, p50, p99, most, missing } = await timeliness(running, Math.min(running, 1_000));
  return {
    title: 'Escalations in time',
    how:
      `On one machine with ${running.toLocaleString('en')} running clocks, ${due.toLocaleString('en')} of which come due within one minute: from the planned instant to the mail in the outbox. ` +
      'The bar is for 10,000 running clocks (BENCH_CLOCKS=10000).',
    lines: [
      told('p50', `${p50.toFixed(0)} ms`),
      atMost('p99', p99, 1_000, 'ms', 0),
      told('latest', `${most.toFixed(0)} ms`),
      atMost('not told of', missing, 0, '', 0),
    ],
  };
}

async function startingSection(): Promise<Omit<Section, 'name'>> {
  const { fresh, again, install } = await starting(process.env['BENCH_INSTALL'] === '1');
  return {
    title: 'Starting',
    how: 'From the start of the process to its first answer over HTTP, without the demo organisation; started again on a kept folder.',
    lines: [
      told('with a new folder', `${(fresh / 1000).toFixed(1)} s`),
      atMost('started again', again / 1000, 3, 's'),
      ...(install === undefined
        ? [told('a clean clone: npm ci and npm start, to the first answer', 'not measured in this run (BENCH_INSTALL=1)')]
        : [atMost('a clean clone: npm ci and npm start, to the first answer', install, 60, 's')]),
    ],
  };
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => SECTIONS[name] === undefined);
if (unknown.length > 0) {
  console.error(`There is no section ${unknown.join(', ')}; there are ${Object.keys(SECTIONS).join(', ')}.`);
  process.exit(2);
}
const settings = ['BENCH_INSTALL', 'BENCH_SCALE', 'BENCH_CLOCKS'].flatMap((name) =>
  process.env[name] ? [`${name}=${process.env[name]} `] : [],
);
for (const [name, measure] of Object.entries(SECTIONS)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  noteLoad(loadavg()[0]!);
  const began = performance.now();
  const section = await measure();
  const command = `${settings.join('')}npm run bench -- ${name}`;
  console.log(await write({ name, ...section }, command, new Date(), (performance.now() - began) / 1000));
}
