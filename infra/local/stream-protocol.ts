import type { DynamoDBRecord } from 'aws-lambda';

/**
 * The four calls of DynamoDB Streams, by their JSON protocol: the SDK's client for them would be one more package for one file.
 * Engines on one machine want a signed request but check no signature.
 */
export class StreamProtocol {
  constructor(
    private readonly endpoint: string,
    private readonly streamArn: string,
  ) {}

  async shards(): Promise<{ id: string; parent?: string }[]> {
    const shards: { id: string; parent?: string }[] = [];
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const { StreamDescription } = await this.#call<Description>('DescribeStream', {
        StreamArn: this.streamArn,
        ExclusiveStartShardId: after,
      });
      for (const { ShardId, ParentShardId } of StreamDescription.Shards) {
        shards.push({ id: ShardId, ...(ParentShardId !== undefined && { parent: ParentShardId }) });
      }
      after = StreamDescription.LastEvaluatedShardId;
    }
    return shards;
  }

  /** After a sequence number, else from the oldest record; also when that number has been trimmed away. */
  async iterator(shard: string, after?: string): Promise<string> {
    const of = { StreamArn: this.streamArn, ShardId: shard };
    const oldest = () => this.#call<Iterator>('GetShardIterator', { ...of, ShardIteratorType: 'TRIM_HORIZON' });
    if (after === undefined) return (await oldest()).ShardIterator;
    const position = { ...of, ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after };
    const { ShardIterator } = await this.#call<Iterator>('GetShardIterator', position).catch((error: unknown) => {
      if (error instanceof Error && error.name === 'TrimmedDataAccessException') return oldest();
      throw error;
    });
    return ShardIterator;
  }

  async records(iterator: string, limit: number): Promise<{ records: DynamoDBRecord[]; next?: string }> {
    const { Records, NextShardIterator } = await this.#call<Page>('GetRecords', { ShardIterator: iterator, Limit: limit });
    return { records: Records, ...(NextShardIterator != null && { next: NextShardIterator }) };
  }

  async #call<T>(operation: string, input: object): Promise<T> {
    const response = await fetch(this.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDBStreams_20120810.${operation}`,
        'x-amz-date': '20260101T000000Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=local',
      },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(10_000),
    });
    const answer = (await response.json()) as T & { __type?: string; message?: string };
    if (response.ok) return answer;
    const error = new Error(`${operation}: ${answer.message ?? response.statusText}`);
    error.name = answer.__type?.split('#').at(-1) ?? 'StreamFault';
    throw error;
  }
}

interface Description {
  StreamDescription: { Shards: { ShardId: string; ParentShardId?: string }[]; LastEvaluatedShardId?: string };
}
interface Iterator {
  ShardIterator: string;
}
interface Page {
  Records: DynamoDBRecord[];
  NextShardIterator?: string | null;
}
