import { describe, expect, it } from 'vitest';
import { areas } from '../../infra/areas.js';
import { bundle } from '../../infra/bundling.js';
import { entryOf } from '../../infra/entries.js';
import { synthesised } from './support/synthesised.js';

const { all } = synthesised();
const rules = all('AWS::Events::Rule').map(({ Properties }) => Properties);

describe('what monitoring says', () => {
  it('comes from CloudWatch by the account’s own bus, to the function that hears it, and is kept where it is not taken', () => {
    const [rule, ...others] = rules.filter(({ EventPattern }) => EventPattern.source[0] === 'aws.cloudwatch');
    expect(others).toEqual([]);
    expect(rule).toMatchObject({ EventPattern: { 'detail-type': ['CloudWatch Alarm State Change'] } });
    expect(rule!.EventBusName).toBeUndefined();
    expect(JSON.stringify(rule!.Targets)).toMatch(/signals/);
  });

  it('becomes incidents by the events that alerts tell', () => {
    const heard = rules.flatMap(({ EventPattern }) => EventPattern['detail-type'] ?? []);
    for (const event of ['alert.fired', 'alert.resolved', 'alert.grew', 'alert.continued']) expect(heard).toContain(event);
  });
});

describe('what other software is told', () => {
  it('waits in order, by record and webhook, for longer than anything is tried', () => {
    const queue = all('AWS::SQS::Queue').find(
      ({ Properties }) => Properties.QueueName === 'steward-test-webhooks.fifo',
    )!.Properties;
    expect(queue).toMatchObject({
      FifoQueue: true,
      FifoThroughputLimit: 'perMessageGroupId',
      DeduplicationScope: 'messageGroup',
    });
    expect(queue.MessageRetentionPeriod).toBe(14 * 86_400);
    expect(queue.RedrivePolicy.maxReceiveCount).toBeGreaterThanOrEqual(500);
    const mapping = all('AWS::Lambda::EventSourceMapping').find(({ Properties }) => Properties.ScalingConfig)!.Properties;
    expect(mapping).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'], BatchSize: 5 });
    expect(queue.VisibilityTimeout).toBeGreaterThanOrEqual(6 * 90);
  });

  it('goes out by a function that is built without the way to this machine', async () => {
    const support = areas.find(({ name }) => name === 'support')!;
    const { inputs } = await bundle(entryOf(support, 'webhooks'));
    expect(Object.keys(inputs).filter((file) => /local/.test(file.replace(/node_modules.*/, '')))).toEqual([]);
    expect(Object.keys(inputs).some((file) => file.endsWith('platform/outgoing.ts'))).toBe(true);
  });
});
