import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** Of values in any order; `share` from 0 to 1. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** One line: what, what was seen, what it must reach, and whether it does. */
export interface Line {
  readonly what: string;
  readonly seen: string;
  readonly bar?: string;
  readonly holds?: boolean;
}

export const atLeast = (what: string, seen: number, bar: number, unit: string, digits = 0): Line => ({
  what,
  seen: `${seen.toFixed(digits)} ${unit}`,
  bar: `≥ ${bar} ${unit}`,
  holds: seen >= bar,
});
export const atMost = (what: string, seen: number, bar: number, unit: string, digits = 1): Line => ({
  what,
  seen: `${seen.toFixed(digits)} ${unit}`,
  bar: `≤ ${bar} ${unit}`,
  holds: seen <= bar,
});
export const told = (what: string, seen: string): Line => ({ what, seen });

export interface Section {
  readonly name: string;
  readonly title: string;
  /** How it was measured, in a paragraph. */
  readonly how: string;
  readonly lines: readonly Line[];
}

const RESULTS = join(import.meta.dirname, 'RESULTS.md');

const HEAD = `# Figures

Written by \`npm run bench\`; each section says when, on what, and by which command. Figures of shared machines drift: what
counts is the ratio to something measured in the same run, where there is one. Nothing here is a timed test. The bars that
quote Request Tracker, Znuny and Redmine come from a table that was measured on another day and another machine; those
systems were not measured here again.
`;

/** Replaces a section of the results and leaves the others as they were. */
export async function write(section: Section, command: string, now: Date, seconds: number): Promise<string> {
  const text = textOf(section, command, now, seconds);
  const before = await readFile(RESULTS, 'utf8').catch(() => HEAD);
  const [start, end] = [`<!-- ${section.name} -->`, `<!-- /${section.name} -->`];
  const block = `${start}\n${text}${end}\n`;
  const at = before.indexOf(start);
  const after =
    at === -1 ? `${before}\n${block}` : before.slice(0, at) + block + before.slice(before.indexOf(end) + end.length + 1);
  await writeFile(RESULTS, after);
  return text;
}

function textOf({ title, how, lines }: Section, command: string, now: Date, seconds: number): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const machine = `${cpus().length} × ${model}, ${process.platform}, Node ${process.version}`;
  const rows = lines.map(({ what, seen, bar = '', holds }) => {
    const verdict = holds === undefined ? '' : holds ? 'yes' : '**no**';
    return `| ${what} | ${seen} | ${bar} | ${verdict} |`;
  });
  return [
    `## ${title}`,
    '',
    how,
    '',
    '| what | seen | bar | reached |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    `\`${command}\` on ${now.toISOString().slice(0, 16)}Z, ${Math.round(seconds)} s; ${machine}; load of the machine beforehand ${load()}.`,
    '',
    '',
  ].join('\n');
}

/** What else ran on the machine tells how far to trust a figure. */
let before = '';
export const noteLoad = (average: number): void => {
  before = average.toFixed(1);
};
const load = (): string => before;
