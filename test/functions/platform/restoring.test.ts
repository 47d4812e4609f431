import { describe, expect, it } from 'vitest';
import { restore } from '../../../functions/platform/restoring.js';

interface Sent {
  readonly constructor: { readonly name: string };
  readonly input: any;
}

/** A DynamoDB in which a table takes a while to be restored. */
function slowly(existing: Record<string, { status: string; stream: boolean }>) {
  const sent: string[] = [];
  const client = {
    async send({ constructor: { name }, input }: Sent) {
      const table = existing[input.TableName ?? input.TargetTableName];
      if (name !== 'DescribeTableCommand') sent.push(name.replace('Command', ''));
      if (name === 'RestoreTableToPointInTimeCommand') existing[input.TargetTableName] = { status: 'CREATING', stream: false };
      if (name === 'UpdateTableCommand') [table!.status, table!.stream] = ['UPDATING', true];
      if (name !== 'DescribeTableCommand') return {};
      if (!table) throw Object.assign(new Error('no such table'), { name: 'ResourceNotFoundException' });
      const Table = {
        TableStatus: table.status,
        StreamSpecification: { StreamEnabled: table.stream },
        LatestStreamArn: table.stream ? 'arn:stream' : undefined,
      };
      return { Table };
    },
  };
  const pause = async () => {
    for (const table of Object.values(existing)) table.status = 'ACTIVE';
  };
  return { sent, surroundings: { client: client as never, pause, say: () => undefined } };
}

const wanted = { source: 'used', target: 'restored', at: new Date('2026-11-23T09:30:00Z') };

describe('a restore', () => {
  it('gives the new table what a restore leaves out, once it stands', async () => {
    const { sent, surroundings } = slowly({ used: { status: 'ACTIVE', stream: true } });
    expect(await restore(wanted, surroundings)).toEqual({ name: 'restored', streamArn: 'arn:stream' });
    expect(sent).toEqual(['RestoreTableToPointInTime', 'UpdateTable', 'UpdateTimeToLive', 'UpdateContinuousBackups']);
  });

  it('goes on where it was interrupted', async () => {
    const { sent, surroundings } = slowly({ restored: { status: 'CREATING', stream: false } });
    await restore(wanted, surroundings);
    expect(sent).toEqual(['UpdateTable', 'UpdateTimeToLive', 'UpdateContinuousBackups']);
  });

  it('changes nothing twice', async () => {
    const { sent, surroundings } = slowly({ restored: { status: 'ACTIVE', stream: true } });
    expect((await restore(wanted, surroundings)).streamArn).toBe('arn:stream');
    expect(sent).toEqual(['UpdateContinuousBackups']);
  });
});
