import { type DynamoDBClient, GetItemCommand, type GetItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { Bus } from './bus.js';
import type { Outbox } from './outbox.js';
import type { TaskFunction } from './workflow-run.js';

interface Publish {
  TopicArn: string;
  Message: unknown;
  Subject?: string;
}
interface PutEvents {
  Entries: { Source: string; DetailType: string; Detail: unknown; EventBusName?: string }[];
}

/**
 * The service integrations that workflows may use beside Lambda, each over the part of this machine that stands for the service:
 * `sns:publish`, `dynamodb:getItem` and `events:putEvents`. Nothing that writes to the table.
 */
export function workflowIntegrations({ outbox, buses, dynamodb }: IntegrationParts): Record<string, TaskFunction> {
  return {
    'arn:aws:states:::sns:publish': async ({ TopicArn: topic, Message, Subject }: Publish) => {
      const message = typeof Message === 'string' ? Message : JSON.stringify(Message);
      const publication = { kind: 'publication' as const, topic, message, attributes: {} };
      const { id } = await outbox.keep(Subject === undefined ? publication : { ...publication, subject: Subject });
      return { MessageId: id };
    },
    'arn:aws:states:::dynamodb:getItem': async (input: GetItemCommandInput) => {
      const { Item } = await dynamodb.send(new GetItemCommand(input));
      return Item ? { Item } : {};
    },
    'arn:aws:states:::events:putEvents': async ({ Entries }: PutEvents) => {
      const ids = await Promise.all(
        Entries.map(async ({ Source: source, DetailType: detailType, Detail: detail, EventBusName }) => {
          const bus = buses.get(EventBusName?.split('/').at(-1) ?? 'default');
          if (!bus) throw new Error(`There is no event bus ${EventBusName}.`);
          const [EventId] = await bus.put([{ source, detailType, detail }]);
          return { EventId };
        }),
      );
      return { Entries: ids, FailedEntryCount: 0 };
    },
  };
}

export interface IntegrationParts {
  outbox: Outbox;
  buses: ReadonlyMap<string, Pick<Bus, 'put'>>;
  dynamodb: Pick<DynamoDBClient, 'send'>;
}
