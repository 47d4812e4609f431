import type { AwsService } from './aws-endpoint.js';
import { AwsError } from './aws-error.js';
import { jsonService } from './aws-json.js';
import type { Bus } from './bus.js';

interface Entry {
  Source?: string;
  DetailType?: string;
  Detail?: string;
  EventBusName?: string;
  Resources?: string[];
  /** Epoch seconds. */
  Time?: number;
}

/** EventBridge's PutEvents: each entry is taken or refused by itself, as AWS does. Buses are named by name or ARN. */
export function eventBridge(buses: ReadonlyMap<string, Pick<Bus, 'put'>>): AwsService {
  const put = async (entry: Entry): Promise<object> => {
    const bus = buses.get(entry.EventBusName?.split('/').at(-1) ?? 'default');
    if (!bus) return { ErrorCode: 'ResourceNotFoundException', ErrorMessage: `Event bus ${entry.EventBusName} does not exist.` };
    const { Source: source, DetailType: detailType, Time } = entry;
    if (!source || !detailType) return { ErrorCode: 'InvalidArgument', ErrorMessage: 'Source and DetailType are required.' };
    const detail = parseDetail(entry.Detail);
    if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    const time = Time === undefined ? {} : { time: new Date(Time * 1000) };
    const [EventId] = await bus.put([{ source, detailType, detail, resources: entry.Resources ?? [], ...time }]);
    return { EventId };
  };
  return jsonService('AWSEvents', {
    PutEvents: async ({ Entries = [] }: { Entries?: Entry[] }) => {
      refuseOversized(Entries);
      const entries = await Promise.all(Entries.map(put));
      return { FailedEntryCount: entries.filter((entry) => 'ErrorCode' in entry).length, Entries: entries };
    },
  });
}

/** Documented limits of one request: ten entries, 256 KiB together. */
function refuseOversized(entries: Entry[]): void {
  if (entries.length < 1 || entries.length > 10) {
    throw new AwsError('ValidationException', "1 validation error detected: 'entries' must have length between 1 and 10.");
  }
  const size = entries.reduce(
    (sum, entry) => sum + Buffer.byteLength(`${entry.Source}${entry.DetailType}${entry.Detail}`) + 14,
    0,
  );
  if (size > 256 * 1024) {
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
}

function parseDetail(text = ''): object | undefined {
  try {
    const detail: unknown = JSON.parse(text);
    return typeof detail === 'object' && detail !== null && !Array.isArray(detail) ? detail : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
