import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { days } from '../../../../functions/support/webhook/delivering.js';
import {
  type Delivery,
  endsWebhook,
  HEALTHY,
  healthAfter,
  SCHEDULE,
  tried,
  waitsUntil,
} from '../../../../functions/support/webhook/delivery.js';
import { messageId, messageText, wants } from '../../../../functions/support/webhook/webhook.js';

const at = (minute: number) => new Date(Date.UTC(2026, 2, 2, 10) + minute * 60_000).toISOString();
const told = { entity: 'incident', id: 'i1', number: 'INC-1', version: 1, sequence: 3, at: at(0), changed: ['status'] };
const fresh: Delivery = {
  ...told,
  delivery: 'd',
  messageId: messageId(told),
  type: 'incident.resolved',
  state: 'waiting',
  tries: 0,
  attempts: [],
};

describe('a delivery', () => {
  it('is tried for many hours, ever later, and is then given up', () => {
    let [delivery, now, waits] = [fresh, at(0), [] as number[]];
    while (delivery.state === 'waiting') {
      delivery = tried(delivery, { status: 500, took: 1 }, now);
      if (!delivery.nextAttemptAt) break;
      waits.push(Date.parse(delivery.nextAttemptAt) - Date.parse(now));
      now = delivery.nextAttemptAt;
    }
    expect(delivery).toMatchObject({ state: 'failed', tries: SCHEDULE.length + 1 });
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(Date.parse(now) - Date.parse(at(0))).toBeGreaterThan(12 * 3_600_000);
    expect(Math.max(...waits)).toBeLessThan(12 * 3_600_000);
  });

  it('waits as long as it is asked to, within reason', () => {
    expect(tried(fresh, { status: 429, retryAfter: 600, took: 1 }, at(0)).nextAttemptAt).toBe(at(10));
    expect(tried(fresh, { status: 429, retryAfter: 10 ** 9, took: 1 }, at(0)).nextAttemptAt).toBe(at(660));
  });

  it('that is answered with 2xx is done, and with anything else is not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), (status) => {
        expect(tried(fresh, { status, took: 1 }, at(0)).state === 'delivered').toBe(status >= 200 && status < 300);
      }),
    );
  });

  it('takes its webhook along only where nothing else went through', () => {
    const failed = { ...fresh, state: 'failed' as const, attempts: [{ at: at(0), took: 1 }] };
    expect(endsWebhook(failed, { failures: 9 }, { status: 500, took: 1 })).toBe(true);
    expect(endsWebhook(failed, { failures: 9, lastSuccessAt: at(-1) }, { status: 500, took: 1 })).toBe(true);
    expect(endsWebhook(failed, { failures: 0, lastSuccessAt: at(5) }, { status: 400, took: 1 })).toBe(false);
    expect(endsWebhook({ ...failed, state: 'failed' }, { failures: 0, lastSuccessAt: at(5) }, { status: 410, took: 1 })).toBe(
      true,
    );
  });
});

describe('a receiver', () => {
  it('that fails is left alone for a while, and has nothing held back once it answers', () => {
    let health = HEALTHY;
    for (let i = 0; i < 3; i++) health = healthAfter(health, { status: 503, took: 1 }, at(i));
    expect(waitsUntil(health, at(2))).toBeDefined();
    for (let i = 3; i < 30; i++) health = healthAfter(health, { why: 'timeout', took: 1 }, at(i));
    expect(waitsUntil(health, at(29))).toBe(at(34));
    expect(waitsUntil(healthAfter(health, { status: 200, took: 1 }, at(40)), at(40))).toBeUndefined();
  });
});

describe('a webhook', () => {
  it.each([
    [['*'], undefined, 'incident.opened', true],
    [['incident.*'], undefined, 'incident.opened', true],
    [['incident.*'], undefined, 'incidental.opened', false],
    [['incident.opened'], undefined, 'incident.reopened', false],
    [['*'], 'c1', 'incident.opened', true],
    [['*'], 'c2', 'incident.opened', false],
  ])('of %j and customer %s wants %s: %s', (events, customerId, type, wanted) => {
    const hook = { events: events as string[], ...(customerId && { customerId: customerId as string }) };
    expect(wants(hook, type as string, { ...told, customerId: 'c1' })).toBe(wanted);
  });

  it('is never told of webhooks, nor of what only some may see, nor, where it is a customer’s, of what is nobody’s', () => {
    expect(wants({ events: ['*'] }, 'webhook.disabled', { ...told, entity: 'webhook' })).toBe(false);
    expect(wants({ events: ['*'] }, 'incident.commented', { ...told, restricted: true })).toBe(false);
    expect(wants({ events: ['*'], customerId: 'c1' }, 'service.amended', told)).toBe(false);
  });

  it('is told little, whatever happened', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 500 }), { maxLength: 300 }), (changed) => {
        const text = messageText('incident.amended', { ...told, changed });
        expect(Buffer.byteLength(text)).toBeLessThan(20_000);
        expect(Object.keys(JSON.parse(text).data).sort()).toEqual(['changed', 'entity', 'id', 'number', 'sequence', 'version']);
      }),
    );
  });
});

describe('a range', () => {
  it('touches each of its days once, half-open', () => {
    expect(days('2026-02-27T23:59:59.999Z', '2026-03-01T00:00:00.000Z')).toEqual(['2026-02-27', '2026-02-28']);
    expect(days('2026-03-01T00:00:00.000Z', '2026-03-01T00:00:00.001Z')).toEqual(['2026-03-01']);
    expect(days('2026-03-02T00:00:00.000Z', '2026-03-01T00:00:00.000Z')).toEqual([]);
  });
});
