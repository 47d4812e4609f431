import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operation } from '../../../../functions/operation/area.js';
import { operationSignals } from '../../../../functions/operation/listening.js';
import { startDesk, type TestDesk } from '../../../support/desk.js';
import { admin, alertsOf, aSource } from './a-source.js';

let desk: TestDesk;
beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.close());

describe('an alarm of CloudWatch', () => {
  const ACCOUNT = '123456789012';
  /** As EventBridge hands it on, from the service's own documentation. */
  const alarm = (value: string, at: string, previous: { value: string; timestamp: string }, over: object = {}) => ({
    version: '0',
    id: 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92',
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    account: ACCOUNT,
    time: at,
    region: 'eu-west-1',
    resources: [`arn:aws:cloudwatch:eu-west-1:${ACCOUNT}:alarm:ServerCpuTooHigh`],
    detail: {
      alarmName: 'ServerCpuTooHigh',
      configuration: {
        description: 'Goes into alarm when server CPU utilization is too high!',
        metrics: [
          {
            id: '30b6c6b2-a864-43a2-4877-c09a1afc3b87',
            metricStat: {
              metric: { dimensions: { InstanceId: 'i-12345678901234567' }, name: 'CPUUtilization', namespace: 'AWS/EC2' },
              period: 300,
              stat: 'Average',
            },
            returnData: true,
          },
        ],
      },
      previousState: { reason: 'Threshold not crossed', value: previous.value, timestamp: previous.timestamp },
      state: { reason: 'Threshold Crossed: 1 out of the last 1 datapoints', value, timestamp: at },
    },
    ...over,
  });
  const hear = (event: object) => operationSignals(desk.dependencies)(event as never);
  const [calm, began, over] = ['2026-03-02T09:00:00.000+0000', '2026-03-02T09:50:00.604+0000', '2026-03-02T09:55:00.000+0000'];

  it('of an account without a source, or that only lacks data, or never fired, is none of ours', async () => {
    await hear(alarm('ALARM', began, { value: 'OK', timestamp: calm }));
    const source = await aSource(desk, { kind: 'cloudwatch', account: ACCOUNT });
    await hear(alarm('INSUFFICIENT_DATA', began, { value: 'OK', timestamp: calm }));
    await hear(alarm('OK', began, { value: 'INSUFFICIENT_DATA', timestamp: calm }));
    expect(await alertsOf(desk, source)).toEqual([]);
    await hear(alarm('ALARM', began, { value: 'OK', timestamp: calm }));
    await hear(alarm('ALARM', began, { value: 'OK', timestamp: calm }));
    expect(await alertsOf(desk, source)).toMatchObject([
      { status: 'firing', title: 'ServerCpuTooHigh', startsAt: '2026-03-02T09:50:00.604Z' },
    ]);
    const [{ id }] = await alertsOf(desk, source);
    const { body } = await desk.call(operation, `GET /v1/alerts/${id}`, admin);
    expect(body.labels).toMatchObject({ InstanceId: 'i-12345678901234567', namespace: 'AWS/EC2', account: ACCOUNT });
    await hear(alarm('OK', over, { value: 'ALARM', timestamp: began }));
    expect(await alertsOf(desk, source)).toMatchObject([{ status: 'resolved' }]);
    await hear(alarm('ALARM', began, { value: 'OK', timestamp: calm }));
    expect(await alertsOf(desk, source)).toMatchObject([{ status: 'resolved' }]);
  });
});
