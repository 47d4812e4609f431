import { randomUUID } from 'node:crypto';
import type { EventBridgeEvent } from 'aws-lambda';
import { type DeadLetter, Deliveries } from './deliveries.js';
import { compilePattern, type EventPattern, type Matcher } from './event-pattern.js';
import { type Fault, logFault } from './fault.js';

/**
 * An event bus: what is put is handed to the target of every rule whose pattern matches, at least once and in no promised order.
 *
 * A put resolves when all deliveries that follow from it are safe on disk, so a relay may move its position on then. Targets are
 * called afterwards, retried with backoff, and what they never take is kept as a dead letter.
 */
export class Bus {
  private constructor(
    private readonly rules: readonly (BusRule & { matches: Matcher })[],
    private readonly deliveries: Deliveries<BusDelivery>,
    private readonly now: () => Date,
  ) {}

  /** Begins at once with what an earlier run left. */
  static async open({ file, rules, now, fault = logFault, ...tuning }: BusOptions): Promise<Bus> {
    const compiled = rules.map((rule) => ({ ...rule, matches: compilePattern(rule.pattern) }));
    const byName = new Map(compiled.map((rule) => [rule.name, rule]));
    const deliver = async (item: BusDelivery) => {
      const rule = byName.get(item.rule);
      if (!rule) throw new Error(`There is no rule ${item.rule} any more.`);
      await rule.target(item.event);
    };
    const deliveries = await Deliveries.open<BusDelivery>({
      file,
      fault,
      ...tuning,
      deliver: async (items) => {
        for (const { body } of items) await deliver(body);
        return undefined;
      },
    });
    return new Bus(compiled, deliveries, now);
  }

  /** Takes events; answers their ids in the same order. Account and region are those of one machine. */
  async put(events: readonly NewEvent[]): Promise<string[]> {
    const envelopes = events.map((event) => this.#envelope(event));
    const deliveries = envelopes.flatMap((event) =>
      this.rules.filter(({ matches }) => matches(event as never)).map(({ name }) => ({ body: { rule: name, event } })),
    );
    if (deliveries.length > 0) await this.deliveries.accept(deliveries);
    return envelopes.map(({ id }) => id);
  }

  settled(): boolean {
    return this.deliveries.settled();
  }

  get pending(): number {
    return this.deliveries.pending;
  }

  deadLetters(): readonly DeadLetter<BusDelivery>[] {
    return this.deliveries.deadLetters();
  }

  redrive(): Promise<number> {
    return this.deliveries.redrive();
  }

  close(): Promise<void> {
    return this.deliveries.close();
  }

  #envelope({ source, detailType, detail, resources = [], time }: NewEvent): BusEvent {
    return {
      version: '0',
      id: randomUUID(),
      'detail-type': detailType,
      source,
      account: '000000000000',
      time: `${(time ?? this.now()).toISOString().slice(0, 19)}Z`,
      region: 'local',
      resources: [...resources],
      detail,
    };
  }
}

export type BusEvent = EventBridgeEvent<string, unknown>;

export interface NewEvent {
  source: string;
  detailType: string;
  detail: unknown;
  resources?: readonly string[];
  time?: Date;
}

export interface BusRule {
  name: string;
  pattern: EventPattern;
  /** Throws or rejects to be called again later. */
  target: (event: BusEvent) => Promise<unknown>;
}

export interface BusDelivery {
  rule: string;
  event: BusEvent;
}

export interface BusOptions {
  file: string;
  rules: readonly BusRule[];
  now: () => Date;
  fault?: Fault;
  concurrency?: number;
  attempts?: number;
  backoff?: (refusals: number) => number;
}
