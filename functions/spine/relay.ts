import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { documentsOver } from '../platform/documents.js';
import { functionEnv } from '../platform/env.js';
import { journalOver } from '../platform/journal.js';
import { jsonLog } from '../platform/log.js';
import { relay } from '../platform/relay.js';

const env = functionEnv();
const client = new DynamoDBClient({});
/** Only notes: other operations would be carried along for nothing, as the role may not call them. */
const noting = documentsOver((_, input) => client.send(new PutItemCommand(input as never)));
const journal = journalOver(noting, env.TABLE_NAME);
export const handler = relay(env, jsonLog(env.LOG_LEVEL), undefined, { journal, clock: () => new Date() });
