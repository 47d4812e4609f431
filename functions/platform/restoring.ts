import {
  DescribeTableCommand,
  type DynamoDBClient,
  RestoreTableToPointInTimeCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { TABLE } from '../kernel/table.js';

export interface Restoration {
  readonly source: string;
  readonly target: string;
  /** The state to go back to; within the last 35 days, to the second. */
  readonly at: Date;
}

export interface Restored {
  readonly name: string;
  readonly streamArn: string;
}

interface Surroundings {
  readonly client: Pick<DynamoDBClient, 'send'>;
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly say: (sentence: string) => void;
}

/**
 * Restores the one table to an instant, beside the one in use. A restored table has the records and indexes of then, but
 * neither stream, expiry, point-in-time recovery nor deletion protection: those are given to it again here. May be
 * repeated after an interruption; the table in use is never touched.
 */
export async function restore({ source, target, at }: Restoration, { client, pause, say }: Surroundings): Promise<Restored> {
  if ((await describe(client, target)) === undefined) {
    say(`Restoring ${source} as of ${at.toISOString()} into ${target}.`);
    await client.send(
      new RestoreTableToPointInTimeCommand({ SourceTableName: source, TargetTableName: target, RestoreDateTime: at }),
    );
  }
  await settled(client, target, pause, say);
  const table = await describe(client, target);
  if (!table?.StreamSpecification?.StreamEnabled) {
    say('Giving it a stream and deletion protection.');
    const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' as const };
    await client.send(new UpdateTableCommand({ TableName: target, StreamSpecification, DeletionProtectionEnabled: true }));
    await settled(client, target, pause, say);
    say('Giving it expiry and point-in-time recovery.');
    const TimeToLiveSpecification = { AttributeName: TABLE.timeToLive, Enabled: true };
    await client.send(new UpdateTimeToLiveCommand({ TableName: target, TimeToLiveSpecification }));
  }
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
  await client.send(new UpdateContinuousBackupsCommand({ TableName: target, PointInTimeRecoverySpecification }));
  return { name: target, streamArn: (await describe(client, target))!.LatestStreamArn! };
}

async function describe(client: Surroundings['client'], name: string) {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

/** A restore takes from twenty minutes to some hours, by size. */
async function settled(client: Surroundings['client'], name: string, pause: Surroundings['pause'], say: Surroundings['say']) {
  for (let asked = 0; ; asked++) {
    const status = (await describe(client, name))?.TableStatus;
    if (status === 'ACTIVE') return;
    if (asked % 20 === 0) say(`${name} is ${status?.toLowerCase() ?? 'not there yet'}; waiting.`);
    await pause(15_000);
  }
}
