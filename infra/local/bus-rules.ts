import type { EventRule } from '../../functions/kernel/area.js';
import { areas } from '../areas.js';
import type { BusRule } from './bus.js';
import type { EventPattern } from './event-pattern.js';

/** What hears events of the bus. */
export type Hearing = (event: never) => Promise<unknown>;
type Hearers = Readonly<Record<string, Hearing>>;

/** The rules of every area that hears the bus, each with what hears it. */
export function rulesOf(hearing: Hearers, listening: Hearers): BusRule[] {
  const ruleOf = ({ detailType, tells }: EventRule, area: string, hears: Hearing) => ({
    name: `${area}-${detailType}`,
    pattern: {
      source: ['steward'],
      'detail-type': [detailType.endsWith('.') ? { prefix: detailType } : detailType],
      ...(tells && { detail: { tells: ['people'] } }),
    } as EventPattern,
    target: (event: unknown) => hears(event as never),
  });
  return areas.flatMap(({ name, events, signals }) => [
    ...(events?.rules ?? []).map((rule) => ruleOf(rule, name, hearing[name]!)),
    ...(signals?.rules ?? []).map((rule) => ruleOf(rule, name, listening[name]!)),
  ]);
}
