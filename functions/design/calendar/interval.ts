export const MINUTE = 60_000;
export const DAY = 86_400_000;

/** Half-open: from the first instant up to and without the second, in milliseconds; an end of `Infinity` is still open. */
export type Span = readonly [from: number, to: number];

/** The same time, sorted, without overlaps, touching or empty spans. */
export function unite(spans: readonly Span[]): readonly Span[] {
  if (spans.length < 2) return spans.filter(([from, to]) => from < to);
  const sorted = spans.filter(([from, to]) => from < to).sort((a, b) => a[0] - b[0]);
  const united: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = united.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else united.push([from, to]);
  }
  return united;
}

/** The parts of the spans that lie between two instants. */
export const clip = (spans: readonly Span[], from: number, to: number): Span[] =>
  spans.map(([a, b]): Span => [Math.max(a, from), Math.min(b, to)]).filter(([a, b]) => a < b);
