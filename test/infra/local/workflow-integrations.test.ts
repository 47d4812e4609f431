import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { Bus, type BusEvent } from '../../../infra/local/bus.js';
import { MovableClock } from '../../../infra/local/clock.js';
import { Dynoxide } from '../../../infra/local/dynoxide.js';
import { Outbox } from '../../../infra/local/outbox.js';
import { settle } from '../../../infra/local/settling.js';
import { StateMachines } from '../../../infra/local/state-machines.js';
import { ensureTable } from '../../../infra/local/table.js';
import { workflowIntegrations } from '../../../infra/local/workflow-integrations.js';
import { clientConfig } from './aws-clients.js';
import { closing, eventually, scratchFolder } from './scratch.js';

async function parts() {
  const folder = scratchFolder();
  const now = () => new Date();
  const outbox = closing(await Outbox.open({ file: join(folder, 'outbox.ndjson'), now }));
  const heard: BusEvent[] = [];
  const rules = [{ name: 'all', pattern: { source: ['workflow'] }, target: async (event: BusEvent) => void heard.push(event) }];
  const bus = closing(await Bus.open({ file: join(folder, 'bus.ndjson'), rules, now }));
  const { endpoint } = closing(await Dynoxide.start({ folder }));
  const dynamodb = new DynamoDBClient(clientConfig(endpoint));
  closing({ close: () => dynamodb.destroy() });
  await ensureTable(dynamodb, { name: 'steward', indexes: [] });
  const integrations = workflowIntegrations({ outbox, buses: new Map([['steward', bus]]), dynamodb });
  const clock = closing(await MovableClock.open());
  return { folder, outbox, heard, dynamodb, integrations, clock };
}

describe('workflow integrations', () => {
  it('read the table, publish to topics and put events', async () => {
    const { folder, outbox, heard, dynamodb, integrations, clock } = await parts();
    await dynamodb.send(
      new PutItemCommand({ TableName: 'steward', Item: { pk: { S: 'a' }, sk: { S: '#' }, state: { S: 'open' } } }),
    );
    const states = {
      Read: {
        Type: 'Task',
        Resource: 'arn:aws:states:::dynamodb:getItem',
        Parameters: { TableName: 'steward', Key: { pk: { 'S.$': '$.id' }, sk: { S: '#' } } },
        ResultPath: '$.found',
        Next: 'Say',
      },
      Say: {
        Type: 'Task',
        Resource: 'arn:aws:states:::sns:publish',
        Parameters: { TopicArn: 'arn:aws:sns:local:000000000000:pager', 'Message.$': '$.found.Item.state.S' },
        ResultPath: null,
        Next: 'Tell',
      },
      Tell: {
        Type: 'Task',
        Resource: 'arn:aws:states:::events:putEvents',
        Parameters: {
          Entries: [{ Source: 'workflow', DetailType: 'said', EventBusName: 'steward', Detail: { 'id.$': '$.id' } }],
        },
        End: true,
      },
    };
    const definitions = { say: JSON.stringify({ StartAt: 'Read', States: states }) };
    const machines = closing(
      await StateMachines.open({ definitions, file: join(folder, 'e.ndjson'), functions: {}, integrations, clock }),
    );
    await machines.start({ machine: 'say', name: 'x', input: '{"id":"a"}' });
    await eventually(() => heard.length === 1);
    expect(heard[0]).toMatchObject({ 'detail-type': 'said', detail: { id: 'a' } });
    expect(await outbox.list({ to: 'pager' })).toMatchObject([{ message: 'open' }]);
  });

  it('carry the escalation of an incident as it is deployed', async () => {
    const { folder, integrations, clock } = await parts();
    const start = clock.millis();
    const looks: number[] = [];
    const look = async ({ task, id, generation }: { task: string; id: string; generation: number }) => {
      expect({ task, id, generation }).toEqual({ task: 'escalate', id: 'i-1', generation: 3 });
      looks.push(Math.round((clock.millis() - start) / 3_600_000));
      return looks.length < 3
        ? { state: 'wait', wakeAt: new Date(start + looks.length * 48 * 3_600_000).toISOString() }
        : { state: 'done' };
    };
    const definitions = { 'incident-escalation': readFileSync('workflows/incident-escalation.asl.json', 'utf8') };
    const machines = closing(
      await StateMachines.open({
        definitions,
        file: join(folder, 'e.ndjson'),
        functions: { OperationTasksArn: look as never },
        integrations,
        clock,
      }),
    );
    clock.settleWith(() => settle([machines]));
    await machines.start({ machine: 'incident-escalation', name: 'incident-i-1-3', input: '{"id":"i-1","generation":3}' });
    await clock.advance(5 * 24 * 60);
    expect(looks).toEqual([0, 48, 96]);
    expect(machines.describe('incident-escalation', 'incident-i-1-3').status).toBe('SUCCEEDED');
  });
});
